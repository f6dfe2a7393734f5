"""What the REST process asks of the worker: Java's `Herder`, with results that are plain JSON.

Called by `app` through `workers.herder.client.HerderClient`; implemented by the standalone herder, the distributed herder
and the fake of the app's tests. Every method may be called from any thread, blocks until the answer is there and raises
only errors of the `workers.errors.RequestError` tree, whose text is shown to the user as it is:

    RequestError
     ├── BadRequestError, ForbiddenError, NotFoundError, ConflictError   the operation was refused
     └── InternalError                 it failed
          ├── RequestTimeoutError      the herder did not finish in the time given (`stage`: what it is busy with)
          └── HerderUnreachableError   the client could not reach the worker in that time (it starts, or it is gone)

A method without further words on errors raises NotFoundError `Connector <c> not found` for an unknown connector. Unless
another time is given, an operation gets REQUEST_TIMEOUT_S; the herder itself keeps the time, since it knows the stage that
it is in. Configurations are shown as submitted: placeholders such as `${file:...}` are never resolved in a result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, Protocol, TypedDict

from workers.errors import InternalError

REQUEST_TIMEOUT_S = 90.0
HEALTH_TIMEOUT_S = 10.0

ConnectorType = Literal["source", "sink", "unknown"]
TargetState = Literal["RUNNING", "PAUSED", "STOPPED"]
State = Literal["UNASSIGNED", "RUNNING", "PAUSED", "FAILED", "RESTARTING", "STOPPED"]
Config = dict[str, str | None]  # a value is None only where the user sent null


class RequestTimeoutError(InternalError):
    """The herder did not finish in time.

    `stage` is Java's summary ("The worker is currently starting the connector, which began at <ISO instant>.") or None.
    """

    def __init__(self, stage: str | None = None) -> None:
        super().__init__(f"Request timed out. {stage}" if stage else "Request timed out")
        self.stage = stage


class HerderUnreachableError(InternalError):
    """The worker's socket did not answer; raised by the client only."""


class TaskId(TypedDict):
    connector: str
    task: int


class ConnectorInfo(TypedDict):
    """`config` as stored (it contains `name`); `tasks` is empty while the connector is stopped or its tasks are unknown."""

    name: str
    config: Config
    tasks: list[TaskId]
    type: ConnectorType


class Created(TypedDict):
    """`created` tells 201 from 200."""

    created: bool
    info: ConnectorInfo


class ConnectorPart(TypedDict):
    """`trace` only when there is one; `version` is left out when the plug-in has none, null when it is not known."""

    state: State
    trace: NotRequired[str]
    worker_id: str
    version: NotRequired[str | None]


class TaskPart(ConnectorPart):
    id: int


class ConnectorStatus(TypedDict):
    """Members in this order; tasks sorted by id."""

    name: str
    connector: ConnectorPart
    tasks: list[TaskPart]
    type: ConnectorType


class TaskInfo(TypedDict):
    id: TaskId
    config: Config


class PartitionOffset(TypedDict):
    """Sinks: partition {"kafka_topic", "kafka_partition"}, offset {"kafka_offset"}. Null members: in requests only."""

    partition: dict[str, Any] | None
    offset: dict[str, Any] | None


class Offsets(TypedDict):
    offsets: list[PartitionOffset]


# `class` (a keyword, hence this form) is the name that is shown to users; `version` is left out when it is "undefined".
Plugin = TypedDict("Plugin", {"class": str, "type": str, "version": NotRequired[str]})


class ConfigKey(TypedDict):
    """One definition, as `ConfigDef` renders it; `type`, `importance` and `width` are Java's enumeration names."""

    name: str
    type: str
    required: bool
    default_value: str | None
    importance: str
    documentation: str
    group: str | None
    order_in_group: int
    width: str
    display_name: str
    dependents: list[str]


class ConfigValueInfo(TypedDict):
    name: str
    value: str | None
    recommended_values: list[str]
    errors: list[str]
    visible: bool


class ConfigEntry(TypedDict):
    definition: ConfigKey | None
    value: ConfigValueInfo | None


class ConfigInfos(TypedDict):
    name: str
    error_count: int
    groups: list[str]
    configs: list[ConfigEntry]


class LoggerLevel(TypedDict):
    """`level`: OFF FATAL ERROR WARN INFO DEBUG TRACE ALL; `last_modified`: ms, null until changed over REST."""

    level: str
    last_modified: int | None


class Signature(TypedDict):
    """The two headers of a signed request between workers (None = absent) and the bytes that they sign, in base64."""

    authorization: str | None
    algorithm: str | None
    body: str


