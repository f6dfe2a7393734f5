"""The control channel as a plug-in process sees it: requests and notices to and from the worker.

One reader thread delivers what the worker sends. When the worker is gone the channel ends, and the process with it.
"""

from __future__ import annotations

import itertools
import logging
import os
import queue
import socket
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

from isthmus.errors import format_trace, java_class_name, valid_text
from workers.errors import PluginProcessError, ProcessTimeoutError, RemoteError
from workers.processes.framing import FrameBuffer, Message, encode

log = logging.getLogger(__name__)

Handler = Callable[[dict[str, Any]], Any]

_CHUNK_BYTES = 65536
_EXIT_WORKER_GONE = 70


def error_as_data(error: BaseException) -> dict[str, Any]:
    """An error as it travels between processes."""
    if isinstance(error, RemoteError):
        return {"class": error.class_name, "message": error.message, "trace": error.trace}
    return {"class": java_class_name(error), "message": valid_text(str(error)), "trace": format_trace(error)}


def error_from_data(data: Mapping[str, Any]) -> RemoteError:
    return RemoteError(data["class"], data["message"], data["trace"])


class Channel:
    """Thread-safe. Handlers of notices and requests run on the reader thread unless `serve` or `on_thread` says otherwise."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._send_lock = threading.Lock()
        self._ids = itertools.count(1)
        self._pending: dict[int, Future[Any]] = {}
        self._handlers: dict[str, Handler] = {}
        self._threaded: set[str] = set()
        self._queue: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._served: frozenset[str] = frozenset()
        self._frames = FrameBuffer()
        self._early: list[Message] = []

    def receive_first(self) -> Message:
        """Blocks for the first message, before the reader thread runs: the spec of this process."""
        while True:
            messages = list(self._frames.feed(self._read()))
            if messages:
                self._early = messages[1:]
                return messages[0]

    def on(self, op: str, handler: Handler) -> None:
        """Registers what answers `op`. A handler on the reader thread must not block; its result answers a request."""
        self._handlers[op] = handler

    def on_thread(self, op: str, handler: Handler) -> None:
        """As `on`, for a handler that may block: each message gets a thread of its own."""
        self._handlers[op] = handler
        self._threaded.add(op)

    def start(self) -> None:
        """Starts the reader thread; handlers are registered before."""
        threading.Thread(target=self._run, name="control-channel", daemon=True).start()

    def serve(self, handlers: Mapping[str, Handler], until: Callable[[], bool]) -> None:
        """Runs `handlers` one message at a time on the calling thread until `until()` holds after one of them.

        For the connector process, whose user code stays on its main thread. Messages that arrive meanwhile wait in order.
        """
        while not until():
            message = self._queue.get()
            self._answer(message, handlers[message["op"]])

    def queue_ops(self, ops: frozenset[str]) -> None:
        """Names the operations that wait for `serve` instead of running on the reader thread. Call before `start`."""
        self._served = ops

    def notify(self, op: str, args: Mapping[str, Any] | None = None) -> None:
        """Sends without waiting for an answer. Messages arrive in the order of the calls."""
        self._send({"op": op, "args": args or {}})

    def request(self, op: str, args: Mapping[str, Any] | None = None, timeout_s: float | None = None) -> Any:
        """Asks the worker and blocks for the answer. Raises RemoteError with its error, ProcessTimeoutError when it is late."""
        number = next(self._ids)
        future: Future[Any] = Future()
        self._pending[number] = future
        try:
            self._send({"id": number, "op": op, "args": args or {}})
            return future.result(timeout_s)
        except TimeoutError as error:
            raise ProcessTimeoutError(f"The worker did not answer '{op}' within {timeout_s} s") from error
        finally:
            self._pending.pop(number, None)

    def answer_first(self, message: Message, call: Callable[[], Any]) -> None:
        """Answers the first message with the result of `call`, for processes that make one call and end."""
        self._answer(message, lambda _args: call())

    def _read(self) -> bytes:
        try:
            chunk = self._connection.recv(_CHUNK_BYTES)
        except ConnectionError:
            chunk = b""
        if not chunk:
            # The worker is gone; nobody could take an answer, and nothing unacknowledged has been committed.
            os._exit(_EXIT_WORKER_GONE)
        return chunk

    def _run(self) -> None:
        for message in self._early:
            self._dispatch(message)
        while True:
            for message in self._frames.feed(self._read()):
                self._dispatch(message)

    def _dispatch(self, message: Message) -> None:
        if "re" in message:
            future = self._pending.pop(message["re"], None)
            if future is not None:
                settle(future, message)
        elif message["op"] in self._served:
            self._queue.put(message)
        elif message["op"] in self._threaded:
            self._answer_on_thread(message)
        else:
            unknown = LookupError(f"This process does not know '{message['op']}'")
            self._answer(message, self._handlers.get(message["op"], _refusal(unknown)))

    def _answer_on_thread(self, message: Message) -> None:
        args = message, self._handlers[message["op"]]
        try:
            threading.Thread(target=self._answer, args=args, name=message["op"], daemon=True).start()
        except RuntimeError as error:
            # The system has no more threads; the reader has to live on, whatever becomes of this message.
            self._answer(message, _refusal(error))

    def _answer(self, message: Message, handler: Handler) -> None:
        """The outermost edge of a request: whatever it raises goes back as data."""
        number = message.get("id")
        try:
            # A result that JSON cannot hold is an error of the handler, too.
            frame = encode({"re": number, "result": handler(message["args"])})
        except Exception as error:
            if number is None:
                log.exception("The notice '%s' of the worker could not be handled", message["op"])
            frame = encode({"re": number, "error": error_as_data(error)})
        if number is not None:
            self._send_frame(frame)

    def _send(self, message: Message) -> None:
        self._send_frame(encode(message))

    def _send_frame(self, frame: bytes) -> None:
        with self._send_lock:
            try:
                self._connection.sendall(frame)
            except (BrokenPipeError, ConnectionResetError):
                os._exit(_EXIT_WORKER_GONE)


def _refusal(error: Exception) -> Handler:
    """Answers what this process does not know, does not know yet, or cannot do."""

    def refuse(_args: dict[str, Any]) -> None:
        raise error

    return refuse


def settle(future: Future[Any], message: Message) -> None:
    """Completes the future of a request with its answer."""
    if "error" in message:
        future.set_exception(error_from_data(message["error"]))
    else:
        future.set_result(message.get("result"))


__all__ = ["Channel", "Handler", "PluginProcessError", "error_as_data", "error_from_data", "settle"]
