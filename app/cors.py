"""Cross-origin requests as Jetty's CrossOriginHandler answers them; installed when `access.control.allow.origin` is set.

It only tells browsers what is allowed. Nothing is refused here: a request of another origin and a pre-flight request reach the
application like any other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import Flask, Response, request

from isthmus.java_regex import compile_java_regex

_ANY = "*"
_DEFAULT_METHODS = ("GET", "POST", "HEAD")
_MAX_AGE_S = 60


class Cors:
    """The rules. An origin is `*` or a regular expression in Java's notation, in any case."""

    def __init__(self, origins: Sequence[str], methods: Sequence[str]) -> None:
        self._allows_any = _ANY in origins
        self._patterns: list[re.Pattern[str]] = []
        if not self._allows_any:
            self._patterns = [_in_any_case(compile_java_regex(origin)) for origin in origins]
        self._methods = ",".join(methods or _DEFAULT_METHODS)

    def install(self, app: Flask) -> None:
        app.after_request(self._decorate)

    def _decorate(self, response: Response) -> Response:
        response.headers.add("Vary", "Origin")
        origin = request.headers.get("Origin")
        if origin is not None and self._allows(origin):
            response.headers["Access-Control-Allow-Origin"] = origin
            if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
                response.headers["Access-Control-Allow-Methods"] = self._methods
                response.headers["Access-Control-Allow-Headers"] = "Content-Type"
                response.headers["Access-Control-Max-Age"] = str(_MAX_AGE_S)
        return response

    def _allows(self, origins: str) -> bool:
        """The header may list several; one that is allowed is enough."""
        return self._allows_any or any(
            pattern.fullmatch(origin) for origin in origins.split() for pattern in self._patterns
        )


def _in_any_case(pattern: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile(pattern.pattern, pattern.flags | re.IGNORECASE)
