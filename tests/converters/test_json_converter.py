from __future__ import annotations

import datetime
import decimal
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from converters.json_converter import JsonConverter
from isthmus import (
    ConfigError,
    DataError,
    Float32,
    Schema,
    SchemaAndValue,
    SchemaBuilder,
    SourceRecord,
    Struct,
    logical,
)
from isthmus.testing import ConverterContract, HeaderConverterContract
from tests.conformance.codec import decode_bytes, decode_schema, decode_value, encode_schema_and_value
from tests.conformance.runner import read_vectors

INNER = SchemaBuilder.struct().field("n", Schema.INT32_SCHEMA).build()
ROW = (
    SchemaBuilder.struct()
    .name("row")
    .field("id", Schema.INT64_SCHEMA)
    .field("name", Schema.STRING_SCHEMA)
    .field("note", Schema.OPTIONAL_STRING_SCHEMA)
    .field("score", Schema.FLOAT64_SCHEMA)
    .field("price", logical.Decimal.schema(2))
    .field("at", logical.Timestamp.SCHEMA)
    .field("inner", INNER)
    .field("tags", SchemaBuilder.array(Schema.STRING_SCHEMA).build())
    .field("counts", SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT32_SCHEMA).build())
    .build()
)
VECTORS = Path(__file__).parents[1] / "conformance" / "vectors" / "json.jsonl"


def row(number: int) -> Struct:
    return Struct(
        ROW,
        id=number,
        name=f"user {number}",
        score=number / 4,
        price=decimal.Decimal(f"{number}.50"),
        at=datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC),
        inner=Struct(INNER, n=number),
        tags=["a", "b"],
        counts={"x": 1},
    )


def converter(**config: str) -> JsonConverter:
    made = JsonConverter()
    made.configure({name.replace("_", "."): value for name, value in config.items()}, is_key=False)
    return made


def records(schema: Schema | None, values: Sequence[Any]) -> list[SourceRecord]:
    return [SourceRecord({}, {}, "t", value_schema=schema, value=value) for value in values]


class TestJsonConverterWithSchemas(ConverterContract):
    def make_converter(self, *, is_key: bool = False) -> JsonConverter:
        made = JsonConverter()
        made.configure({}, is_key)
        return made

    def values(self) -> Sequence[tuple[Schema | None, Any]]:
        return [
            (Schema.STRING_SCHEMA, "plain"),
            (Schema.STRING_SCHEMA, 'q"uote \\ \u2028 é 😀 \x1f'),
            (Schema.OPTIONAL_STRING_SCHEMA, None),
            (Schema.INT32_SCHEMA, 5),
            (Schema.FLOAT32_SCHEMA, 0.5),
            (Schema.FLOAT64_SCHEMA, 1e10),
            (Schema.BYTES_SCHEMA, b"\x00\xff"),
            (None, {"a": [1, 2.5, None, True]}),
            (None, None),
            (ROW, row(1)),
        ]

    def bad_values(self) -> Sequence[tuple[Schema | None, Any]]:
        return [(Schema.INT8_SCHEMA, 300), (Schema.INT32_SCHEMA, None), (ROW, "text"), (None, decimal.Decimal(1))]

    def bad_bytes(self) -> Sequence[bytes]:
        return [b"", b"{", b"5", b'{"schema":{"type":"foo"},"payload":1}', b'{"payload":1}']


class TestJsonConverterWithoutSchemas(ConverterContract):
    def make_converter(self, *, is_key: bool = False) -> JsonConverter:
        made = JsonConverter()
        made.configure({"schemas.enable": "false"}, is_key)
        return made

    def values(self) -> Sequence[tuple[Schema | None, Any]]:
        return [(None, "text"), (None, 5), (None, [1, "x"]), (None, {"a": 1}), (Schema.STRING_SCHEMA, "with schema")]

    def read_back(self, schema: Schema | None, value: Any) -> SchemaAndValue:
        return SchemaAndValue(None, value)

    def bad_bytes(self) -> Sequence[bytes]:
        return [b"nul", b"[1,]", b"'a'", b'"\x01"']


class TestJsonConverterForHeaders(HeaderConverterContract):
    def make_converter(self) -> JsonConverter:
        made = JsonConverter()
        made.configure({"converter.type": "header"})
        return made

    def values(self) -> Sequence[tuple[Schema | None, Any]]:
        return [(Schema.STRING_SCHEMA, "h"), (None, {"a": 1})]


def test_a_header_converter_has_to_be_told_its_type() -> None:
    with pytest.raises(ConfigError, match=r'Missing required configuration "converter\.type"'):
        JsonConverter().configure({})


