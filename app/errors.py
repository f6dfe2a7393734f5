"""Exception to HTTP: every error is answered with Connect's `{"error_code": ..., "message": ...}`."""

from __future__ import annotations

import logging

from flask import Flask, Response, request
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from app.json_writer import json_response
from app.options import options_response
from workers.errors import RequestError

log = logging.getLogger(__name__)


def error_response(status: int, message: str | None) -> Response:
    return json_response({"error_code": status, "message": message}, status)


def register_error_handlers(app: Flask) -> None:
    app.register_error_handler(RequestError, _request_error)
    app.register_error_handler(MethodNotAllowed, _method_not_allowed)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(ParseException, _unreadable_body)
    app.register_error_handler(Exception, _unexpected)


def _request_error(error: Exception) -> Response:
    assert isinstance(error, RequestError)
    if error.status >= 500:
        log.error("%s %s failed: %s", request.method, request.path, error.message)
    return error_response(error.status, error.message)


def _method_not_allowed(error: Exception) -> Response:
    assert isinstance(error, MethodNotAllowed)
    if request.method == "OPTIONS":
        return options_response(error.valid_methods or ())
    return _http_error(error)


def _http_error(error: Exception) -> Response:
    """JAX-RS words the message like this; werkzeug has the same names but for one."""
    assert isinstance(error, HTTPException)
    return error_response(error.code or 500, f"HTTP {error.code} {error.name}")


def _unreadable_body(error: Exception) -> Response:
    """A body in chunks is parsed by gunicorn while a resource reads it."""
    return error_response(400, f"The request body cannot be read: {error}")


def _unexpected(error: Exception) -> Response:
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return error_response(500, f"{type(error).__name__}: {error}")
