"""OPTIONS on a known path: JAX-RS lists the methods in `Allow` and, for a client that takes text, in the body."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, request

# The order in which Java's hash set iterates over them; the text of the body shows it.
_ORDER = ("HEAD", "DELETE", "POST", "GET", "OPTIONS", "PUT", "PATCH")


def options_response(methods: Iterable[str]) -> Response:
    known = {*methods, "OPTIONS"}
    allowed = ", ".join(method for method in _ORDER if method in known)
    accepted = request.accept_mimetypes
    if accepted and not accepted["text/plain"]:
        return Response(headers={"Allow": allowed}, content_type=accepted.best)
    return Response(allowed, headers={"Allow": allowed}, content_type="text/plain")
