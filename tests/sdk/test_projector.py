from __future__ import annotations

import pytest

from isthmus import Schema, SchemaBuilder, SchemaProjector, SchemaProjectorError, Struct

OLD = SchemaBuilder.struct().name("r").field("a", Schema.INT32_SCHEMA).field("gone", Schema.STRING_SCHEMA).build()


def test_numbers_widen_but_never_narrow() -> None:
    assert SchemaProjector.project(Schema.INT8_SCHEMA, 5, Schema.FLOAT64_SCHEMA) == 5.0
    with pytest.raises(SchemaProjectorError, match="source type: INT64 and target type: INT32"):
        SchemaProjector.project(Schema.INT64_SCHEMA, 5, Schema.INT32_SCHEMA)


def test_fields_come_with_defaults_and_go() -> None:
    new = (
        SchemaBuilder.struct()
        .name("r")
        .field("a", Schema.INT64_SCHEMA)
        .field("b", SchemaBuilder.string().default_value("new"))
        .field("c", Schema.OPTIONAL_STRING_SCHEMA)
        .build()
    )

    projected = SchemaProjector.project(OLD, Struct(OLD, a=1, gone="x"), new)

    assert projected == Struct(new, a=1, b="new")


def test_a_new_required_field_without_default_is_refused() -> None:
    new = SchemaBuilder.struct().name("r").field("b", Schema.STRING_SCHEMA).build()

    with pytest.raises(SchemaProjectorError, match="Required field `b` is missing from source schema"):
        SchemaProjector.project(OLD, Struct(OLD, a=1, gone="x"), new)


def test_an_optional_value_becomes_required_by_the_default_of_the_target() -> None:
    target = SchemaBuilder.string().default_value("none").build()

    assert SchemaProjector.project(Schema.OPTIONAL_STRING_SCHEMA, None, target) == "none"
    with pytest.raises(SchemaProjectorError, match="does not provide a default value"):
        SchemaProjector.project(Schema.OPTIONAL_STRING_SCHEMA, "x", Schema.STRING_SCHEMA)


def test_containers_are_projected_inside() -> None:
    source = SchemaBuilder.map(Schema.STRING_SCHEMA, SchemaBuilder.array(Schema.INT8_SCHEMA)).build()
    target = SchemaBuilder.map(Schema.STRING_SCHEMA, SchemaBuilder.array(Schema.FLOAT32_SCHEMA)).build()

    projected = SchemaProjector.project(source, {"a": [1, 2]}, target)

    assert projected == {"a": [1.0, 2.0]}
    assert isinstance(projected["a"][0], float)


def test_schemas_of_other_names_or_parameters_are_refused() -> None:
    named = SchemaBuilder.int8().name("n").build()
    with_parameters = SchemaBuilder.int8().parameter("a", "b").build()

    with pytest.raises(SchemaProjectorError, match="source name: n and target name: null"):
        SchemaProjector.project(named, 1, Schema.INT8_SCHEMA)
    with pytest.raises(SchemaProjectorError, match=r"source parameters: \{a=b\}"):
        SchemaProjector.project(with_parameters, 1, Schema.INT8_SCHEMA)


def test_entries_of_a_map_come_in_the_order_of_a_hash_map() -> None:
    schema = SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT8_SCHEMA).build()

    projected = SchemaProjector.project(schema, {"apple": 1, "fig": 2, "banana": 3}, schema)

    assert list(projected) == ["banana", "apple", "fig"]


def test_keys_of_a_map_may_be_lists() -> None:
    source = SchemaBuilder.map(SchemaBuilder.array(Schema.INT8_SCHEMA), Schema.INT8_SCHEMA).build()
    target = SchemaBuilder.map(SchemaBuilder.array(Schema.INT64_SCHEMA), Schema.INT32_SCHEMA).build()

    assert SchemaProjector.project(source, {(1, 2): 3}, target) == {(1, 2): 3}
