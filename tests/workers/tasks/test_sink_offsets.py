"""Which offsets of a sink may be committed, and where a partition goes on after an error."""

from __future__ import annotations

from isthmus import OffsetAndMetadata, TopicPartition
from workers.tasks.sink_offsets import Commit, SinkOffsets

A, B = TopicPartition("t", 0), TopicPartition("t", 1)


def offsets(**by_letter: int) -> dict[TopicPartition, OffsetAndMetadata]:
    return {{"a": A, "b": B}[letter]: OffsetAndMetadata(offset) for letter, offset in by_letter.items()}


def assigned(**positions: int) -> SinkOffsets:
    result = SinkOffsets()
    result.assign({partition: item.offset for partition, item in offsets(**positions).items()})
    return result


def test_records_count_only_after_put() -> None:
    state = assigned(a=5)

    state.read({A: 9})

    assert state.current == offsets(a=5)
    state.put_succeeded()
    assert state.current == offsets(a=9)


def test_what_the_task_returns_is_committed_when_it_was_consumed() -> None:
    state = assigned(a=5, b=5)
    state.read({A: 9, B: 9})
    state.put_succeeded()

    assert state.to_commit(state.current, offsets(a=7, b=10)) == offsets(a=7, b=5)


def test_nothing_is_committed_twice() -> None:
    state = assigned(a=5)

    assert state.to_commit(state.current, offsets(a=5)) == {}


def test_partitions_of_others_are_ignored() -> None:
    state = assigned(a=5)

    assert state.to_commit(state.current, {TopicPartition("other", 0): OffsetAndMetadata(1)}) == {}


def test_a_failed_pre_commit_goes_back_to_what_is_committed() -> None:
    state = assigned(a=5)
    state.read({A: 9})
    state.put_succeeded()

    assert state.rewind_to_committed() == offsets(a=5)
    assert state.current == offsets(a=5)


def test_a_rewind_forgets_what_was_read_meanwhile() -> None:
    state = assigned(a=5)
    state.read({A: 9})

    state.rewind(A, 2)
    state.put_succeeded()

    assert state.current == state.committed == offsets(a=2)


def test_a_partition_that_is_gone_leaves_nothing_behind() -> None:
    state = assigned(a=5, b=5)
    state.read({A: 9, B: 9})

    state.forget([A])
    state.put_succeeded()

    assert state.current == offsets(b=9)


def test_an_answer_belongs_to_the_commit_with_its_offsets() -> None:
    commit = Commit(offsets(a=5, b=9), 0.0)

    assert commit.is_answered_by({A: 5, B: 9})
    assert not commit.is_answered_by({A: 4, B: 9})
    assert not commit.is_answered_by({A: 5})
