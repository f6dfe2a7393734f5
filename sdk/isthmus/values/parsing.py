"""Guesses the type of a text: numbers, booleans, dates, JSON-like lists and maps; a string when nothing else fits.

The rules are Kafka Connect's, surprises included: `1,000` is the number 1, what follows a closing bracket is ignored,
a list whose elements have nothing in common has no element schema.
"""

from __future__ import annotations

import decimal
import re
from collections.abc import Iterable
from typing import Any, Final

from isthmus.errors import DataError
from isthmus.keys import as_key
from isthmus.logical import Date, Decimal, Time, Timestamp
from isthmus.numbers import INT64_MAX, INT64_MIN, to_float32, wrap
from isthmus.schema import Schema
from isthmus.schema_and_value import SchemaAndValue
from isthmus.values.decimals import decimal_to_float32, parse_decimal
from isthmus.values.inference import common_schema, tagged
from isthmus.values.temporal import parse_temporal

# A delimiter, or a run of anything else in which a backslash takes the meaning from the character after it.
_TOKEN: Final = re.compile(r'[:,{}\[\]"]|(?:[^:,{}\[\]"\\]+|\\.|\\\Z)+', re.DOTALL)
_BLANKS: Final = "".join(map(chr, range(ord(" ") + 1)))
_DEPTH_LIMIT: Final = 200
_TOO_BIG: Final = decimal.Decimal(10) ** 19
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_LITERALS: Final = {
    "null": SchemaAndValue.NULL,
    "true": SchemaAndValue(Schema.BOOLEAN_SCHEMA, True),
    "false": SchemaAndValue(Schema.BOOLEAN_SCHEMA, False),
}


class _NotEmbeddedError(DataError):
    """A list or map that had begun cannot be completed: the text is to be taken otherwise."""


def parse_string(text: str | None) -> SchemaAndValue:
    """The value a text stands for, with its schema. Never raises: what is nothing else is a STRING."""
    if text is None:
        return SchemaAndValue.NULL
    if not text:
        return SchemaAndValue(Schema.STRING_SCHEMA, text)
    parser = _Parser(text)
    return parser.parse_single() if parser.is_single_token else parser.parse_whole()


class _Tokens:
    """The tokens of a text and a place among them; comparing with what is expected skips blank ones for good."""

    def __init__(self, text: str) -> None:
        self._tokens = _TOKEN.findall(text)
        self.count = len(self._tokens)
        self.place = 0

    @property
    def are_left(self) -> bool:
        return self.place < self.count

    def take(self) -> str:
        self.place += 1
        return str(self._tokens[self.place - 1])

    def take_joined(self, count: int) -> str | None:
        """The next tokens as one text, or None when there are not as many."""
        joined = self._tokens[self.place : self.place + count]
        if len(joined) < count:
            return None
        self.place += count
        return "".join(joined)

    def skip(self, expected: str) -> bool:
        """Go past the next token if it is the expected one, blanks around it aside."""
        if not self.are_left:
            return False
        while not self._tokens[self.place].strip(_BLANKS) and self.place + 1 < self.count:
            self.place += 1
        if self._tokens[self.place].strip(_BLANKS) != expected:
            return False
        self.place += 1
        return True


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _Tokens(text)
        self.is_single_token = self._tokens.count == 1

    def parse_whole(self) -> SchemaAndValue:
        tokens = self._tokens
        try:
            container = self._container(0)
        except _NotEmbeddedError:
            tokens.place = 0
            container = None
        if container is not None:
            return container
        token = tokens.take()
        stripped = token.strip(_BLANKS)
        if not stripped:
            return SchemaAndValue(Schema.STRING_SCHEMA, token)
        return self._scalar(stripped) or SchemaAndValue(Schema.STRING_SCHEMA, self._text)

    def parse_single(self) -> SchemaAndValue:
        """A text without delimiters; only such a one can be a literal as a whole."""
        stripped = self._tokens.take().strip(_BLANKS)
        literal = _LITERALS.get(stripped)
        if literal is not None:
            return literal
        scalar = self._scalar(stripped) if stripped else None
        return scalar or SchemaAndValue(Schema.STRING_SCHEMA, self._text)

    def _embedded(self, depth: int) -> SchemaAndValue:
        """An element of a list, a key or a value of a map."""
        tokens = self._tokens
        if tokens.skip('"'):
            return self._quoted()
        for literal, value in _LITERALS.items():
            if tokens.skip(literal):
                return value
        container = self._container(depth + 1)
        if container is not None:
            return container
        if not tokens.are_left:
            raise _NotEmbeddedError
        token = tokens.take()
        stripped = token.strip(_BLANKS)
        if not stripped:
            return SchemaAndValue(Schema.STRING_SCHEMA, token)
        scalar = self._scalar(stripped)
        if scalar is None:
            raise _NotEmbeddedError
        return scalar

    def _container(self, depth: int) -> SchemaAndValue | None:
        if depth > _DEPTH_LIMIT:
            raise _NotEmbeddedError
        if self._tokens.skip("["):
            return self._list(depth)
        return self._map(depth) if self._tokens.skip("{") else None

    def _quoted(self) -> SchemaAndValue:
        content = ""
        while self._tokens.are_left and not self._tokens.skip('"'):
            content += self._tokens.take()
        return parse_temporal(content) or SchemaAndValue(Schema.STRING_SCHEMA, content)

    def _list(self, depth: int) -> SchemaAndValue:
        tokens = self._tokens
        elements: list[SchemaAndValue] = []
        while tokens.are_left:
            if tokens.skip("]"):
                common = _common(elements)
                return SchemaAndValue(Schema(Schema.Type.ARRAY, value_schema=common), _aligned(common, elements))
            if tokens.skip(","):
                raise _NotEmbeddedError
            elements.append(self._embedded(depth))
            place = tokens.place
            if tokens.skip("]"):
                tokens.place = place
            elif not tokens.skip(","):
                raise _NotEmbeddedError
        raise _NotEmbeddedError

    def _map(self, depth: int) -> SchemaAndValue:
        tokens = self._tokens
        entries: list[tuple[SchemaAndValue, SchemaAndValue]] = []
        while tokens.are_left:
            if tokens.skip("}"):
                return _map_of(entries)
            if tokens.skip(","):
                raise _NotEmbeddedError
            key = self._embedded(depth)
            if key.value is None or not tokens.skip(":"):
                raise _NotEmbeddedError
            # Connect takes an entry that ends with the text as one without value; the missing bracket is found then.
            value = self._embedded(depth)
            entries.append((key, value))
            tokens.skip(",")
        raise _NotEmbeddedError

    def _scalar(self, token: str) -> SchemaAndValue | None:
        """The number, date or time a token begins or is; None when it is neither."""
        is_digit = token[0].isdecimal() and token[0] <= "\uffff"
        if is_digit:
            temporal = self._temporal(token)
            if temporal is not None:
                return temporal
        elif token[0] not in "+-":
            return None
        if _INTEGER.fullmatch(token):  # by far the most frequent numbers, and quickly told
            return _narrowest_integer(int(token))
        number = parse_decimal(token)
        return None if number is None else _narrowest(number)

    def _temporal(self, token: str) -> SchemaAndValue | None:
        # The colons of a time are tokens of their own.
        place = self._tokens.place
        rest = self._tokens.take_joined(4)
        temporal = None if rest is None else parse_temporal(token + rest)
        if temporal is not None:
            return temporal
        self._tokens.place = place
        return parse_temporal(token)


