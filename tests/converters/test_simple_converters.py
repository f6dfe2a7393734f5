from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import pytest

from converters.boolean_converter import BooleanConverter
from converters.byte_array_converter import ByteArrayConverter
from converters.errors import SerializationError
from converters.number_converters import (
    DoubleConverter,
    FloatConverter,
    IntegerConverter,
    LongConverter,
    ShortConverter,
)
from converters.simple_header_converter import SimpleHeaderConverter
from converters.string_converter import StringConverter
from isthmus import (
    Converter,
    DataError,
    Float32,
    Int16,
    Int32,
    Int64,
    Schema,
    SchemaAndValue,
    SourceRecord,
    format_trace,
)
from isthmus.testing import ConverterContract, HeaderConverterContract


class TestStringConverter(ConverterContract):
    def make_converter(self, *, is_key: bool = False) -> StringConverter:
        made = StringConverter()
        made.configure({}, is_key)
        return made

    def values(self) -> Sequence[tuple[Schema | None, Any]]:
        return [
            (Schema.STRING_SCHEMA, "text"),
            (None, "é 😀"),
            (None, None),
            (None, {"a": 1.0}),
            (Schema.INT32_SCHEMA, 5),
        ]

    def read_back(self, schema: Schema | None, value: Any) -> SchemaAndValue:
        text = {"{'a': 1.0}": "{a=1.0}", "5": "5"}.get(str(value), value)
        return SchemaAndValue(Schema.OPTIONAL_STRING_SCHEMA, text)


class TestByteArrayConverter(ConverterContract):
    def make_converter(self, *, is_key: bool = False) -> ByteArrayConverter:
        made = ByteArrayConverter()
        made.configure({}, is_key)
        return made

    def values(self) -> Sequence[tuple[Schema | None, Any]]:
        return [(Schema.BYTES_SCHEMA, b"\x00\xff"), (None, bytearray(b"x")), (None, memoryview(b"y")), (None, None)]

    def read_back(self, schema: Schema | None, value: Any) -> SchemaAndValue:
        return SchemaAndValue(Schema.OPTIONAL_BYTES_SCHEMA, None if value is None else bytes(value))

    def bad_values(self) -> Sequence[tuple[Schema | None, Any]]:
        return [(None, "text"), (Schema.STRING_SCHEMA, b"x"), (Schema.INT32_SCHEMA, None)]


class TestBooleanConverter(ConverterContract):
    def make_converter(self, *, is_key: bool = False) -> BooleanConverter:
        made = BooleanConverter()
        made.configure({}, is_key)
        return made

    def values(self) -> Sequence[tuple[Schema | None, Any]]:
        return [(Schema.BOOLEAN_SCHEMA, True), (None, False), (None, None)]

    def read_back(self, schema: Schema | None, value: Any) -> SchemaAndValue:
        return SchemaAndValue(Schema.OPTIONAL_BOOLEAN_SCHEMA, value)

    def bad_values(self) -> Sequence[tuple[Schema | None, Any]]:
        return [(None, 1), (Schema.STRING_SCHEMA, True)]

    def bad_bytes(self) -> Sequence[bytes]:
        return [b"", b"\x02", b"\x00\x00"]


class NumberContract(ConverterContract):
    """What the number converters have in common: the exact width, by the schema or by the value's tag."""

    cls: type[Converter]
    own: Schema
    optional: Schema
    fitting: Sequence[Any]
    refused: Sequence[tuple[Schema | None, Any]]
    size: int

    def make_converter(self, *, is_key: bool = False) -> Converter:
        made = self.cls()
        made.configure({}, is_key)
        return made

    def values(self) -> Sequence[tuple[Schema | None, Any]]:
        return [*((self.own, value) for value in self.fitting), (None, None)]

    def read_back(self, schema: Schema | None, value: Any) -> SchemaAndValue:
        return SchemaAndValue(self.optional, value)

    def bad_values(self) -> Sequence[tuple[Schema | None, Any]]:
        return [(None, True), (None, "1"), (Schema.STRING_SCHEMA, "1"), *self.refused]

    def bad_bytes(self) -> Sequence[bytes]:
        return [b"", bytes(self.size - 1), bytes(self.size + 1)]


