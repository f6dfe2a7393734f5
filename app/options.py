"""OPTIONS on a known path: Jersey lists the methods in `Allow` and, for a client that takes text, in the body."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, request

from app.negotiation import accepts

# The order in which Java's hash set iterates over them; the text of the body shows it.
_ORDER = ("HEAD", "DELETE", "POST", "GET", "OPTIONS", "PUT", "PATCH")


def options_response(methods: Iterable[str]) -> Response:
    known = {*methods, "OPTIONS"}
    allowed = [method for method in _ORDER if method in known]
    headers = {"Allow": ",".join(allowed)}
    if not accepts(request, "text/plain"):
        return Response(headers=headers, content_type=request.accept_mimetypes.best)
    return Response(", ".join(allowed), headers=headers, content_type="text/plain")
