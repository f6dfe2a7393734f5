"""/admin/loggers: levels of the worker's loggers (KIP-495, KIP-976). Class LoggingResource in Java."""

from __future__ import annotations

import logging

from flask import Blueprint, Response, request

from app.context import herder, json_body
from app.json_writer import empty_response, json_response
from app.schemas.requests import LogLevel, ScopeQuery, load
from workers.errors import BadRequestError, NotFoundError
from workers.logs import LEVELS, set_levels_below

blueprint = Blueprint("loggers", __name__, url_prefix="/admin/loggers")
log = logging.getLogger(__name__)


@blueprint.get("")
def list_loggers() -> Response:
    return json_response(herder().all_logger_levels())


@blueprint.get("/<logger>")
def get_logger(logger: str) -> Response:
    level = herder().logger_level(logger)
    if level is None:
        raise NotFoundError(f"Logger {logger} not found.")
    return json_response(level)


@blueprint.put("/<logger>")
def put_level(logger: str) -> Response:
    level = _level(load(LogLevel(), json_body())["level"])
    scope = load(ScopeQuery(), request.args.to_dict())["scope"].lower()
    if scope == "cluster":
        herder().set_cluster_logger_level(logger, level)
        set_levels_below(logger, level)  # the REST process has loggers, too
        return empty_response(204)
    if scope != "worker":
        log.warning("Unknown scope %r of a log level; taking it for worker", scope)
    changed = herder().set_worker_logger_level(logger, level)
    set_levels_below(logger, level)  # the REST process has loggers, too
    return json_response(changed)


def _level(text: str | None) -> str:
    if not text:
        raise BadRequestError("Desired 'level' parameter was not specified in request.")
    level = text.strip().upper()
    if level not in LEVELS:
        raise NotFoundError(f"invalid log level '{text}'.")
    return level