class TestShortConverter(NumberContract):
    cls, own, optional, size = ShortConverter, Schema.INT16_SCHEMA, Schema.OPTIONAL_INT16_SCHEMA, 2
    fitting = (1, -(1 << 15), (1 << 15) - 1)
    refused = ((Schema.INT16_SCHEMA, 1 << 15), (None, 5), (None, Int32(1)), (Schema.INT32_SCHEMA, 1))


class TestIntegerConverter(NumberContract):
    cls, own, optional, size = IntegerConverter, Schema.INT32_SCHEMA, Schema.OPTIONAL_INT32_SCHEMA, 4
    fitting = (1, -(1 << 31), (1 << 31) - 1)
    refused = ((Schema.INT32_SCHEMA, 1 << 31), (None, 5), (None, Int16(1)), (Schema.INT64_SCHEMA, 1))


class TestLongConverter(NumberContract):
    cls, own, optional, size = LongConverter, Schema.INT64_SCHEMA, Schema.OPTIONAL_INT64_SCHEMA, 8
    fitting = (1, -(1 << 63), Int64(5))
    refused = ((None, 1 << 63), (None, Int32(1)), (Schema.INT32_SCHEMA, 1), (None, 1.0))


class TestFloatConverter(NumberContract):
    cls, own, optional, size = FloatConverter, Schema.FLOAT32_SCHEMA, Schema.OPTIONAL_FLOAT32_SCHEMA, 4
    fitting = (0.5, -0.0, float("inf"))
    refused = ((None, 0.5), (Schema.FLOAT64_SCHEMA, 0.5), (None, 1))


class TestDoubleConverter(NumberContract):
    cls, own, optional, size = DoubleConverter, Schema.FLOAT64_SCHEMA, Schema.OPTIONAL_FLOAT64_SCHEMA, 8
    fitting = (0.5, 1e300, float("-inf"))
    refused = ((None, Float32(0.5)), (Schema.FLOAT32_SCHEMA, 0.5), (None, 1))


@pytest.mark.parametrize(
    ("cls", "schema", "value", "data"),
    [
        (ShortConverter, Schema.INT16_SCHEMA, -2, b"\xff\xfe"),
        (ShortConverter, None, Int16(5), b"\x00\x05"),
        (IntegerConverter, Schema.INT32_SCHEMA, 5, b"\x00\x00\x00\x05"),
        (FloatConverter, Schema.FLOAT32_SCHEMA, 0.5, b"\x3f\x00\x00\x00"),
        (FloatConverter, Schema.FLOAT32_SCHEMA, 1e300, b"\x7f\x80\x00\x00"),
        (FloatConverter, None, Float32(0.5), b"\x3f\x00\x00\x00"),
        (DoubleConverter, None, 0.5, b"\x3f\xe0\x00\x00\x00\x00\x00\x00"),
    ],
)
def test_a_plain_number_has_the_width_its_schema_says(
    cls: type[Converter], schema: Schema | None, value: float, data: bytes
) -> None:
    assert cls().from_connect_data("t", schema, value) == data


@pytest.mark.parametrize(
    ("cls", "schema", "value", "java_class"),
    [
        (IntegerConverter, None, 5, "Long"),
        (IntegerConverter, Schema.INT32_SCHEMA, Int64(5), "Long"),
        (ShortConverter, Schema.INT16_SCHEMA, 40_000, "Long"),
        (FloatConverter, None, 0.5, "Double"),
        (DoubleConverter, Schema.FLOAT64_SCHEMA, Float32(0.5), "Float"),
    ],
)
def test_a_number_of_another_width_is_refused(
    cls: type[Converter], schema: Schema | None, value: float, java_class: str
) -> None:
    with pytest.raises(DataError, match=rf"Failed to serialize to \w+ \(was class java.lang.{java_class}\): "):
        cls().from_connect_data("t", schema, value)


