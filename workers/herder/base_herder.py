"""What every herder does the same way, whether it is alone or in a group. Connect: AbstractHerder."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import TypeVar, cast

from workers.errors import InternalError, NotFoundError, RequestError
from workers.herder.connector_offsets import ConnectorOffsets
from workers.herder.herder_thread import HerderThread
from workers.herder.interface import (
    HEALTH_TIMEOUT_S,
    REQUEST_TIMEOUT_S,
    Config,
    ConfigInfos,
    ConfigKey,
    ConnectorInfo,
    ConnectorStatus,
    ConnectorType,
    LoggerLevel,
    Offsets,
    Plugin,
    RequestTimeoutError,
    TaskInfo,
    TaskPart,
)
from workers.herder.loggers import Loggers
from workers.herder.plugin_calls import PluginCalls
from workers.herder.statuses import Statuses
from workers.herder.worker import Worker, WorkerSettings
from workers.plugins.registry import PluginRegistry
from workers.processes.supervisor import Supervisor
from workers.storage.config_store import ClusterConfigState, ConfigStore, ConnectorTaskId
from workers.storage.offset_store import OffsetStore
from workers.storage.status_store import State, StatusStore

log = logging.getLogger(__name__)

T = TypeVar("T")

_SHUTTING_DOWN = "The worker is shutting down"


class BaseHerder(ABC):
    """Made early, so that REST has someone to ask; `launch` hands over what takes time to find out.

    Until then requests wait, as they do for a herder that is busy. Hears of the worker's connectors and tasks
    (workers.herder.worker.WorkerListener).
    """

    def __init__(
        self,
        supervisor: Supervisor,
        worker_id: str,
        configs: ConfigStore,
        statuses: StatusStore,
        offsets: OffsetStore,
        *,
        topic_tracking: bool = True,
    ) -> None:
        self._supervisor = supervisor
        self._config_store = configs
        self._status_store = statuses
        self._offset_store = offsets
        self._topic_tracking = topic_tracking
        self._thread = HerderThread()
        self._statuses = Statuses(statuses, worker_id)
        self._loggers = Loggers(supervisor.set_level)
        self._launched: Future[Worker] = Future()
        self._is_ready = threading.Event()

    def _launch(self, settings: WorkerSettings, plugins: PluginRegistry) -> Worker:
        """Makes the worker and lets requests through. Called once, by the start of the process."""
        worker = Worker(settings, self._supervisor, plugins, self._offset_store, self)
        self._thread.start()
        self._launched.set_result(worker)
        return worker

    # ---- the worker -----------------------------------------------------------------------------------------------

    def kafka_cluster_id(self) -> str | None:
        return self._launched.result().settings.cluster_id if self._launched.done() else None

    def is_ready(self) -> bool:
        return self._is_ready.is_set()

    def health_check(self, timeout_s: float = HEALTH_TIMEOUT_S) -> None:
        if not self._is_ready.wait(timeout_s):
            raise RequestTimeoutError(self._thread.stage_summary())
        try:
            self._thread.call(lambda: None, timeout_s)
        except CancelledError as error:
            raise InternalError(_SHUTTING_DOWN) from error

    # ---- views that never wait --------------------------------------------------------------------------------------

    def connectors(self) -> list[str]:
        return list(self._configs.connectors)

    def connector_status(self, connector: str) -> ConnectorStatus:
        return self._statuses.connector_status(connector, self._connector_type(connector))

    def task_status(self, connector: str, task: int) -> TaskPart:
        return self._statuses.task_status(ConnectorTaskId(connector, task))

    def connector_active_topics(self, connector: str) -> list[str]:
        return [status.topic for status in self._status_store.topics(connector)]

    def reset_connector_active_topics(self, connector: str) -> None:
        self._status_store.delete_topics(connector)
        if self._launched.done():
            worker = self._launched.result()
            self._thread.submit(lambda: worker.forget_topics(connector))

    # ---- views of the herder's thread -------------------------------------------------------------------------------

    def connector_info(self, connector: str) -> ConnectorInfo:
        return self._call(lambda: self._info(connector))

    def connector_config(self, connector: str) -> Config:
        return self.connector_info(connector)["config"]

    def task_configs(self, connector: str) -> list[TaskInfo]:
        def tasks() -> list[TaskInfo]:
            self._require(connector)
            return [
                {"id": {"connector": connector, "task": number}, "config": dict(config)}
                for number, config in enumerate(self._configs.task_configs(connector))
            ]

        return self._call(tasks)

    # ---- plug-ins ---------------------------------------------------------------------------------------------------

    def connector_plugins(self, connectors_only: bool) -> list[Plugin]:
        return cast(list[Plugin], self.worker.plugins.listing(connectors_only=connectors_only))

    def connector_plugin_config(self, plugin: str, version: str | None) -> list[ConfigKey]:
        return self._plugin_calls.plugin_config(plugin, version)

    def validate_connector_config(self, config: Config) -> ConfigInfos:
        return self._plugin_calls.validate(config)

    # ---- loggers ----------------------------------------------------------------------------------------------------

    def all_logger_levels(self) -> dict[str, LoggerLevel]:
        return self._loggers.all_levels()

    def logger_level(self, logger: str) -> LoggerLevel | None:
        return self._loggers.level(logger)

    def set_worker_logger_level(self, namespace: str, level: str) -> list[str]:
        return self._loggers.set_level(namespace, level)

    # ---- offsets ----------------------------------------------------------------------------------------------------

    def connector_offsets(self, connector: str) -> Offsets:
        self._require(connector)
        config = self._configs.config(connector) or {}
        return self._offsets.read(connector, config, self._connector_type(connector))

    # ---- what connectors and tasks of this worker tell, on the supervisor's thread ------------------------------------

    def on_connector_status(self, connector: str, state: State, trace: str | None, version: str | None) -> None:
        if trace is not None:
            log.error("Connector %s is %s: %s", connector, state, trace.rstrip())
        self._statuses.put_connector(connector, state, trace, version)

    def on_task_status(self, task: ConnectorTaskId, state: State, trace: str | None, version: str | None) -> None:
        # The trace is in the log already: from the task's own process, or from whoever saw that process die.
        self._statuses.put_task(task, state, trace, version)

    def on_topics_used(self, task: ConnectorTaskId, topics: list[str]) -> None:
        if self._topic_tracking:
            for topic in topics:
                self._status_store.put_topic(task.connector, task.task, topic)

    @abstractmethod
    def on_task_reconfiguration_requested(self, connector: str) -> None:
        """The connector's job may have to be split in another way."""

    @abstractmethod
    def on_config_expires(self, connector: str, path: str, ttl_ms: int) -> None:
        """What a provider said about `path` holds for that long."""

    # ---- for subclasses -----------------------------------------------------------------------------------------------

    @property
    def _configs(self) -> ClusterConfigState:
        return self._config_store.snapshot()

    @property
    def worker(self) -> Worker:
        """What runs here. Waits until it is known what the worker is and has."""
        try:
            return self._launched.result(REQUEST_TIMEOUT_S)
        except TimeoutError as error:
            raise RequestTimeoutError("The worker is currently awaiting startup.") from error

    @property
    def _plugin_calls(self) -> PluginCalls:
        return PluginCalls(self.worker)

    @property
    def _offsets(self) -> ConnectorOffsets:
        return ConnectorOffsets(self._plugin_calls, self._offset_store)

    def _info(self, connector: str) -> ConnectorInfo:
        self._require(connector)
        return {
            "name": connector,
            "config": dict(self._configs.config(connector) or {}),
            "tasks": [{"connector": task.connector, "task": task.task} for task in self._configs.tasks(connector)],
            "type": self._connector_type(connector),
        }

    def _connector_type(self, connector: str) -> ConnectorType:
        config = self._configs.config(connector)
        if config is None or not self._launched.done():
            return "unknown"
        return cast(ConnectorType, self._launched.result().connector_type(config, connector))

    def _require(self, connector: str, text: str = "Connector {} not found") -> None:
        if not self._configs.contains(connector):
            raise NotFoundError(text.format(connector))

    def _call(self, job: Callable[[], T], stage: str = "") -> T:
        """Runs a job on the herder's thread and waits for it."""
        return self._in_time(self._thread.submit(job, stage))

    def _in_time(self, future: Future[T], connector: str | None = None, timeout_s: float = REQUEST_TIMEOUT_S) -> T:
        """Waits as long as a request may take, or what is left of it. What is not meant for users becomes an InternalError.

        With `connector`, a request that is late tells what that connector's process is doing.
        """
        try:
            return self._thread.await_result(future, timeout_s, connector)
        except RequestError:
            raise
        except CancelledError as error:
            raise InternalError(_SHUTTING_DOWN) from error
        # The edge of a request: the herder's own faults are answers like any other.
        except Exception as error:
            log.exception("A request failed")
            raise InternalError(f"{error}") from error
