"""Reading of JsonConverter, part two: JSON trees to numbers, texts, bytes and logical values, with Connect's leniencies."""

from __future__ import annotations

import binascii
import decimal
import re
from collections.abc import Callable
from typing import Any, Final

from isthmus import DataError, Schema, logical
from isthmus.numbers import wrap
from isthmus.values.decimals import decimal_to_float32

Reader = Callable[[Any], Any]

_BASE64_QUADS: Final = re.compile(r"(?:[\x00- ]*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==))*[\x00- ]*")
_INT32_MAX: Final = (1 << 31) - 1


class NeedsDigitsError(Exception):
    """A float does not say enough; the document has to be read again with exact numbers. Never leaves the converter."""


def node_type(tree: Any) -> str:
    """Jackson's name for a kind of JSON value, for error texts."""
    if isinstance(tree, bool):
        return "BOOLEAN"
    return next(
        (name for cls, name in _NODE_TYPES.items() if isinstance(tree, cls)), "NULL" if tree is None else "MISSING"
    )


_NODE_TYPES: Final[dict[Any, str]] = {
    int | float | decimal.Decimal: "NUMBER",
    str: "STRING",
    list: "ARRAY",
    dict: "OBJECT",
}


def integer_reader(bits: int) -> Reader:
    def read(tree: Any) -> int:
        if isinstance(tree, float):
            raise NeedsDigitsError
        if isinstance(tree, decimal.Decimal):
            return wrap(_whole_part(tree), bits)
        return wrap(tree, bits) if type(tree) is int else 0

    return read


def _whole_part(number: decimal.Decimal) -> int:
    """A number without its fraction; what is a multiple of 2^64 anyhow becomes 0 and not an endless row of digits."""
    exponent = number.as_tuple().exponent
    return 0 if isinstance(exponent, int) and exponent >= 64 else int(number)


def read_float32(tree: Any) -> float:
    if isinstance(tree, float):
        raise NeedsDigitsError
    if isinstance(tree, bool) or not isinstance(tree, int | decimal.Decimal):
        return 0.0
    return decimal_to_float32(decimal.Decimal(tree)) or 0.0


def read_float64(tree: Any) -> float:
    if type(tree) is float:
        return tree or 0.0  # Java reads a BigDecimal, which has no negative zero
    if isinstance(tree, bool):
        return 0.0
    if isinstance(tree, int):
        try:
            return float(tree)
        except OverflowError:
            return float("inf") if tree > 0 else float("-inf")
    return (float(tree) or 0.0) if isinstance(tree, decimal.Decimal) else 0.0


def read_boolean(tree: Any) -> bool:
    return tree is True


def read_string(tree: Any) -> str | None:
    return tree if isinstance(tree, str) else None


def read_bytes(tree: Any) -> bytes | None:
    if not isinstance(tree, str):
        return None
    try:
        return from_base64(tree)
    except ValueError as error:
        raise DataError("Invalid bytes field") from error


def from_base64(text: str) -> bytes:
    """As Jackson reads it: padding required, blanks only between groups of four. ValueError otherwise."""
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
        if len(text) == (len(data) + 2) // 3 * 4:  # until 3.13 more padding than needed passes for strict, too
            return data
    except ValueError:
        pass  # blanks perhaps
    if not _BASE64_QUADS.fullmatch(text):
        raise ValueError("not base64")
    quads = re.findall(r"[A-Za-z0-9+/=]{4}", text)
    return b"".join(map(binascii.a2b_base64, quads))


def _decimal_reader(schema: Schema) -> Reader:
    def read(tree: Any) -> decimal.Decimal:
        if isinstance(tree, float):
            raise NeedsDigitsError
        if isinstance(tree, int | decimal.Decimal) and not isinstance(tree, bool):
            return decimal.Decimal(tree) if tree else decimal.Decimal(tree).copy_abs()  # Java has no negative zero here
        if not isinstance(tree, str):
            found = node_type(tree)
            raise DataError(
                f"Invalid type for Decimal, underlying representation should be numeric or bytes but was {found}"
            )
        try:
            if schema.parameters is None:
                raise ValueError("the schema has no scale parameter")
            unscaled = from_base64(tree)
            if not unscaled:
                raise ValueError("a number of no bytes")
            return logical.Decimal.to_logical(schema, unscaled)
        except (ValueError, DataError) as error:
            raise DataError("Invalid bytes for Decimal field") from error

    return read


def _days_or_time_reader(called: str, to_logical: Callable[[Schema, int], Any]) -> Callable[[Schema], Reader]:
    def reader(schema: Schema) -> Reader:
        def read(tree: Any) -> Any:
            if type(tree) is int and -_INT32_MAX - 1 <= tree <= _INT32_MAX:
                return to_logical(schema, tree)
            found = node_type(tree)
            raise DataError(f"Invalid type for {called}, underlying representation should be integer but was {found}")

        return read

    return reader


def _timestamp_reader(schema: Schema) -> Reader:
    def read(tree: Any) -> Any:
        if type(tree) is int:
            return logical.Timestamp.to_logical(schema, wrap(tree, 64))
        found = node_type(tree)
        raise DataError(f"Invalid type for Timestamp, underlying representation should be integral but was {found}")

    return read


LOGICAL_READERS: Final[dict[str | None, Callable[[Schema], Reader]]] = {
    logical.Decimal.LOGICAL_NAME: _decimal_reader,
    logical.Date.LOGICAL_NAME: _days_or_time_reader("Date", logical.Date.to_logical),
    logical.Time.LOGICAL_NAME: _days_or_time_reader("Time", logical.Time.to_logical),
    logical.Timestamp.LOGICAL_NAME: _timestamp_reader,
}
