"""The worker's end of the fork server: starts it, asks it for processes, hears how they end."""

from __future__ import annotations

import itertools
import logging
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, NamedTuple

from workers.errors import StartError
from workers.processes.counters import Counters
from workers.processes.framing import FrameBuffer, Message, encode

log = logging.getLogger(__name__)

_CHUNK_BYTES = 65536
_FORK_TIMEOUT_S = 30.0
_END_TIMEOUT_S = 5.0


class ForkServerGoneError(StartError):
    """This fork server has ended; the supervisor starts another one."""


class _Request(NamedTuple):
    number: int
    on_pid: Callable[[int], None]
    forked: Future[None]


class ForkClient:
    """One fork server. `fork` and `kill` from any thread, `read` from the supervisor's thread only."""

    def __init__(self, on_exited: Callable[[int, int], None]) -> None:
        """Starts the server, which loads libraries for some 0.2 s in the background. `on_exited(pid, wait status)`."""
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", "workers.processes.fork_server", str(theirs.fileno())]
        self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()])
        theirs.close()
        self.connection = ours
        self._on_exited = on_exited
        self._began = time.monotonic()
        self._frames = FrameBuffer()
        self._numbers = itertools.count(1)
        self._request: _Request | None = None
        self._fork_lock = threading.Lock()
        self._send_lock = threading.Lock()

    @property
    def age_s(self) -> float:
        """For how long this server has been there."""
        return time.monotonic() - self._began

    def fork(self, connection: socket.socket, counters: Counters | None, on_pid: Callable[[int], None]) -> None:
        """Starts a plug-in process that holds `connection`; `on_pid` is called before anything else is heard of it.

        Raises ForkServerGoneError, or StartError when there can be no process or nothing answers.
        """
        request = _Request(next(self._numbers), on_pid, Future())
        message: dict[str, Any] = {"fork": request.number}
        descriptors = [connection.fileno()]
        if counters is not None:
            message["counters"] = counters.names
            descriptors.append(counters.descriptor)
        with self._fork_lock:  # one request at a time, so that descriptors belong to it
            self._request = request
            with self._send_lock:
                try:
                    socket.send_fds(self.connection, [encode(message)], descriptors)
                except OSError as error:
                    raise ForkServerGoneError("The fork server has ended") from error
            try:
                request.forked.result(_FORK_TIMEOUT_S)
            except TimeoutError:
                if request.forked.cancel():
                    text = f"The fork server did not start a process within {_FORK_TIMEOUT_S:.0f} s"
                    raise StartError(text) from None

    def kill(self, pid: int, signal_number: int) -> None:
        """Signals a process that this server has forked; one that has ended is left alone."""
        with self._send_lock:
            try:
                self.connection.sendall(encode({"kill": pid, "signal": signal_number}))
            except OSError as error:
                log.debug("The fork server has ended, and with it process %d: %s", pid, error)

    def read(self) -> bool:
        """Handles what the server tells; False when it has ended."""
        try:
            chunk = self.connection.recv(_CHUNK_BYTES)
        except ConnectionError:
            chunk = b""
        if not chunk:
            if self._request is not None and not self._request.forked.done():
                error = ForkServerGoneError("The fork server has ended before it could start a process")
                self._request.forked.set_exception(error)
            return False
        for message in self._frames.feed(chunk):
            if "forked" in message:
                self._forked(message)
            else:
                self._on_exited(message["exited"], message["status"])
        return True

    def _forked(self, message: Message) -> None:
        request = self._request
        is_awaited = request is not None and request.number == message["forked"]
        if request is None or not is_awaited or not request.forked.set_running_or_notify_cancel():
            if "pid" in message:  # whoever asked for it has given up
                self.kill(message["pid"], signal.SIGKILL)
        elif "error" in message:
            request.forked.set_exception(StartError(f"A process could not be started: {message['error']}"))
        else:
            # Before anything else is read, so that the exit of a process that ends at once finds its owner.
            request.on_pid(message["pid"])
            request.forked.set_result(None)

    def close(self) -> None:
        """Ends the server, and through the parent-death signal whatever it forked that still runs."""
        self.connection.close()
        try:
            self._process.wait(_END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
