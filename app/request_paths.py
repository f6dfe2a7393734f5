"""What Jetty does with the request path before Connect sees it: ambiguous paths are refused, path parameters dropped.

Routing then works on the path as it was sent, so that fixed segments match undecoded (`/%63onnectors` is unknown); variable
segments are percent-decoded by `Segment`.
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


class RefusedPath(Exception):
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
            environ["PATH_INFO"] = routed_path(raw_path(environ))
        except RefusedPath as refused:
            return error_response(400, str(refused))(environ, start_response)
        return self._application(environ, start_response)


def raw_path(environ: WSGIEnvironment) -> str:
    """The path of the request target, which may be a whole URL when the client takes us for a proxy."""
    target = str(environ["RAW_URI"])
    if not target.startswith("/"):
        return urlsplit(target).path or "/"
    return re.split("[?#]", target, maxsplit=1)[0]


def routed_path(raw: str) -> str:
    """The path to route, still percent-encoded, without parameters, dot segments and a slash at the end."""
    _check_characters(raw)
    first, *segments = raw.split("/")
    if first:
        raise RefusedPath("The request target must be a path")
    if segments and not segments[-1]:
        del segments[-1]
    kept: list[str] = []
    for segment in map(_without_parameters, segments):
        if segment == "..":
            if not kept:
                raise RefusedPath("Bad URI: above the root")
            del kept[-1]
        elif segment != ".":
            kept.append(segment)
    return "/" + "/".join(kept)


def _check_characters(raw: str) -> None:
    if _ILLEGAL.search(raw):
        raise RefusedPath("Illegal path character")
    if _MALFORMED_ESCAPE.search(raw):
        raise RefusedPath("Malformed percent-encoding in the path")
    escapes = raw.upper()
    if "%2F" in escapes:
        raise RefusedPath("Ambiguous URI path separator")
    if "%25" in escapes:
        raise RefusedPath("Ambiguous URI path encoding")
    decoded = unquote_to_bytes(raw)
    if _SUSPICIOUS.search(decoded):
        raise RefusedPath("Suspicious path character")
    try:
        decoded.decode()
    except UnicodeDecodeError as error:
        raise RefusedPath("Bad UTF-8 encoding in the path") from error


def _without_parameters(segment: str) -> str:
    name, semicolon, _ = segment.partition(";")
    if not name:
        raise RefusedPath("Ambiguous URI empty segment")
    if unquote(name) in (".", ".."):
        if semicolon:
            raise RefusedPath("Ambiguous URI path parameter")
        if "%" in name:
            raise RefusedPath("Ambiguous URI path segment")
    return name
