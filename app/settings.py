"""What the REST process needs to know, read once from an inherited socket (written by `workers.rest_server`).

Settings arrive as one line of JSON, so that no secret is on a command line or in the environment. The socket then stays open
without further data: its end means that the worker is gone (see `lifeline`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any, Literal, NamedTuple

ClientAuth = Literal["none", "requested", "required"]


@dataclass(frozen=True)
class TlsSettings:
    """PEM texts and Java's choices for one HTTPS listener."""

    certificate_chain: str
    private_key: str
    key_password: str | None = None
    trusted_certificates: str | None = None
    client_auth: ClientAuth = "none"
    protocols: tuple[str, ...] = ("TLSv1.2", "TLSv1.3")
    ciphers: str | None = None


@dataclass(frozen=True)
class Listener:
    """A socket that the worker has bound; `admin` listeners serve /admin/... only."""

    fd: int
    admin: bool = False
    tls: TlsSettings | None = None


class HeaderRule(NamedTuple):
    """One rule of `response.http.headers.config`; the value of a date is its distance from now in ms, as Jetty has it."""

    action: Literal["set", "add", "setDate", "addDate"]
    name: str
    value: str


@dataclass(frozen=True)
class Settings:
    """Frozen; the defaults are those of a worker with an empty configuration."""

    herder_socket: str = ""
    worker_pid: int = 0
    listeners: tuple[Listener, ...] = ()
    version: str = "4.3.0"
    commit: str = "unknown"
    kafka_cluster_id: str | None = None
    admin_on_main: bool = True
    topic_tracking: bool = True
    topic_tracking_reset: bool = True
    cors_origins: Sequence[str] | None = None
    """Regular expressions in Java's notation; None = no cross-origin headers at all."""
    cors_methods: Sequence[str] = ()
    response_headers: tuple[HeaderRule, ...] = ()
    credentials: Mapping[str, str] | None = None
    """User to password for basic authentication; None = everybody may do everything."""
    log_as_json: bool = False
    log_levels: Mapping[str, str] = field(default_factory=dict)


def read_settings(channel: IO[bytes]) -> Settings:
    """Blocks until the worker has written the line."""
    values: dict[str, Any] = json.loads(channel.readline())
    values["listeners"] = tuple(_listener(item) for item in values["listeners"])
    values["response_headers"] = tuple(HeaderRule(*rule) for rule in values["response_headers"])
    return Settings(**values)


def _listener(values: dict[str, Any]) -> Listener:
    tls = values.get("tls")
    if tls is not None:
        tls = TlsSettings(**{**tls, "protocols": tuple(tls["protocols"])})
    return Listener(fd=values["fd"], admin=values["admin"], tls=tls)
