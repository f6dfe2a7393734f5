"""Status, target states, restarts and active topics of a connector and its tasks."""

from __future__ import annotations

import re

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from app.context import herder, settings
from app.json_writer import empty_response, json_response
from app.schemas.requests import RestartQuery, load
from workers.errors import ForbiddenError

blueprint = Blueprint("lifecycle", __name__, url_prefix="/connectors/<connector>")

_INTEGER = re.compile(r"([+-]?)0*(\d{1,10})")
_JAVA_INT = range(-(2**31), 2**31)


@blueprint.get("/status")
def get_status(connector: str) -> Response:
    return json_response(herder().connector_status(connector))


@blueprint.get("/tasks/<task>/status")
def get_task_status(connector: str, task: str) -> Response:
    return json_response(herder().task_status(connector, task_number(task)))


@blueprint.put("/pause")
def pause(connector: str) -> Response:
    herder().pause_connector(connector)
    return empty_response(202)


@blueprint.put("/resume")
def resume(connector: str) -> Response:
    herder().resume_connector(connector)
    return empty_response(202)


@blueprint.put("/stop")
def stop(connector: str) -> Response:
    herder().stop_connector(connector)
    return empty_response(204)


@blueprint.post("/restart")
def restart(connector: str) -> Response:
    """Without flags the Connector object alone, at once; with one, the parts that it means, as a request to be carried out."""
    query = load(RestartQuery(), request.args.to_dict())
    if not query["include_tasks"] and not query["only_failed"]:
        herder().restart_connector(connector)
        return empty_response(204)
    return json_response(herder().restart_connector_and_tasks(connector, **query), 202)


@blueprint.post("/tasks/<task>/restart")
def restart_task(connector: str, task: str) -> Response:
    herder().restart_task(connector, task_number(task))
    return empty_response(204)


@blueprint.get("/topics")
def get_topics(connector: str) -> Response:
    _require_topic_tracking()
    return json_response({connector: {"topics": herder().connector_active_topics(connector)}})


@blueprint.put("/topics/reset")
def reset_topics(connector: str) -> Response:
    _require_topic_tracking()
    if not settings().topic_tracking_reset:
        raise ForbiddenError("Topic tracking reset is disabled.")
    herder().reset_connector_active_topics(connector)
    return empty_response(202)


def task_number(text: str) -> int:
    """What Java's Integer.parseInt takes; anything else is an unknown URL."""
    match = _INTEGER.fullmatch(text)
    if match is None or (number := int(match[1] + match[2])) not in _JAVA_INT:
        raise NotFound
    return number


def _require_topic_tracking() -> None:
    if not settings().topic_tracking:
        raise ForbiddenError("Topic tracking is disabled.")
