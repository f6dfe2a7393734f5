"""Owns the REST process: binds its sockets, starts it, starts it again when it dies, stops it. Used by the worker's main.

The process (`python -m app`, gunicorn) gets its settings over an inherited socket, never on the command line or in the
environment, and inherits the listening sockets, so that clients wait rather than being refused while it starts. A fault in it
never touches data. Answers to the outside of Java's RestServer.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from workers.config.listeners import Listener
from workers.config.worker_config import WorkerConfig
from workers.errors import StartError
from workers.logs import level_name
from workers.processes.plugin_process import describe_exit
from workers.rest_auth import credentials_from
from workers.rest_browsers import browser_settings
from workers.rest_listeners import BoundListener, bind_listeners, own_address, parse_listeners
from workers.rest_tls import ADMIN_PREFIX, MAIN_PREFIX, listener_tls
from workers.version import KAFKA_VERSION, commit_id

log = logging.getLogger("org.apache.kafka.connect.runtime.rest.RestServer")

_CHECKOUT = Path(__file__).resolve().parent.parent
_NOT_INHERITED = ("GUNICORN_CMD_ARGS", "GUNICORN_PID", "GUNICORN_FD", "SCRIPT_NAME", "LISTEN_FDS", "LISTEN_PID")
_STEADY_S = 10.0  # a process that lived so long is started again at once
_LONGEST_PAUSE_S = 10.0


class RestServer:
    """Constructing it binds the listeners and reads every key and credential: StartError or WorkerConfigError says what is
    wrong. One thread of its own starts and watches the process (the parent-death signal is tied to that thread)."""

    def __init__(
        self,
        config: WorkerConfig,
        herder_socket: Path,
        *,
        kafka_cluster_id: str | None = None,
        on_failure: Callable[[StartError], None] | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        """`on_failure` is called, on the watching thread, when the very first process ends before it serves."""
        self._environment = environment
        self._settings = {
            **_settings(config),
            "herder_socket": str(herder_socket),
            "kafka_cluster_id": kafka_cluster_id,
            "credentials": credentials_from(config["rest.extension.classes"], environment),
            "log_as_json": environment.get("LOG_FORMAT", "").lower() == "json",
        }
        self._on_failure = on_failure
        main = parse_listeners(config["listeners"], "listeners")
        admin = parse_listeners(config["admin.listeners"] or [], "admin.listeners")
        tls = {
            False: _tls_for(main, config, MAIN_PREFIX),
            True: _tls_for(admin, config, ADMIN_PREFIX),
        }
        self._listeners = bind_listeners(main, admin)
        self._settings["listeners"] = [_described(bound, tls[bound.is_admin]) for bound in self._listeners]
        self.advertised_url = config.advertised_url(self.ports[: len(main)], own_address()).rstrip("/")
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = threading.Event()
        self._stopping = threading.Event()
        self._lock = threading.Lock()  # the process is started or signalled, never both
        self._watcher = threading.Thread(target=self._watch, name="rest-server", daemon=True)

    @property
    def worker_id(self) -> str:
        """`host:port`, as statuses show it."""
        return self.advertised_url.partition("://")[2]

    @property
    def ports(self) -> list[int]:
        """The bound ports in the order of `listeners`, then `admin.listeners`."""
        return [listener.port for listener in self._listeners]

    @property
    def pid(self) -> int | None:
        """The process that is running now."""
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Returns at once; the process answers some 0.5 s later."""
        for bound in self._listeners:
            log.info("REST listener %s%s", bound, ", for /admin only" if bound.is_admin else "")
        log.info("Advertised URI: %s", self.advertised_url)
        self._watcher.start()

    def wait_until_ready(self, timeout_s: float) -> bool:
        """Whether the process serves."""
        return self._ready.wait(timeout_s)

    def stop(self, grace_s: float = 5.0) -> None:
        """Requests that are running get `grace_s` to finish; then the process is killed. The sockets are closed."""
        self._stopping.set()
        with self._lock:
            process = self._process
            if process is not None:
                process.terminate()
        if process is not None:
            try:
                process.wait(grace_s)
            except subprocess.TimeoutExpired:
                log.warning("The REST process did not stop within %s s; it is killed", grace_s)
                process.kill()  # what it has forked goes with it
        if self._watcher.is_alive():
            self._watcher.join()
        self._close_listeners()

    def _close_listeners(self) -> None:
        for listener in self._listeners:
            listener.socket.close()

    # On the watching thread

    def _watch(self) -> None:
        pause_s = 0.0
        while not self._stopping.wait(pause_s):
            began = time.monotonic()
            how = self._run()
            if how is None:
                return
            if not self._ready.is_set() and self._on_failure is not None:
                self._on_failure(StartError(f"The REST process did not start: {how}"))
                return
            pause_s = 0.0 if time.monotonic() - began > _STEADY_S else min(max(0.1, 2 * pause_s), _LONGEST_PAUSE_S)
            log.error("The REST process has ended (%s); starting it again in %.1f s", how, pause_s)

    def _run(self) -> str | None:
        """Starts the process and waits for its end; how it ended, None when it was told to stop."""
        ours, theirs = socket.socketpair()
        with ours:
            with theirs, self._lock:
                if self._stopping.is_set():
                    return None
                try:
                    process = self._process = self._spawn(theirs.fileno())
                except OSError as error:  # too many processes or too little memory: tried again later
                    return f"it could not be started: {error}"
            failure = self._talk(ours)
            status = process.wait()
        return None if self._stopping.is_set() else failure or _description(status)

    def _spawn(self, config_fd: int) -> subprocess.Popen[bytes]:
        inherited = [config_fd, *(listener.socket.fileno() for listener in self._listeners)]
        return subprocess.Popen(
            # -P: a folder called `app` where the user happens to stand is not ours.
            [sys.executable, "-P", "-m", "app", "--config-fd", str(config_fd)],
            pass_fds=inherited,
            stdin=subprocess.DEVNULL,
            env=_inherited(self._environment),
            start_new_session=True,  # Ctrl-C is for the worker, which stops this process in its turn
        )

    def _talk(self, channel: socket.socket) -> str:
        """Sends the settings, waits until it serves, then keeps the socket open: its end tells that the worker is gone. What the
        process says instead when it cannot serve."""
        settings = {**self._settings, "worker_pid": os.getpid(), "log_levels": _log_levels()}
        try:
            channel.sendall(json.dumps(settings).encode() + b"\n")
            with channel.makefile("rb") as answers:
                if (answer := answers.read(1)) == b"\n":
                    self._ready.set()
                    return ""
                return (answer + answers.read()).decode()
        except OSError as error:
            log.debug("The REST process ended before it had its settings: %s", error)
        return ""


