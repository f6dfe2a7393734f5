"""Parses `sasl.jaas.config`: `<login module> <control flag> (<option>=<value>)*;`. Answers to Kafka's JaasConfig.

No error text carries a value: they are passwords.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

FLAGS = ("required", "requisite", "sufficient", "optional")

_TOKEN = re.compile(
    r"""(?P<blank>\s+ | //[^\n]* | /\*.*?\*/)
      | (?P<quoted>"(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*')
      | (?P<mark>[=;])
      | (?P<word>[^\s=;"']+)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\([0-3]?[0-7]{1,2}|.)", re.DOTALL)
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


class JaasError(Exception):
    """The text is not a login configuration."""


@dataclass(frozen=True, slots=True, repr=False)
class LoginModule:
    """What a client logs in with. `options` has secrets."""

    class_name: str
    options: dict[str, str]


def parse_jaas(text: str) -> LoginModule:
    """JaasError unless there is exactly one login module, as Java wants it."""
    tokens = list(_tokens(text))
    modules: list[LoginModule] = []
    while tokens:
        modules.append(_take_module(tokens))
    if not modules:
        raise JaasError("Login module not specified in JAAS config")
    if len(modules) > 1:
        raise JaasError(f"JAAS config property contains {len(modules)} login modules, should be 1 module")
    return modules[0]


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Kind (`word` or `mark`) and text of each token."""
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise JaasError("a quotation mark in JAAS config is not closed")
        position = match.end()
        if match["quoted"]:
            yield "word", _ESCAPE.sub(_unescape, match["quoted"][1:-1])
        elif match["mark"]:
            yield "mark", match["mark"]
        elif match["word"]:
            yield "word", match["word"]


def _unescape(match: re.Match[str]) -> str:
    code = match[1]
    return chr(int(code, 8)) if code[0] in "01234567" else _ESCAPED.get(code, code)


def _take_module(tokens: list[tuple[str, str]]) -> LoginModule:
    kind, class_name = tokens.pop(0)
    if kind == "mark":
        raise JaasError("Login module not specified in JAAS config")
    if not tokens or tokens[0][0] == "mark":
        raise JaasError("Login module control flag not specified in JAAS config")
    if tokens.pop(0)[1].lower() not in FLAGS:
        raise JaasError(f"Invalid login module control flag in JAAS config, expected one of {', '.join(FLAGS)}")
    options: dict[str, str] = {}
    while tokens and tokens[0] != ("mark", ";"):
        name, value = _take_option(tokens)
        options[name] = value
    if not tokens:
        raise JaasError("JAAS config entry not terminated by semi-colon")
    tokens.pop(0)
    return LoginModule(class_name, options)


def _take_option(tokens: list[tuple[str, str]]) -> tuple[str, str]:
    (kind, name), rest = tokens[0], tokens[1:3]
    if kind == "mark" or len(rest) < 2 or rest[0] != ("mark", "=") or rest[1][0] == "mark":
        # The name may be a piece of a password whose quotation marks went wrong: it is not shown.
        raise JaasError("Value not specified for a key in JAAS config")
    del tokens[:3]
    return name, rest[1][1]
