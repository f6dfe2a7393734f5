"""Operations of the built-in converters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from converters.boolean_converter import BooleanConverter
from converters.byte_array_converter import ByteArrayConverter
from converters.json_converter import JsonConverter
from converters.number_converters import (
    DoubleConverter,
    FloatConverter,
    IntegerConverter,
    LongConverter,
    ShortConverter,
)
from converters.simple_header_converter import SimpleHeaderConverter
from converters.string_converter import StringConverter
from isthmus import Converter, ConverterConfig, HeaderConverter
from tests.conformance.codec import (
    decode_bytes,
    decode_schema,
    decode_value,
    encode_bytes,
    encode_schema_and_value,
)

Vector = dict[str, Any]

_DATA_CONVERTERS: tuple[type[Any], ...] = (
    JsonConverter,
    StringConverter,
    ByteArrayConverter,
    ShortConverter,
    IntegerConverter,
    LongConverter,
    FloatConverter,
    DoubleConverter,
    BooleanConverter,
)


def _configured(cls: type[Any], vector: Vector) -> Any:
    """As the runtime configures it; the vectors of the other converters leave the type out."""
    converter = cls()
    config: Mapping[str, str] = vector.get("config") or {}
    if cls is JsonConverter or not isinstance(converter, Converter):
        converter.configure(config)
    else:
        converter.configure(config, is_key=config.get(ConverterConfig.TYPE_CONFIG) == "key")
    return converter


def _configure(cls: type[Any]) -> Callable[[Vector], Any]:
    def run(vector: Vector) -> Any:
        _configured(cls, vector)

    return run


def _from_connect_data(cls: type[Any]) -> Callable[[Vector], Any]:
    def run(vector: Vector) -> Any:
        converter: Converter = _configured(cls, vector)
        schema = decode_schema(vector["schema"])
        return encode_bytes(converter.from_connect_data(vector["topic"], schema, decode_value(vector["value"], schema)))

    return run


def _to_connect_data(cls: type[Any]) -> Callable[[Vector], Any]:
    def run(vector: Vector) -> Any:
        converter: Converter = _configured(cls, vector)
        return encode_schema_and_value(*converter.to_connect_data(vector["topic"], decode_bytes(vector["bytes"])))

    return run


def _from_connect_header(cls: type[Any]) -> Callable[[Vector], Any]:
    def run(vector: Vector) -> Any:
        converter: HeaderConverter = _configured(cls, vector)
        schema = decode_schema(vector["schema"])
        value = decode_value(vector["value"], schema)
        return encode_bytes(converter.from_connect_header(vector["topic"], vector["headerKey"], schema, value))

    return run


def _to_connect_header(cls: type[Any]) -> Callable[[Vector], Any]:
    def run(vector: Vector) -> Any:
        converter: HeaderConverter = _configured(cls, vector)
        data = decode_bytes(vector["bytes"])
        return encode_schema_and_value(*converter.to_connect_header(vector["topic"], vector["headerKey"], data))

    return run


_HEADER_FORMS = {
    "configure": _configure,
    "fromConnectHeader": _from_connect_header,
    "toConnectHeader": _to_connect_header,
}
_ALL_FORMS = {**_HEADER_FORMS, "fromConnectData": _from_connect_data, "toConnectData": _to_connect_data}

OPS: dict[tuple[str, str], Callable[[Vector], Any]] = {
    **{(cls.__name__, op): form(cls) for cls in _DATA_CONVERTERS for op, form in _ALL_FORMS.items()},
    **{("SimpleHeaderConverter", op): form(SimpleHeaderConverter) for op, form in _HEADER_FORMS.items()},
}