def _settings(config: WorkerConfig) -> dict[str, Any]:
    return {
        "version": KAFKA_VERSION,
        "commit": commit_id(),
        "admin_on_main": config["admin.listeners"] is None,
        "topic_tracking": config["topic.tracking.enable"],
        "topic_tracking_reset": config["topic.tracking.allow.reset"],
        **browser_settings(config),
    }


def _tls_for(listeners: Sequence[Listener], config: WorkerConfig, prefix: str) -> dict[str, Any] | None:
    """Read before anything is bound; None when no listener is https."""
    is_used = any(listener.protocol == "https" for listener in listeners)
    return listener_tls(config, prefix) if is_used else None


def _described(bound: BoundListener, tls: dict[str, Any] | None) -> dict[str, Any]:
    is_https = bound.listener.protocol == "https"
    return {"fd": bound.socket.fileno(), "admin": bound.is_admin, "tls": tls if is_https else None}


def _inherited(environment: Mapping[str, str]) -> dict[str, str]:
    """Without what gunicorn would take from it; our packages are found from any folder."""
    paths = [str(_CHECKOUT), environment.get("PYTHONPATH", "")]
    kept = {name: value for name, value in environment.items() if name not in _NOT_INHERITED}
    return {**kept, "PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def _log_levels() -> dict[str, str]:
    """The levels that are set in the worker now, so that a process started again has those of its predecessor."""
    known = logging.root.manager.loggerDict.items()
    levels = {name: level_name(item.level) for name, item in known if isinstance(item, logging.Logger) and item.level}
    return {"root": level_name(logging.root.level), **levels}


def _description(status: int) -> str:
    """`killed by SIGKILL` or `exited with status 1`, from Popen's return code."""
    return describe_exit(-status if status < 0 else status << 8).description
