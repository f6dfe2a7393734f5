"""The supervisor: owns the fork server and every plug-in process of the worker.

Used by the herder from any thread. One thread of its own reads the sockets of all processes and calls back; it never waits for user code.
"""

from __future__ import annotations

import logging
import selectors
import socket
import struct
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from workers.errors import ProcessTimeoutError, StartError
from workers.processes.channel import error_as_data
from workers.processes.counters import Counters
from workers.processes.fork_client import ForkClient, ForkServerGoneError
from workers.processes.framing import Message
from workers.processes.plugin_process import Exit, OnExit, OnMessage, PluginProcess, describe_exit

log = logging.getLogger(__name__)

_SEND_TIMEOUT_S = 5
_END_TIMEOUT_S = 5.0
_RESTART_DELAY_S = 0.05
_LONGEST_RESTART_DELAY_S = 3.0
_REQUEST_THREADS = 8
_SERVER_ENDED = Exit(None, "ended together with the fork server")

__all__ = ["Exit", "PluginProcess", "Supervisor"]


class Supervisor:
    """Starts, watches and ends plug-in processes. Callbacks run on the supervisor's thread and must not block.

    Requests of a process (`on_message` with an answer) run on a small pool, notices on the supervisor's thread in the order in which
    they were sent. `levels` (log levels by logger name) and `log_json` are handed to every process that starts.
    """

    def __init__(self, *, levels: Mapping[str, str] | None = None, log_json: bool = False) -> None:
        self._levels = dict(levels or {})
        self._log_json = log_json
        self._lock = threading.Lock()
        self._processes: dict[int, PluginProcess] = {}
        self._selector = selectors.DefaultSelector()
        self._wakeup_in, self._wakeup_out = socket.socketpair()
        self._pool = ThreadPoolExecutor(_REQUEST_THREADS, thread_name_prefix="plugin-request")
        self._is_stopping = False  # nothing is started any more
        self._has_ended = False
        self._server: ForkClient | None = None
        self._server_changed = threading.Condition()
        self._restarts = 0
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    def start(self) -> None:
        """Starts the fork server (which loads for 0.2 s in the background) and the supervisor's thread."""
        self._selector.register(self._wakeup_in, selectors.EVENT_READ)
        self._start_server()
        self._thread.start()

    def stop(self) -> None:
        """Ends every process that still runs, then the fork server. Called once, after the herder has stopped its tasks."""
        self._is_stopping = True
        running = self._running()
        for process in running:
            process.kill()
        for process in running:
            process.wait(_END_TIMEOUT_S)
        self._has_ended = True
        self._wakeup_out.send(b"x")
        self._thread.join(_END_TIMEOUT_S)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def spawn(
        self,
        entry: str,
        spec: Mapping[str, Any],
        *,
        name: str,
        on_message: OnMessage | None = None,
        on_exit: OnExit | None = None,
        counters: Counters | None = None,
    ) -> PluginProcess:
        """Starts `entry` ("package.module:function") in a new process; returns when it is forked, some 10 ms later.

        `name` is the logging context ("local-file-source|task-0"). Raises StartError when there can be no process.
        """
        process = self._new_process(name, on_message, on_exit, counters)
        process.notify("start", self._start_args(entry, spec, name))
        return process

    def call(
        self, entry: str, spec: Mapping[str, Any], *, name: str, timeout_s: float, on_message: OnMessage | None = None
    ) -> Any:
        """Runs `entry` in a process of its own and blocks for its result; a late process is killed.

        Raises RemoteError with the error it raised, ProcessDiedError when it ended, ProcessTimeoutError.
        """
        process = self._new_process(name, on_message)
        future = process.send_request("start", self._start_args(entry, spec, name))
        try:
            return future.result(timeout_s)
        except TimeoutError as error:
            if future.done():
                raise
            process.kill()
            raise ProcessTimeoutError(f"{name} did not finish within {timeout_s} s") from error

    def set_level(self, logger: str, level: str) -> None:
        """Changes a log level in all plug-in processes, running and to come."""
        self._levels[logger] = level
        for process in self._running():
            process.notify("log_level", {"logger": logger, "level": level})

    def _running(self) -> list[PluginProcess]:
        with self._lock:
            return list(self._processes.values())

    def _start_args(self, entry: str, spec: Mapping[str, Any], name: str) -> dict[str, Any]:
        return {"entry": entry, "spec": spec, "name": name, "levels": self._levels, "log_json": self._log_json}

    def _new_process(
        self,
        name: str,
        on_message: OnMessage | None,
        on_exit: OnExit | None = None,
        counters: Counters | None = None,
    ) -> PluginProcess:
        ours, theirs = _socket_pair()
        process = PluginProcess(name, ours, on_message, on_exit)
        with theirs:
            try:
                self._fork(process, theirs, counters)
            except StartError:
                ours.close()
                raise
        return process

    def _fork(self, process: PluginProcess, theirs: socket.socket, counters: Counters | None) -> None:
        """Asks the fork server; should it have died just now, the next one."""
        if self._is_stopping:
            raise StartError("The worker is shutting down")
        server = self._running_server(None)
        try:
            server.fork(theirs, counters, partial(self._register, process, server))
        except ForkServerGoneError:
            server = self._running_server(server)
            server.fork(theirs, counters, partial(self._register, process, server))

    def _register(self, process: PluginProcess, server: ForkClient, pid: int) -> None:
        """On the supervisor's thread, before anything else of this process can be heard."""
        process.forked(pid, partial(server.kill, pid))
        with self._lock:
            self._processes[pid] = process
        self._selector.register(process.connection, selectors.EVENT_READ, process)

    def _running_server(self, gone: ForkClient | None) -> ForkClient:
        """The fork server, other than one that is known to be gone."""
        with self._server_changed:
            self._server_changed.wait_for(lambda: self._server is not gone, _END_TIMEOUT_S)
            if self._server is None or self._server is gone:
                raise StartError("The fork server has ended and could not be started again")
            return self._server

    def _start_server(self) -> None:
        server = ForkClient(self._exited)
        self._selector.register(server.connection, selectors.EVENT_READ, server)
        with self._server_changed:
            self._server = server
            self._server_changed.notify_all()

    # --- on the supervisor's thread ---------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._has_ended:
            for key, _ in self._selector.select():
                if isinstance(key.data, PluginProcess):
                    self._read_process(key.data)
                elif isinstance(key.data, ForkClient) and not key.data.read():
                    self._server_ended(key.data)
        if self._server is not None:
            self._server.close()
        self._selector.close()
        self._wakeup_in.close()
        self._wakeup_out.close()

    def _read_process(self, process: PluginProcess) -> None:
        if not process.is_alive:  # its end came earlier in this round
            return
        try:
            for message in process.read():
                self._dispatch(process, message)
        except EOFError:
            self._forget_connection(process)
        except Exception:
            # Only its own code can have written what is no message; nothing that follows could be read either.
            log.exception("%s does not keep to the protocol and is killed", process.name)
            self._forget_connection(process)
            process.kill()

    def _dispatch(self, process: PluginProcess, message: Message) -> None:
        if "re" in message:
            process.settle(message)
        elif "id" in message:
            self._pool.submit(self._answer, process, message)
        else:
            self._handle(process, message)

    def _handle(self, process: PluginProcess, message: Message) -> None:
        """The outermost edge of a notice: an error in a callback must not end the thread that watches all processes."""
        try:
            if process.on_message is not None:
                process.on_message(message["op"], message["args"])
        except Exception:
            log.exception("The notice '%s' of %s could not be handled", message["op"], process.name)

    def _answer(self, process: PluginProcess, message: Message) -> None:
        """The outermost edge of a request, on the pool: whatever it raises goes back as data."""
        answer: Message
        try:
            result = process.on_message(message["op"], message["args"]) if process.on_message is not None else None
            answer = {"re": message["id"], "result": result}
        except Exception as error:  # noqa: BLE001  # it is not lost: the process that asked gets it
            answer = {"re": message["id"], "error": error_as_data(error)}
        process.send(answer)

    def _exited(self, pid: int, wait_status: int) -> None:
        with self._lock:
            process = self._processes.pop(pid, None)
        if process is not None:  # not one that nobody waited for any more
            self._end(process, describe_exit(wait_status))

    def _end(self, process: PluginProcess, how: Exit) -> None:
        # What it said before it ended comes first: a trace, an answer, a last status.
        self._drain(process)
        try:
            process.end(how)
        except Exception:
            log.exception("The end of %s could not be handled", process.name)
        process.connection.close()

    def _drain(self, process: PluginProcess) -> None:
        if process.connection not in self._selector.get_map():
            return
        try:
            while messages := list(process.read()):
                for message in messages:
                    self._dispatch(process, message)
        except EOFError:
            log.debug("%s has closed its channel", process.name)
        except Exception:
            log.exception("The last messages of %s cannot be read", process.name)
        self._forget_connection(process)

    def _forget_connection(self, process: PluginProcess) -> None:
        if process.connection in self._selector.get_map():
            self._selector.unregister(process.connection)

    def _server_ended(self, server: ForkClient) -> None:
        """Nobody but an operator ends it; its processes are gone with it, so their owners are told and a new one starts."""
        log.error(
            "The fork server has ended, and all connectors and tasks of this worker with it; starting another one"
        )
        self._selector.unregister(server.connection)
        server.close()
        with self._lock:
            orphans, self._processes = list(self._processes.values()), {}
        for process in orphans:
            self._end(process, _SERVER_ENDED)
        self._start_server_again(server.age_s)

    def _start_server_again(self, age_s: float) -> None:
        """One that cannot live is tried again at growing intervals. There is no process that would have to be heard meanwhile."""
        self._restarts = 0 if age_s > _LONGEST_RESTART_DELAY_S else self._restarts + 1
        while not self._is_stopping:
            with self._server_changed:
                self._server_changed.wait(min(_RESTART_DELAY_S * 2**self._restarts, _LONGEST_RESTART_DELAY_S))
            try:
                self._start_server()
            except OSError as error:
                self._restarts += 1
                log.error("The fork server cannot be started: %s", error)
            else:
                return


def _socket_pair() -> tuple[socket.socket, socket.socket]:
    ours, theirs = socket.socketpair()
    # A process that takes no message for this long is stuck; a sender must not wait for it for ever.
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", _SEND_TIMEOUT_S, 0))
    return ours, theirs
