"""One task as its worker sees it: the process it runs in and what that tells. Connect: the worker's half of WorkerTask."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Protocol

from workers.errors import StartError
from workers.herder.process_trace import trace_of_error, trace_of_exit
from workers.herder.worker_connector import read_offsets, write_offsets
from workers.plugins.descriptor import UNDEFINED_VERSION
from workers.processes.counters import Counters
from workers.processes.supervisor import Exit, PluginProcess, Supervisor
from workers.storage.config_store import ConnectorTaskId, TargetState
from workers.storage.offset_store import OffsetStore
from workers.storage.status_store import State
from workers.tasks.task_metrics import SINK_COUNTERS, SOURCE_COUNTERS

log = logging.getLogger(__name__)

_ENTRY = "workers.tasks.task_main:run"
_ENDED = (State.FAILED, State.UNASSIGNED)


class TaskListener(Protocol):
    """Hears of this worker's tasks, on the supervisor's thread and on the herder's. Must not block."""

    def on_task_status(self, task: ConnectorTaskId, state: State, trace: str | None, version: str | None) -> None: ...

    def on_topics_used(self, task: ConnectorTaskId, topics: list[str]) -> None: ...

    def on_config_expires(self, connector: str, path: str, ttl_ms: int) -> None: ...


class WorkerTask:
    """Made and used on the herder's thread."""

    def __init__(self, task: ConnectorTaskId, is_sink: bool, listener: TaskListener, offsets: OffsetStore) -> None:
        self.task = task
        self.counters = Counters(SINK_COUNTERS if is_sink else SOURCE_COUNTERS)
        self._listener = listener
        self._offsets = offsets
        self._state: State | None = None
        self._version: str | None = None
        self._is_stopping = False
        self._process: PluginProcess | None = None

    @property
    def process(self) -> PluginProcess | None:
        """None when it could not be started."""
        return self._process

    @property
    def pid(self) -> int:
        return self._process.pid if self._process is not None else 0

    def start(self, supervisor: Supervisor, spec: Mapping[str, Any], version: str | None) -> None:
        """Starts the process; from then on statuses tell how it fares.

        `version` is shown for a task that does not tell its own.
        """
        self._version = version
        try:
            self._process = supervisor.spawn(
                _ENTRY,
                spec,
                name=f"{self.task.connector}|task-{self.task.task}",
                on_message=self._on_message,
                on_exit=self._on_exit,
                counters=self.counters,
            )
            log.info("Started task %s in process %d", self.task, self._process.pid)
        except StartError as error:
            log.error("Task %s could not be started", self.task, exc_info=error)
            self._put_status(State.FAILED, trace_of_error(error))

    def transition(self, target: TargetState) -> None:
        if self._process is None:
            return
        if target == TargetState.STOPPED:
            self.ask_to_stop()
        else:
            self._process.notify("pause" if target == TargetState.PAUSED else "resume")

    def forget_topics(self) -> None:
        """Active topics were reset: the task tells those that it goes on using."""
        if self._process is not None:
            self._process.notify("topics.reset")

    def ask_to_stop(self) -> None:
        self._is_stopping = True
        if self._process is not None:
            self._process.notify("stop")

    def await_stop(self, grace_s: float) -> None:
        """Waits for a task that was asked to stop; kills it when it is late. A killed one writes no status any more."""
        if self._process is not None and not self._process.wait(grace_s):
            log.error("Graceful stop of task %s failed.", self.task)
            self._process.kill()
            self._process.wait(grace_s + 5.0)
        self.counters.close()

    # ---- what the process tells: notices on the supervisor's thread, requests on its pool --------------------------

    def _on_message(self, op: str, args: dict[str, Any]) -> Any:
        if op == "offsets.read":
            return read_offsets(self._offsets, args)
        if op == "offsets.write":
            write_offsets(self._offsets, args)
        elif op == "status":
            if (version := args.get("version", UNDEFINED_VERSION)) != UNDEFINED_VERSION:
                self._version = version
            self._put_status(State(args["state"]), args["trace"])
        elif op == "topics":
            self._listener.on_topics_used(self.task, args["topics"])
        elif op == "config.ttl":
            self._listener.on_config_expires(self.task.connector, args["path"], args["ttl_ms"])
        else:
            raise ValueError(f"A task's process does not say '{op}'")
        return None

    def _on_exit(self, how: Exit) -> None:
        if self._is_stopping or self._state in _ENDED:
            return
        log.error("The process of task %s ended: %s", self.task, how.description)
        self._put_status(State.FAILED, trace_of_exit(f"task {self.task}", how))

    def _put_status(self, state: State, trace: str | None) -> None:
        self._state = state
        self._listener.on_task_status(self.task, state, trace, self._version)
