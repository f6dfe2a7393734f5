from __future__ import annotations

import pytest

from isthmus import ConfigError
from workers.config.response_headers import HeaderRule, parse_header_rules


def test_rules_are_separated_by_commas_unless_in_quotation_marks() -> None:
    text = 'set X-A:b, "add Cache-Control: no-cache, no-store",setDate Expires: 5'
    assert parse_header_rules(text) == (
        HeaderRule("set", "X-A", "b"),
        HeaderRule("add", "Cache-Control", "no-cache, no-store"),
        HeaderRule("setDate", "Expires", "5"),
    )


def test_no_text_is_no_rule() -> None:
    assert parse_header_rules("") == parse_header_rules(None) == parse_header_rules("  ") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("bad", "Invalid format of header config 'bad'. Expected: '[action] [header name]:[header value]'"),
        ("foo X: y", "Invalid header config action: 'foo'. Expected one of [set, add, setDate, addDate]"),
        ("set X", "Invalid format of header name and header value pair 'X'. Expected: '[header name]:[header value]'"),
        ("set   A B: c", "Invalid header name 'A B'. The '[header name]' cannot contain whitespace"),
    ],
)
def test_errors_are_javas(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_header_rules(text)
    assert str(caught.value) == message
