from __future__ import annotations

import copy
import datetime
import decimal
from typing import Any

import pytest

from isthmus import (
    DataError,
    Float32,
    Int8,
    Int16,
    Int32,
    Int64,
    Schema,
    SchemaBuilder,
    SchemaBuilderError,
    Struct,
    logical,
)
from isthmus.numbers import BigInteger

POINT = SchemaBuilder.struct().name("point").field("x", Schema.INT32_SCHEMA).field("y", Schema.INT32_SCHEMA).build()


def test_a_builder_says_everything_a_schema_can_have() -> None:
    schema = (
        SchemaBuilder.int16()
        .optional()
        .name("size")
        .version(2)
        .doc("in cm")
        .parameter("unit", "cm")
        .parameters({"a": "b"})
        .default_value(7)
        .build()
    )

    assert (schema.type, schema.is_optional, schema.default_value) == (Schema.Type.INT16, True, 7)
    assert (schema.name, schema.version, schema.doc) == ("size", 2, "in cm")
    assert schema.parameters == {"unit": "cm", "a": "b"}


def test_fields_are_numbered_in_the_order_of_definition() -> None:
    assert [(field.name, field.index) for field in POINT.fields] == [("x", 0), ("y", 1)]
    assert POINT.field("y") == POINT.fields[1]
    assert POINT.field("z") is None


def test_a_builder_may_stand_where_a_schema_is_expected() -> None:
    schema = SchemaBuilder.map(SchemaBuilder.string(), SchemaBuilder.array(SchemaBuilder.bool())).build()

    assert schema.key_schema == Schema.STRING_SCHEMA
    assert schema.value_schema == SchemaBuilder.array(Schema.BOOLEAN_SCHEMA).build()


def test_an_attribute_can_be_set_only_once() -> None:
    with pytest.raises(SchemaBuilderError, match="Invalid SchemaBuilder call: name has already been set"):
        SchemaBuilder.int8().name("a").name("b")


def test_a_second_default_is_refused_as_such_even_when_it_would_not_fit() -> None:
    with pytest.raises(SchemaBuilderError, match="Invalid SchemaBuilder call: default has already been set"):
        SchemaBuilder.int8().default_value(1).default_value("x")


def test_a_default_that_does_not_fit_is_refused_with_the_reason_as_its_cause() -> None:
    with pytest.raises(SchemaBuilderError, match="Invalid default value") as refused:
        SchemaBuilder.int8().default_value("x")

    assert str(refused.value.__cause__) == (
        "Invalid Java object for schema with type INT8: class java.lang.String for value"
    )


def test_a_struct_may_be_a_default() -> None:
    origin = Struct(POINT, x=0, y=0)

    builder = SchemaBuilder.struct().name("point").field("x", Schema.INT32_SCHEMA).field("y", Schema.INT32_SCHEMA)

    assert builder.default_value(origin).build().default_value == origin


@pytest.mark.parametrize("part", ["fields", "key_schema", "value_schema"])
def test_a_part_that_the_type_does_not_have_cannot_be_asked_for(part: str) -> None:
    with pytest.raises(DataError, match="Cannot l"):
        getattr(Schema.STRING_SCHEMA, part)


def test_a_schema_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="immutable"):
        Schema.STRING_SCHEMA.name = "other"


def test_copying_a_schema_gives_the_same_one() -> None:
    assert copy.deepcopy(POINT) is POINT


def test_schemas_are_equal_when_every_attribute_is() -> None:
    def build(doc: str) -> Schema:
        return SchemaBuilder.struct().field("a", SchemaBuilder.string().doc(doc)).build()

    assert build("x") == build("x")
    assert hash(build("x")) == hash(build("x"))
    assert build("x") != build("y")
    assert Schema.INT8_SCHEMA != "int8"


def test_defaults_of_another_scale_make_schemas_differ() -> None:
    def with_default(text: str) -> Schema:
        return logical.Decimal.builder(1).default_value(decimal.Decimal(text)).build()

    assert with_default("1.0") == with_default("1.0")
    assert with_default("1.0") != with_default("1.00")


