from __future__ import annotations

import pytest

from workers.clients.jaas import JaasError, parse_jaas


def test_options_may_be_words_or_in_either_quotation_mark() -> None:
    module = parse_jaas("a.b.Module required\n one=1 two=\"t w o\" /* no */ three='th\\'ree'; // end")
    assert module.class_name == "a.b.Module"
    assert module.options == {"one": "1", "two": "t w o", "three": "th'ree"}


def test_escapes_are_javas() -> None:
    assert parse_jaas(r'M optional p="a\tb\\c\"d\101e";').options == {"p": 'a\tb\\c"dAe'}


def test_a_comment_mark_within_quotation_marks_is_text() -> None:
    assert parse_jaas('M required u="http://x/*y*/";').options == {"u": "http://x/*y*/"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Login module not specified in JAAS config"),
        ("  // only a comment", "Login module not specified in JAAS config"),
        ("M", "Login module control flag not specified in JAAS config"),
        ("M;", "Login module control flag not specified in JAAS config"),
        ("M maybe;", "Invalid login module control flag in JAAS config"),
        ("M required a=b", "JAAS config entry not terminated by semi-colon"),
        ("M required a=;", "Value not specified for a key in JAAS config"),
        ("M required a b;", "Value not specified for a key in JAAS config"),
        ('M required a="b;', "a quotation mark in JAAS config is not closed"),
        ("M required; N required;", "JAAS config property contains 2 login modules, should be 1 module"),
    ],
)
def test_what_is_no_login_configuration_is_refused(text: str, message: str) -> None:
    with pytest.raises(JaasError, match=message):
        parse_jaas(text)
