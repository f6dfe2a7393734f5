from __future__ import annotations

import json
import re

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.json_text import to_json, to_json_batch

any_text = st.text(alphabet=st.characters(codec=None, exclude_categories=()))
trees = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | any_text,
    lambda inner: st.lists(inner) | st.dictionaries(any_text, inner),
)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('\b\f\n\r\t"\\/', r'"\b\f\n\r\t\"\\/"'),
        ("\x00\x1f\x0b\x7f", '"\\u0000\\u001F\\u000B\x7f"'),
        ("\\u001f", r'"\\u001f"'),
        ("é\u2028\uffff", '"é\u2028\uffff"'),
        ("a😀", r'"a\uD83D\uDE00"'),
        ("\ud83d x", r'"\uD83D x"'),
    ],
    ids=ascii,
)
def test_characters_are_escaped_as_jackson_does(text: str, written: str) -> None:
    assert to_json(text) == written.encode()


@given(trees)
def test_whatever_is_written_reads_back(tree: object) -> None:
    assert json.loads(to_json(tree)) == tree


@given(any_text)
def test_no_escape_is_in_lower_case_and_nothing_is_beyond_the_basic_plane(text: str) -> None:
    written = to_json(text).decode()

    assert max(written) <= "\uffff"
    assert not re.search(r"(?<!\\)(?:\\\\)*\\u[0-9A-F]{0,3}[a-f]", written)


@given(st.lists(trees))
def test_a_batch_gives_what_single_trees_give(batch: list[object]) -> None:
    assert to_json_batch(batch, b"", b"") == [to_json(tree) for tree in batch]
    assert to_json_batch(batch, b"<", b">") == [b"<" + to_json(tree) + b">" for tree in batch]


def test_deeper_than_orjson_goes_is_written_all_the_same() -> None:
    tree: list[object] = []
    for _ in range(300):
        tree = [tree]

    assert to_json(tree) == b"[" * 301 + b"]" * 301


def test_what_is_no_tree_is_refused() -> None:
    with pytest.raises(orjson.JSONEncodeError):
        to_json(object())
