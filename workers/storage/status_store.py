"""Statuses of connectors and tasks, and the topics they use. Connect: StatusBackingStore, MemoryStatusBackingStore."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from workers.storage.config_store import ConnectorTaskId


class State(StrEnum):
    """DESTROYED is never kept: it removes the entry."""

    UNASSIGNED = "UNASSIGNED"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    FAILED = "FAILED"
    RESTARTING = "RESTARTING"
    STOPPED = "STOPPED"
    DESTROYED = "DESTROYED"


@dataclass(frozen=True)
class Status:
    """`version` is that of the plug-in, None when it is not known; `generation` that of the group, 0 when alone."""

    state: State
    worker_id: str
    trace: str | None = None
    generation: int = 0
    version: str | None = None


@dataclass(frozen=True)
class TopicStatus:
    """A topic that a task of the connector has used, since when (ms)."""

    topic: str
    connector: str
    task: int
    discover_timestamp: int


class StatusStore(ABC):
    """Written by the herder as statuses come in. Every method may be called from any thread; none of them blocks."""

    @abstractmethod
    def start(self) -> None:
        """Reads what is there. Called once, before anything else."""

    @abstractmethod
    def stop(self) -> None:
        """Makes sure that what was put is written."""

    @abstractmethod
    def put_connector(self, connector: str, status: Status) -> None:
        """FAILED and UNASSIGNED give way to a newer generation's status of another worker."""

    @abstractmethod
    def put_task(self, task: ConnectorTaskId, status: Status) -> None: ...

    @abstractmethod
    def put_topic(self, connector: str, task: int, topic: str) -> None:
        """The first sight of a topic counts; later ones change nothing."""

    @abstractmethod
    def connector(self, connector: str) -> Status | None: ...

    @abstractmethod
    def task(self, task: ConnectorTaskId) -> Status | None: ...

    @abstractmethod
    def tasks(self, connector: str) -> dict[int, Status]:
        """By task number, in ascending order."""

    @abstractmethod
    def topics(self, connector: str) -> list[TopicStatus]: ...

    @abstractmethod
    def delete_topics(self, connector: str) -> None: ...


class MemoryStatusStore(StatusStore):
    """The standalone worker's: gone with the worker. `now_ms` gives the time that topics are stamped with."""

    def __init__(self, now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000) -> None:
        self._now_ms = now_ms
        self._lock = threading.Lock()
        self._connectors: dict[str, Status] = {}
        self._tasks: dict[ConnectorTaskId, Status] = {}
        self._topics: dict[str, dict[str, TopicStatus]] = {}

    def start(self) -> None:
        """Nothing is kept from an earlier run."""

    def stop(self) -> None:
        """Nothing is to be written."""

    def put_connector(self, connector: str, status: Status) -> None:
        with self._lock:
            if status.state != State.DESTROYED:
                self._connectors[connector] = status
                return
            self._connectors.pop(connector, None)
            for task in [task for task in self._tasks if task.connector == connector]:
                del self._tasks[task]

    def put_task(self, task: ConnectorTaskId, status: Status) -> None:
        with self._lock:
            if status.state == State.DESTROYED:
                self._tasks.pop(task, None)
            else:
                self._tasks[task] = status

    def put_topic(self, connector: str, task: int, topic: str) -> None:
        with self._lock:
            seen = self._topics.setdefault(connector, {})
            seen.setdefault(topic, TopicStatus(topic, connector, task, self._now_ms()))

    def connector(self, connector: str) -> Status | None:
        with self._lock:
            return self._connectors.get(connector)

    def task(self, task: ConnectorTaskId) -> Status | None:
        with self._lock:
            return self._tasks.get(task)

    def tasks(self, connector: str) -> dict[int, Status]:
        with self._lock:
            return {task.task: self._tasks[task] for task in sorted(self._tasks) if task.connector == connector}

    def topics(self, connector: str) -> list[TopicStatus]:
        with self._lock:
            return list(self._topics.get(connector, {}).values())

    def delete_topics(self, connector: str) -> None:
        with self._lock:
            self._topics.pop(connector, None)
