"""`response.http.headers.config`: rules for headers that the REST server adds to its answers."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

from isthmus.errors import ConfigError

ACTIONS = ("set", "add", "setDate", "addDate")


@dataclass(frozen=True, slots=True)
class HeaderRule:
    """`set X-Frame-Options: DENY`; the value of a date rule is its distance from now in milliseconds."""

    action: str
    name: str
    value: str


def parse_header_rules(text: str | None) -> tuple[HeaderRule, ...]:
    """ConfigError for the first rule that is not `[action] [header name]:[header value]`."""
    if text is None or not text.strip():
        return ()
    rules = next(csv.reader([text], skipinitialspace=True))
    return tuple(_rule(rule.strip()) for rule in rules)


def _rule(text: str) -> HeaderRule:
    parts = text.split(maxsplit=1)
    if len(parts) != 2:
        raise ConfigError(
            f"Invalid format of header config '{text}'. Expected: '[action] [header name]:[header value]'"
        )
    action, header = parts
    known = next((known for known in ACTIONS if known.lower() == action.lower()), None)
    if known is None:
        raise ConfigError(f"Invalid header config action: '{action}'. Expected one of [{', '.join(ACTIONS)}]")
    name, value = _name_and_value(header)
    return HeaderRule(known, name, value)


def _name_and_value(header: str) -> tuple[str, str]:
    parts = header.strip().split(":")
    while parts and not parts[-1]:  # Java's split leaves empty parts at the end out
        parts.pop()
    if len(parts) != 2:
        raise ConfigError(
            f"Invalid format of header name and header value pair '{header}'. Expected: '[header name]:[header value]'"
        )
    name = parts[0].strip()
    if not name or re.search(r"\s", name):
        raise ConfigError(f"Invalid header name '{name}'. The '[header name]' cannot contain whitespace")
    return name, parts[1].strip()


def ensure_valid(_name: str, value: str | None) -> None:
    parse_header_rules(value)
