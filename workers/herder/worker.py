"""What runs on this worker: its connectors and tasks, started and stopped as a herder says. Connect: Worker.

Both herders use it. All methods are called on the herder's thread, except for `plugin_metrics`.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Any, Final, Protocol

from workers.errors import ProcessDiedError
from workers.herder.worker_connector import ConnectorListener, WorkerConnector
from workers.herder.worker_task import TaskListener, WorkerTask
from workers.plugins.descriptor import PluginDesc
from workers.plugins.registry import PluginRegistry
from workers.processes.plugin_metrics import OPERATION as PLUGIN_METRICS
from workers.processes.supervisor import PluginProcess, Supervisor
from workers.storage.config_store import Config, ConnectorTaskId, TargetState
from workers.storage.offset_store import OffsetStore

log = logging.getLogger(__name__)

CONNECTOR_STOP_TIMEOUT_S = 5.0
_METRICS_TIMEOUT_S: Final = 2.0


class WorkerListener(ConnectorListener, TaskListener, Protocol):
    """Hears of all connectors and tasks of this worker."""


@dataclass(frozen=True)
class WorkerSettings:
    """What connectors and tasks are told of their worker. `config` has the worker's properties as strings."""

    worker_id: str
    cluster_id: str | None
    config: Mapping[str, str]
    task_stop_timeout_s: float


