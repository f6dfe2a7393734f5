"""Java's notation of regular expressions: what is translated, what is refused and how mistakes are told."""

from __future__ import annotations

import pytest

from isthmus.java_regex import JavaRegexError, compile_java_regex


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("a.*", "abc"),
        ("(?<name>a+)-\\k<name>", "aa-aa"),
        ("\\Qa.b\\E+", "a.bb"),
        ("\\Qa.b", "a.b"),
        ("a\\z", "a"),
        ("\\p{Alpha}+\\p{Digit}", "abc1"),
        ("[\\p{Lower}_]+", "a_b"),
        ("\\P{Upper}", "a"),
        ("(?i)ABC", "abc"),
        ("[]a]+", "]a"),
        ("[(]", "("),
        ("a\\hb", "a\u00a0b"),
        ("a\\vb", "a\u2028b"),
        ("[\\v]", "\r"),
        ("(?s)a.b", "a\nb"),
        ("(?i:A)b{2}c{1,}[{]", "abbcc{"),
        ("a++b", "aab"),
        ("(?>a+)b", "aab"),
        ("[^.]", "x"),
        ("", ""),
    ],
)
def test_a_pattern_matches_what_it_matches_in_java(pattern: str, text: str) -> None:
    assert compile_java_regex(pattern).fullmatch(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("a.b", "a\rb"),  # a dot is no line terminator of any kind
        ("\\w", "\u00e4"),  # \w, \d, \s and (?i) know ASCII only
        ("\\d", "\u0661"),
        ("(?i)\u00e4", "\u00c4"),
        ("a$", "ab"),
        ("\\Qa.b\\E", "axb"),
    ],
)
def test_a_pattern_does_not_match_what_it_does_not_match_in_java(pattern: str, text: str) -> None:
    assert not compile_java_regex(pattern).fullmatch(text)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("(", "Unclosed group near index 1\n("),
        ("[a", "Unclosed character class near index 1\n[a\n ^"),
        ("*a", "Dangling meta character '*' near index 0\n*a\n^"),
        ("a)", "Unmatched closing ')' near index 0\na)\n^"),
        (")", "Unmatched closing ')'\n)"),
        ("a{", "Illegal repetition near index 2\na{"),
        ("a{,2}", "Illegal repetition near index 2\na{,2}\n  ^"),
        ("a{1,", "Unclosed counted closure near index 4\na{1,"),
        ("a(?P<n>b)", "Unknown inline modifier near index 3\na(?P<n>b)\n   ^"),
    ],
)
def test_common_mistakes_are_told_in_javas_words(pattern: str, message: str) -> None:
    with pytest.raises(JavaRegexError) as info:
        compile_java_regex(pattern)
    assert str(info.value) == message


@pytest.mark.parametrize(
    "pattern",
    [
        *("[a&&[b]]", "[a[b]]", "\\p{IsGreek}", "\\k{x}", "a\\", "(?<n>a)(?<n>b)", "a{99999999999}"),
        *("(?iu)a", "a(?i)b", "(?s:a)", "(?-s)a", "\\0101"),
    ],
)
def test_what_cannot_be_translated_is_refused(pattern: str) -> None:
    with pytest.raises(JavaRegexError):
        compile_java_regex(pattern)
