"""The statuses of connectors and tasks: written as workers tell of them, shown as REST wants them.

Shared by both herders. Connect: the status parts of AbstractHerder, RestartRequest and RestartPlan.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from workers.errors import NotFoundError
from workers.herder.interface import ConnectorPart, ConnectorStatus, ConnectorType, TaskPart
from workers.plugins.descriptor import UNDEFINED_VERSION
from workers.storage.config_store import ConnectorTaskId
from workers.storage.status_store import State, Status, StatusStore

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RestartPlan:
    """What of a connector is to be restarted, and the status that says so."""

    restarts_connector: bool
    tasks: Sequence[ConnectorTaskId]
    status: ConnectorStatus


class Statuses:
    """Thread-safe. `generation` is asked for at each write: it changes with the group's."""

    def __init__(self, store: StatusStore, worker_id: str, generation: Callable[[], int] = lambda: 0) -> None:
        self._store = store
        self._worker_id = worker_id
        self._generation = generation

    # ---- writing --------------------------------------------------------------------------------------------------

    def put_connector(self, connector: str, state: State, trace: str | None = None, version: str | None = None) -> None:
        self._store.put_connector(connector, self._status(state, trace, version))

    def put_task(
        self, task: ConnectorTaskId, state: State, trace: str | None = None, version: str | None = None
    ) -> None:
        self._store.put_task(task, self._status(state, trace, version))

    def mark_restarting(self, plan: RestartPlan, connector: str) -> None:
        """Connector and tasks keep what else is known of them."""
        if plan.restarts_connector and (status := self._store.connector(connector)) is not None:
            self._store.put_connector(connector, replace(status, state=State.RESTARTING, trace=None))
        for task in plan.tasks:
            if (status := self._store.task(task)) is not None:
                self._store.put_task(task, replace(status, state=State.RESTARTING, trace=None))

    def remove_connector(self, connector: str) -> None:
        self._store.put_connector(connector, self._status(State.DESTROYED, None, None))
        self._store.delete_topics(connector)

    def remove_task(self, task: ConnectorTaskId) -> None:
        self._store.put_task(task, self._status(State.DESTROYED, None, None))

    def _status(self, state: State, trace: str | None, version: str | None) -> Status:
        return Status(state, self._worker_id, trace, self._generation(), version)

    # ---- showing --------------------------------------------------------------------------------------------------

    def connector_status(self, connector: str, kind: ConnectorType) -> ConnectorStatus:
        status = self._store.connector(connector)
        if status is None:
            raise NotFoundError(f"No status found for connector {connector}")
        tasks = [_task_part(number, task) for number, task in self._store.tasks(connector).items()]
        return {"name": connector, "connector": _part(status), "tasks": tasks, "type": kind}

    def task_status(self, task: ConnectorTaskId) -> TaskPart:
        status = self._store.task(task)
        if status is None:
            raise NotFoundError(f"No status found for task {task}")
        return _task_part(task.task, status)

    def restart_plan(
        self, connector: str, kind: ConnectorType, *, include_tasks: bool, only_failed: bool
    ) -> RestartPlan | None:
        """None when the connector has no status."""

        def restarts(status: Status) -> bool:
            return not only_failed or status.state == State.FAILED

        status = self._store.connector(connector)
        if status is None:
            return None
        tasks = self._store.tasks(connector)
        chosen = [number for number, task in tasks.items() if include_tasks and restarts(task)]
        shown: ConnectorStatus = {
            "name": connector,
            "connector": _part(_restarting(status) if restarts(status) else status),
            "tasks": [_task_part(n, _restarting(task) if n in chosen else task) for n, task in tasks.items()],
            "type": kind,
        }
        return RestartPlan(restarts(status), [ConnectorTaskId(connector, number) for number in chosen], shown)


def _restarting(status: Status) -> Status:
    return replace(status, state=State.RESTARTING)


def _part(status: Status) -> ConnectorPart:
    part: ConnectorPart = {"state": status.state.value, "worker_id": status.worker_id}  # type: ignore[typeddict-item]  # DESTROYED is never stored
    if status.version != UNDEFINED_VERSION:
        part["version"] = status.version
    if status.trace:
        part["trace"] = status.trace
    return part


def _task_part(number: int, status: Status) -> TaskPart:
    return {"id": number, **_part(status)}
