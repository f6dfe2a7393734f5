"""Between the JSON of the vectors and Connect data, in both directions.

The vectors name the exact class of every value. Numbers are read as tagged ones (Int8 ... Float32), so that a place which
takes only one width is tried with it; on the way back a plain `int` or `float` is what the schema at its place says, and
64 bits wide where there is none.
"""

from __future__ import annotations

import base64
import datetime
import decimal
from collections.abc import Mapping, Set
from typing import Any

from isthmus import (
    ConnectHeaders,
    Field,
    Float32,
    Float64,
    Header,
    Int8,
    Int16,
    Int32,
    Int64,
    Schema,
    SinkRecord,
    SourceRecord,
    Struct,
    TimestampType,
    logical,
)
from isthmus.keys import as_key
from isthmus.numbers import INT64_MAX, INT64_MIN, BigInteger

Json = Any

_TEMPORAL_TAGS = {logical.Date.LOGICAL_NAME: "date", logical.Time.LOGICAL_NAME: "time"}
_NUMBER_TAGS: dict[type, str] = {
    Int8: "int8",
    Int16: "int16",
    Int32: "int32",
    Int64: "int64",
    BigInteger: "bigint",
    Float32: "float32",
    Float64: "float64",
}
_READERS: dict[str, Any] = {
    "int8": Int8,
    "int16": Int16,
    "int32": Int32,
    "int64": Int64,
    "bigint": lambda digits: BigInteger(int(digits)),
    "float32": lambda text: Float32(float(text)),
    "float64": lambda text: Float64(float(text)),
    "boolean": bool,
    "string": str,
    "date": logical.date_value,
    "time": logical.time_value,
    "timestamp": logical.timestamp_value,
}


def decode_schema(json: Json) -> Schema | None:
    if json is None:
        return None
    fields = [Field(f["name"], f["index"], required_schema(f["schema"])) for f in json.get("fields", ())]
    key_schema, value_schema = decode_schema(json.get("keySchema")), decode_schema(json.get("valueSchema"))
    bare = Schema(Schema.Type[json["type"]], fields=fields, key_schema=key_schema, value_schema=value_schema)
    return Schema(
        bare.type,
        json["optional"],
        decode_value(json["default"], bare) if "default" in json else None,
        json.get("name"),
        json.get("version"),
        json.get("doc"),
        json.get("parameters"),
        fields,
        key_schema,
        value_schema,
    )


def required_schema(json: Json) -> Schema:
    schema = decode_schema(json)
    assert schema is not None
    return schema


def encode_schema(schema: Schema | None) -> Json:
    if schema is None:
        return None
    json = {
        "type": schema.type.name,
        "optional": schema.is_optional,
        "name": schema.name,
        "version": schema.version,
        "doc": schema.doc,
        "parameters": schema.parameters,
    }
    if schema.default_value is not None:
        json["default"] = encode_value(schema.default_value, schema)
    if schema.type is Schema.Type.STRUCT:
        json["fields"] = [
            {"name": field.name, "index": field.index, "schema": encode_schema(field.schema)} for field in schema.fields
        ]
    if schema.type is Schema.Type.MAP:
        json["keySchema"] = encode_schema(schema.key_schema)
    if schema.type in (Schema.Type.MAP, Schema.Type.ARRAY):
        json["valueSchema"] = encode_schema(schema.value_schema)
    return json


def decode_value(json: Json, schema: Schema | None = None) -> Any:
    """The value; `schema` is the one its place gives, needed for structs that do not bring their own."""
    tag = json["t"]
    if tag in _READERS:
        return _READERS[tag](json["v"])
    return _DECODERS[tag](json, schema)


def _decode_decimal(json: Json, _: Schema | None) -> decimal.Decimal:
    unscaled = decimal.Decimal(json["v"]).as_tuple()
    # "plain digits" of a negative scale have its zeros written out
    digits = unscaled.digits[: len(unscaled.digits) + json["scale"]] if json["scale"] < 0 else unscaled.digits
    return decimal.Decimal((unscaled.sign, digits or (0,), -json["scale"]))


def _decode_bytes(json: Json, _: Schema | None) -> Any:
    content = base64.b64decode(json["v"])
    return memoryview(content) if json.get("buffer") else content


def _decode_array(json: Json, schema: Schema | None) -> list[Any]:
    inner = schema.value_schema if schema is not None and schema.type is Schema.Type.ARRAY else None
    return [decode_value(element, inner) for element in json["v"]]


def _decode_map(json: Json, schema: Schema | None) -> dict[Any, Any]:
    keys, values = _map_schemas(schema)
    return {as_key(decode_value(key, keys)): decode_value(value, values) for key, value in json["v"]}


def _decode_struct(json: Json, schema: Schema | None) -> Struct:
    own = decode_schema(json.get("schema")) or schema
    assert own is not None
    inner = {field.name: field.schema for field in own.fields}
    # Unchecked: some vectors hold structs that Java lets stand half-filled.
    return Struct.of_checked(own, {name: decode_value(value, inner[name]) for name, value in json["v"].items()})


def _decode_other(json: Json, _: Schema | None) -> Any:
    """An object of a class that Connect does not know, with its text and its Java name."""
    text = json["v"]
    return type("Foreign", (), {"java_name": json["class"], "__str__": lambda self: text})()


_DECODERS: dict[str, Any] = {
    "null": lambda _json, _schema: None,
    "decimal": _decode_decimal,
    "bytes": _decode_bytes,
    "array": _decode_array,
    "set": lambda json, _: {decode_value(element) for element in json["v"]},
    "map": _decode_map,
    "struct": _decode_struct,
    "other": _decode_other,
}


