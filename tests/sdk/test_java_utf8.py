from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.java_utf8 import decode_utf8


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("é😀".encode(), "é😀"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"\xc3", "\ufffd"),
        (b"\xc3(", "\ufffd("),
        (b"\xe2\x82", "\ufffd"),
        (b"\xe2\x82a", "\ufffda"),
        (b"\xed\xa0\xbd", "\ufffd"),
        (b"\xed\xa0", "\ufffd"),
        (b"\xed\xa0a", "\ufffda"),
        (b"\xf0\x9f\x98", "\ufffd"),
        (b"\xf4\x90\x80\x80", "\ufffd\ufffd\ufffd\ufffd"),
        (b"\xc0\x80", "\ufffd\ufffd"),
        (b"a\xffb\xffc", "a\ufffdb\ufffdc"),
    ],
    ids=repr,
)
def test_malformed_bytes_become_as_many_replacements_as_in_java(data: bytes, text: str) -> None:
    assert decode_utf8(data) == text


@given(st.binary())
def test_no_bytes_are_refused(data: bytes) -> None:
    decode_utf8(data)


@given(st.text())
def test_well_formed_text_is_read_as_it_is(text: str) -> None:
    assert decode_utf8(text.encode()) == text


def test_malformed_bytes_cost_no_more_than_their_number() -> None:
    assert decode_utf8(b"\xff" * 1_000_000) == "\ufffd" * 1_000_000  # minutes, if the rest were copied for each
