"""Tasks: they move the data. And their contexts: what a task may ask of the runtime while it runs.

The docstrings are the specification of each method; Connect's classes are Task, SourceTask, SinkTask and their
contexts. Every task has a process of its own, in which the runtime calls all of its methods on the main thread, one call
at a time, unless a method says otherwise. What a task raises, leaks or holds up costs this task only.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from isthmus.plugin import Plugin

if TYPE_CHECKING:
    from isthmus.metrics import PluginMetrics
    from isthmus.records import OffsetAndMetadata, RecordMetadata, SinkRecord, SourceRecord, TopicPartition


class OffsetStorageReader(Protocol):
    """Reads committed source offsets. May be called from any thread of the task; blocks while it reads the store.

    Offsets come back as the store's JSON has them: bytes as base64 text.
    """

    def offset(self, partition: Mapping[str, Any]) -> dict[str, Any] | None:
        """The last committed offset of one source partition; None when there is none."""

    def offsets(self, partitions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any] | None]:
        """The same for several at once, in the order of the argument; cheaper than one by one."""


class TransactionContext(Protocol):
    """Lets a source task end transactions itself (exactly-once delivery with `transaction.boundary=connector`).

    A record given here must equal one that the current `poll` returns: the transaction ends after it. Without a record
    it ends after the batch of the current `poll`.
    """

    def commit_transaction(self, record: SourceRecord | None = None) -> None: ...

    def abort_transaction(self, record: SourceRecord | None = None) -> None:
        """Drops the transaction's records; their offsets are committed all the same, so that they do not come again."""


class ErrantRecordReporter(Protocol):
    """Takes records that a sink task could not digest."""

    def report(self, record: SinkRecord, error: BaseException) -> Future[None]:
        """Reports to the log and the dead letter queue, as configured, from any thread; does not block.

        Raises ConnectError when `errors.tolerance=none`: let it pass. The future ends when the report is written. The
        runtime waits for it before it commits offsets beyond the record; a task need not.
        """


class SourceTaskContext(Protocol):
    @property
    def configs(self) -> Mapping[str, str]:
        """The task's present properties, placeholders resolved anew."""

    @property
    def offset_storage_reader(self) -> OffsetStorageReader: ...

    @property
    def transaction_context(self) -> TransactionContext | None:
        """None unless exactly-once delivery is on and `transaction.boundary=connector`."""

    @property
    def plugin_metrics(self) -> PluginMetrics:
        """For metrics of the task's own; they last until it ends. See isthmus.metrics."""


class SinkTaskContext(Protocol):
    """May be used from any thread of the task; requests take effect in the next turn of the runtime's loop.

    `assignment`, `pause` and `resume` raise IllegalWorkerStateError before the first `open`, and for partitions that
    are not assigned.
    """

    @property
    def configs(self) -> Mapping[str, str]:
        """The task's present properties, placeholders resolved anew."""

    @property
    def assignment(self) -> set[TopicPartition]:
        """The topic partitions the task consumes now."""

    @property
    def errant_record_reporter(self) -> ErrantRecordReporter | None:
        """None unless the connector has a dead letter queue or `errors.log.enable`."""

    @property
    def plugin_metrics(self) -> PluginMetrics:
        """For metrics of the task's own; they last until it ends. See isthmus.metrics."""

    def offset(self, partition: TopicPartition | Mapping[TopicPartition, int], offset: int | None = None) -> None:
        """Goes on at another offset: `offset(partition, 5)` or `offset({partition: 5, ...})`. For tasks that keep their
        offsets in the target system; usually called in `open`.
        """

    def timeout(self, timeout_ms: int) -> None:
        """How long to wait at most until the next `put`. To be called before a RetriableError is raised, as back-off."""

    def pause(self, *partitions: TopicPartition) -> None:
        """Delivers nothing from these partitions until `resume`."""

    def resume(self, *partitions: TopicPartition) -> None: ...

    def request_commit(self) -> None:
        """Commits offsets soon, before the interval has passed."""


class Task(Plugin, ABC):
    """What both kinds of tasks share; authors derive from `SourceTask` or `SinkTask`."""

    @abstractmethod
    def start(self, props: Mapping[str, str]) -> None:
        """Makes ready: parse the properties, open what is needed. Called once, after `initialize`, before any record.

        `props` is one of the mappings that `Connector.task_configs` returned, placeholders resolved. May block. Raising
        makes the task FAILED, after a call of `stop`.
        """

    def stop(self) -> None:
        """Gives back what `start` took. Called once, last of all, also when `start` raised or the task failed.

        It runs on the task's thread after the loop has ended, so nothing has to be locked. `poll` and `put` have to
        return in time for it: together they have `task.shutdown.graceful.timeout.ms` (5 s), then the process is killed.
        Raising is only logged. The default does nothing.
        """


