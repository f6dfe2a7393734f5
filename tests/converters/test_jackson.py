from __future__ import annotations

import decimal
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converters.jackson import MISSING, parse


@pytest.mark.parametrize(
    ("document", "value"),
    [
        (b"007", 7),
        (b"-007.50e1", decimal.Decimal("-7.50e1")),
        (b"1e400", decimal.Decimal("1e400")),
        (b"123456789012345678901234567890", 123456789012345678901234567890),
        (b'{"a":1,"a":2}', {"a": 2}),
        (b'{"a":1} trailing', {"a": 1}),
        (b'{"a":1}{', {"a": 1}),
        (b'"a"x', "a"),
        (b"[1] \xff", [1]),
        (b'"\\ud83d"', "\ud83d"),
        ('{"\\udc00":1}'.encode("utf-16-be"), {"\udc00": 1}),
        (b'"\xc0\x80\xe0\x80\xa2\xc1\x9c"', '\0"\\'),
        (b"0" * 1000 + b"1", 1),
        (b"1e2147483647", decimal.Decimal("1e2147483647")),
        (b"\xef\xbb\xbf1", 1),
        ('{"é":1}'.encode("utf-16"), {"é": 1}),
        ('{"é":1}'.encode("utf-16-be"), {"é": 1}),
        ('{"é":1}'.encode("utf-16-le"), {"é": 1}),
        ("[1]".encode("utf-32-be"), [1]),
        ("[1]".encode("utf-32-le"), [1]),
        (b" [ ] ", []),
        (b"\t{ }\n", {}),
        (b"", MISSING),
        (b" \n", MISSING),
    ],
    ids=repr,
)
def test_jackson_reads(document: bytes, value: Any) -> None:
    assert parse(document) == value


@pytest.mark.parametrize(
    "document",
    [
        *(b"{", b"[", b'"', b"[1", b'{"a"', b'{"a":', b'{"a":1', b"[1,]", b'{"a":1,}', b"[,1]", b"[1 2]", b"{a:1}"),
        *(b"'a'", b"1.", b".5", b"+1", b"1e", b"-", b"0x10", b"1_000", b"1]", b"NaN", b"Infinity", b"nul", b"truex"),
        *(b'"\t"', b'"\\x41"', b'"\\u12"', b"// c\n1", b"\xff", b'"\xff"', b'"\xc3('),
        *(
            b"\xef\xbb\xbf",
            b"\xfe\xff",
            b"1\x0b",
            b"1\xff",
            b"true\xff",
            b"true\xc2\xa0",
            b'{"\\udc00":1}',
            b'{"a\\ud800b":1}',
            b'"\xed\xa0\x80"',
        ),
        *(b"1" * 1001, b"0." + b"1" * 1000, b"1e2147483648", b"0.1e-2147483647", b"1e99999999999999999999"),
        b"[" * 1001 + b"]" * 1001,
    ],
    ids=repr,
)
def test_jackson_refuses(document: bytes) -> None:
    with pytest.raises(ValueError, match=r"at character|nested|control character|escape|Unterminated|char \d"):
        parse(document)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(json_values, st.booleans())
def test_every_standard_document_is_read(value: Any, is_ascii: bool) -> None:
    assert parse(json.dumps(value, ensure_ascii=is_ascii).encode()) == value
