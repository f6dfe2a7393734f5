"""Reads JSON request bodies the way Jackson does for Connect, as far as clients can rely on it.

Numbers keep their source text, since a configuration value `1.50` or `1e3` becomes the string "1.50" or "1e3"; of a repeated
member the last one counts; text behind the value is ignored. Malformed JSON is an error of the client (400).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, NoReturn

from workers.errors import BadRequestError

Json = Any

_DEEPEST = 200  # what stays below the limits of all who write the value on its way into the store
_LONGEST_SHOWN = 40


class JsonNumber(str):
    """A number as it was written."""

    __slots__ = ()

    @property
    def value(self) -> int | float:
        return int(self) if self.lstrip("-").isdigit() else float(self)


_KINDS: Mapping[type, str] = {
    dict: "an object",
    list: "an array",
    str: "a string",
    JsonNumber: "a number",
    bool: "a boolean",
}


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"Non-standard token '{name}'")


_DECODER = json.JSONDecoder(parse_int=JsonNumber, parse_float=JsonNumber, parse_constant=_refuse_constant)


def parse_json(body: bytes) -> Json:
    """The value in which every number is a JsonNumber; None for a body that is empty or blank. BadRequestError otherwise."""
    try:
        text = body.decode(json.detect_encoding(body)).lstrip(" \t\r\n")
        if not text:
            return None
        value, _ = _DECODER.raw_decode(text)
        if "\\u" in text:  # an escape such as "\\ud800" is text that no UTF-8 answer could carry
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError as error:
        raise BadRequestError("Malformed JSON in the request body: nested too deeply") from error
    except UnicodeError as error:
        raise BadRequestError("The request body is not valid Unicode") from error
    except ValueError as error:
        raise BadRequestError(f"Malformed JSON in the request body: {error}") from error
    return value


def kind_of(value: Json) -> str:
    """What a value that was read is, for the text of an error."""
    return "null" if value is None else _KINDS[type(value)]


def numbers_as_values(value: Json, depth: int = 0) -> Json:
    """The same value with Python numbers, for what is not a configuration (offsets). BadRequestError when it cannot be stored."""
    if depth > _DEEPEST:
        raise BadRequestError(f"Values nested deeper than {_DEEPEST} levels cannot be stored")
    if isinstance(value, JsonNumber):
        return _number(value)
    if isinstance(value, dict):
        return {name: numbers_as_values(item, depth + 1) for name, item in value.items()}
    if isinstance(value, list):
        return [numbers_as_values(item, depth + 1) for item in value]
    return value


def _number(text: JsonNumber) -> int | float:
    shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
    try:
        value = text.value
    except ValueError as error:  # more digits than Python converts
        raise BadRequestError(f"Number out of range: {shown} has more than 64 bits") from error
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise BadRequestError(f"Number out of range: {shown} has more than 64 bits")
    if not math.isfinite(value):
        raise BadRequestError(f"Number out of range: {shown} is larger than any double")
    return value
