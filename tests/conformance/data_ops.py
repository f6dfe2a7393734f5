"""Connect data: ConnectSchema, SchemaBuilder, Struct, SchemaProjector, logical types, headers, records, Values."""

from __future__ import annotations

from typing import Any

from isthmus import (
    ConnectHeaders,
    Float32,
    Int8,
    Int16,
    Int32,
    Schema,
    SchemaAndValue,
    SchemaBuilder,
    SchemaProjector,
    Struct,
    logical,
    values,
)
from isthmus.logical import Date, Decimal, Time, Timestamp, epoch_ms
from isthmus.numbers import BigInteger
from tests.conformance.codec import (
    decode_bytes,
    decode_record,
    decode_schema,
    decode_value,
    encode_bytes,
    encode_headers,
    encode_schema,
    encode_schema_and_value,
    encode_value,
    required_schema,
)
from tests.conformance.registry import Operation, Vector


def _validate_value(vector: Vector) -> str:
    schema = required_schema(vector["schema"])
    Schema.validate_value(schema, decode_value(vector["value"], schema), vector.get("name"))
    return "valid"


def _field(vector: Vector) -> str | None:
    field = required_schema(vector["schema"]).field("a")
    return None if field is None else str(field)


def _schema_type(vector: Vector) -> str | None:
    found = Schema.type_of(_SAMPLES[vector["class"]])
    return None if found is None else found.name


_SAMPLES: dict[str, Any] = {
    "java.lang.Byte": Int8(1),
    "java.lang.Short": Int16(1),
    "java.lang.Integer": Int32(1),
    "java.lang.Long": 1,
    "java.lang.Float": Float32(1.5),
    "java.lang.Double": 1.5,
    "java.lang.Boolean": True,
    "java.lang.String": "",
    "[B": b"",
    "byte[]": b"",
    "java.nio.ByteBuffer": memoryview(b""),
    "java.nio.HeapByteBuffer": memoryview(b""),
    "java.math.BigDecimal": Decimal.to_logical(Decimal.schema(0), b"\0"),
    "java.math.BigInteger": BigInteger(1),
    "java.util.Date": logical.timestamp_value(0),
    "java.util.ArrayList": [],
    "java.util.List": [],
    "java.util.LinkedHashMap": {},
    "java.util.HashMap": {},
    "java.util.Map": {},
    "java.util.HashSet": set(),
    "java.util.LinkedHashSet": set(),
    "org.apache.kafka.connect.data.Struct": Struct(SchemaBuilder.struct().build()),
    "java.lang.Object": object(),
    "java.lang.Character": object(),
    "java.lang.Void": None,
}


def _build(vector: Vector) -> Any:
    builder: Any = SchemaBuilder
    for name, *arguments in vector["calls"]:
        builder = _BUILDER_CALLS[name](builder, *map(_argument, arguments))
    schema = builder.build()
    return {"schema": encode_schema(schema), "toString": str(schema)}


def _argument(json: Any) -> Any:
    return decode_schema(json["schema"]) if "schema" in json and "t" not in json else decode_value(json)


def _looked_at(builder: SchemaBuilder, look: Any) -> SchemaBuilder:
    """Java's builder can be asked like a schema; ours is built first."""
    look(builder.build())
    return builder


_BUILDER_CALLS: dict[str, Any] = {
    "type": lambda _, name: SchemaBuilder.type(Schema.Type[name]),
    "array": lambda _, inner: SchemaBuilder.array(inner),
    "map": lambda _, keys, values: SchemaBuilder.map(keys, values),
    "decimal": lambda _, scale: Decimal.builder(scale),
    "date": lambda _: Date.builder(),
    "time": lambda _: Time.builder(),
    "timestamp": lambda _: Timestamp.builder(),
    "optional": lambda builder: builder.optional(),
    "required": lambda builder: builder.required(),
    "name": lambda builder, name: builder.name(name),
    "version": lambda builder, version: builder.version(version if version is None else int(version)),
    "doc": lambda builder, doc: builder.doc(doc),
    "parameter": lambda builder, key, value: builder.parameter(key, value),
    "parameters": lambda builder, parameters: builder.parameters(parameters),
    "defaultValue": lambda builder, value: builder.default_value(value),
    "field": lambda builder, name, schema: builder.field(name, schema),
    "getField": lambda builder, name: _looked_at(builder, lambda schema: schema.field(name)),
    "fields": lambda builder: _looked_at(builder, lambda schema: schema.fields),
    "keySchema": lambda builder: builder,
    "valueSchema": lambda builder: builder,
}


def _struct(vector: Vector) -> Struct:
    struct = decode_value(vector["value"], required_schema(vector["schema"]))
    assert isinstance(struct, Struct)
    return struct


