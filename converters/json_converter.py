"""JsonConverter: Connect's data as JSON, by default in an envelope with its schema (org.apache.kafka.connect.json).

What is quick here: schemas are told by identity when writing and by the bytes in front of the payload when reading, so
that neither is made or parsed for each record; and a batch of plain texts is written, or read, as one string.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, Final

from converters import jackson
from converters.any_role_converter import AnyRoleConverter
from converters.errors import SerializationError
from converters.json_documents import DocumentReader
from converters.json_envelopes import EnvelopeWriter
from converters.json_reading import MapOrders, ReadSettings
from converters.json_schemas import schema_from_tree
from converters.json_writing import WriteSettings
from isthmus import (
    ConfigDef,
    ConnectHeaders,
    ConverterConfig,
    DataError,
    Schema,
    SchemaAndValue,
    SchemaAndValues,
    SinkRecord,
    SourceRecord,
)

# A batch is worked on in portions: what is put together to be looked at as a whole then stays small enough for the
# processor's cache, and for memory that is at hand.
_PORTION: Final = 100
_BAD_SCHEMA: Final = "Failed to parse schema in converter config due to serialization error: "


class JsonConverter(AnyRoleConverter):
    """Writes and reads JSON. Configure before use."""

    class_names = ("org.apache.kafka.connect.json.JsonConverter",)

    SCHEMAS_ENABLE_CONFIG: Final = "schemas.enable"
    SCHEMAS_CACHE_SIZE_CONFIG: Final = "schemas.cache.size"
    SCHEMA_CONTENT_CONFIG: Final = "schema.content"
    DECIMAL_FORMAT_CONFIG: Final = "decimal.format"
    REPLACE_NULL_WITH_DEFAULT_CONFIG: Final = "replace.null.with.default"

    CONFIG = (
        ConverterConfig.new_config_def()
        .define(
            SCHEMAS_ENABLE_CONFIG,
            ConfigDef.Type.BOOLEAN,
            default=True,
            importance=ConfigDef.Importance.HIGH,
            documentation="Whether each document carries its schema: an envelope with the members schema and payload.",
            group="Schemas",
            order_in_group=0,
            width=ConfigDef.Width.MEDIUM,
            display_name="Enable Schemas",
        )
        .define(
            SCHEMAS_CACHE_SIZE_CONFIG,
            ConfigDef.Type.INT,
            default=1000,
            importance=ConfigDef.Importance.HIGH,
            documentation="How many schemas to keep ready for use, in each direction.",
            group="Schemas",
            order_in_group=1,
            width=ConfigDef.Width.MEDIUM,
            display_name="Schema Cache Size",
        )
        .define(
            SCHEMA_CONTENT_CONFIG,
            ConfigDef.Type.STRING,
            default=None,
            importance=ConfigDef.Importance.HIGH,
            documentation="The schema, as in an envelope, of documents that come without one. Used when reading, and "
            "only with schemas.enable; the whole document is then the payload.",
            group="Schemas",
            order_in_group=2,
            width=ConfigDef.Width.MEDIUM,
            display_name="Schema Content",
        )
        .define(
            DECIMAL_FORMAT_CONFIG,
            ConfigDef.Type.STRING,
            default="BASE64",
            validator=ConfigDef.CaseInsensitiveValidString.in_("NUMERIC", "BASE64"),
            importance=ConfigDef.Importance.LOW,
            documentation="How decimals are written: BASE64 (bytes of the unscaled number) or NUMERIC (a JSON number). "
            "Both are read, whatever is set here.",
            group="Serialization",
            order_in_group=0,
            width=ConfigDef.Width.MEDIUM,
            display_name="Decimal Format",
        )
        .define(
            REPLACE_NULL_WITH_DEFAULT_CONFIG,
            ConfigDef.Type.BOOLEAN,
            default=True,
            importance=ConfigDef.Importance.LOW,
            documentation="Whether the default of a field stands in for null.",
            group="Serialization",
            order_in_group=1,
            width=ConfigDef.Width.MEDIUM,
            display_name="Replace null with default",
        )
    )

    def configure_parsed(self, config: Mapping[str, Any]) -> None:
        has_schemas: bool = config[self.SCHEMAS_ENABLE_CONFIG]
        cache_size: int = config[self.SCHEMAS_CACHE_SIZE_CONFIG]
        replace_null: bool = config[self.REPLACE_NULL_WITH_DEFAULT_CONFIG]
        is_numeric = config[self.DECIMAL_FORMAT_CONFIG].upper() == "NUMERIC"
        reading = ReadSettings(replace_null, MapOrders())
        schema = _schema_of_content(config[self.SCHEMA_CONTENT_CONFIG], reading)
        if not has_schemas:
            schema = None
        self._writer = EnvelopeWriter(WriteSettings(is_numeric, replace_null), has_schemas, cache_size)
        self._reader = DocumentReader(reading, has_schemas and schema is None, schema, cache_size)

    def from_connect_data(
        self, topic: str, schema: Schema | None, value: Any, headers: ConnectHeaders | None = None
    ) -> bytes | None:
        if value is None and schema is None:
            return None
        return self._writer.write(schema, value)

    def to_connect_data(self, topic: str, data: bytes | None, headers: ConnectHeaders | None = None) -> SchemaAndValue:
        return SchemaAndValue.NULL if data is None else SchemaAndValue(*self._reader.read(data))

    def from_connect_batch(self, records: Sequence[SourceRecord | SinkRecord], is_key: bool) -> list[bytes | None]:
        documents: list[bytes | None] = []
        for start in range(0, len(records), _PORTION):
            documents += self._write_portion(records[start : start + _PORTION], is_key)
        return documents

    def _write_portion(self, records: Sequence[SourceRecord | SinkRecord], is_key: bool) -> Sequence[bytes | None]:
        if is_key:
            schemas, values = [r.key_schema for r in records], [r.key for r in records]
        else:
            schemas, values = [r.value_schema for r in records], [r.value for r in records]
        first = schemas[0]
        has_null_records = first is None and None in values  # those have no document, and not even an envelope
        if schemas.count(first) < len(schemas) or has_null_records:
            return super().from_connect_batch(records, is_key)
        return self._writer.write_batch(first, values)

    def to_connect_batch(
        self, topic: str, raw: Sequence[bytes | None], headers: Sequence[ConnectHeaders] | None = None
    ) -> Sequence[tuple[Schema | None, Any]]:
        return _joined(
            [self._reader.read_batch(raw[start : start + _PORTION]) for start in range(0, len(raw), _PORTION)]
        )


def _joined(portions: Sequence[Sequence[tuple[Schema | None, Any]]]) -> Sequence[tuple[Schema | None, Any]]:
    """One sequence of all; it stays one column of values where the schema is the same throughout."""
    if len(portions) == 1:
        return portions[0]
    columns = [portion for portion in portions if isinstance(portion, SchemaAndValues)]
    if columns and len(columns) == len(portions) and all(column.schema is columns[0].schema for column in columns):
        return SchemaAndValues(columns[0].schema, list(chain.from_iterable(column.values for column in columns)))
    return list(chain.from_iterable(portions))


def _schema_of_content(content: str | None, settings: ReadSettings) -> Schema | None:
    if not content:
        return None
    try:
        tree = jackson.parse(content.encode())
    except ValueError as error:
        raise DataError(_BAD_SCHEMA) from SerializationError(str(error))
    return schema_from_tree(tree, settings)
