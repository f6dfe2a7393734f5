"""Offsets of a source between the producer and the store."""

from __future__ import annotations

from typing import Any

from isthmus import SourceRecord
from workers.tasks.source_offsets import PartitionOffset, PendingOffsets

INFINITY = float("inf")


def record(partition: str, position: int) -> SourceRecord:
    return SourceRecord({"file": partition}, {"position": position}, "t")


def positions(taken: dict[bytes, PartitionOffset]) -> dict[str, Any]:
    return {
        item.partition["file"]: item.offset["position"] for item in taken.values() if item.partition and item.offset
    }


def test_the_last_offset_of_each_partition_counts() -> None:
    pending = PendingOffsets()

    pending.track(1, [record("a", 1), record("b", 1), record("a", 2)])
    pending.track(2, [record("a", 3)])

    assert positions(pending.take(INFINITY)) == {"a": 3, "b": 1}
    assert pending.take(INFINITY) == {}


def test_batches_from_the_first_failed_one_on_stay_behind() -> None:
    pending = PendingOffsets()
    for number in (1, 2, 3):
        pending.track(number, [record("a", number)])

    assert positions(pending.take(before=3)) == {"a": 2}


def test_offsets_that_could_not_be_written_lie_under_newer_ones() -> None:
    pending = PendingOffsets()
    pending.track(1, [record("a", 1), record("b", 1)])
    taken = pending.take(INFINITY)
    pending.track(2, [record("a", 2)])

    pending.put_back(taken)

    assert positions(pending.take(INFINITY)) == {"a": 2, "b": 1}


def test_many_batches_are_merged_without_losing_the_order() -> None:
    pending = PendingOffsets()
    for number in range(10_000):
        pending.track(number, [record("a", number)])

    assert positions(pending.take(before=9_990)) == {"a": 9_989}
    assert positions(pending.take(INFINITY)) == {"a": 9_999}


def test_equal_partitions_are_one_whatever_the_order_of_their_members() -> None:
    pending = PendingOffsets()

    pending.track(1, [SourceRecord({"x": 1, "y": 2}, {"o": 1}, "t")])
    pending.track(2, [SourceRecord({"y": 2, "x": 1}, {"o": 2}, "t")])

    assert [item.offset for item in pending.take(INFINITY).values()] == [{"o": 2}]


def test_equal_partitions_that_take_turns_keep_the_last_offset() -> None:
    one, other = {"file": "a"}, {"file": "a"}
    pending = PendingOffsets()

    pending.track(1, [SourceRecord(which, {"o": number}, "t") for number, which in enumerate((one, other, one))])

    assert [item.offset for item in pending.take(INFINITY).values()] == [{"o": 2}]


def test_partitions_that_cannot_be_written_do_not_end_the_task() -> None:
    pending = PendingOffsets()

    pending.track(1, [SourceRecord({"x": 2**70}, {"o": 1}, "t"), SourceRecord({"x": "\udcff"}, {"o": 2}, "t")])

    assert len(pending.take(INFINITY)) == 2
