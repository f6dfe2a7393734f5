from __future__ import annotations

from isthmus import SinkBatch, SinkRecord


def record(offset: int) -> SinkRecord:
    return SinkRecord("t", 0, None, None, None, f"v{offset}", offset)


def test_a_batch_is_a_sequence_of_its_records() -> None:
    batch = SinkBatch(["v0", "v1", "v2"], lambda: [record(0), record(1), record(2)])

    assert len(batch) == 3
    assert batch[1] == record(1)
    assert batch[1:] == [record(1), record(2)]
    assert list(batch) == [record(0), record(1), record(2)]
    assert record(2) in batch


def test_records_are_made_once_and_only_when_they_are_asked_for() -> None:
    made: list[int] = []

    def make() -> list[SinkRecord]:
        made.append(1)
        return [record(0)]

    batch = SinkBatch(["v0"], make)

    assert (batch.values, len(batch), bool(batch), made) == (["v0"], 1, True, [])
    assert batch[0] is next(iter(batch))
    assert made == [1]
