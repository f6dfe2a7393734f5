"""Connectors: they split a job into task configurations and say when that split has to change.

The docstrings are the specification of each method; Connect's classes are Connector, SourceConnector, SinkConnector and
their contexts. One instance of the connector lives in a process of its own, where every method is called on one and the
same thread, one call at a time. Validation makes further, short-lived instances in other processes: there only
`config`, `validate`, `exactly_once_support` and `can_define_transaction_boundaries` are called, never `start`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from isthmus.plugin import Plugin

if TYPE_CHECKING:
    from isthmus.config_def import ConfigDef, ConfigValue
    from isthmus.metrics import PluginMetrics
    from isthmus.records import TopicPartition
    from isthmus.task import OffsetStorageReader, SinkTask, SourceTask, Task

T = TypeVar("T")


class ExactlyOnceSupport(Enum):
    """Whether a source connector can be run with exactly-once delivery."""

    SUPPORTED = "SUPPORTED"
    UNSUPPORTED = "UNSUPPORTED"


class ConnectorTransactionBoundaries(Enum):
    """Whether a source connector can decide itself where a transaction ends."""

    SUPPORTED = "SUPPORTED"
    UNSUPPORTED = "UNSUPPORTED"


class ConnectorContext(Protocol):
    """What a running connector may ask of the runtime; its methods may be called from any thread of its process."""

    def request_task_reconfiguration(self) -> None:
        """Has `task_configs` called again soon and the tasks replaced when the outcome differs. Returns at once."""

    def raise_error(self, error: BaseException) -> None:
        """Makes the connector FAILED with this error; for threads that the connector started itself. Returns at once."""

    @property
    def plugin_metrics(self) -> PluginMetrics:
        """For metrics of the connector's own; they last as long as its process. See isthmus.metrics."""


class SourceConnectorContext(ConnectorContext, Protocol):
    @property
    def offset_storage_reader(self) -> OffsetStorageReader:
        """Reads the offsets the connector's tasks have committed."""


class SinkConnectorContext(ConnectorContext, Protocol):
    """Nothing beyond what every connector has."""


class Connector(Plugin, ABC):
    """Base of both kinds; authors derive from `SourceConnector` or `SinkConnector`."""

    task_class: ClassVar[type[Task]]
    """Class of the connector's tasks (Java: `taskClass()`). A property works too when the configuration decides."""

    context: ConnectorContext

    def initialize(self, context: ConnectorContext, task_configs: Sequence[Mapping[str, str]] | None = None) -> None:
        """Called once in the connector's process, before `start`; keeps the context.

        `task_configs` are those of an earlier run, when the runtime hands them over; the default makes no use of them.
        """
        self.context = context

    @abstractmethod
    def config(self) -> ConfigDef:
        """Declares the configuration. Called on instances that were never started, also without any configuration at
        hand; must not block and has to return an equal declaration each time. Raising makes validation fail.
        """

    def validate(self, props: Mapping[str, str | None]) -> list[ConfigValue]:
        """Checks a configuration before it is accepted. Called for every creation, update and validation request.

        `props` are the raw properties with placeholders resolved. It may block, for example to try a connection: the
        request waits for it, up to its time-out of 90 s. Problems of the configuration belong into
        `ConfigValue.add_error_message`; raising means that the validation itself broke. An override calls this one first, adds
        what a check of several keys finds, and returns the list.
        """
        return self.config().validate(props)

    @abstractmethod
    def start(self, props: Mapping[str, str]) -> None:
        """Starts the connector with its raw properties (placeholders resolved). Called after `initialize`, and again
        after a `stop` when a paused connector is resumed.

        May block for a while (its status stays UNASSIGNED meanwhile). Threads that watch the outside world are started
        here. Raising makes the connector FAILED until it is restarted.
        """

    def reconfigure(self, props: Mapping[str, str]) -> None:
        """Applies new properties to a running connector; the default stops and starts it."""
        self.stop()
        self.start(props)

    @abstractmethod
    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        """Splits the job: one mapping of properties for each task, at most `max_tasks` of them.

        Called after `start` and after `request_task_reconfiguration`. May block. The runtime adds `task.class` and, for
        a sink, `topics` and `topics.regex`. Tasks are replaced only when the outcome differs from the last one, so equal
        circumstances should give an equal list in equal order. More than `max_tasks` entries make the connector FAILED.
        Raising leaves the tasks as they are and is tried again.
        """

    def stop(self) -> None:
        """Ends what `start` began. Called on pause, stop, deletion, reconfiguration and shutdown, only after `start`.

        It has 5 s on shutdown; then the process is killed. Raising makes the connector FAILED when it was being paused,
        and is only logged when it was being stopped. The default does nothing.
        """


class SourceConnector(Connector):
    """Base of connectors that read from elsewhere and write to Kafka."""

    task_class: ClassVar[type[SourceTask]]
    context: SourceConnectorContext

    def exactly_once_support(self, props: Mapping[str, str]) -> ExactlyOnceSupport | None:
        """Whether exactly-once delivery is possible with this configuration; None when the connector does not know.

        Called during validation, only when `exactly.once.support=required`. Must not block. Raising is reported as an
        error of that key. To be able to say SUPPORTED, offsets have to tell for each source partition exactly where to
        go on.
        """
        return None

    def can_define_transaction_boundaries(self, props: Mapping[str, str]) -> ConnectorTransactionBoundaries:
        """Whether the tasks use `context.transaction_context`. Called during validation, only when
        `transaction.boundary=connector`. Must not block. Raising is reported as an error of that key.
        """
        return ConnectorTransactionBoundaries.UNSUPPORTED

    def alter_offsets(
        self, connector_config: Mapping[str, str], offsets: Sequence[tuple[Mapping[str, Any], Mapping[str, Any] | None]]
    ) -> bool:
        """A user wants to set (or with None: forget) the offsets of these source partitions.

        Called on an instance that was never started, while the connector is stopped. May block, up to 90 s. Raise a
        ConnectError to refuse with its text, NotImplementedError when offsets are not to be changed at all. Return True
        when the connector has looked at them (and changed whatever it keeps elsewhere); the default False means that it
        knows nothing of it. Either way the runtime then writes the offsets to its own store. Partitions come as pairs,
        not as a dict, since a partition is a dict itself.
        """
        return False


class SinkConnector(Connector):
    """Base of connectors that read from Kafka and write elsewhere."""

    TOPICS_CONFIG: ClassVar[str] = "topics"

    task_class: ClassVar[type[SinkTask]]
    context: SinkConnectorContext

    def alter_offsets(self, connector_config: Mapping[str, str], offsets: Mapping[TopicPartition, int | None]) -> bool:
        """A user wants to set (or with None: delete) the consumed offsets of these partitions.

        Called as `SourceConnector.alter_offsets` is, with the same meaning of the outcome and of errors; the runtime
        then changes the offsets of the connector's consumer group.
        """
        return False


def group_partitions(elements: Sequence[T], count: int) -> list[list[T]]:
    """Shares out elements among that many tasks, for `task_configs`: in groups of neighbours that differ in size by one
    at most, the larger ones first. Some are empty when there are fewer elements than groups. ValueError unless there is
    a group.
    """
    if count <= 0:
        raise ValueError("Number of groups must be positive.")
    size, larger = divmod(len(elements), count)
    starts = [index * size + min(index, larger) for index in range(count + 1)]
    return [list(elements[start:end]) for start, end in pairwise(starts)]
