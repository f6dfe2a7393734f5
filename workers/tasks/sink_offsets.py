"""Offsets of one sink task: what was read, what was put, what is committed.

Pure bookkeeping without a client or a clock of its own; used by the sink loop on the task's main thread.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from isthmus import OffsetAndMetadata, TopicPartition

log = logging.getLogger(__name__)

Offsets = dict[TopicPartition, OffsetAndMetadata]


class Commit(NamedTuple):
    """An asynchronous commit of which no answer is known yet.

    The client keeps no order of commits: one that has to wait for the group's coordinator, or is sent again, is answered after
    those that came later. So an answer is known by its offsets.
    """

    offsets: Offsets
    started: float

    def is_answered_by(self, answer: Mapping[TopicPartition, int]) -> bool:
        return answer == {partition: item.offset for partition, item in self.offsets.items()}


class SinkOffsets:
    """For each assigned partition the offset of the next record: `current` after the last put, `committed` in Kafka."""

    def __init__(self) -> None:
        self.current: Offsets = {}
        self.committed: Offsets = {}
        self._read: Offsets = {}

    def assign(self, positions: Mapping[TopicPartition, int]) -> None:
        for partition, offset in positions.items():
            self.rewind(partition, offset)

    def rewind(self, partition: TopicPartition, offset: int) -> None:
        """The task wants to go on here (`context.offset`): nothing else is known of the partition any more."""
        self.current[partition] = self.committed[partition] = OffsetAndMetadata(offset)
        self._read.pop(partition, None)

    def read(self, next_offsets: Mapping[TopicPartition, int]) -> None:
        """Records up to these offsets are in the batch, or were dropped on the way to it."""
        for partition, offset in next_offsets.items():
            self._read[partition] = OffsetAndMetadata(offset)

    def put_succeeded(self) -> None:
        """Invariant 3: only what `put` has taken may be committed."""
        self.current.update((p, offset) for p, offset in self._read.items() if p in self.current)
        self._read.clear()

    def forget(self, partitions: Iterable[TopicPartition]) -> None:
        for partition in partitions:
            for offsets in (self.current, self.committed, self._read):
                offsets.pop(partition, None)

    def of(self, partitions: Iterable[TopicPartition]) -> Offsets:
        return {partition: self.current[partition] for partition in partitions if partition in self.current}

    def to_commit(
        self, considered: Mapping[TopicPartition, OffsetAndMetadata], wanted: Mapping[TopicPartition, OffsetAndMetadata]
    ) -> Offsets:
        """What of the task's answer to `pre_commit` may go to Kafka; empty when it is there already."""
        result = {partition: self.committed[partition] for partition in considered if partition in self.committed}
        for partition, offset in wanted.items():
            current = considered.get(partition)
            if current is None and partition in self.current:
                log.debug("Ignoring offset %s of %s, which was not asked for", offset, partition)
            elif current is None:
                log.warning("Ignoring offset %s of %s, which is not assigned to this task", offset, partition)
            elif offset.offset > current.offset:
                log.warning(
                    "Ignoring offset %s of %s, which has not been consumed yet (%s)", offset, partition, current
                )
            else:
                result[partition] = offset
        if all(self.committed.get(partition) == offset for partition, offset in result.items()):
            return {}
        return result

    def rewind_to_committed(self) -> Mapping[TopicPartition, OffsetAndMetadata]:
        """After a failed pre_commit everything since the last commit is delivered again; where to seek to."""
        self.current.update(self.committed)
        self._read.clear()
        return dict(self.committed)
