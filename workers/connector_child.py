"""What runs in a connector's own process: the user's Connector, and the states it goes through.

Entry of Supervisor.spawn for workers.herder.worker_connector. All user code runs on the main thread, one call at a time.
Connect: WorkerConnector and Worker.connectorTaskConfigs.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from enum import Enum
from functools import cached_property
from typing import Any

from isthmus import ConnectError, Connector, SinkConnector, SourceConnector, Task, format_trace, java_class_name
from isthmus.answers import checked_task_class, checked_task_configs
from isthmus.config_def import loading_classes_with
from isthmus.plugin import class_name
from workers.config_providers.config_transformer import with_placeholders_restored
from workers.connector_config import ConnectorConfig, SinkConnectorConfig, SourceConnectorConfig
from workers.plugins.config_resolution import ConfigResolver
from workers.plugins.descriptor import PluginKind
from workers.plugins.importer import PluginImporter
from workers.plugins.registry import PluginRegistry
from workers.processes.channel import Channel
from workers.processes.plugin_metrics import OPERATION, MetricsOfProcess
from workers.tasks.source_offsets import ChannelOffsetReader

log = logging.getLogger(__name__)


class State(Enum):
    INIT = "INIT"
    STARTED = "STARTED"
    PAUSED = "PAUSED"
    STOPPED = "STOPPED"
    FAILED = "FAILED"


def run(channel: Channel, spec: Mapping[str, Any]) -> None:
    """Serves "build", "transition", "task_configs" and "stop" until it is stopped or cannot be built."""
    metrics = MetricsOfProcess(spec["connector"])
    channel.on_thread(OPERATION, metrics.answer)
    child = ConnectorChild(channel, spec, metrics)
    handlers = {
        "build": lambda _args: child.build(),
        "transition": lambda args: child.transition(State(args["state"])),
        "task_configs": lambda _args: child.task_configs(),
        "stop": lambda _args: child.shut_down(),
    }
    channel.queue_ops(frozenset(handlers))
    channel.start()
    with loading_classes_with(child.importer.class_named):
        channel.serve(handlers, until=lambda: child.is_done)


class ConnectorChild:
    """The connector and its state. `fail` may be called from any thread, everything else on the main thread."""

    def __init__(self, channel: Channel, spec: Mapping[str, Any], metrics: MetricsOfProcess) -> None:
        self.is_done = False
        self._metrics = metrics
        self.importer = PluginImporter(PluginRegistry.from_dict(spec["plugins"]))
        self._channel = channel
        self._name: str = spec["connector"]
        self._raw_config: Mapping[str, str | None] = spec["connector_config"]
        self._worker_config: Mapping[str, str] = spec["worker_config"]
        self._resolver = ConfigResolver(self.importer, self._worker_config, channel)
        self._lock = threading.Lock()
        self._state = State.INIT
        self._connector: Connector | None = None

    def __str__(self) -> str:
        return f"WorkerConnector{{id={self._name}}}"

    # ---- making ---------------------------------------------------------------------------------------------------

    def build(self) -> dict[str, Any]:
        """Makes and initialises the connector; raising means that there is nothing whose state could change."""
        try:
            desc = self.importer.use_connector(
                self._config["connector.class"], self._config.get("connector.plugin.version")
            )
            self._check_config(desc.kind)
            connector: Connector = self.importer.load(desc)()
        except BaseException:
            self.is_done = True
            raise
        self._connector = connector
        self._initialize(connector)
        return {"class": desc.class_name, "kind": str(desc.kind), "version": desc.version}

    def _check_config(self, kind: PluginKind) -> None:
        if kind == PluginKind.SOURCE:
            SourceConnectorConfig.parse(self._config, creates_topics=self._creates_topics)
        else:
            ConnectorConfig.parse(self._config)

    def _initialize(self, connector: Connector) -> None:
        try:
            if isinstance(connector, SinkConnector):
                SinkConnectorConfig.parse(self._config)
                connector.initialize(_Context(self._channel, self, self._metrics))
            elif isinstance(connector, SourceConnector):
                connector.initialize(_SourceContext(self._channel, self, self._metrics, self._name))
        # The outermost edge of the user's code: whatever it raises makes the connector FAILED.
        except Exception as error:  # noqa: BLE001  # told to the worker
            self.fail(error)

    # ---- states ---------------------------------------------------------------------------------------------------

    def transition(self, target: State) -> None:
        """Brings the connector to the state a user wants. Raises ConnectError when that fails."""
        if self._state == State.FAILED and target != State.STOPPED:
            raise ConnectError(f"{self} Cannot transition connector to {target.value} since it has failed")
        try:
            if target == State.STARTED:
                self._start()
            elif target == State.PAUSED:
                self._pause()
            else:
                self._stop()
        except Exception as error:
            cause = f": {error}" if str(error) else f": {java_class_name(error)}"
            text = f"Failed to transition connector {self._name} to state {target.value}{cause}"
            raise ConnectError(text) from error

    def _start(self) -> None:
        if self._state == State.STARTED:
            return
        try:
            self._started_connector.start(self._config)
        except Exception as error:
            self.fail(error)
            raise
        self._enter(State.STARTED, "RUNNING")

    def _pause(self) -> None:
        if self._state == State.PAUSED:
            return
        try:
            if self._state == State.STARTED:
                self._started_connector.stop()
        # The outermost edge of the user's code: a connector that cannot be paused has failed, the request has not.
        except Exception as error:  # noqa: BLE001  # told to the worker
            self.fail(error)
            return
        self._enter(State.PAUSED, "PAUSED")

    def _stop(self) -> None:
        if self._state == State.STOPPED:
            return
        error = self._stop_connector()
        if error is not None:
            log.error("%s Error while shutting down connector", self, exc_info=error)
        self._enter(State.STOPPED, "STOPPED")

    def _stop_connector(self) -> Exception | None:
        if self._state != State.STARTED:
            return None
        try:
            self._started_connector.stop()
        # The outermost edge of the user's code: a connector that is going away cannot refuse.
        except Exception as error:  # noqa: BLE001  # handed to the caller
            return error
        return None

    def shut_down(self) -> None:
        """Stops the connector for good; the process ends after it."""
        self.is_done = True
        error = self._stop_connector()
        if error is not None:
            self.fail(error)
        else:
            self._tell("UNASSIGNED")

    def fail(self, error: BaseException) -> None:
        """Makes the connector FAILED with this error. The worker logs it."""
        with self._lock:
            self._state = State.FAILED
        self._tell("FAILED", format_trace(error))

    def _enter(self, state: State, status: str) -> None:
        with self._lock:
            # The connector may have raised an error from a thread of its own meanwhile; only a stop overrides that.
            if self._state == State.FAILED and state != State.STOPPED:
                return
            self._state = state
        self._tell(status)

    def _tell(self, status: str, trace: str | None = None) -> None:
        self._channel.notify("status", {"state": status, "trace": trace})

    # ---- tasks ----------------------------------------------------------------------------------------------------

    def task_configs(self) -> list[dict[str, str]]:
        """The configurations of the tasks as they are stored: with task.class and topics, placeholders put back."""
        connector = self._started_connector
        config = ConnectorConfig.parse(self._config)
        given: Any = connector.task_configs(config.tasks_max)
        try:
            task_class = checked_task_class(connector)
            configs = checked_task_configs(connector, given)
            config.check_task_count(len(configs))
        except ConnectError as error:
            # A fault of the connector's code: asked again it would do the same.
            self.fail(error)
            raise
        added = {"task.class": _task_class_name(connector, task_class)}
        added |= {key: value for key in ("topics", "topics.regex") if (value := self._config.get(key)) is not None}
        # What the connector copied from its own configuration is stored as the user wrote it: no secret is stored.
        return [with_placeholders_restored({**task_config, **added}, self._raw_config) for task_config in configs]

    # ---- configuration ----------------------------------------------------------------------------------------------

    @cached_property
    def _config(self) -> dict[str, Any]:
        return self._resolver.resolve(self._raw_config)

    @property
    def _creates_topics(self) -> bool:
        return self._worker_config.get("topic.creation.enable", "true").strip().lower() == "true"

    @property
    def _started_connector(self) -> Connector:
        assert self._connector is not None, "build() comes first"
        return self._connector


class _Context:
    """What the connector may ask of the runtime, from any of its threads."""

    def __init__(self, channel: Channel, child: ConnectorChild, metrics: MetricsOfProcess) -> None:
        self.plugin_metrics = metrics.make()
        self._channel = channel
        self._child = child

    def request_task_reconfiguration(self) -> None:
        self._channel.notify("task.reconfigure")

    def raise_error(self, error: BaseException) -> None:
        self._child.fail(error)


class _SourceContext(_Context):
    def __init__(self, channel: Channel, child: ConnectorChild, metrics: MetricsOfProcess, connector: str) -> None:
        super().__init__(channel, child, metrics)
        self.offset_storage_reader = ChannelOffsetReader(channel, connector)


def _task_class_name(connector: Connector, task_class: type[Task]) -> str:
    """A class that a connector chooses at run time is named by its path: only a fixed one is found by its other names."""
    if getattr(type(connector), "task_class", None) is task_class:
        return class_name(task_class)
    return f"{task_class.__module__}.{task_class.__qualname__}"
