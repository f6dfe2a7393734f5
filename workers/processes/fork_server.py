"""The fork server: a process with one thread and all libraries loaded that forks plug-in processes in a few milliseconds.

Run by the supervisor as `python -m workers.processes.fork_server DESCRIPTOR`; never runs user code itself. It ends when the worker does
(end of file on its socket), and the kernel then ends what it forked. A decision in docs/decisions says why it is our own.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import random
import selectors
import signal
import socket
import sys
from typing import Any, NoReturn

from workers.processes.counters import Counters
from workers.processes.death_signal import die_with_parent
from workers.processes.framing import FrameBuffer, encode
from workers.processes.process_title import set_process_title

PRELOADED = (
    "confluent_kafka",
    "confluent_kafka.admin",
    "msgspec",
    "orjson",
    "isthmus",
    "workers.processes.plugin_main",
    "workers.tasks.task_main",
    "workers.connector_child",
    "workers.plugins.scanner",
    "workers.plugin_requests.validation",
)
# What is declared once for each process is declared once for all of them, before the first fork.
PREPARED = (
    "workers.connector_config:source_connector_config_def",
    "workers.connector_config:sink_connector_config_def",
    "workers.plugins.registry:empty_registry",
)
_MAX_DESCRIPTORS = 2
_CHUNK_BYTES = 65536
# Objects made by a task are short-lived batches: collecting after 50,000 instead of 700 takes 5 - 25 % off its loop.
_COLLECTOR_THRESHOLDS = (50_000, 20, 20)


class ForkServer:
    """Serves one supervisor: {"fork": id} with descriptors, {"kill": pid, "signal": n}.

    Tells {"forked": id, "pid"} or {"forked": id, "error"}, and {"exited": pid, "status"}.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._frames = FrameBuffer()
        self._children: set[int] = set()
        self._wakeup_in, self._wakeup_out = os.pipe()

    def run(self) -> None:
        """Serves until the worker closes its end."""
        os.set_blocking(self._wakeup_in, False)
        os.set_blocking(self._wakeup_out, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wakeup_out, warn_on_full_buffer=False)
        with selectors.DefaultSelector() as selector:
            selector.register(self._connection, selectors.EVENT_READ)
            selector.register(self._wakeup_in, selectors.EVENT_READ)
            while self._serve({key.fd for key, _ in selector.select()}):
                self._reap()

    def _serve(self, ready: set[int]) -> bool:
        if self._wakeup_in in ready:
            os.read(self._wakeup_in, _CHUNK_BYTES)
        if self._connection.fileno() not in ready:
            return True
        try:
            chunk, descriptors, _flags, _address = socket.recv_fds(self._connection, _CHUNK_BYTES, _MAX_DESCRIPTORS)
        except ConnectionError:
            return False
        if not chunk:
            return False
        for message in self._frames.feed(chunk):
            self._handle(message, descriptors)
        return True

    def _handle(self, message: dict[str, Any], descriptors: list[int]) -> None:
        if "kill" in message:
            # Only this process knows whether the child was reaped, that is whether the number may belong to another by now.
            if message["kill"] in self._children:
                os.kill(message["kill"], message["signal"])
            return
        server_pid = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            # Too many processes or too little memory: that is the end of this request, not of all processes that run.
            self._tell({"forked": message["fork"], "error": str(error)})
        else:
            if pid == 0:
                self._become_plugin_process(server_pid, message.get("counters"), descriptors)
            self._children.add(pid)
            self._tell({"forked": message["fork"], "pid": pid})
        for descriptor in descriptors:
            os.close(descriptor)

    def _reap(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self._children.discard(pid)
            self._tell({"exited": pid, "status": status})

    def _tell(self, message: dict[str, Any]) -> None:
        self._connection.sendall(encode(message))

    def _become_plugin_process(self, server_pid: int, counters: list[str] | None, descriptors: list[int]) -> NoReturn:
        """In the forked child: forget the server, then run the entry. Never returns."""
        try:
            die_with_parent(server_pid)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._connection.close()
            os.close(self._wakeup_in)
            os.close(self._wakeup_out)
            for descriptor in descriptors:  # programs that user code starts do not get them
                os.set_inheritable(descriptor, False)
            random.seed()
            gc.set_threshold(*_COLLECTOR_THRESHOLDS)
            plugin_main = importlib.import_module("workers.processes.plugin_main")
            shared = Counters(counters, descriptors[1]) if counters else None
            plugin_main.run(socket.socket(fileno=descriptors[0]), shared)
        except BaseException:  # noqa: BLE001  # the outermost edge of the child: nothing may get back into the server's loop
            sys.excepthook(*sys.exc_info())
            os._exit(1)
        os._exit(0)


def main() -> None:
    connection = socket.socket(fileno=int(sys.argv[1]))
    set_process_title("fork server")
    # A terminal sends Ctrl-C to the whole process group, systemd SIGTERM to the whole control group; the worker alone decides
    # when its processes stop. A handler, unlike SIG_IGN, is not inherited by programs that user code starts.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: None)
    for name in PRELOADED:
        importlib.import_module(name)
    for name in PREPARED:
        module, _, function = name.partition(":")
        getattr(importlib.import_module(module), function)()
    gc.collect()
    gc.freeze()
    with contextlib.suppress(BrokenPipeError):  # the worker went while it was being told something
        ForkServer(connection).run()


if __name__ == "__main__":
    main()
