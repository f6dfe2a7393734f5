from __future__ import annotations

import datetime
import decimal
from typing import Any

import pytest

from isthmus import ConnectHeaders, DataError, Header, Schema, SchemaBuilder, Struct, logical


def test_headers_are_a_list_in_the_order_of_adding() -> None:
    headers = ConnectHeaders().add_string("a", "1").add_int("b", 2).add_string("a", "3")

    assert [(header.key, header.value) for header in headers] == [("a", "1"), ("b", 2), ("a", "3")]
    assert headers.last_with_name("a") == Header("a", Schema.STRING_SCHEMA, "3")
    assert [header.value for header in headers.all_with_name("a")] == ["1", "3"]
    assert headers.last_with_name("z") is None


@pytest.mark.parametrize(
    ("method", "value", "schema"),
    [
        ("add_bytes", b"x", Schema.BYTES_SCHEMA),
        ("add_bytes", None, Schema.OPTIONAL_BYTES_SCHEMA),
        ("add_string", None, Schema.OPTIONAL_STRING_SCHEMA),
        ("add_boolean", True, Schema.BOOLEAN_SCHEMA),
        ("add_byte", 1, Schema.INT8_SCHEMA),
        ("add_short", 1, Schema.INT16_SCHEMA),
        ("add_long", 1, Schema.INT64_SCHEMA),
        ("add_float", 1.5, Schema.FLOAT32_SCHEMA),
        ("add_double", 1.5, Schema.FLOAT64_SCHEMA),
        ("add_decimal", decimal.Decimal("1.50"), logical.Decimal.schema(2)),
        ("add_date", datetime.date(2024, 1, 2), logical.Date.SCHEMA),
        ("add_time", datetime.time(1, 2), logical.Time.SCHEMA),
        ("add_timestamp", datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC), logical.Timestamp.SCHEMA),
        ("add_struct", None, None),
    ],
)
def test_each_way_to_add_gives_its_schema(method: str, value: Any, schema: Schema | None) -> None:
    headers = getattr(ConnectHeaders(), method)("k", value)

    assert headers == [Header("k", schema, value)]


def test_a_struct_brings_its_schema() -> None:
    schema = SchemaBuilder.struct().field("a", Schema.INT8_SCHEMA).build()

    assert ConnectHeaders().add("s", Struct(schema, a=1))[0].schema == schema


def test_a_value_that_does_not_fit_its_schema_is_refused() -> None:
    with pytest.raises(DataError, match=r"The value x is not compatible with the schema Schema\{INT32\}"):
        ConnectHeaders().add("k", "x", Schema.INT32_SCHEMA)
    with pytest.raises(DataError, match="A null value requires an optional schema"):
        ConnectHeaders().add("k", None, Schema.INT32_SCHEMA)


def test_under_a_logical_name_the_base_value_is_accepted_too() -> None:
    assert ConnectHeaders().add("k", 5, logical.Date.SCHEMA)[0].value == 5


def test_containers_need_a_schema_of_their_type() -> None:
    with pytest.raises(DataError, match="Expecting ARRAY but instead found STRING"):
        ConnectHeaders().add_list("k", [1], Schema.STRING_SCHEMA)


def test_removing_and_retaining_keep_the_order_of_the_rest() -> None:
    def keys_and_values(headers: ConnectHeaders) -> list[tuple[str, str]]:
        return [(header.key, header.value) for header in headers]

    def build() -> ConnectHeaders:
        return ConnectHeaders().add_string("a", "1").add_string("b", "2").add_string("a", "3").add_string("b", "4")

    assert keys_and_values(build().remove("a")) == [("b", "2"), ("b", "4")]
    assert keys_and_values(build().retain_latest("a")) == [("b", "2"), ("a", "3"), ("b", "4")]
    assert keys_and_values(build().retain_latest()) == [("a", "3"), ("b", "4")]


def test_a_function_replaces_or_removes_headers() -> None:
    headers = ConnectHeaders().add_int("a", 1).add_int("b", 2).add_int("a", 3)

    headers.apply(lambda header: header.rename("c") if header.value == 1 else None, "a")

    assert [(header.key, header.value) for header in headers] == [("c", 1), ("b", 2)]


def test_a_duplicate_is_changed_apart_from_its_original() -> None:
    headers = ConnectHeaders().add_int("a", 1)

    duplicate = headers.duplicate().add_int("b", 2)

    assert isinstance(duplicate, ConnectHeaders)
    assert len(headers) == 1
