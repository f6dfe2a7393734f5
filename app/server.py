"""The gunicorn server: an arbiter, and one worker with threads that serves every listener (gunicorn's words).

Both processes end with the Connect worker. TLS and the application to run are chosen per listener, where gunicorn
knows one of each for all.
"""

from __future__ import annotations

import logging
import os
import selectors
import socket
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.errors import HaltServer
from gunicorn.glogging import Logger
from gunicorn.workers import gthread

from app.access_log import log_access
from app.application import create_admin_app, create_app
from app.connections import IDLE_TIMEOUT_S, ClientConnection
from app.lifeline import Lifeline
from app.settings import Listener, Settings
from app.tls import server_context
from workers.processes.death_signal import die_with_parent
from workers.processes.process_title import set_process_title

if TYPE_CHECKING:
    from ssl import SSLContext

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from workers.herder.interface import Herder

Address = tuple[str, str]

TITLE = "REST"
THREADS = 32  # made as they are needed; many, since a herder that is busy keeps requests waiting
CONNECTIONS = 800  # at a time; further clients wait. Each one is a file, of which a process often has 1024
STOP_TIMEOUT_S = 60
MAX_URI_BYTES = 8190
MAX_HEADERS = 1000  # Jetty limits their size only


class RestServer(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's application object: its configuration and the WSGI callable."""

    def __init__(self, settings: Settings, herder: Herder, lifeline: Lifeline) -> None:
        """TlsError when OpenSSL does not take what a listener is configured with."""
        tls_of = {_address(listener): listener.tls for listener in settings.listeners}
        self.contexts = {address: server_context(tls) for address, tls in tls_of.items() if tls is not None}
        self.settings = settings
        self.herder = herder
        self.lifeline = lifeline
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options().items():
            self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        main, admin = create_app(self.settings, self.herder), create_admin_app(self.settings, self.herder)
        admin_addresses = {_address(listener) for listener in self.settings.listeners if listener.admin}

        def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            address = (environ["SERVER_NAME"], environ["SERVER_PORT"])
            return (admin if address in admin_addresses else main)(environ, start_response)

        return serve

    def run(self) -> None:
        RestArbiter(self, self.lifeline).run()

    def _options(self) -> dict[str, Any]:
        arbiter_pid = os.getpid()
        return {
            "bind": [f"fd://{listener.fd}" for listener in self.settings.listeners],
            "worker_class": listener_worker(self.contexts, self.lifeline),
            "workers": 1,
            "threads": THREADS,
            "worker_connections": CONNECTIONS,
            "preload_app": True,
            "keepalive": IDLE_TIMEOUT_S,
            "graceful_timeout": STOP_TIMEOUT_S,
            "limit_request_line": MAX_URI_BYTES,
            "limit_request_fields": MAX_HEADERS,
            "forwarded_allow_ips": "",
            "control_socket_disable": True,
            "logger_class": QuietLog,
            # The hook that comes after gunicorn has set a title of its own.
            "pre_fork": lambda _arbiter, _worker: set_process_title(TITLE),
            "post_fork": lambda _arbiter, _worker: _become_child(arbiter_pid),
            "post_worker_init": lambda _worker: self.lifeline.report_ready(),
        }


class RestArbiter(Arbiter):  # type: ignore[misc]  # gunicorn has no types
    """Ends when the worker is gone, also where there is no parent-death signal."""

    def __init__(self, app: RestServer, lifeline: Lifeline) -> None:
        super().__init__(app)
        self._lifeline = lifeline

    def murder_workers(self) -> None:
        """Called once a second."""
        if self._lifeline.is_cut():
            raise HaltServer("The Connect worker has gone")
        super().murder_workers()


def listener_worker(contexts: Mapping[Address, SSLContext], lifeline: Lifeline) -> type[gthread.ThreadWorker]:
    """Gunicorn creates the worker itself, so what it needs is bound to its class."""

    class ListenerWorker(gthread.ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
        def accept(self, listener: socket.socket) -> None:
            """A thread gets the connection when there is something to read."""
            try:
                accepted, client = listener.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return
            self.nr_conns += 1
            server = listener.getsockname()
            context = contexts.get((server[0], str(server[1])))
            cfg = TlsConfig(self.cfg, context) if context else self.cfg
            connection = ClientConnection(cfg, accepted, client, server)
            connection.set_timeout()
            self.pending_conns.append(connection)
            readable = partial(self.on_pending_socket_readable, connection)
            self.poller.register(connection.sock, selectors.EVENT_READ, readable)

        def handle(self, conn: ClientConnection) -> Any:
            is_kept = super().handle(conn)
            if not is_kept:
                conn.linger()
            return is_kept

        def is_parent_alive(self) -> bool:
            return super().is_parent_alive() and not lifeline.is_cut()

        def _cap_keepalive(self, _deadline: float) -> None:
            """Connections without a request do not hold up a stop; gunicorn would give them two seconds."""
            for connection in (*self.keepalived_conns, *self.pending_conns):
                connection.timeout = 0.0

    return ListenerWorker


class TlsConfig:
    """Gunicorn's configuration as the connections of one HTTPS listener see it."""

    is_ssl = True

    def __init__(self, config: Any, context: Any) -> None:
        self._config = config
        self._context = context

    def ssl_context(self, _config: Any, _default: Callable[[], Any]) -> Any:
        return self._context

    def __getattr__(self, name: str) -> Any:
        return getattr(self._config, name)


class QuietLog(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's own lines go to our log; its everyday news are debug."""

    def __init__(self, cfg: Any) -> None:
        super().__init__(cfg)
        self.error_log.propagate = True

    def setup(self, cfg: Any) -> None:
        self.cfg = cfg
        if self.error_log.level == logging.NOTSET:  # debug only when asked for by name: it is a lot
            self.error_log.setLevel(logging.INFO)

    def info(self, msg: str, *args: Any, **kwargs: Any) -> None:
        self.error_log.debug(msg, *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """A client that goes away or stalls in the middle of a request is no fault of ours."""
        level = logging.DEBUG if isinstance(sys.exception(), OSError) else logging.ERROR
        self.error_log.log(level, msg, *args, exc_info=True, **kwargs)

    def access(self, resp: Any, req: Any, environ: Mapping[str, Any], request_time: timedelta) -> None:
        log_access(environ, str(resp.status), resp.sent, request_time.total_seconds())

    def close_on_exec(self) -> None:
        """Our handlers write to standard error, which is no file of its own."""

    def reopen_files(self) -> None:
        """No files either."""


def _become_child(arbiter_pid: int) -> None:
    """In gunicorn's worker, which has just been forked and has gunicorn's title."""
    die_with_parent(arbiter_pid)
    set_process_title(TITLE)


def _address(listener: Listener) -> Address:
    """As WSGI tells it: the address that the listener is bound to."""
    with socket.socket(fileno=os.dup(listener.fd)) as bound:
        host, port, *_ = bound.getsockname()
    return host, str(port)
