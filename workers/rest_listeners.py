"""Binds the sockets of `listeners` and `admin.listeners` before the REST process exists. Used by `rest_server`."""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from isthmus.errors import ConfigError
from workers.config.listeners import Listener, parse_listener
from workers.errors import StartError, WorkerConfigError

_BACKLOG = 128


@dataclass(frozen=True)
class BoundListener:
    """A socket that listens already: clients that come before the REST process is up wait for it."""

    listener: Listener
    socket: socket.socket
    port: int
    is_admin: bool

    def __str__(self) -> str:
        return f"{_shown(self.listener)} (port {self.port})"


def parse_listeners(urls: Sequence[str], key: str) -> list[Listener]:
    """WorkerConfigError with every item that is wrong."""
    errors: list[str] = []
    listeners: list[Listener] = []
    for url in urls:
        try:
            listeners.append(parse_listener(url.strip()))
        except ConfigError as error:
            errors.append(f"Invalid value {url} for configuration {key}: {error}")
    if errors:
        raise WorkerConfigError(errors)
    return listeners


def bind_listeners(main: Sequence[Listener], admin: Sequence[Listener]) -> list[BoundListener]:
    """All sockets, the main ones first; or StartError that names the listener and the cause, and no socket stays open."""
    bound: list[BoundListener] = []
    try:
        for listener, is_admin in [*((item, False) for item in main), *((item, True) for item in admin)]:
            opened = _bind(listener)
            bound.append(BoundListener(listener, opened, opened.getsockname()[1], is_admin))
    except StartError:
        for item in bound:
            item.socket.close()
        raise
    return bound


def _bind(listener: Listener) -> socket.socket:
    """Listens at once: only that finds out about another server on the port."""
    try:
        if not listener.host:
            return _bind_every_interface(listener.port)
        family, target = _resolve(listener)
        return socket.create_server(target, family=family, backlog=_BACKLOG)
    except OSError as error:
        # create_server() adds the address to the system's text; the listener says it already.
        reason = (error.strerror or str(error)).partition(" (while")[0]
        raise StartError(f"REST listener {_shown(listener)} cannot be opened: {reason}") from error


def _bind_every_interface(port: int) -> socket.socket:
    if socket.has_dualstack_ipv6():
        try:
            return socket.create_server(("", port), family=socket.AF_INET6, backlog=_BACKLOG, dualstack_ipv6=True)
        except OSError as error:
            if error.errno not in (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL):  # IPv6 is there but switched off
                raise
    return socket.create_server(("", port), backlog=_BACKLOG)


def _resolve(listener: Listener) -> tuple[socket.AddressFamily, Any]:
    """Of several addresses of a host the first of IPv4, as Java prefers it."""
    found = socket.getaddrinfo(listener.host, listener.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, target = min(found, key=lambda info: info[0] != socket.AF_INET)
    return family, target


def own_address() -> str:
    """Stands in where no listener names a host."""
    try:
        return socket.gethostbyname(socket.gethostname())
    except OSError:
        return "127.0.0.1"


def _shown(listener: Listener) -> str:
    host = f"[{listener.host}]" if ":" in listener.host else listener.host
    return f"{listener.protocol}://{host}:{listener.port}"
