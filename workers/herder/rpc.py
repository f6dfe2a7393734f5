"""Serves a herder to the REST process over a Unix socket in a folder that only this user may enter.

Frames as between the worker and its plug-in processes: a length, then JSON. A request is {"op", "args"}, named as the methods
and parameters of workers.herder.interface.Herder; an answer {"result"} or {"error": {"type", "message", "stage"}}.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workers.errors import InternalError, RequestError
from workers.herder.interface import Herder, RequestTimeoutError
from workers.processes.framing import FrameBuffer, Message, encode

log = logging.getLogger(__name__)

OPERATIONS = frozenset(name for name, value in vars(Herder).items() if callable(value) and not name.startswith("_"))

_CHUNK_BYTES = 1 << 16
_BACKLOG = 64
_FOLDER_PREFIX = "isthmus-worker-"
_SOCKET = "herder.sock"
_STALE_S = 60.0  # between making the folder and the socket there are microseconds
_PROBE_S = 1.0  # a worker that is stuck lets its callers wait
_RETRY_S = 0.1


def _remove_left_behind() -> None:
    """Folders of workers that were killed. A socket tells for certain, a process id would not: it may be another's by now,
    or one of another container with the same temporary folder.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER_PREFIX}*"):
        with contextlib.suppress(OSError):  # another user's, or another worker is removing it
            if _is_left_behind(folder):
                (folder / _SOCKET).unlink(missing_ok=True)
                folder.rmdir()


def _is_left_behind(folder: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(_PROBE_S)
        try:
            probe.connect(str(folder / _SOCKET))
        except ConnectionRefusedError:
            return True
        except FileNotFoundError:
            return time.time() - folder.stat().st_mtime > _STALE_S
    return False


class HerderServer:
    """One thread for each connection; the REST process keeps as many as it has requests at a time."""

    def __init__(self) -> None:
        """Makes the socket, so that the REST process has an address to be started with."""
        self._herder: Herder | None = None
        _remove_left_behind()
        # mkdtemp makes it accessible by its owner only.
        self._folder = Path(tempfile.mkdtemp(prefix=_FOLDER_PREFIX))
        self.path = self._folder / _SOCKET
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(self.path))
        self._listener.listen(_BACKLOG)
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._is_stopping = threading.Event()
        self._thread = threading.Thread(target=self._accept, name="herder-rpc", daemon=True)

    def start(self, herder: Herder) -> None:
        self._herder = herder
        self._thread.start()

    def stop(self) -> None:
        """Closes the socket and all connections; requests that run get no answer any more."""
        self._is_stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            open_connections = list(self._connections)
        for connection in open_connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError as error:
                if self._is_stopping.wait(_RETRY_S):
                    return
                log.warning("The REST process could not be answered: %s", error)  # too many open files, for example
                continue
            with self._lock:
                self._connections.add(connection)
            threading.Thread(target=self._serve, args=(connection,), name="herder-request", daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            with connection:
                for request in _requests(connection):
                    connection.sendall(self._answer(request))
        except OSError as error:
            log.debug("A connection of the REST process has ended: %s", error)
        finally:
            with self._lock:
                self._connections.discard(connection)

    def _answer(self, request: Message) -> bytes:
        try:
            return encode({"result": self._call(request["op"], request["args"])})
        except RequestError as error:
            return encode({"error": _as_data(error)})
        # The edge of a request: a fault of ours is an answer, not the end of the connection.
        except Exception as error:
            log.exception("Request '%s' failed", request.get("op"))
            return encode({"error": _as_data(InternalError(f"{type(error).__name__}: {error}"))})

    def _call(self, op: str, args: dict[str, Any]) -> Any:
        if op not in OPERATIONS:
            raise InternalError(f"The herder has no operation '{op}'")
        return getattr(self._herder, op)(**args)


def _requests(connection: socket.socket) -> Iterator[Message]:
    frames = FrameBuffer()
    while chunk := connection.recv(_CHUNK_BYTES):
        yield from frames.feed(chunk)


def _as_data(error: RequestError) -> Message:
    stage = error.stage if isinstance(error, RequestTimeoutError) else None
    return {"type": type(error).__name__, "message": error.message, "stage": stage}