def _getter(name: str) -> Operation:
    def get(vector: Vector) -> Any:
        struct = _struct(vector)
        value = getattr(struct, name)(vector["field"])
        field = struct.schema.field(vector["field"])
        return encode_value(value, field.schema if field else None)

    return get


def _get_bytes(vector: Vector) -> Any:
    return encode_value(_struct(vector).get_bytes(vector["field"]))


def _put(vector: Vector) -> Any:
    schema = required_schema(vector["schema"])
    field = schema.field(vector["field"])
    value = decode_value(vector["putValue"], field.schema if field else None)
    return encode_value(Struct(schema).put(vector["field"], value), schema)


def _validate_struct(vector: Vector) -> str:
    _struct(vector).validate()
    return "valid"


def _project(vector: Vector) -> Any:
    source, target = required_schema(vector["source"]), required_schema(vector["target"])
    return encode_value(SchemaProjector.project(source, decode_value(vector["value"], source), target), target)


def _decimal_schema(vector: Vector) -> Schema:
    return decode_schema(vector.get("schema")) or Decimal.schema(vector["scale"])


def _headers(vector: Vector) -> Any:
    headers = ConnectHeaders()
    for name, *arguments in vector["calls"]:
        _HEADER_CALLS[name](headers, *map(decode_value, arguments))
    last = headers.last_with_name("k")
    return {
        "headers": encode_headers(headers),
        "size": len(headers),
        "lastK": None if last is None else encode_value(last.value, last.schema),
        "allK": [encode_value(header.value, header.schema) for header in headers.all_with_name("k")],
        "toString": _shown(headers, any(name.startswith("add") for name, *_ in vector["calls"])),
    }


def _shown(headers: ConnectHeaders, were_filled: bool) -> str:
    """Java shows headers that were emptied as `[]` and those never filled as nothing; to us both are the same."""
    return "ConnectHeaders(headers=[])" if were_filled and not headers else str(headers)


_INTEGERS = SchemaBuilder.array(Schema.INT32_SCHEMA).build()
_INTEGERS_BY_NAME = SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT32_SCHEMA).build()

_HEADER_CALLS: dict[str, Any] = {
    "addString": ConnectHeaders.add_string,
    "addBytes": ConnectHeaders.add_bytes,
    "addBoolean": ConnectHeaders.add_boolean,
    "addByte": ConnectHeaders.add_byte,
    "addShort": ConnectHeaders.add_short,
    "addInt": ConnectHeaders.add_int,
    "addLong": ConnectHeaders.add_long,
    "addFloat": ConnectHeaders.add_float,
    "addDouble": ConnectHeaders.add_double,
    "addDecimal": ConnectHeaders.add_decimal,
    "addDate": ConnectHeaders.add_date,
    "addTime": ConnectHeaders.add_time,
    "addTimestamp": ConnectHeaders.add_timestamp,
    "addList": lambda headers, key, value: headers.add_list(key, value, _INTEGERS),
    "addMap": lambda headers, key, value: headers.add_map(key, value, _INTEGERS_BY_NAME),
    "addStruct": ConnectHeaders.add_struct,
    "addBad": lambda headers, key, value: headers.add(key, value, Schema.INT32_SCHEMA),
    "addNullKey": lambda headers, _: headers.add_string(None, "v"),
    "remove": ConnectHeaders.remove,
    "retainLatest": ConnectHeaders.retain_latest,
    "retainLatestAll": ConnectHeaders.retain_latest,
    "clear": ConnectHeaders.clear,
}


def _parse_string(vector: Vector) -> Any:
    parsed = values.parse_string(vector["text"])
    if parsed == SchemaAndValue.NULL and vector["text"] is not None:
        return None  # Java gives no pair at all for the text "null"; whoever calls takes that for two nulls
    return encode_schema_and_value(*parsed)


def _conversion(convert: Any, result: Schema | None) -> Operation:
    """`result`: the schema that says which width the result is of."""

    def operation(vector: Vector) -> Any:
        schema = decode_schema(vector["schema"])
        return encode_value(convert(schema, decode_value(vector["value"], schema)), result)

    return operation


def _convert_to_decimal(vector: Vector) -> Any:
    schema = decode_schema(vector["schema"])
    return encode_value(values.convert_to_decimal(schema, decode_value(vector["value"], schema), vector["scale"]))