def encode_value(value: Any, schema: Schema | None = None) -> Json:
    """The tagged JSON of a value; `schema` is the one its place gives."""
    if value is None:
        return {"t": "null"}
    if isinstance(value, bool):
        return {"t": "boolean", "v": value}
    if isinstance(value, str):
        return {"t": "string", "v": value}
    if isinstance(value, int | float):
        return _encode_number(value, schema)
    if isinstance(value, bytes | bytearray | memoryview):
        content = {"t": "bytes", "v": base64.b64encode(value).decode()}
        return {**content, "buffer": True} if isinstance(value, memoryview) else content
    if isinstance(value, decimal.Decimal):
        exponent = value.as_tuple().exponent
        assert isinstance(exponent, int)
        return {"t": "decimal", "v": f"{value:f}", "scale": -exponent}
    if isinstance(value, datetime.date | datetime.time | logical.Instant):
        tag = _TEMPORAL_TAGS.get(schema.name or "", "timestamp") if schema is not None else "timestamp"
        return {"t": tag, "v": logical.epoch_ms(value)}
    return _encode_container(value, schema)


def _encode_number(value: Any, schema: Schema | None) -> Json:
    tag = _NUMBER_TAGS.get(type(value))
    if tag is None and schema is not None and schema.type.value.startswith(("int", "float")):
        tag = schema.type.value
    if isinstance(value, float):
        return {"t": tag or "float64", "v": _java_float(value)}
    return {"t": tag or ("int64" if INT64_MIN <= value <= INT64_MAX else "bigint"), "v": int(value)}


def _java_float(value: float) -> str:
    return {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}.get(text := float.__repr__(value), text)


def _encode_container(value: Any, schema: Schema | None) -> Json:
    if isinstance(value, Struct):
        fields = {field.name: field.schema for field in value.schema.fields}
        raw = {
            name: encode_value(value.get_without_default(name), field_schema) for name, field_schema in fields.items()
        }
        return {"t": "struct", "v": raw, "schema": encode_schema(value.schema)}
    if isinstance(value, Mapping):
        keys, values = _map_schemas(schema)
        entries = [[encode_value(key, keys), encode_value(item, values)] for key, item in value.items()]
        return {"t": "map", "v": entries}
    if isinstance(value, list | tuple):
        inner = schema.value_schema if schema is not None and schema.type is Schema.Type.ARRAY else None
        return {"t": "array", "v": [encode_value(element, inner) for element in value]}
    if isinstance(value, Set):
        return {"t": "set", "v": [encode_value(element) for element in value]}
    return {"t": "other", "class": getattr(value, "java_name", type(value).__qualname__), "v": str(value)}


def _map_schemas(schema: Schema | None) -> tuple[Schema | None, Schema | None]:
    if schema is None or schema.type is not Schema.Type.MAP:
        return None, None
    return schema.key_schema, schema.value_schema


def encode_schema_and_value(schema: Schema | None, value: Any) -> Json:
    return {"schema": encode_schema(schema), "value": encode_value(value, schema)}


def decode_bytes(json: Json) -> bytes | None:
    """Bytes are given as base64, or as base64 in an object that shows the text as well."""
    if json is None:
        return None
    return base64.b64decode(json if isinstance(json, str) else json["base64"])


def encode_bytes(content: bytes | None) -> Json:
    return None if content is None else {"base64": base64.b64encode(content).decode()}


def decode_headers(json: Json) -> ConnectHeaders:
    headers = ConnectHeaders()
    for item in json:
        schema = decode_schema(item["schema"])
        headers.append(Header(item["key"], schema, decode_value(item["value"], schema)))
    return headers


def encode_headers(headers: ConnectHeaders) -> Json:
    return [{"key": header.key, **encode_schema_and_value(header.schema, header.value)} for header in headers]


def decode_record(json: Json) -> SinkRecord | SourceRecord:
    key_schema, value_schema = decode_schema(json["keySchema"]), decode_schema(json["valueSchema"])
    key, value = decode_value(json["key"], key_schema), decode_value(json["value"], value_schema)
    topic, partition, headers = json["topic"], json["kafkaPartition"], decode_headers(json["headers"])
    if json["kind"] == "source":
        source_partition, source_offset = decode_value(json["sourcePartition"]), decode_value(json["sourceOffset"])
        common = (topic, partition, key_schema, key, value_schema, value, json["timestamp"], headers)
        return SourceRecord(source_partition, source_offset, *common)
    offset, timestamp_type = json["kafkaOffset"], TimestampType[json["timestampType"]]
    original = (json.get("originalTopic", topic), json.get("originalKafkaPartition", partition), offset)
    place = (topic, partition, key_schema, key, value_schema, value, offset)
    return SinkRecord(*place, json["timestamp"], timestamp_type, headers, *original)


def encode_record(record: SinkRecord | SourceRecord | None) -> Json:
    if record is None:
        return None
    json = {
        "kind": "sink" if isinstance(record, SinkRecord) else "source",
        "topic": record.topic,
        "kafkaPartition": record.kafka_partition,
        "keySchema": encode_schema(record.key_schema),
        "key": encode_value(record.key, record.key_schema),
        "valueSchema": encode_schema(record.value_schema),
        "value": encode_value(record.value, record.value_schema),
        "timestamp": record.timestamp,
        "headers": encode_headers(record.headers),
    }
    if isinstance(record, SinkRecord):
        return {**json, "kafkaOffset": record.kafka_offset, "timestampType": record.timestamp_type.name}
    source = {"sourcePartition": record.source_partition, "sourceOffset": record.source_offset}
    return {**json, **{name: encode_value(value) for name, value in source.items()}}
