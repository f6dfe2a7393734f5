"""What Jetty does with the request's target and host before Connect sees them: ambiguous ones are refused, path parameters dropped.

Routing then works on the path as it was sent, so that fixed segments match undecoded (`/%63onnectors` is unknown) and dots are
names like any other (`/connectors/..` is the connector `..`); variable segments are percent-decoded by `Segment`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from werkzeug.routing import BaseConverter

from app.errors import error_response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ILLEGAL = re.compile(r"[^A-Za-z0-9._~!$&'()*+,;=:@%/-]")  # what is no `pchar` of RFC 3986
_MALFORMED_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SUSPICIOUS = re.compile(rb"[\x00-\x1f\x7f\\]")
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(:[0-9]{1,5})?")


class RefusedTarget(Exception):
    """The text says why; it becomes the message of a 400."""


class Segment(BaseConverter):
    """A variable segment: percent-decoded, a plus stays a plus."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return unquote(value)


class RequestPaths:
    """WSGI middleware in front of the application."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            check_host(environ)
            environ["PATH_INFO"] = routed_path(raw_path(environ))
        except RefusedTarget as refused:
            return error_response(400, str(refused))(environ, start_response)
        return self._application(environ, start_response)


def raw_path(environ: WSGIEnvironment) -> str:
    """The path of the request target, which may be a whole URL when the client takes us for a proxy."""
    target = str(environ["RAW_URI"])
    if not target.startswith("/"):
        return urlsplit(target).path or "/"
    return re.split("[?#]", target, maxsplit=1)[0]


def check_host(environ: WSGIEnvironment) -> None:
    """What a `Location` is made of: HTTP/1.1 demands it, HTTP/1.0 does not."""
    host = environ.get("HTTP_HOST")
    if host is None:
        if environ["SERVER_PROTOCOL"] != "HTTP/1.0":
            raise RefusedTarget("The request has no Host header")
    elif not _HOST.fullmatch(host):
        raise RefusedTarget("The Host header is not a host with or without a port")


def routed_path(raw: str) -> str:
    """The path to route, still percent-encoded, without parameters and a slash at the end."""
    _check_characters(raw)
    first, *segments = raw.split("/")
    if first:
        raise RefusedTarget("The request target must be a path")
    kept = [_without_parameters(segment) for segment in segments]
    if kept and not kept[-1]:
        del kept[-1]
    if "" in kept:
        raise RefusedTarget("Ambiguous URI empty segment")
    _check_depth(kept)
    return "/" + "/".join(kept)


def _check_characters(raw: str) -> None:
    if _ILLEGAL.search(raw):
        raise RefusedTarget("Illegal path character")
    if _MALFORMED_ESCAPE.search(raw):
        raise RefusedTarget("Malformed percent-encoding in the path")
    escapes = raw.upper()
    if "%2F" in escapes:
        raise RefusedTarget("Ambiguous URI path separator")
    if "%25" in escapes:
        raise RefusedTarget("Ambiguous URI path encoding")
    decoded = unquote_to_bytes(raw)
    if _SUSPICIOUS.search(decoded):
        raise RefusedTarget("Suspicious path character")
    try:
        decoded.decode()
    except UnicodeDecodeError as error:
        raise RefusedTarget("Bad UTF-8 encoding in the path") from error


def _check_depth(segments: list[str]) -> None:
    """Whoever resolves the dots must not come out above the root."""
    depth = 0
    for segment in segments:
        depth += {".": 0, "..": -1}.get(segment, 1)
        if depth < 0:
            raise RefusedTarget("Bad URI: above the root")


def _without_parameters(segment: str) -> str:
    name, semicolon, _ = segment.partition(";")
    if unquote(name) in (".", ".."):
        if semicolon:
            raise RefusedTarget("Ambiguous URI path parameter")
        if "%" in name:
            raise RefusedTarget("Ambiguous URI path segment")
    return name