class SourceTask(Task):
    """Reads records from elsewhere.

    `initialize`, `start`, then `poll` over and over with `commit_record` and `commit` in between, at the end `stop`.
    """

    class TransactionBoundary(Enum):
        """Where transactions end, with exactly-once delivery."""

        POLL = "poll"
        INTERVAL = "interval"
        CONNECTOR = "connector"
        DEFAULT = POLL

        @classmethod
        def from_property(cls, text: str) -> SourceTask.TransactionBoundary:
            """Reads `transaction.boundary`, in any case; ValueError for anything else."""
            return cls(text.strip().lower())

        def __str__(self) -> str:
            return self.value

    TRANSACTION_BOUNDARY_CONFIG: ClassVar[str] = "transaction.boundary"

    context: SourceTaskContext

    def initialize(self, context: SourceTaskContext) -> None:
        """Called once before `start`; keeps the context."""
        self.context = context

    @abstractmethod
    def poll(self) -> list[SourceRecord] | None:
        """Returns the next records, or None (or an empty list) when there are none at present.

        Called over and over while the task runs and is not paused. It may block, but has to return every second or so,
        with None if need be: pause, stop and the commit of offsets wait for it. When there is nothing to read, wait here
        (a timed wait): the runtime calls again at once. Records of one source partition are delivered, and their offsets
        committed, in the order returned. The list belongs to the runtime from then on.

        RetriableError is logged and counts as None; anything else makes the task FAILED. Records returned earlier are
        still delivered and their offsets committed.
        """

    def commit_record(self, record: SourceRecord, metadata: RecordMetadata | None) -> None:
        """One record is done with: Kafka has acknowledged it (`metadata` says where it went), or it will never be
        written (None: a transformation dropped it, or its error was tolerated).

        `record` is the one that `poll` returned. Called on the task's thread between polls, so it does not run
        concurrently with `poll`; with exactly-once delivery only after the transaction. Must not block for long. Raising
        is only logged. The default does nothing, and the runtime then spares the calls.
        """

    def commit(self) -> None:
        """Offsets have just been committed to the store (or there was nothing to commit). For acknowledging to a source
        that keeps track itself; what exactly is covered is known from `commit_record`.

        Called on the task's thread between polls. May block for a moment. Raising is only logged. The default does
        nothing.
        """


class SinkTask(Task):
    """Writes records elsewhere.

    `initialize`, `start`, `open`, then `put` over and over with `pre_commit` from time to time; `close` when partitions
    go, at the end `stop`.
    """

    TOPICS_CONFIG: ClassVar[str] = "topics"
    TOPICS_REGEX_CONFIG: ClassVar[str] = "topics.regex"

    context: SinkTaskContext

    def initialize(self, context: SinkTaskContext) -> None:
        """Called once before `start`; keeps the context."""
        self.context = context

    def open(self, partitions: Sequence[TopicPartition]) -> None:
        """These partitions will deliver from now on; the place to make writers and to call `context.offset`.

        Called after each assignment, before records of these partitions, not for an empty one. Partitions are the ones
        of Kafka, whatever transformations make of the records' topics. May block, within `max.poll.interval.ms`. Raising
        makes the task FAILED. The default does nothing.
        """

    @abstractmethod
    def put(self, records: Sequence[SinkRecord]) -> None:
        """Takes the next records, in order for each partition. Called over and over, also with an empty list.

        `records` is a `SinkBatch`: a sequence that makes its records when they are first looked at, and has their `values`.
        It may hand them on without waiting, if `flush` or `pre_commit` then waits. May block, within
        `max.poll.interval.ms`, and has to return within the time for a graceful stop. The records are not to be changed.

        RetriableError: the same records are put again, nothing else meanwhile. Anything else makes the task FAILED; what
        earlier calls took is still committed.
        """

    def flush(self, current_offsets: Mapping[TopicPartition, OffsetAndMetadata]) -> None:
        """Makes everything that `put` took durable. Called by the default `pre_commit`, before offsets are committed.

        `current_offsets` has, for each partition, the offset of the next record to be put. May block, within
        `max.poll.interval.ms`. Raising has the consequence described at `pre_commit`. The default does nothing.
        """

    def pre_commit(
        self, current_offsets: Mapping[TopicPartition, OffsetAndMetadata]
    ) -> Mapping[TopicPartition, OffsetAndMetadata]:
        """Says what may be committed: for each partition the offset up to which everything is durable.

        Called every `offset.flush.interval.ms`, after `request_commit`, and before `close`. Partitions left out keep
        their committed offset; an empty mapping commits nothing. Offsets beyond `current_offsets` are ignored. When it
        raises, the partitions are rewound to the last committed offsets and delivered again; when partitions are being
        closed nothing is committed instead. The default calls `flush` and returns its argument.
        """
        self.flush(current_offsets)
        return current_offsets

    def close(self, partitions: Sequence[TopicPartition]) -> None:
        """These partitions are going: give back what `open` took for them.

        Called after `pre_commit` when partitions are revoked or the task stops, and alone when they were lost to another
        worker (then nothing may be written any more). May block, within `max.poll.interval.ms`. Raising makes the task
        FAILED. The default does nothing.
        """