class Herder(Protocol):
    """The operations of the REST API. Names follow Java's `Herder` in snake_case."""

    # The worker

    def kafka_cluster_id(self) -> str | None:
        """The id of the Kafka cluster, or None as long as it is not known. Never waits for the herder's thread."""

    def is_ready(self) -> bool:
        """Whether the herder has completed its start-up once. Never waits for the herder's thread."""

    def health_check(self, timeout_s: float) -> None:
        """Returns when the herder's thread has taken up this request; RequestTimeoutError after `timeout_s`."""

    # Connectors

    def connectors(self) -> list[str]:
        """The names of all connectors, in any order. Never waits for the herder's thread."""

    def connector_info(self, connector: str) -> ConnectorInfo:
        """`config` as stored, tasks, type ("unknown" when the class cannot be loaded)."""

    def connector_config(self, connector: str) -> Config:
        """The `config` of connector_info."""

    def put_connector_config(
        self, connector: str, config: Config, allow_replace: bool, initial_state: TargetState | None = None
    ) -> Created:
        """Validates, stores and starts; `config` contains `name` already and may hold null values.

        Standalone answers after the connector has started and its tasks are configured. BadRequestError lists the
        validation's errors, or says `Connector config {...} contains no connector type` or that the class is unknown.
        ConflictError `Connector <c> already exists` unless `allow_replace`.
        """

    def patch_connector_config(self, connector: str, patch: Config) -> ConnectorInfo:
        """Merges into the stored configuration (null removes the key), then like put_connector_config."""

    def delete_connector(self, connector: str) -> None:
        """Removes the configuration and stops the connector; offsets are kept."""

    def connector_status(self, connector: str) -> ConnectorStatus:
        """Never waits for the herder's thread. NotFoundError `No status found for connector <c>`."""

    def task_status(self, connector: str, task: int) -> TaskPart:
        """Never waits for the herder's thread. NotFoundError `No status found for task <c>-<t>`."""

    def task_configs(self, connector: str) -> list[TaskInfo]:
        """The raw task configurations in the order of their ids."""

    def pause_connector(self, connector: str) -> None:
        """Writes the target state only. NotFoundError `Unknown connector <c>`."""

    def resume_connector(self, connector: str) -> None:
        """Writes the target state only; a stopped connector gets tasks again. NotFoundError `Unknown connector <c>`."""

    def stop_connector(self, connector: str) -> None:
        """The target state STOPPED: no tasks. NotFoundError when the connector is unknown."""

    def restart_connector(self, connector: str) -> None:
        """Restarts the Connector object alone and returns when it has started. NotFoundError `Unknown connector: <c>`."""

    def restart_connector_and_tasks(self, connector: str, include_tasks: bool, only_failed: bool) -> ConnectorStatus:
        """The status in which all parts to be restarted are RESTARTING. NotFoundError `Unknown connector: <c>`,
        `Status for connector <c> not found`."""

    def restart_task(self, connector: str, task: int) -> None:
        """NotFoundError for an unknown connector or task (any integer may be asked for)."""

    def connector_active_topics(self, connector: str) -> list[str]:
        """The topics that the connector has used; empty for an unknown connector."""

    def reset_connector_active_topics(self, connector: str) -> None:
        """Forgets them; nothing happens for an unknown connector."""

    # Offsets

    def connector_offsets(self, connector: str) -> Offsets:
        """The committed offsets, in any state of the connector."""

    def alter_connector_offsets(self, connector: str, offsets: Sequence[PartitionOffset]) -> str:
        """The message for the user. `offsets` is never empty, may name a partition twice (the last one wins) and may hold
        null partitions. BadRequestError when the connector is not STOPPED without tasks, or for malformed offsets."""

    def reset_connector_offsets(self, connector: str) -> str:
        """The message for the user. BadRequestError when the connector is not STOPPED without tasks."""

    # Plug-ins

    def connector_plugins(self, connectors_only: bool) -> list[Plugin]:
        """In Java's order: sinks, sources, transformations, predicates, converters, header converters, each by name."""

    def connector_plugin_config(self, plugin: str, version: str | None) -> list[ConfigKey]:
        """Definitions of a plug-in by class name or alias. NotFoundError `Unknown plugin <p>.`, BadRequestError for a
        plug-in of another type or a version that does not exist."""

    def validate_connector_config(self, config: Config) -> ConfigInfos:
        """All errors of a configuration. BadRequestError when it names no class or an unknown one, with the same text
        as put_connector_config."""

    # Loggers

    def all_logger_levels(self) -> dict[str, LoggerLevel]:
        """Sorted by name, with `root`."""

    def logger_level(self, logger: str) -> LoggerLevel | None:
        """None for an unknown logger; `root` in any case, and the empty name, mean the root logger."""

    def set_worker_logger_level(self, namespace: str, level: str) -> list[str]:
        """The sorted names of the loggers whose level has changed. `level` is one of Java's names in upper case."""

    def set_cluster_logger_level(self, namespace: str, level: str) -> None:
        """The same for every worker; a worker applies it when it reads it."""

    # Requests of other workers

    def put_task_configs(self, connector: str, configs: Sequence[Mapping[str, str]], signature: Signature) -> None:
        """Standalone: InternalError `Kafka Connect in standalone mode does not support externally setting task
        configurations.`"""

    def fence_zombies(self, connector: str, signature: Signature) -> None:
        """Standalone: InternalError `Kafka Connect in standalone mode does not support exactly-once source
        connectors.`"""
