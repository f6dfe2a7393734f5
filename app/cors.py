"""Cross-origin requests as Jetty's CrossOriginFilter answers them; installed when `access.control.allow.origin` is set.

Pre-flight requests still reach the application, which answers them like any OPTIONS.
"""

from __future__ import annotations

import re

from flask import Flask, Request, Response, request

_ALLOWED_HEADERS = ("X-Requested-With", "Content-Type", "Accept", "Origin")
_DEFAULT_METHODS = ("GET", "POST", "HEAD")
_MAX_AGE_S = 1800


class Cors:
    """The rules; `origins` and `methods` are the comma lists of the configuration."""

    def __init__(self, origins: str, methods: str) -> None:
        self._methods = _listed(methods) or list(_DEFAULT_METHODS)
        self._origins = [_origin_pattern(origin) for origin in _listed(origins)]

    def install(self, app: Flask) -> None:
        app.after_request(self._decorate)

    def _decorate(self, response: Response) -> Response:
        response.headers.add("Vary", "Origin")
        origin = request.headers.get("Origin", "")
        if not self._matches(origin):
            return response
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            if self._permits(request):
                self._add_preflight(response, origin)
            return response
        _add_simple(response, origin)
        return response

    def _matches(self, origins: str) -> bool:
        """The header may list several; one that is allowed is enough."""
        return any(pattern.fullmatch(origin) for origin in origins.split() for pattern in self._origins)

    def _permits(self, preflight: Request) -> bool:
        asked = _listed(preflight.headers.get("Access-Control-Request-Headers", ""))
        allowed = {name.lower() for name in _ALLOWED_HEADERS}
        method = preflight.headers["Access-Control-Request-Method"]
        return method in self._methods and all(name.lower() in allowed for name in asked)

    def _add_preflight(self, response: Response, origin: str) -> None:
        _add_simple(response, origin)
        response.headers["Access-Control-Max-Age"] = str(_MAX_AGE_S)
        response.headers["Access-Control-Allow-Methods"] = ",".join(self._methods)
        response.headers["Access-Control-Allow-Headers"] = ",".join(_ALLOWED_HEADERS)


def _add_simple(response: Response, origin: str) -> None:
    response.headers["Access-Control-Allow-Origin"] = origin
    response.headers["Access-Control-Allow-Credentials"] = "true"


def _listed(text: str) -> list[str]:
    return [item for item in (part.strip() for part in text.split(",")) if item]


def _origin_pattern(origin: str) -> re.Pattern[str]:
    """An origin with `*` is a regular expression in which `*` stands for any text and a dot for itself."""
    if "*" not in origin:
        return re.compile(re.escape(origin))
    return re.compile(origin.replace(".", "\\.").replace("*", ".*"))