def test_bytes_of_a_wrong_length_name_the_cause() -> None:
    with pytest.raises(DataError) as raised:
        IntegerConverter().to_connect_data("t", b"abc")

    assert format_trace(raised.value).startswith(
        "org.apache.kafka.connect.errors.DataException: Failed to deserialize integer: "
    )
    assert (
        "Caused by: org.apache.kafka.common.errors.SerializationException: "
        "Size of data received by IntegerDeserializer is not 4" in format_trace(raised.value)
    )


@pytest.mark.parametrize(
    ("encoding", "text", "data"),
    [
        ("UTF-8", "é\ud83d", b"\xc3\xa9?"),
        ("ISO-8859-1", "é😀", b"\xe9?"),
        ("US-ASCII", "é", b"?"),
        ("UTF-16", "a", b"\xfe\xff\x00a"),
        ("UTF-16", "", b""),
        ("UTF-16LE", "a\ud83d", b"a\x00\xfd\xff"),
        ("UTF-32", "a", b"\x00\x00\x00a"),
        ("UTF-32LE", "a", b"a\x00\x00\x00"),
        ("windows-1252", "€", b"\x80"),
    ],
)
def test_text_is_written_in_the_configured_character_set(encoding: str, text: str, data: bytes) -> None:
    converter = StringConverter()
    converter.configure({"converter.encoding": encoding}, is_key=False)

    assert converter.from_connect_data("t", None, text) == data
    assert converter.from_connect_batch([SourceRecord({}, {}, "t", value=text)], False) == [data]


@pytest.mark.parametrize(
    ("encoding", "data", "text"),
    [
        ("UTF-8", b"\xed\xa0\xbd", "\ufffd"),
        ("UTF-8", b"\xe2\x82a\xff", "\ufffda\ufffd"),
        ("UTF-16", b"\x00a", "a"),
        ("UTF-16", b"\xff\xfea\x00", "a"),
        ("UTF-16", b"\xfe\xff\x00a", "a"),
        ("UTF-16LE", b"\xff\xfea\x00", "\ufeffa"),
        ("UTF-32", b"\x00\x00\x00a", "a"),
        ("UTF-32", b"\xff\xfe\x00\x00a\x00\x00\x00", "a"),
        ("UTF-32LE", b"\xff\xfe\x00\x00a\x00\x00\x00", "a"),
        ("US-ASCII", b"\xc3\xa9", "\ufffd\ufffd"),
        ("latin1", b"\xe9", "é"),
    ],
)
def test_text_is_read_in_the_configured_character_set(encoding: str, data: bytes, text: str) -> None:
    converter = StringConverter()
    converter.configure({"converter.encoding": encoding}, is_key=False)

    assert converter.to_connect_data("t", data).value == text
    assert converter.to_connect_batch("t", [data, None])[0][1] == text


def test_no_character_set_means_the_usual_one() -> None:
    converter = StringConverter()
    converter.configure({"converter.encoding": None}, is_key=False)

    assert converter.from_connect_data("t", None, "é") == "é".encode()


@pytest.mark.parametrize("encoding", ["bogus-enc", "hex", " ", "-x", "idna", "undefined", "UTF-7"])
def test_an_unknown_character_set_stops_the_configuration(encoding: str) -> None:
    with pytest.raises(SerializationError, match="Unsupported encoding"):
        StringConverter().configure({"converter.encoding": encoding}, is_key=False)


class TestSimpleHeaderConverter(HeaderConverterContract):
    def make_converter(self) -> SimpleHeaderConverter:
        made = SimpleHeaderConverter()
        made.configure({"converter.type": "header"})
        return made

    def values(self) -> Sequence[tuple[Schema | None, Any]]:
        return [(Schema.STRING_SCHEMA, "text"), (Schema.BOOLEAN_SCHEMA, True), (Schema.STRING_SCHEMA, ""), (None, None)]


def test_a_header_too_deep_to_be_understood_stays_bytes(caplog: pytest.LogCaptureFixture) -> None:
    data = b"[" * 100_000

    with caplog.at_level(logging.WARNING):
        read = SimpleHeaderConverter().to_connect_header("t", "h", data)

    assert read in ((Schema.BYTES_SCHEMA, data), (Schema.STRING_SCHEMA, data.decode()))