@pytest.mark.parametrize("schemas_enable", ["true", "false"])
@pytest.mark.parametrize(
    "texts",
    [
        ["a", "b", "c"],
        ["", "", ""],
        ['{"a":"b"}', '","', '",', "\\", "\\u0001", 'x"}'],
        ["tab\t", "line\n", "\x0b\x0e\x1f\x7f", "\\u001f"],
        ["é", "日本", "\uffff", "\u2028"],
        ["😀", "a𝄞b", "é"],
        ["\ud83d", "x\ude00y", "fine"],
        ["one"],
        ["many"] * 250 + ["😀"] + ["more"] * 250,
    ],
    ids=ascii,
)
def test_texts_come_through_a_batch_as_they_do_one_by_one(texts: list[str], schemas_enable: str) -> None:
    json_converter = converter(schemas_enable=schemas_enable)
    single = [json_converter.from_connect_data("t", Schema.STRING_SCHEMA, text) for text in texts]

    written = json_converter.from_connect_batch(records(Schema.STRING_SCHEMA, texts), False)
    read = json_converter.to_connect_batch("t", written)

    assert written == single
    assert [value for _, value in read] == texts


@pytest.mark.parametrize(
    "documents",
    [
        [b'"a"', b'"b","c"', b'"d"'],
        [b'"a"', b'"b\\"', b'","c"'],  # together two texts, of which neither is one document
        [b'"a"', b'"b', b'c"'],
        [b'"a"', b'["b"', b'"c"]'],
        [b'"a"', b"", b'"b","c"'],
        [b'"a"', b"null", b'"b"'],
        [b'"a"', b'"b"]', b'["c"'],
        [b' "a" ', b'\n"b"\n', b'"c" trailing'],
        [b'"a"', b'"\xff"', b'"c"'],
    ],
    ids=repr,
)
def test_documents_beside_each_other_are_not_taken_for_one_another(documents: list[bytes]) -> None:
    plain = converter(schemas_enable="false")

    def read(document: bytes) -> object:
        try:
            return plain.to_connect_data("t", document)
        except DataError as error:
            return type(error)

    single = [read(document) for document in documents]
    if DataError in single:
        with pytest.raises(DataError):
            plain.to_connect_batch("t", documents)
    else:
        assert list(plain.to_connect_batch("t", documents)) == single


def test_every_recorded_value_is_written_in_a_batch_as_by_itself() -> None:
    by_config: dict[str, list[tuple[Schema | None, Any]]] = {}
    for vector in read_vectors(VECTORS):
        if vector["op"] == "fromConnectData" and "output" in vector:
            schema = decode_schema(vector["schema"])
            value = decode_value(vector["value"], schema)
            by_config.setdefault(json.dumps(vector["config"]), []).append((schema, value))
    for config, values in by_config.items():
        json_converter = JsonConverter()
        json_converter.configure(json.loads(config))
        batch = [SourceRecord({}, {}, "t", value_schema=schema, value=value) for schema, value in values]
        single = [json_converter.from_connect_data("t", schema, value) for schema, value in values]
        assert json_converter.from_connect_batch(batch, False) == single
        for _ in range(2):  # a run of one schema, too
            repeated = [record for record in batch for _ in range(3)]
            assert json_converter.from_connect_batch(repeated, False) == [data for data in single for _ in range(3)]


def test_every_recorded_document_is_read_in_a_batch_as_by_itself() -> None:
    by_config: dict[str, list[bytes | None]] = {}
    for vector in read_vectors(VECTORS):
        if vector["op"] == "toConnectData" and "output" in vector:
            by_config.setdefault(json.dumps(vector["config"]), []).append(decode_bytes(vector["bytes"]))
    for config, documents in by_config.items():
        json_converter = JsonConverter()
        json_converter.configure(json.loads(config))
        repeated = [document for document in documents for _ in range(3)]
        single = [encode_schema_and_value(*json_converter.to_connect_data("t", document)) for document in repeated]
        batch = [encode_schema_and_value(*pair) for pair in json_converter.to_connect_batch("t", repeated)]
        assert repr(batch) == repr(single)  # as text, in which NaN equals itself


def test_one_schema_after_another_is_told_apart_within_a_batch() -> None:
    json_converter = converter()
    pairs = [(Schema.STRING_SCHEMA, "a"), (Schema.INT32_SCHEMA, 1), (Schema.STRING_SCHEMA, "b"), (None, "c")]
    batch = [SourceRecord({}, {}, "t", value_schema=schema, value=value) for schema, value in pairs]

    documents = json_converter.from_connect_batch(batch, False)

    assert list(map(tuple, json_converter.to_connect_batch("t", documents))) == pairs


def test_a_null_record_within_a_batch_stays_null() -> None:
    json_converter = converter()

    assert json_converter.from_connect_batch(records(None, ["a", None, "b"]), False)[1] is None
    assert json_converter.to_connect_batch("t", [b'{"schema":null,"payload":1}', None]) == [(None, 1), (None, None)]


