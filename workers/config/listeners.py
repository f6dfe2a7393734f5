"""`listeners` and `admin.listeners` taken apart, and the address that this worker tells others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from isthmus.errors import ConfigError

_LISTENER = re.compile(r"(.*)://\[?([0-9a-zA-Z\-%._:]*)\]?:(-?[0-9]+)", re.DOTALL)
EXAMPLE = "http://localhost:8080,https://localhost:8443"


@dataclass(frozen=True, slots=True)
class Listener:
    """Where the REST server listens. An empty host is every interface, port 0 any free port."""

    protocol: str
    host: str
    port: int


def parse_listener(url: str) -> Listener:
    """ConfigError unless it is `protocol://hostname:port` with http or https."""
    match = _LISTENER.fullmatch(url)
    if match is None:
        raise ConfigError("Listener doesn't have the right format (protocol://hostname:port).")
    protocol, host, port = match[1].lower(), match[2], int(match[3])
    if protocol not in ("http", "https"):
        raise ConfigError('Listener protocol must be either "http" or "https".')
    if not 0 <= port <= 65_535:
        raise ConfigError("Listener port must be between 0 and 65535.")
    return Listener(protocol, host, port)


def ensure_listeners(_name: str, value: Any) -> None:
    """What Java checks of `listeners` when it reads a configuration: that no URL is missing."""
    if not isinstance(value, list):
        raise ConfigError(f"Invalid value type for listeners (expected list of URLs , ex: {EXAMPLE}).")
    if not value:
        raise ConfigError(f"Invalid value for listeners, at least one URL is expected, ex: {EXAMPLE}.")
    if any(not item.strip() for item in value):
        raise ConfigError("Empty URL found when parsing listeners list.")


def advertised_protocol(advertised: str | None, raw_listeners: str | None) -> str:
    """The scheme of the worker's URL: what the user says, else http if any listener has it, else https."""
    if advertised:
        return advertised.lower()
    text = raw_listeners or ""
    return "https" if "https://" in text and "http://" not in text else "http"


def advertised_url(
    protocol: str,
    host: str | None,
    port: int | None,
    listeners: Sequence[Listener],
    bound_ports: Sequence[int],
    local_host: str,
) -> str:
    """`http://host:port/`, under which other workers and users reach this one.

    `bound_ports` are the real ports of `listeners`, in their order; `local_host` stands in where no name is known.
    """
    index = next((i for i, listener in enumerate(listeners) if listener.protocol == protocol), None)
    if index is not None:
        host = host or listeners[index].host
        port = port if port is not None else listeners[index].port or bound_ports[index]
    else:
        port = port if port is not None else bound_ports[0]
    host = host or local_host
    return f"{protocol}://{f'[{host}]' if ':' in host else host}:{port}/"
