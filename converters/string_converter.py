"""StringConverter: any value as its text, as Java's `toString` gives it (org.apache.kafka.connect.storage)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any, ClassVar, Final

from converters.any_role_converter import AnyRoleConverter
from converters.charset import charset
from isthmus import (
    ConfigDef,
    ConnectHeaders,
    ConverterConfig,
    Schema,
    SchemaAndValue,
    SchemaAndValues,
    SinkRecord,
    SourceRecord,
)
from isthmus.text import to_text

_SCHEMA: Final = Schema.OPTIONAL_STRING_SCHEMA


class StringConverter(AnyRoleConverter):
    """Writes every value as text and reads text back as an optional string."""

    class_names = ("org.apache.kafka.connect.storage.StringConverter",)

    ENCODING_CONFIG: ClassVar[str] = "converter.encoding"
    CONFIG: ClassVar[ConfigDef] = ConverterConfig.new_config_def().define(
        ENCODING_CONFIG,
        ConfigDef.Type.STRING,
        default="UTF-8",
        importance=ConfigDef.Importance.HIGH,
        documentation="Character set of the text in Kafka, by its Java name.",
        width=ConfigDef.Width.MEDIUM,
        display_name="Encoding",
    )

    def __init__(self) -> None:
        self._charset = charset("UTF-8")

    def configure_parsed(self, config: Mapping[str, Any]) -> None:
        encoding: str | None = config[self.ENCODING_CONFIG]
        if encoding is not None:
            self._charset = charset(encoding)

    def from_connect_data(
        self, topic: str, schema: Schema | None, value: Any, headers: ConnectHeaders | None = None
    ) -> bytes | None:
        return None if value is None else self._charset.encode(to_text(value, schema))

    def to_connect_data(self, topic: str, data: bytes | None, headers: ConnectHeaders | None = None) -> SchemaAndValue:
        return SchemaAndValue(_SCHEMA, None if data is None else self._charset.decode(data))

    def from_connect_batch(self, records: Sequence[SourceRecord | SinkRecord], is_key: bool) -> list[bytes | None]:
        values = map(_KEY if is_key else _VALUE, records)
        if self._charset.is_utf_8:
            try:
                return list(map(str.encode, values))
            except (TypeError, UnicodeEncodeError):
                pass  # another type than text, None, or half a surrogate pair: value by value
        return super().from_connect_batch(records, is_key)

    def to_connect_batch(
        self, topic: str, raw: Sequence[bytes | None], headers: Sequence[ConnectHeaders] | None = None
    ) -> Sequence[tuple[Schema | None, Any]]:
        if self._charset.is_utf_8:
            try:
                return SchemaAndValues(_SCHEMA, list(map(bytes.decode, raw)))  # type: ignore[arg-type]  # None: see below
            except (TypeError, UnicodeDecodeError):
                pass  # None, or malformed text: value by value
        return super().to_connect_batch(topic, raw, headers)


_KEY: Final = attrgetter("key")
_VALUE: Final = attrgetter("value")