def test_a_document_that_only_looks_like_the_one_before_is_not_taken_for_it() -> None:
    json_converter = converter()
    first = json_converter.from_connect_data("t", Schema.STRING_SCHEMA, "a")
    assert first is not None
    json_converter.to_connect_data("t", first)

    with pytest.raises(DataError, match='requires "schema" and "payload" fields'):
        json_converter.to_connect_data("t", first[:-1] + b',"x":1}')
    assert json_converter.to_connect_data("t", first + b" trailing") == (Schema.STRING_SCHEMA, "a")
    assert json_converter.to_connect_data("t", first[:-4] + b"5}") == (Schema.STRING_SCHEMA, None)


def test_two_broken_documents_in_a_batch_do_not_mend_each_other() -> None:
    json_converter = converter(schemas_enable="false")
    with pytest.raises(DataError):
        json_converter.to_connect_batch("t", [b'"a","b"', b'"c\\', b'"d"'])


def test_a_number_out_of_range_is_told_with_the_range() -> None:
    with pytest.raises(DataError) as raised:
        converter().from_connect_data("t", Schema.INT8_SCHEMA, 3000)
    assert str(raised.value) == "Invalid type for INT8: class java.lang.Long (3000 is not within -128 to 127)"


def test_schemas_are_read_once() -> None:
    json_converter = converter()
    document = json_converter.from_connect_data("t", ROW, row(1))
    other = json_converter.from_connect_data("t", Schema.INT8_SCHEMA, 1)

    first, _ = json_converter.to_connect_data("t", document)
    json_converter.to_connect_data("t", other)
    second, _ = json_converter.to_connect_data("t", document)

    assert first == ROW
    assert second is first


def test_without_a_cache_schemas_are_read_again() -> None:
    json_converter = converter(schemas_cache_size="0")
    document = json_converter.from_connect_data("t", ROW, row(1))
    other = json_converter.from_connect_data("t", Schema.INT8_SCHEMA, 1)

    first, _ = json_converter.to_connect_data("t", document)
    json_converter.to_connect_data("t", other)
    second, _ = json_converter.to_connect_data("t", document)

    assert second == first
    assert second is not first


def test_an_equal_schema_made_anew_for_each_record_gives_the_same_bytes() -> None:
    json_converter = converter()

    documents = {json_converter.from_connect_data("t", SchemaBuilder.string().doc("d").build(), "x") for _ in range(3)}

    assert documents == {b'{"schema":{"type":"string","optional":false,"doc":"d"},"payload":"x"}'}


def test_the_envelope_of_another_program_is_read_too() -> None:
    document = (
        b' { "payload" : {"a" : 1, "extra": 2}, "schema":{"fields":[{"field":"a","type":"int32"}],"type":"struct"} } '
    )

    _, value = converter().to_connect_data("t", document)

    assert value["a"] == 1


def test_tagged_numbers_keep_their_width_without_a_schema() -> None:
    assert converter(schemas_enable="false").from_connect_data("t", None, [Float32(0.1), 0.1]) == b"[0.1,0.1]"


def test_decimals_are_numbers_when_asked_for() -> None:
    numeric = converter(schemas_enable="false", decimal_format="numeric")

    assert numeric.from_connect_data("t", logical.Decimal.schema(2), decimal.Decimal("1.50")) == b"1.50"


def test_a_field_left_out_reads_as_its_default() -> None:
    document = b'{"schema":{"type":"struct","fields":[{"field":"a","type":"int32","default":3}]},"payload":{}}'

    assert converter().to_connect_data("t", document).value["a"] == 3
    with pytest.raises(DataError, match="Invalid null value for required INT32 field"):
        converter(replace_null_with_default="false").to_connect_data("t", document)


def test_documents_without_schema_are_read_by_the_configured_one() -> None:
    content = '{"type":"struct","fields":[{"field":"a","type":"string"}]}'
    json_converter = converter(schema_content=content)

    schema, value = json_converter.to_connect_data("t", b'{"a":"x"}')

    assert schema is not None
    assert value == Struct(schema, a="x")
    assert list(json_converter.to_connect_batch("t", [b'{"a":"x"}'] * 3)) == [(schema, value)] * 3
    with pytest.raises(DataError, match="null used for required field"):
        json_converter.to_connect_data("t", b'{"a":5}')


def test_a_required_text_missing_inside_an_array_of_a_struct_is_refused() -> None:
    schema = '{"type":"struct","fields":[{"field":"a","type":"array","items":{"type":"string"}}]}'
    document = b'{"schema":%s,"payload":{"a":["x",5]}}' % schema.encode()

    with pytest.raises(DataError, match='null used for required element of array field: "a"'):
        converter().to_connect_data("t", document)


def test_a_schema_that_is_no_json_stops_the_configuration() -> None:
    with pytest.raises(DataError, match="Failed to parse schema in converter config"):
        converter(schema_content="{")


def test_map_members_stand_in_the_order_of_javas_hash_map() -> None:
    document = b'{"server":1,"database":2,"table":3,"schema":4,"snapshot":5}'

    value = converter(schemas_enable="false").to_connect_data("t", document).value

    assert list(value) == ["schema", "server", "database", "table", "snapshot"]