def _narrowest(number: decimal.Decimal) -> SchemaAndValue:
    """The number in the narrowest type that holds it: an integer if it is whole, else FLOAT32, FLOAT64, Decimal."""
    integer = _whole(number)
    if integer is not None:
        return _narrowest_integer(integer)
    exponent = number.as_tuple().exponent
    if exponent != 0:
        single, double = decimal_to_float32(number), float(number)
        if abs(single) != float("inf"):
            return SchemaAndValue(Schema.FLOAT32_SCHEMA, single)
        if abs(double) != float("inf"):
            return SchemaAndValue(Schema.FLOAT64_SCHEMA, double)
    return SchemaAndValue(Decimal.schema(-int(exponent)), number)


def _narrowest_integer(number: int) -> SchemaAndValue:
    if -0x80 <= number < 0x80:
        return SchemaAndValue(Schema.INT8_SCHEMA, number)
    if -0x8000 <= number < 0x8000:
        return SchemaAndValue(Schema.INT16_SCHEMA, number)
    is_small = -0x8000_0000 <= number < 0x8000_0000
    return SchemaAndValue(Schema.INT32_SCHEMA if is_small else Schema.INT64_SCHEMA, number)


def _whole(number: decimal.Decimal) -> int | None:
    """The number as an integer of 64 bits, if it is one."""
    if number.copy_abs() > _TOO_BIG or (number and number.copy_abs() < 1) or number != number.to_integral_value():
        return None
    integer = int(number)
    return integer if INT64_MIN <= integer <= INT64_MAX else None


def _aligned(common: Schema | None, elements: Iterable[SchemaAndValue]) -> list[Any]:
    """The values in the schema they have in common; without one, values that tell their own width."""
    if common is None:
        return [tagged(element.schema, element.value) for element in elements]
    return [_converted(common, element) for element in elements]


def _common(elements: Iterable[SchemaAndValue]) -> Schema | None:
    return common_schema(element.schema for element in elements if element.schema is not None)


def _map_of(entries: list[tuple[SchemaAndValue, SchemaAndValue]]) -> SchemaAndValue:
    # A later entry takes the place of an earlier one of the same key; but what they have in common is asked of all.
    last = {(key.schema and key.schema.type, as_key(key.value)): (key, value) for key, value in entries}
    key_schema = _common(key for key, _ in entries)
    value_schema = None if key_schema is None else _common(value for _, value in entries)
    keys = _aligned(key_schema, (key for key, _ in last.values()))
    values = _aligned(value_schema, (value for _, value in last.values()))
    schema = Schema(Schema.Type.MAP, key_schema=key_schema, value_schema=value_schema)
    return SchemaAndValue(schema, dict(zip(map(as_key, keys), values, strict=True)))


def _converted(common: Schema, element: SchemaAndValue) -> Any:
    schema, value = element
    if schema == common:
        return value
    if schema is None:
        raise _NotEmbeddedError  # a null among elements that have a schema
    if not common.type.is_primitive:
        return tagged(schema, value)
    if common.type is Schema.Type.BYTES:
        return value
    if not isinstance(value, int | float):
        if common.name is None:
            raise _NotEmbeddedError  # a date among numbers
        return value
    return _converted_number(common, value)


def _converted_number(common: Schema, number: float) -> Any:
    if common.type is Schema.Type.FLOAT32:
        return to_float32(number)
    if common.type is Schema.Type.FLOAT64:
        return float(number)
    try:
        if common.name == Date.LOGICAL_NAME:
            return Date.to_logical(common, wrap(int(number), 32))
        if common.name == Time.LOGICAL_NAME:
            return Time.to_logical(common, wrap(int(number), 32))
    except DataError as error:
        raise _NotEmbeddedError from error
    return Timestamp.to_logical(common, int(number)) if common.name == Timestamp.LOGICAL_NAME else number
