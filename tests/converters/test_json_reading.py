"""The rules by which documents are read, and refused, that the recorded answers of the Java classes leave open."""

from __future__ import annotations

from typing import Any

import pytest

from converters.json_converter import JsonConverter
from isthmus import DataError


def converter(**config: str) -> JsonConverter:
    made = JsonConverter()
    made.configure({name.replace("_", "."): value for name, value in config.items()}, is_key=False)
    return made


def test_numbers_too_large_for_their_type_lose_their_upper_bits_as_in_java() -> None:
    plain = converter(schemas_enable="false")
    wide = b'{"schema":{"type":"int64","optional":false},"payload":%s}'

    assert plain.to_connect_data("t", b"12345678901234567890").value == -6101065172474983726
    assert plain.to_connect_data("t", b"[123456789012345678901234567890]").value == [-4362896299872285998]
    assert converter().to_connect_data("t", wide % b"1e30").value == 5076944270305263616
    assert converter().to_connect_data("t", wide % b"1e999999999").value == 0


def test_numbers_beyond_java_are_refused_wherever_their_digits_matter() -> None:
    for type_ in (b"float", b"int32", b'bytes","name":"org.apache.kafka.connect.data.Decimal'):
        for number in (b"1e2147483648", b"-0.1e-2147483647", b"0e99999999999", b"1e" + b"9" * 30):
            with pytest.raises(DataError, match=r"^Converting byte\[\] to Kafka Connect data failed"):
                converter().to_connect_data("t", b'{"schema":{"type":"%s"},"payload":%s}' % (type_, number))


def test_a_decimal_has_no_negative_zero() -> None:
    content = '{"type":"bytes","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"2"}}'

    assert str(converter(schema_content=content).to_connect_data("t", b"-0.00").value) == "0.00"


@pytest.mark.parametrize("text", ["AQID=", "AQID====", "AQ=", "AQ", "AQ=A", "AQ ==", "AQ*=", "="])
def test_base64_is_padded_to_groups_of_four_and_no_more(text: str) -> None:
    with pytest.raises(DataError, match=r"^Invalid bytes field$"):
        converter(schema_content='{"type":"bytes"}').to_connect_data("t", b'"%s"' % text.encode())


def test_what_is_nested_too_deep_is_an_error_of_the_data() -> None:
    plain = converter(schemas_enable="false")
    deep: Any = "text"
    schema = b'{"type":"string"}'
    for _ in range(600):
        deep, schema = [deep], b'{"type":"array","items":%s}' % schema

    with pytest.raises(DataError, match=r"^Converting Kafka Connect data to byte\[\] failed"):
        plain.from_connect_data("t", None, deep)
    with pytest.raises(DataError, match=r"^Converting byte\[\] to Kafka Connect data failed"):
        plain.to_connect_data("t", b"[" * 600 + b"]" * 600)
    with pytest.raises(DataError, match=r"^Converting byte\[\] to Kafka Connect data failed"):
        converter().to_connect_data("t", b'{"schema":%s,"payload":[]}' % schema)


def test_a_document_that_is_no_json_is_told_so_whatever_else_is_wrong() -> None:
    for broken in (b'{"schema":{"type":"foo"},"payload":1e2147483648}', b'{"schema":5,"payload":nul}'):
        with pytest.raises(DataError, match=r"^Converting byte\[\] to Kafka Connect data failed"):
            converter().to_connect_data("t", broken)


def test_of_several_errors_in_a_map_the_first_in_the_document_is_told() -> None:
    content = '{"type":"map","keys":{"type":"string"},"values":{"type":"array","items":{"type":"bytes"}}}'
    strict = converter(schema_content=content)

    for document, text in ((b'{"b":null,"a":["x"]}', "Invalid null value"), (b'{"a":["x"],"b":null}', "Invalid bytes")):
        with pytest.raises(DataError, match=text):
            strict.to_connect_data("t", document)


def test_a_single_precision_number_is_rounded_once() -> None:
    halfway_and_a_bit = b"1.00000005960464477540"  # as a double it is exactly halfway between two singles
    document = b'{"schema":{"type":"float","optional":false},"payload":%s}' % halfway_and_a_bit

    assert converter().to_connect_data("t", document).value == 1.0000001192092896
