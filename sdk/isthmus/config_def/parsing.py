"""Types of configuration values, and the way from text to value and back, with Kafka's error texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from isthmus.config_def.class_loading import load_class
from isthmus.errors import ConfigError, java_text
from isthmus.numbers import DIGIT, java_class
from isthmus.plugin import class_name


class Type(Enum):
    """Type of a value. In Python: bool, str, int (three widths), float, list of str, a class, `Password`."""

    BOOLEAN = "BOOLEAN"
    STRING = "STRING"
    INT = "INT"
    SHORT = "SHORT"
    LONG = "LONG"
    DOUBLE = "DOUBLE"
    LIST = "LIST"
    CLASS = "CLASS"
    PASSWORD = "PASSWORD"

    @property
    def is_sensitive(self) -> bool:
        return self is Type.PASSWORD

    def __str__(self) -> str:
        return self.value


class Importance(Enum):
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"

    def __str__(self) -> str:
        return self.value


class Width(Enum):
    """How much room a form should give to the value."""

    NONE = "NONE"
    SHORT = "SHORT"
    MEDIUM = "MEDIUM"
    LONG = "LONG"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True, repr=False)
class Password:
    """A value that no text shows: `value` has it, str and repr say "[hidden]"."""

    value: str

    def __str__(self) -> str:
        return "[hidden]"

    def __repr__(self) -> str:
        return "[hidden]"


def parse_type(name: str, value: object, type_: Type) -> Any:
    """The value of key `name` as its type demands; None stays None.

    Text is trimmed and parsed, a value that already is of the type is taken as it is. ConfigError otherwise.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return _PARSE_TEXT[type_](name, value, value.strip(_BLANKS))
    return _TAKE_VALUE[type_](name, value)


def convert_to_string(value: object, type_: Type | None = None) -> str | None:
    """A parsed value as text, which parses to the same value again (but for passwords, which stay hidden)."""
    if value is None:
        return None
    if isinstance(value, type):
        return class_name(value)
    if type_ is Type.LIST and isinstance(value, list | tuple):
        return ",".join(class_name(item) if isinstance(item, type) else java_text(item) for item in value)
    return java_text(value)


# What Java's String.trim() removes and what its \s matches: ASCII only.
_BLANKS: Final = "".join(map(chr, range(0x21)))
_COMMA: Final = re.compile(r"[ \t\n\x0b\f\r]*,[ \t\n\x0b\f\r]*")

_INTEGER: Final = re.compile(rf"[+-]?{DIGIT}+")
_DOUBLE: Final = re.compile(
    r"""[+-]?(?: NaN | Infinity
      | (?P<decimal> (?:[0-9]+\.?[0-9]* | \.[0-9]+) (?:[eE][+-]?[0-9]+)? ) [fFdD]?
      | (?P<hex> 0[xX] (?:[0-9a-fA-F]+\.?[0-9a-fA-F]* | \.[0-9a-fA-F]+) [pP][+-]?[0-9]+ ) [fFdD]? )""",
    re.VERBOSE,
)

_BITS: Final = {Type.SHORT: 16, Type.INT: 32, Type.LONG: 64}
_WIDTH_NAMES: Final = {
    Type.SHORT: "a 16-bit integer (short)",
    Type.INT: "a 32-bit integer",
    Type.LONG: "a 64-bit integer (long)",
}


def _is_in_range(value: int, type_: Type) -> bool:
    limit = 1 << (_BITS[type_] - 1)
    return -limit <= value < limit


def _parse_boolean(name: str, raw: str, text: str) -> bool:
    lowered = text.lower()
    if lowered not in ("true", "false"):
        raise ConfigError(name, raw, "Expected value to be either true or false")
    return lowered == "true"


def _parse_string(_name: str, _raw: str, text: str) -> str:
    return text


def _parse_password(_name: str, _raw: str, text: str) -> Password:
    return Password(text)


def _integer_parser(type_: Type) -> Callable[[str, str, str], int]:
    def parse(name: str, raw: str, text: str) -> int:
        # 5000 digits are no number of 64 bits, and int() would refuse so many in its own words.
        if _INTEGER.fullmatch(text) and len(text) < 1000 and _is_in_range(int(text), type_):
            return int(text)
        raise ConfigError(name, raw, f"Not a number of type {type_}")

    return parse


def _parse_double(name: str, raw: str, text: str) -> float:
    match = _DOUBLE.fullmatch(text)
    if match is None:
        raise ConfigError(name, raw, "Not a number of type DOUBLE")
    if match["hex"]:
        sign = -1.0 if text.startswith("-") else 1.0
        return sign * float.fromhex(match["hex"])
    return float(text.rstrip("fFdD") if match["decimal"] else text)


def _parse_list(_name: str, _raw: str, text: str) -> list[str]:
    return _COMMA.split(text) if text else []


def _parse_class(name: str, raw: str, text: str) -> object:
    try:
        return load_class(text)
    except LookupError:
        raise ConfigError(name, raw, f"Class {raw} could not be found.") from None
    except ImportError as error:
        raise ConfigError(name, raw, f"Class {raw} could not be loaded: {error}") from error


_PARSE_TEXT: Final[dict[Type, Callable[[str, str, str], Any]]] = {
    Type.BOOLEAN: _parse_boolean,
    Type.STRING: _parse_string,
    Type.PASSWORD: _parse_password,
    Type.SHORT: _integer_parser(Type.SHORT),
    Type.INT: _integer_parser(Type.INT),
    Type.LONG: _integer_parser(Type.LONG),
    Type.DOUBLE: _parse_double,
    Type.LIST: _parse_list,
    Type.CLASS: _parse_class,
}


def _take_boolean(name: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ConfigError(name, value, "Expected value to be either true or false")


def _take_string(name: str, value: object) -> str:
    raise ConfigError(name, value, f"Expected value to be a string, but it was a {java_class(value)}")


def _take_password(name: str, value: object) -> Password:
    if isinstance(value, Password):
        return value
    raise ConfigError(name, value, f"Expected value to be a string, but it was a {java_class(value)}")


def _integer_taker(type_: Type) -> Callable[[str, object], int]:
    def take(name: str, value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and _is_in_range(value, type_):
            return value
        expected = f"Expected value to be {_WIDTH_NAMES[type_]}"
        raise ConfigError(name, value, f"{expected}, but it was a {java_class(value)}")

    return take


def _take_double(name: str, value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise ConfigError(name, value, f"Expected value to be a double, but it was a {java_class(value)}")


def _take_list(name: str, value: object) -> list[Any]:
    if isinstance(value, list | tuple):
        return list(value)
    raise ConfigError(name, value, "Expected a comma separated list.")


def _take_class(name: str, value: object) -> type:
    if isinstance(value, type):
        return value
    raise ConfigError(name, value, "Expected a Class instance or class name.")


_TAKE_VALUE: Final[dict[Type, Callable[[str, object], Any]]] = {
    Type.BOOLEAN: _take_boolean,
    Type.STRING: _take_string,
    Type.PASSWORD: _take_password,
    Type.SHORT: _integer_taker(Type.SHORT),
    Type.INT: _integer_taker(Type.INT),
    Type.LONG: _integer_taker(Type.LONG),
    Type.DOUBLE: _take_double,
    Type.LIST: _take_list,
    Type.CLASS: _take_class,
}
