"""The worker's end of the fork server: starts it, asks it for processes, hears how they end."""

from __future__ import annotations

import logging
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

from workers.errors import StartError
from workers.processes.counters import Counters
from workers.processes.framing import FrameBuffer, encode

log = logging.getLogger(__name__)

_CHUNK_BYTES = 65536
_FORK_TIMEOUT_S = 30.0
_END_TIMEOUT_S = 5.0


class ForkServerGoneError(StartError):
    """This fork server has ended; the supervisor starts another one."""


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
        self._frames = FrameBuffer()
        self._forked: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._fork_lock = threading.Lock()
        self._send_lock = threading.Lock()

    def fork(self, connection: socket.socket, counters: Counters | None, on_pid: Callable[[int], None]) -> None:
        """Starts a plug-in process that holds `connection`. Raises ForkServerGoneError, or StartError when nothing answers."""
        request: dict[str, Any] = {"fork": 1}
        descriptors = [connection.fileno()]
        if counters is not None:
            request["counters"] = counters.names
            descriptors.append(counters.descriptor)
        with self._fork_lock:  # one request at a time, so that descriptors and answers belong to it
            self._on_pid = on_pid
            with self._send_lock:
                try:
                    socket.send_fds(self.connection, [encode(request)], descriptors)
                except OSError as error:
                    raise ForkServerGoneError("The fork server has ended") from error
            try:
                pid = self._forked.get(timeout=_FORK_TIMEOUT_S)
            except queue.Empty:
                raise StartError(f"The fork server did not start a process within {_FORK_TIMEOUT_S:.0f} s") from None
        if pid is None:
            raise ForkServerGoneError("The fork server has ended before it could start a process")

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
            self._forked.put(None)
            return False
        for message in self._frames.feed(chunk):
            if "forked" in message:
                # Before anything else is read, so that the exit of a process that ends at once finds its owner.
                self._on_pid(message["pid"])
                self._forked.put(message["pid"])
            else:
                self._on_exited(message["exited"], message["status"])
        return True

    def close(self) -> None:
        """Ends the server, and through the parent-death signal whatever it forked that still runs."""
        self.connection.close()
        try:
            self._process.wait(_END_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
