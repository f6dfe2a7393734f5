from __future__ import annotations

import pytest

from isthmus import (
    ConnectHeaders,
    OffsetAndMetadata,
    Schema,
    SinkRecord,
    SourceRecord,
    TimestampType,
    TopicPartition,
)


def source_record() -> SourceRecord:
    return SourceRecord({"file": "a"}, {"position": 5}, "lines", None, None, None, Schema.STRING_SCHEMA, "x", 1000)


def test_a_source_record_needs_its_place_and_a_topic_only() -> None:
    record = SourceRecord(source_partition={"file": "a"}, source_offset={"position": 5}, topic="lines")

    assert (record.kafka_partition, record.key, record.value, record.timestamp) == (None, None, None, None)
    assert record.headers == ConnectHeaders()


def test_each_record_has_headers_of_its_own() -> None:
    first, second = source_record(), source_record()

    first.headers.add_string("a", "b")

    assert second.headers == []


def test_a_new_record_keeps_what_is_not_replaced() -> None:
    record = source_record()

    changed = record.new_record(topic="other", value=b"y", value_schema=Schema.BYTES_SCHEMA)

    assert isinstance(changed, SourceRecord)
    assert (changed.topic, changed.value, changed.value_schema) == ("other", b"y", Schema.BYTES_SCHEMA)
    assert (changed.source_offset, changed.timestamp) == (record.source_offset, record.timestamp)
    assert record.topic == "lines"


def test_a_new_record_does_not_share_its_headers_with_the_old_one() -> None:
    record = source_record()
    record.headers.add_string("a", "b")

    changed = record.new_record(topic="other")
    changed.headers.add_string("c", "d")

    assert [header.key for header in record.headers] == ["a"]
    assert [header.key for header in changed.headers] == ["a", "c"]


def test_a_new_sink_record_keeps_where_it_came_from() -> None:
    record = SinkRecord("t", 1, None, None, None, "v", 7, 5, TimestampType.CREATE_TIME, ConnectHeaders(), "t", 1, 7)

    changed = record.new_record(topic="renamed", kafka_partition=0)

    assert (changed.topic, changed.kafka_offset, changed.timestamp_type) == ("renamed", 7, TimestampType.CREATE_TIME)
    assert (changed.original_topic, changed.original_kafka_partition, changed.original_kafka_offset) == ("t", 1, 7)


def test_records_are_equal_by_value_and_cannot_be_changed() -> None:
    assert source_record() == source_record()
    with pytest.raises(AttributeError):
        source_record().topic = "other"  # type: ignore[misc]  # what this test is about


def test_records_are_shown_as_kafka_connect_shows_them() -> None:
    assert str(source_record()) == (
        "SourceRecord{sourcePartition={file=a}, sourceOffset={position=5}} ConnectRecord{topic='lines', "
        "kafkaPartition=null, key=null, keySchema=null, value=x, valueSchema=Schema{STRING}, timestamp=1000, "
        "headers=ConnectHeaders(headers=)}"
    )


def test_places_in_kafka_are_plain_tuples() -> None:
    assert str(TopicPartition("t", 3)) == "t-3"
    assert {TopicPartition("t", 3): OffsetAndMetadata(5)} == {("t", 3): (5, "")}
