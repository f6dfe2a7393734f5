"""One connector as its worker sees it: the process it runs in, its state, requests for a change of state.

Connect: WorkerConnector; the half of it that calls user code is workers.connector_child.
"""

from __future__ import annotations

import base64
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from typing import Any, NamedTuple, Protocol

from workers.errors import InternalError, PluginProcessError, RemoteError, StartError
from workers.herder.process_trace import trace_of_error, trace_of_exit
from workers.processes.supervisor import Exit, PluginProcess, Supervisor
from workers.storage.config_store import TargetState
from workers.storage.offset_store import OffsetStore
from workers.storage.status_store import State

log = logging.getLogger(__name__)

_ENTRY = "workers.connector_child:run"
_KILL_WAIT_S = 5.0


class ConnectorListener(Protocol):
    """Hears of this worker's connectors, on the supervisor's thread and on the herder's. Must not block."""

    def on_connector_status(self, connector: str, state: State, trace: str | None, version: str | None) -> None: ...

    def on_task_reconfiguration_requested(self, connector: str) -> None: ...

    def on_config_expires(self, connector: str, path: str, ttl_ms: int) -> None: ...


class _Change(NamedTuple):
    target: TargetState
    future: Future[TargetState]


class WorkerConnector:
    """Made and used on the herder's thread; its futures end on the supervisor's."""

    def __init__(self, connector: str, listener: ConnectorListener, offsets: OffsetStore) -> None:
        self.connector = connector
        self.built: Future[Mapping[str, Any]] = Future()
        """What the process tells once it has made the connector: class, kind, version."""
        self._listener = listener
        self._offsets = offsets
        self._lock = threading.Lock()
        self._state: State | None = None
        self._version: str | None = None
        self._is_shutting_down = False
        self._is_changing = False
        self._queued: _Change | None = None
        self._process: PluginProcess | None = None

    @property
    def process(self) -> PluginProcess | None:
        """None when it could not be started."""
        return self._process

    @property
    def is_built(self) -> bool:
        return self.built.done() and self.built.exception() is None

    @property
    def can_change(self) -> bool:
        """False when it could not be made, so that there is nothing whose state could change."""
        return not self.built.done() or self.is_built

    @property
    def is_running(self) -> bool:
        """Whether it has been started and may be asked for task configurations."""
        return self._state == State.RUNNING and not self._is_shutting_down

    def start(self, supervisor: Supervisor, spec: Mapping[str, Any], target: TargetState) -> Future[TargetState]:
        """Starts the process, has the connector made, then brings it to `target`."""
        started: Future[TargetState] = Future()
        with self._lock:
            # Making it is the first change: a state that is asked for meanwhile takes the place of `target`.
            self._is_changing, self._queued = True, _Change(target, started)
        try:
            self._process = supervisor.spawn(
                _ENTRY, spec, name=f"{self.connector}|worker", on_message=self._on_message, on_exit=self._on_exit
            )
            log.info("Started connector %s in process %d", self.connector, self._process.pid)
        except StartError as error:
            self._put_status(State.FAILED, trace_of_error(error))
            self._not_built(error)
            return started
        self._send("build", {}, self._on_built)
        return started

    def transition(self, target: TargetState) -> Future[TargetState]:
        """Asks for a change of state. A change that has not begun gives way to a newer one."""
        change = _Change(target, Future())
        with self._lock:
            if self._is_shutting_down:
                change.future.set_exception(_cannot_begin(target, "as the connector has been scheduled for shutdown"))
                return change.future
            replaced, self._queued = self._queued, change
        if replaced is not None:
            reason = (
                "before another request to change state was made; the new request "
                f"(which is to change the state to {target}) has pre-empted this one"
            )
            replaced.future.set_exception(_cannot_begin(replaced.target, reason))
        self._begin_next()
        return change.future

    def task_configs(self) -> Future[list[dict[str, str]]]:
        """Has the connector split its job. RemoteError when it raises; a list that is too long makes it FAILED."""
        future: Future[list[dict[str, str]]] = Future()
        self._send("task_configs", {}, partial(_hand_over, future))
        return future

    def ask_to_shut_down(self) -> None:
        self._is_shutting_down = True
        if (queued := self._take_queued()) is not None:
            reason = "as the connector has been scheduled for shutdown"
            queued.future.set_exception(_cannot_begin(queued.target, reason))
        if self._process is not None:
            self._process.notify("stop")

    def await_shut_down(self, grace_s: float) -> None:
        """Waits for the end of the process; a late one is killed and its connector counts as UNASSIGNED."""
        if self._process is None or self._process.wait(grace_s):
            return
        log.error("Connector %s did not shut down in time, its process is killed", self.connector)
        self._process.kill()
        self._process.wait(_KILL_WAIT_S)
        self._put_status(State.UNASSIGNED, None)

    # ---- what the process answers and tells, on the supervisor's thread -------------------------------------------

    def _on_built(self, answer: Future[Any]) -> None:
        if error := answer.exception():
            if isinstance(error, RemoteError):
                self._put_status(State.FAILED, error.trace)
            self._not_built(error)
            return
        about = answer.result()
        self._version = about["version"]
        self.built.set_result(about)
        with self._lock:
            self._is_changing = False
        self._begin_next()

    def _not_built(self, error: BaseException) -> None:
        self.built.set_exception(error)
        if (queued := self._take_queued()) is not None:
            queued.future.set_exception(InternalError(str(error)))

    def _take_queued(self) -> _Change | None:
        with self._lock:
            queued, self._queued = self._queued, None
        return queued

    def _begin_next(self) -> None:
        with self._lock:
            if self._is_changing or self._queued is None:
                return
            change, self._queued = self._queued, None
            self._is_changing = True
        log.debug("Changing the state of connector %s to %s", self.connector, change.target)
        self._send("transition", {"state": change.target}, partial(self._on_changed, change))

    def _on_changed(self, change: _Change, answer: Future[Any]) -> None:
        with self._lock:
            self._is_changing = False
        error = answer.exception()
        if error is None:
            change.future.set_result(change.target)
        elif isinstance(error, RemoteError):
            change.future.set_exception(InternalError(error.message))
        elif change.target == TargetState.STOPPED:
            # Its process has died: it is FAILED, and what is stopped needs no process.
            self._put_status(State.STOPPED, None)
            change.future.set_result(change.target)
        else:
            text = f"WorkerConnector{{id={self.connector}}} Cannot transition connector to {change.target} since it has failed"
            change.future.set_exception(InternalError(text))
        self._begin_next()

    def _on_message(self, op: str, args: dict[str, Any]) -> Any:
        if op == "status":
            self._put_status(State(args["state"]), args["trace"])
        elif op == "task.reconfigure":
            self._listener.on_task_reconfiguration_requested(self.connector)
        elif op == "config.ttl":
            self._listener.on_config_expires(self.connector, args["path"], args["ttl_ms"])
        elif op == "offsets.read":
            return read_offsets(self._offsets, args)
        else:
            raise ValueError(f"A connector's process does not say '{op}'")
        return None

    def _on_exit(self, how: Exit) -> None:
        if self._is_shutting_down or self._state == State.FAILED:
            return
        log.error("The process of connector %s ended: %s", self.connector, how.description)
        self._put_status(State.FAILED, trace_of_exit(f"connector {self.connector}", how))

    def _put_status(self, state: State, trace: str | None) -> None:
        self._state = state
        self._listener.on_connector_status(self.connector, state, trace, self._version)

    def _send(self, op: str, args: Mapping[str, Any], then: Callable[[Future[Any]], None]) -> None:
        """Asks the process; one that has died answers with an error like any other."""
        assert self._process is not None, "start() comes first"
        try:
            answer = self._process.send_request(op, args)
        except PluginProcessError as error:
            answer = Future()
            answer.set_exception(error)
        answer.add_done_callback(then)


def read_offsets(offsets: OffsetStore, args: Mapping[str, Any]) -> dict[str, list[str | None]]:
    """Answers "offsets.read" of a connector's or task's process."""
    values = offsets.get([base64.b64decode(key) for key in args["keys"]])
    return {"values": [None if value is None else base64.b64encode(value).decode() for value in values]}


def write_offsets(offsets: OffsetStore, args: Mapping[str, Any]) -> None:
    """Carries out "offsets.write" of a task's process."""
    entries = args["entries"]
    offsets.set({base64.b64decode(key): None if value is None else base64.b64decode(value) for key, value in entries})


def _hand_over(future: Future[Any], answer: Future[Any]) -> None:
    if error := answer.exception():
        future.set_exception(error)
    else:
        future.set_result(answer.result())


def _cannot_begin(target: TargetState, reason: str) -> InternalError:
    return InternalError(f"Could not begin changing connector state to {target} {reason}")
