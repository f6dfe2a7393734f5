from __future__ import annotations

import copy
import datetime
import decimal
from typing import Any

import pytest

from isthmus import DataError, Int32, Schema, SchemaBuilder, Struct, logical

TICK = (
    SchemaBuilder.struct()
    .name("tick")
    .field("clock", Schema.STRING_SCHEMA)
    .field("number", SchemaBuilder.int64().default_value(10))
    .field("note", Schema.OPTIONAL_STRING_SCHEMA)
    .build()
)


def test_fields_are_given_by_name_and_read_by_name() -> None:
    tick = Struct(TICK, clock="a", number=1)

    assert (tick["clock"], tick.get("number"), tick["note"]) == ("a", 1, None)


def test_a_field_may_have_any_name() -> None:
    schema = SchemaBuilder.struct().field("self", Schema.INT8_SCHEMA).field("a.b", Schema.INT8_SCHEMA).build()

    struct = Struct(schema, self=1, **{"a.b": 2})

    assert (struct["self"], struct["a.b"]) == (1, 2)


def test_a_missing_value_reads_as_the_default_unless_asked_without() -> None:
    tick = Struct(TICK, clock="a")

    assert tick["number"] == 10
    assert tick.get_without_default("number") is None


def test_values_can_be_put_later_one_after_the_other() -> None:
    tick = Struct(TICK).put("clock", "b").put("number", Int32(3) + 1)
    tick["note"] = "late"

    assert str(tick) == "Struct{clock=b,number=4,note=late}"


@pytest.mark.parametrize("value", [1, None])
def test_a_value_that_does_not_fit_is_refused_when_it_is_given(value: Any) -> None:
    with pytest.raises(DataError, match='field: "clock"'):
        Struct(TICK, clock=value)
    with pytest.raises(DataError, match='field: "clock"'):
        Struct(TICK)["clock"] = value


def test_a_name_that_is_no_field_is_refused() -> None:
    with pytest.raises(DataError, match="nope is not a valid field name"):
        Struct(TICK, nope=1)
    with pytest.raises(DataError, match="nope is not a valid field name"):
        Struct(TICK)["nope"]


def test_only_a_struct_schema_makes_structs() -> None:
    with pytest.raises(DataError, match=r"Not a struct schema: Schema\{STRING\}"):
        Struct(Schema.STRING_SCHEMA)


def test_validation_finds_what_is_required_and_missing() -> None:
    Struct(TICK, clock="a").validate()

    with pytest.raises(DataError, match='null used for required field: "clock"'):
        Struct(TICK, number=1).validate()


def test_typed_getters_check_the_schema_and_give_no_default() -> None:
    tick = Struct(TICK, clock="a")

    assert tick.get_string("clock") == "a"
    assert tick.get_int64("number") is None
    with pytest.raises(DataError, match="Field 'clock' is not of type INT64"):
        tick.get_int64("clock")


def test_a_typed_getter_of_the_base_type_does_not_give_a_logical_value() -> None:
    schema = SchemaBuilder.struct().field("at", logical.Timestamp.SCHEMA).build()
    struct = Struct(schema, at=datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC))

    with pytest.raises(DataError, match=r"holds java\.util\.Date"):
        struct.get_int64("at")


def test_every_typed_getter_gives_what_was_put() -> None:
    inner = Struct(TICK, clock="c")
    values = {
        "int8": 1,
        "int16": 2,
        "int32": 3,
        "float32": 0.5,
        "float64": 1.5,
        "boolean": True,
        "bytes": b"b",
        "array": [1],
        "map": {"a": 1},
        "struct": inner,
    }
    schema = (
        SchemaBuilder.struct()
        .field("int8", Schema.INT8_SCHEMA)
        .field("int16", Schema.INT16_SCHEMA)
        .field("int32", Schema.INT32_SCHEMA)
        .field("float32", Schema.FLOAT32_SCHEMA)
        .field("float64", Schema.FLOAT64_SCHEMA)
        .field("boolean", Schema.BOOLEAN_SCHEMA)
        .field("bytes", Schema.BYTES_SCHEMA)
        .field("array", SchemaBuilder.array(Schema.INT64_SCHEMA))
        .field("map", SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT64_SCHEMA))
        .field("struct", TICK)
        .build()
    )
    struct = Struct(schema, **values)

    assert {name: getattr(struct, f"get_{name}")(name) for name in values} == values


def test_bytes_come_out_as_bytes_however_they_were_put() -> None:
    schema = SchemaBuilder.struct().field("data", Schema.BYTES_SCHEMA).build()

    assert Struct(schema, data=memoryview(b"xy")).get_bytes("data") == b"xy"


def test_structs_are_equal_by_schema_and_stored_values() -> None:
    assert Struct(TICK, clock="a") == Struct(TICK, clock="a", note=None)
    assert Struct(TICK, clock="a") != Struct(TICK, clock="a", number=10)
    assert len({Struct(TICK, clock="a"), Struct(TICK, clock="a")}) == 1


def test_decimals_of_different_scale_make_structs_differ() -> None:
    schema = SchemaBuilder.struct().field("price", logical.Decimal.schema(1)).build()

    assert Struct(schema, price=decimal.Decimal("1.0")) != Struct(schema, price=decimal.Decimal("1.00"))


def test_a_copy_is_changed_apart_from_its_original() -> None:
    tick = Struct(TICK, clock="a")

    copied = copy.copy(tick)
    copied["clock"] = "b"

    assert tick["clock"] == "a"


def test_floats_are_shown_in_the_precision_of_their_field() -> None:
    schema = (
        SchemaBuilder.struct().field("single", Schema.FLOAT32_SCHEMA).field("double", Schema.FLOAT64_SCHEMA).build()
    )

    assert str(Struct(schema, single=1e10, double=0.1)) == "Struct{single=1.0E10,double=0.1}"