def test_schemas_are_shown_as_kafka_connect_shows_them() -> None:
    assert str(Schema.INT32_SCHEMA) == "Schema{INT32}"
    assert str(POINT) == "Schema{point:STRUCT}"
    assert str(POINT.field("x")) == "Field{name=x, index=0, schema=Schema{INT32}}"


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (Schema.INT8_SCHEMA, -128),
        (Schema.INT8_SCHEMA, Int8(1)),
        (Schema.INT64_SCHEMA, 2**63 - 1),
        (Schema.FLOAT32_SCHEMA, 1.5),
        (Schema.FLOAT32_SCHEMA, Float32(1.5)),
        (Schema.BOOLEAN_SCHEMA, True),
        (Schema.BYTES_SCHEMA, bytearray(b"x")),
        (Schema.OPTIONAL_STRING_SCHEMA, None),
        (SchemaBuilder.array(Schema.INT16_SCHEMA).build(), [1, Int16(2)]),
        (SchemaBuilder.array(Schema.OPTIONAL_INT16_SCHEMA).build(), (1, None)),
        (SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.FLOAT64_SCHEMA).build(), {"a": 0.5}),
        (POINT, Struct(POINT, x=1, y=2)),
        (logical.Decimal.schema(2), decimal.Decimal("1.5")),
        (logical.Date.SCHEMA, datetime.date(2024, 1, 2)),
        (logical.Date.SCHEMA, datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC)),
        (logical.Time.SCHEMA, datetime.time(1, 2)),
        (logical.Timestamp.SCHEMA, datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC)),
        (logical.Timestamp.SCHEMA, logical.Instant(2**62)),
    ],
)
def test_a_value_that_fits_its_schema_is_valid(schema: Schema, value: Any) -> None:
    schema.validate(value)


@pytest.mark.parametrize(
    ("schema", "value", "found"),
    [
        (Schema.INT8_SCHEMA, 128, "java.lang.Long"),
        (Schema.INT8_SCHEMA, True, "java.lang.Boolean"),
        (Schema.INT32_SCHEMA, Int64(1), "java.lang.Long"),
        (Schema.INT64_SCHEMA, Int32(1), "java.lang.Integer"),
        (Schema.INT64_SCHEMA, 2**63, "java.math.BigInteger"),
        (Schema.INT64_SCHEMA, BigInteger(1), "java.math.BigInteger"),
        (Schema.FLOAT64_SCHEMA, 1, "java.lang.Long"),
        (Schema.FLOAT64_SCHEMA, Float32(1.5), "java.lang.Float"),
        (Schema.BOOLEAN_SCHEMA, 1, "java.lang.Long"),
        (Schema.STRING_SCHEMA, b"x", r"\[B"),
        (logical.Timestamp.SCHEMA, datetime.date(2024, 1, 2), "java.util.Date"),
        (logical.Timestamp.SCHEMA, 1, "java.lang.Long"),
        (POINT, {"x": 1, "y": 2}, "java.util.LinkedHashMap"),
    ],
)
def test_a_value_of_another_class_is_refused_under_its_java_name(schema: Schema, value: Any, found: str) -> None:
    with pytest.raises(DataError, match=f"with type {schema.type}: class {found} for value"):
        schema.validate(value)


@pytest.mark.parametrize(
    ("schema", "value", "note"),
    [
        (Schema.INT8_SCHEMA, 3000, " (3000 is not within -128 to 127)"),
        (Schema.INT64_SCHEMA, 2**63, f" ({2**63} is not within {-(2**63)} to {2**63 - 1})"),
        (Schema.INT8_SCHEMA, Int32(3000), ""),
        (Schema.INT8_SCHEMA, BigInteger(3000), ""),
        (Schema.STRING_SCHEMA, 3000, ""),
        (logical.Date.SCHEMA, 3000, ""),
    ],
)
def test_a_number_out_of_range_is_told_with_the_range(schema: Schema, value: int, note: str) -> None:
    with pytest.raises(DataError) as raised:
        Schema.validate_value(schema, value, "port")
    assert str(raised.value).partition(' for field: "port"')[2] == note


def test_a_refusal_says_where_in_a_container_the_value_is() -> None:
    schema = SchemaBuilder.map(Schema.STRING_SCHEMA, SchemaBuilder.array(Schema.INT8_SCHEMA)).build()

    with pytest.raises(DataError) as refused:
        Schema.validate_value(schema, {"a": [1, "x"]}, "sizes")

    assert str(refused.value) == (
        "Invalid Java object for schema with type INT8: class java.lang.String "
        'for element of array value of map field: "sizes"'
    )


def test_none_is_refused_where_it_is_not_optional() -> None:
    with pytest.raises(DataError, match="null used for required value, schema type: STRING"):
        Schema.STRING_SCHEMA.validate(None)


def test_a_struct_of_another_schema_is_refused() -> None:
    other = SchemaBuilder.struct().field("x", Schema.INT32_SCHEMA).build()

    with pytest.raises(DataError, match="Struct schemas do not match"):
        POINT.validate(Struct(other, x=1))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, Schema.Type.INT64),
        (Int8(5), Schema.Type.INT8),
        (True, Schema.Type.BOOLEAN),
        (Float32(1.5), Schema.Type.FLOAT32),
        (1.5, Schema.Type.FLOAT64),
        ({}, Schema.Type.MAP),
        (Struct(POINT), Schema.Type.STRUCT),
        (decimal.Decimal(1), None),
        (datetime.date(2024, 1, 2), None),
        ({1, 2}, None),
    ],
)
def test_a_value_without_schema_has_the_type_of_its_class(value: Any, expected: Schema.Type | None) -> None:
    assert Schema.type_of(value) is expected
