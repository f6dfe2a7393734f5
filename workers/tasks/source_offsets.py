"""Source offsets of one task: collected as records are sent, written only after Kafka has all of those records.

The committer runs on a thread of its own, so that a task that waits long in `poll` still gets its offsets
committed in time.
"""

from __future__ import annotations

import base64
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from isthmus import SourceRecord
from workers.errors import PluginProcessError
from workers.processes.channel import Channel
from workers.storage.offset_codec import decode_offset, encode_key, encode_offset
from workers.tasks.control import TaskControl
from workers.tasks.record_producer import RecordProducer
from workers.tasks.recorder import Recorder

log = logging.getLogger(__name__)


class PartitionOffset(NamedTuple):
    """A source partition and the offset to write for it, both as the task gave them."""

    partition: Mapping[str, Any] | None
    offset: Mapping[str, Any] | None


Pending = dict[bytes, PartitionOffset]

_KEPT_BATCHES = 256


class PendingOffsets:
    """The last offset of each source partition, batch by batch, since the last commit. The task's send lock guards it."""

    def __init__(self) -> None:
        self._batches: list[tuple[int, Pending]] = []

    def track(self, number: int, records: Sequence[SourceRecord]) -> None:
        """Notes the offsets of a batch that has just been handed to the producer. Numbers grow."""
        # Records of a partition usually share its mapping; only the last record of each has to be looked at.
        last = list({id(record.source_partition): record for record in records}.values())
        offsets = _by_partition(last)
        if len(offsets) < len(last) < len(records):
            # Equal mappings took turns, so the last records of each are not in the order of the batch.
            offsets = _by_partition(records)
        self._batches.append((number, offsets))
        if len(self._batches) > _KEPT_BATCHES:
            self._merge(_KEPT_BATCHES // 2)

    def take(self, before: float) -> Pending:
        """The offsets of all batches whose number is below `before`; they are not pending any more."""
        count = sum(number < before for number, _ in self._batches)
        taken, self._batches = self._batches[:count], self._batches[count:]
        return {key: item for _, offsets in taken for key, item in offsets.items()}

    def put_back(self, taken: Pending) -> None:
        """After a failed write: newer offsets stay on top. They are acknowledged, whatever fails later."""
        self._batches.insert(0, (-1, taken))

    def _merge(self, count: int) -> None:
        merged = {key: item for _, offsets in self._batches[:count] for key, item in offsets.items()}
        self._batches[:count] = [(self._batches[count - 1][0], merged)]


def _by_partition(records: Sequence[SourceRecord]) -> Pending:
    """The offset of the last record of each partition."""
    return {_identity(record): PartitionOffset(record.source_partition, record.source_offset) for record in records}


def _identity(record: SourceRecord) -> bytes:
    """Equal for records of the same source partition, whatever it holds; what may not be written is found out at the commit."""
    try:
        return orjson.dumps(
            record.source_partition, default=repr, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS
        )
    except TypeError:  # whole numbers of more than 64 bits, text that is not valid Unicode
        return repr(record.source_partition).encode(errors="backslashreplace")


class ChannelOffsetReader:
    """Connect's OffsetStorageReader over the control channel. Any thread of the task; blocks until the worker answers."""

    def __init__(self, channel: Channel, connector: str) -> None:
        self._channel = channel
        self._connector = connector

    def offset(self, partition: Mapping[str, Any]) -> dict[str, Any] | None:
        return self.offsets([partition])[0]

    def offsets(self, partitions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any] | None]:
        keys = [_to_text(encode_key(self._connector, partition)) for partition in partitions]
        answer = self._channel.request("offsets.read", {"keys": keys})
        return [None if value is None else decode_offset(base64.b64decode(value)) for value in answer["values"]]


class OffsetCommitter:
    """Commits the offsets of one source task every `interval_s`, and once more when it stops.

    `on_committed` is called after each commit, when the offsets are in the store; on the committer's thread, or in `finish`.
    """

    def __init__(
        self,
        channel: Channel,
        connector: str,
        producer: RecordProducer,
        pending: PendingOffsets,
        send_lock: threading.Lock,
        control: TaskControl,
        recorder: Recorder,
        *,
        interval_s: float,
        timeout_s: float,
        on_committed: Callable[[], None],
    ) -> None:
        self._channel = channel
        self._connector = connector
        self._producer = producer
        self._pending = pending
        self._send_lock = send_lock
        self._control = control
        self._recorder = recorder
        self._interval_s = interval_s
        self._timeout_s = timeout_s
        self._on_committed = on_committed
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="source-offset-committer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def finish(self) -> None:
        """Ends the thread, after a commit that is under way; then commits what is left. Called on the task's main thread."""
        deadline = time.monotonic() + self._timeout_s
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
        self.commit(deadline)

    def commit(self, deadline: float | None = None) -> bool:
        """One commit; False when it failed, with the offsets kept for the next one."""
        started = time.monotonic()
        succeeded = self._commit(started + self._timeout_s if deadline is None else deadline)
        self._recorder.offset_commit(time.monotonic() - started, succeeded=succeeded)
        if succeeded:
            self._on_committed()
        return succeeded

    def _run(self) -> None:
        while not self._ended.wait(self._interval_s):
            try:
                self.commit()
            except Exception:
                # The edge of this thread: one failed commit must not end all later ones.
                log.exception("Offsets could not be committed")

    def _commit(self, deadline: float) -> bool:
        taken = self._take(deadline)
        if taken is None:
            return False
        if not taken:
            return True
        try:
            # Invariant 2: an offset is written only after Kafka has acknowledged its record and all before it.
            entries = [
                [_to_text(encode_key(self._connector, item.partition)), _to_text(encode_offset(item.offset))]
                for item in taken.values()
            ]
            self._channel.request("offsets.write", {"entries": entries}, max(deadline - time.monotonic(), 0.1))
        except Exception as error:  # noqa: BLE001  # logged, and the offsets kept
            # Not only errors of the store: a task may give offsets that cannot be written, and goes on all the same.
            detail = error if isinstance(error, PluginProcessError) else repr(error)
            log.error("Failed to flush offsets to storage: %s", detail)
            with self._send_lock:
                self._pending.put_back(taken)
            return False
        return True

    def _take(self, deadline: float) -> Pending | None:
        """The offsets of acknowledged records, or None. While it waits for Kafka nothing new is sent; `poll` goes on."""
        if not self._send_lock.acquire(timeout=max(deadline - time.monotonic(), 0)):
            log.error("Offsets are not committed: the task has been waiting to send records for %s s", self._timeout_s)
            return None
        try:
            if not self._producer.flush(deadline - time.monotonic()):
                log.error(
                    "Kafka has not acknowledged all records within %s s, offsets are not committed", self._timeout_s
                )
                # Nothing more is sent until these are through: a producer kept full by a slow broker would never be empty.
                if self._ended.is_set() or not self._producer.drain(
                    # A task that fails meanwhile must not wait for Kafka either before it can say so.
                    lambda: self._control.is_stopping or self._ended.is_set()
                ):
                    return None
            return self._pending.take(before=self._producer.first_failed)
        finally:
            self._send_lock.release()


def _to_text(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode()
