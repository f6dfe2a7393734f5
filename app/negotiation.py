"""Content negotiation in JAX-RS's order, after the path and the method have matched: 415, then 406."""

from __future__ import annotations

from flask import Request
from werkzeug.exceptions import NotAcceptable, UnsupportedMediaType
from werkzeug.http import parse_options_header

JSON = "application/json"


def check_content_type(request: Request) -> None:
    """A foreign Content-Type is refused even when there is no body; a missing one is fine."""
    content_type = request.headers.get("Content-Type")
    if content_type is None:
        return
    media_type, _ = parse_options_header(content_type)
    if media_type.lower() not in (JSON, "application/*", "*/*"):
        raise UnsupportedMediaType


def check_accept(request: Request) -> None:
    if not accepts(request, JSON):
        raise NotAcceptable


def accepts(request: Request, media_type: str) -> bool:
    """As Jersey sees it: parameters, `charset` or a quality of 0, make no difference."""
    if not request.headers.get("Accept", "").strip():
        return True
    wanted = {media_type, f"{media_type.partition('/')[0]}/*", "*/*"}
    return any(parse_options_header(value)[0].lower() in wanted for value in request.accept_mimetypes.values())