OPS: dict[tuple[str, str], Operation] = {
    ("ConnectSchema", "validateValue"): _validate_value,
    ("ConnectSchema", "equals"): lambda v: required_schema(v["left"]) == required_schema(v["right"]),
    ("ConnectSchema", "toString"): lambda v: str(required_schema(v["schema"])),
    ("ConnectSchema", "fields"): lambda v: [str(field) for field in required_schema(v["schema"]).fields],
    ("ConnectSchema", "field"): _field,
    ("ConnectSchema", "keySchema"): lambda v: encode_schema(required_schema(v["schema"]).key_schema),
    ("ConnectSchema", "valueSchema"): lambda v: encode_schema(required_schema(v["schema"]).value_schema),
    ("ConnectSchema", "schemaType"): _schema_type,
    ("SchemaBuilder", "build"): _build,
    ("Struct", "new"): lambda v: encode_value(Struct(required_schema(v["schema"]))),
    ("Struct", "get"): _getter("get"),
    ("Struct", "getWithoutDefault"): _getter("get_without_default"),
    ("Struct", "getInt8"): _getter("get_int8"),
    ("Struct", "getInt16"): _getter("get_int16"),
    ("Struct", "getInt32"): _getter("get_int32"),
    ("Struct", "getInt64"): _getter("get_int64"),
    ("Struct", "getFloat32"): _getter("get_float32"),
    ("Struct", "getFloat64"): _getter("get_float64"),
    ("Struct", "getBoolean"): _getter("get_boolean"),
    ("Struct", "getString"): _getter("get_string"),
    ("Struct", "getBytes"): _get_bytes,
    ("Struct", "getArray"): _getter("get_array"),
    ("Struct", "getMap"): _getter("get_map"),
    ("Struct", "getStruct"): _getter("get_struct"),
    ("Struct", "put"): _put,
    ("Struct", "validate"): _validate_struct,
    ("Struct", "toString"): lambda v: str(_struct(v)),
    ("Struct", "equals"): lambda v: _struct(v["left"]) == _struct(v["right"]),
    ("SchemaProjector", "project"): _project,
    ("Decimal", "fromLogical"): lambda v: encode_bytes(
        Decimal.from_logical(_decimal_schema(v), decode_value(v["value"]))
    ),
    ("Decimal", "toLogical"): lambda v: encode_value(
        Decimal.to_logical(_decimal_schema(v), decode_bytes(v["bytes"]) or b"")
    ),
    ("ConnectHeaders", "sequence"): _headers,
    ("Values", "parseString"): _parse_string,
    ("Values", "inferSchema"): lambda v: encode_schema(values.infer_schema(decode_value(v["value"]))),
    ("Values", "convertToBoolean"): _conversion(values.convert_to_boolean, Schema.BOOLEAN_SCHEMA),
    ("Values", "convertToByte"): _conversion(values.convert_to_byte, Schema.INT8_SCHEMA),
    ("Values", "convertToShort"): _conversion(values.convert_to_short, Schema.INT16_SCHEMA),
    ("Values", "convertToInteger"): _conversion(values.convert_to_integer, Schema.INT32_SCHEMA),
    ("Values", "convertToLong"): _conversion(values.convert_to_long, Schema.INT64_SCHEMA),
    ("Values", "convertToFloat"): _conversion(values.convert_to_float, Schema.FLOAT32_SCHEMA),
    ("Values", "convertToDouble"): _conversion(values.convert_to_double, Schema.FLOAT64_SCHEMA),
    ("Values", "convertToString"): _conversion(values.convert_to_string, Schema.STRING_SCHEMA),
    ("Values", "convertToList"): _conversion(values.convert_to_list, None),
    ("Values", "convertToMap"): _conversion(values.convert_to_map, None),
    ("Values", "convertToStruct"): _conversion(values.convert_to_struct, None),
    ("Values", "convertToDate"): _conversion(values.convert_to_date, Date.SCHEMA),
    ("Values", "convertToTime"): _conversion(values.convert_to_time, Time.SCHEMA),
    ("Values", "convertToTimestamp"): _conversion(values.convert_to_timestamp, Timestamp.SCHEMA),
    ("Values", "convertToDecimal"): _convert_to_decimal,
    ("SinkRecord", "toString"): lambda v: str(decode_record(v["record"])),
    ("SourceRecord", "toString"): lambda v: str(decode_record(v["record"])),
}


def _logical_operations(cls: Any, value_of_ms: Any) -> dict[tuple[str, str], Operation]:
    def schema(vector: Vector) -> Schema:
        return decode_schema(vector.get("schema")) or cls.SCHEMA

    return {
        (cls.__name__, "fromLogical"): lambda v: cls.from_logical(schema(v), value_of_ms(v["value"])),
        (cls.__name__, "toLogical"): lambda v: epoch_ms(cls.to_logical(schema(v), v["value"])),
    }


OPS |= _logical_operations(Date, logical.date_value)
OPS |= _logical_operations(Time, logical.time_value)
OPS |= _logical_operations(Timestamp, logical.timestamp_value)
