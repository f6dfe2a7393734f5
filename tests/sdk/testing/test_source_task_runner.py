"""The runner of source tasks does what the runtime does, in its order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from isthmus import (
    ConnectError,
    ConnectHeaders,
    DataError,
    Header,
    RecordMetadata,
    Schema,
    SchemaBuilder,
    SourceRecord,
    SourceTask,
)
from isthmus.testing import MemoryOffsets, SourceTaskRunner


class Diary(SourceTask):
    """Writes down what is called."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def start(self, props: Mapping[str, str]) -> None:
        self.calls.append("start")
        if "fail" in props:
            raise ConnectError("cannot start")

    def poll(self) -> list[SourceRecord] | None:
        self.calls.append("poll")
        number = self.calls.count("poll")
        if number == 1:
            return None
        return [SourceRecord({"p": 1}, {"n": number}, "t", value_schema=Schema.INT32_SCHEMA, value=number)]

    def commit_record(self, record: SourceRecord, metadata: RecordMetadata | None) -> None:
        self.calls.append(f"commit_record {record.value} {metadata and metadata.offset}")

    def commit(self) -> None:
        self.calls.append("commit")

    def stop(self) -> None:
        self.calls.append("stop")


def calls(runner: SourceTaskRunner) -> list[str]:
    assert isinstance(runner.task, Diary)
    return runner.task.calls


def test_a_task_is_started_polled_acknowledged_and_stopped() -> None:
    with SourceTaskRunner(Diary, {}) as runner:
        runner.acknowledge(runner.poll_until(2))
    assert calls(runner) == [
        "start", "poll", "poll", "poll", "commit_record 2 0", "commit_record 3 1", "commit", "stop",
    ]  # fmt: skip


def test_acknowledged_offsets_are_in_the_store() -> None:
    with SourceTaskRunner(Diary, {}) as runner:
        runner.acknowledge(runner.poll_until(2))
    assert runner.offsets.all() == [({"p": 1}, {"n": 3})]


def test_dropped_records_have_no_place_in_kafka_and_leave_no_offset() -> None:
    with SourceTaskRunner(Diary, {}) as runner:
        runner.drop(runner.poll_until(1))
    assert "commit_record 2 None" in calls(runner)
    assert runner.offsets.all() == []


def test_a_task_that_cannot_start_is_stopped() -> None:
    runner = SourceTaskRunner(Diary, {"fail": "yes"})
    with pytest.raises(ConnectError, match="cannot start"), runner:
        pass
    assert calls(runner) == ["start", "stop"]


def test_too_few_records_fail_the_test_at_the_deadline() -> None:
    with SourceTaskRunner(Diary, {}) as runner, pytest.raises(AssertionError, match=r"0 of 5 records came"):
        runner.poll_until(5, deadline_s=-1)


def test_offsets_pass_through_json_as_in_the_real_store() -> None:
    offsets = MemoryOffsets([({"b": 2, "a": 1}, {"raw": b"\x01", "n": 2**60, "none": None})])
    assert offsets.offset({"a": 1, "b": 2}) == {"raw": "AQ==", "n": 2**60, "none": None}
    assert offsets.offsets([{"a": 1}, {"a": 1, "b": 2}])[0] is None


@pytest.mark.parametrize(
    ("partition", "text"),
    [
        ("p", "Offsets must be specified as a Map"),
        ({1: "x"}, "Offsets may only use String keys"),
        ({"a": []}, "Offsets may only contain primitive types as values, but field a contains java.util.ArrayList"),
    ],
)
def test_what_cannot_be_stored_is_refused(partition: dict[str, object], text: str) -> None:
    with pytest.raises(DataError, match=f"^{text}$"):
        MemoryOffsets([(partition, {})])


class Gives(SourceTask):
    """Polls what a test has put into `batch`."""

    batch: Any = None

    def start(self, props: Mapping[str, str]) -> None: ...

    def poll(self) -> Any:
        return self.batch


def polled(batch: Any) -> list[SourceRecord]:
    with SourceTaskRunner(type("Gives", (Gives,), {"batch": batch}), {}) as runner:
        return runner.poll()


def record(**changed: Any) -> SourceRecord:
    return SourceRecord(**{"source_partition": {"p": 1}, "source_offset": {"n": 1}, "topic": "t", **changed})


@pytest.mark.parametrize("batch", [{"a": 1}, "text", record(), [{"a": 1}], [record(), record(), "text"]])
def test_what_is_no_list_of_records_is_refused(batch: Any) -> None:
    with pytest.raises(ConnectError, match="SourceRecord"):
        polled(batch)


@pytest.mark.parametrize(
    ("bad", "text"),
    [
        (record(topic=""), "A record needs a topic"),
        (record(topic=None), "A record needs a topic"),
        (record(key_schema=Schema.STRING_SCHEMA, key=1), "The key of a record does not fit its schema"),
        (record(value_schema=Schema.INT8_SCHEMA, value=300), "300 is not within -128 to 127"),
        (record(value_schema=Schema.INT8_SCHEMA), "null used for required value"),
        (
            record(headers=ConnectHeaders([Header("h", Schema.STRING_SCHEMA, 1)])),
            "The header 'h' of a record does not fit its schema",
        ),
        (record(source_partition={1: "a"}), "Offsets may only use String keys"),
        (record(source_offset={"list": [1]}), "Offsets may only contain primitive types as values"),
        (record(source_offset={"n": 2**64}), "field n contains java.math.BigInteger"),
        (record(source_offset=5), "Offsets must be specified as a Map"),
    ],
)
def test_a_record_that_a_worker_would_refuse_is_refused(bad: SourceRecord, text: str) -> None:
    with pytest.raises(DataError, match=text):
        polled([record(), bad])


@pytest.mark.parametrize(
    "good",
    [
        record(value={"free": [1]}),
        record(value_schema=SchemaBuilder.int8().default_value(1).build()),
        record(source_partition=None, source_offset=None),
    ],
)
def test_what_a_worker_takes_is_taken(good: SourceRecord) -> None:
    assert polled([good]) == [good]