class Worker:
    """Owns the handles of the connectors and tasks that are assigned to this worker."""

    def __init__(
        self,
        settings: WorkerSettings,
        supervisor: Supervisor,
        plugins: PluginRegistry,
        offsets: OffsetStore,
        listener: WorkerListener,
    ) -> None:
        self.settings = settings
        self.plugins = plugins
        self.supervisor = supervisor
        self.offsets = offsets
        self._listener = listener
        self._connectors: dict[str, WorkerConnector] = {}
        self._tasks: dict[ConnectorTaskId, WorkerTask] = {}

    # ---- connectors ----------------------------------------------------------------------------------------------

    def start_connector(self, connector: str, config: Config, target: TargetState) -> Future[TargetState]:
        """Ends when the connector has reached `target`, or with an InternalError."""
        log.info("Starting connector %s", connector)
        handle = WorkerConnector(connector, self._listener, self.offsets)
        self._connectors[connector] = handle
        return handle.start(self.supervisor, self.spec_of(connector, config), target)

    def stop_connector(self, connector: str) -> None:
        """Blocks until the connector's process has ended."""
        self.stop_connectors([connector])

    def stop_connectors(self, connectors: Iterable[str]) -> None:
        """Asks all of them first, then waits for them with one deadline; the late ones are killed."""
        handles = [handle for name in connectors if (handle := self._connectors.pop(name, None)) is not None]
        for handle in handles:
            log.info("Stopping connector %s", handle.connector)
            handle.ask_to_shut_down()
        deadline = time.monotonic() + CONNECTOR_STOP_TIMEOUT_S
        for handle in handles:
            handle.await_shut_down(max(deadline - time.monotonic(), 0.0))

    def is_running(self, connector: str) -> bool:
        handle = self._connectors.get(connector)
        return handle is not None and handle.is_running

    def connector(self, connector: str) -> WorkerConnector | None:
        """The handle; a connector that was started again has another one."""
        return self._connectors.get(connector)

    def about(self, connector: str) -> Mapping[str, Any] | None:
        """What the connector's process told of its class; None when it could not make it."""
        handle = self._connectors.get(connector)
        return handle.built.result() if handle is not None and handle.is_built else None

    def set_target_state(self, connector: str, target: TargetState) -> Future[TargetState] | None:
        """Tells the connector and its tasks; None when there is no connector that could change."""
        log.info("Setting connector %s state to %s", connector, target)
        handle = self._connectors.get(connector)
        future = handle.transition(target) if handle is not None and handle.can_change else None
        for task in self._tasks_of(connector):
            task.transition(target)
        return future

    def forget_topics(self, connector: str) -> None:
        """The connector's active topics were reset; tasks tell theirs again."""
        for task in self._tasks_of(connector):
            task.forget_topics()

    # ---- tasks ---------------------------------------------------------------------------------------------------

    def start_task(
        self, task: ConnectorTaskId, config: Config, task_config: Mapping[str, str], count: int, target: TargetState
    ) -> None:
        """Starts one of `count` tasks. What goes wrong in its process is told as a status."""
        log.info("Creating task %s", task)
        is_sink = self.connector_type(config, task.connector) == "sink"
        handle = WorkerTask(task, is_sink, self._listener, self.offsets)
        self._tasks[task] = handle
        spec = {
            **self.spec_of(task.connector, config),
            "task": task.task,
            "type": "sink" if is_sink else "source",
            "task_config": dict(task_config),
            "task_count": count,
            "initial_state": str(target),
        }
        handle.start(self.supervisor, spec, self._version(config, task.connector))

    def stop_tasks(self, tasks: Iterable[ConnectorTaskId]) -> None:
        """Asks all of them first, then waits for them with one deadline; the late ones are killed."""
        handles = [handle for task in tasks if (handle := self._tasks.pop(task, None)) is not None]
        for handle in handles:
            log.info("Stopping task %s", handle.task)
            handle.ask_to_stop()
        deadline = time.monotonic() + self.settings.task_stop_timeout_s
        for handle in handles:
            handle.await_stop(max(deadline - time.monotonic(), 0.0))

    def tasks(self) -> Mapping[ConnectorTaskId, WorkerTask]:
        return dict(self._tasks)

    def connectors(self) -> list[str]:
        return list(self._connectors)

    # ---- metrics -------------------------------------------------------------------------------------------------

    def plugin_metrics(self) -> list[dict[str, Any]]:
        """What the plug-ins of all connectors and tasks measure: {name, group, description, tags, value} of each metric.

        On any thread but the herder's and the supervisor's, since it blocks, for two seconds at most. Processes that have
        ended or do not answer by then are left out.
        """
        handles: list[WorkerConnector | WorkerTask] = [*self._connectors.copy().values(), *self._tasks.copy().values()]
        answers = [_metrics_of(handle.process) for handle in handles if handle.process is not None]
        wait(answers, _METRICS_TIMEOUT_S)
        return [metric for answer in answers for metric in _answered(answer)]

    # ---- what processes are told ---------------------------------------------------------------------------------

    def common_spec(self) -> dict[str, Any]:
        """What every plug-in process is told of this worker."""
        return {
            "worker_config": dict(self.settings.config),
            "plugins": self.plugins.to_dict(),
            "cluster_id": self.settings.cluster_id,
        }

    def spec_of(self, connector: str, config: Config) -> dict[str, Any]:
        return {**self.common_spec(), "connector": connector, "connector_config": dict(config)}

    def connector_type(self, config: Config, connector: str | None = None) -> str:
        """ "source", "sink", or "unknown" when the class is not known."""
        about = self.about(connector) if connector is not None else None
        if about is not None:
            return str(about["kind"])
        plugin = self._plugin(config)
        return str(plugin.kind) if plugin is not None else "unknown"

    def _version(self, config: Config, connector: str) -> str | None:
        """The version of the connector's class; None when the class is not known."""
        plugin = self._plugin(config)
        about = self.about(connector) or {}
        return about.get("version") if plugin is None else plugin.version

    def _plugin(self, config: Config) -> PluginDesc | None:
        name = config.get("connector.class")
        return self.plugins.connector_or_none(name, config.get("connector.plugin.version")) if name else None

    def _tasks_of(self, connector: str) -> list[WorkerTask]:
        return [handle for task, handle in self._tasks.items() if task.connector == connector]


def _metrics_of(process: PluginProcess) -> Future[Any]:
    try:
        return process.send_request_once(PLUGIN_METRICS)
    except ProcessDiedError as error:
        answer: Future[Any] = Future()
        answer.set_exception(error)
        return answer


def _answered(answer: Future[Any]) -> list[dict[str, Any]]:
    if not answer.done():
        return []
    if error := answer.exception():
        log.debug("Metrics of plug-ins are missing: %s", error)
        return []
    metrics: list[dict[str, Any]] = answer.result()
    return metrics
