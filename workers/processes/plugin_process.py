"""A plug-in process as the worker sees it: requests, notices, how it ended."""

from __future__ import annotations

import itertools
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from typing import Any, NamedTuple

from workers.errors import ProcessDiedError, ProcessTimeoutError
from workers.processes.channel import settle
from workers.processes.framing import FrameBuffer, Message, encode

log = logging.getLogger(__name__)

_CHUNK_BYTES = 1 << 18

OnMessage = Callable[[str, dict[str, Any]], Any]


class Exit(NamedTuple):
    """How a process ended: the status of its own exit, or None when a signal ended it, and the text for users."""

    status: int | None
    description: str


OnExit = Callable[[Exit], None]


def describe_exit(wait_status: int) -> Exit:
    if os.WIFSIGNALED(wait_status):
        number = os.WTERMSIG(wait_status)
        try:
            name = signal.Signals(number).name
        except ValueError:
            name = f"signal {number}"
        return Exit(None, f"killed by {name}")
    status = os.WEXITSTATUS(wait_status)
    return Exit(status, f"exited with status {status}")


class PluginProcess:
    """A running plug-in process, as the herder holds it. Thread-safe."""

    def __init__(
        self, name: str, connection: socket.socket, on_message: OnMessage | None = None, on_exit: OnExit | None = None
    ) -> None:
        self.name = name
        self.pid = 0
        self.exit: Exit | None = None
        self.connection = connection
        self.on_message = on_message
        self._on_exit = on_exit
        self._frames = FrameBuffer()
        self._send_signal: Callable[[int], None] | None = None
        self._ended = threading.Event()
        self._send_lock = threading.Lock()
        self._pending_lock = threading.Lock()
        self._ids = itertools.count(1)
        self._pending: dict[int, Future[Any]] = {}
        self._asked_once: dict[str, Future[Any]] = {}

    @property
    def is_alive(self) -> bool:
        return not self._ended.is_set()

    def forked(self, pid: int, send_signal: Callable[[int], None]) -> None:
        """Tells the number of the process and how to signal it; called by the supervisor once it runs."""
        self.pid = pid
        self._send_signal = send_signal

    def notify(self, op: str, args: Mapping[str, Any] | None = None) -> None:
        """Sends without waiting for an answer; does nothing once the process has ended."""
        self.send({"op": op, "args": dict(args or {})})

    def request(self, op: str, args: Mapping[str, Any] | None = None, timeout_s: float = 90.0) -> Any:
        """Blocks for the answer. Raises RemoteError, ProcessDiedError or ProcessTimeoutError; the process goes on in any case."""
        future = self.send_request(op, args)
        try:
            return future.result(timeout_s)
        except TimeoutError as error:
            if future.done():
                raise
            raise ProcessTimeoutError(f"{self.name} did not answer '{op}' within {timeout_s} s") from error

    def send_request(self, op: str, args: Mapping[str, Any] | None = None) -> Future[Any]:
        """Like `request` without the wait: the future gets the answer on the supervisor's thread."""
        number = next(self._ids)
        future: Future[Any] = Future()
        with self._pending_lock:
            if self.exit is not None:
                raise ProcessDiedError(f"{self.name} {self.exit.description}")
            self._pending[number] = future
        self.send({"id": number, "op": op, "args": dict(args or {})})
        return future

    def send_request_once(self, op: str) -> Future[Any]:
        """Like `send_request`, for what is asked from time to time: while a process owes an answer it is not asked again."""
        asked = self._asked_once.get(op)
        if asked is None or asked.done():
            asked = self._asked_once[op] = self.send_request(op)
        return asked

    def read(self) -> Iterator[Message]:
        """On the supervisor's thread: the messages that are there. Raises EOFError when the process has closed its end."""
        try:
            chunk = self.connection.recv(_CHUNK_BYTES, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except ConnectionError:
            chunk = b""
        if not chunk:
            raise EOFError
        yield from self._frames.feed(chunk)

    def wait(self, timeout_s: float) -> bool:
        """Waits for the end of the process; False when it still runs."""
        return self._ended.wait(timeout_s)

    def kill(self) -> None:
        """Ends the process at once with SIGKILL; its exit is reported as always."""
        if self._send_signal is not None and self.is_alive:
            self._send_signal(signal.SIGKILL)

    def send(self, message: Message) -> None:
        frame = encode(message)
        with self._send_lock:
            try:
                self.connection.sendall(frame)
            except BlockingIOError:
                # It has not read for seconds although a thread of its own does nothing else: user code holds the interpreter.
                log.error("%s does not take messages any more and is killed", self.name)
                self.kill()
            except OSError as error:
                log.debug("%s has ended, '%s' was not sent: %s", self.name, message.get("op", "answer"), error)

    def settle(self, message: Message) -> None:
        """On the supervisor's thread: completes the request that this message answers."""
        with self._pending_lock:
            future = self._pending.pop(message["re"], None)
        if future is not None:
            settle(future, message)

    def end(self, how: Exit) -> None:
        """On the supervisor's thread, once: nothing more comes from this process."""
        with self._pending_lock:
            self.exit = how
            pending, self._pending = self._pending, {}
        for future in pending.values():
            future.set_exception(ProcessDiedError(f"{self.name} {how.description}"))
        self._ended.set()
        if self._on_exit is not None:
            self._on_exit(how)
