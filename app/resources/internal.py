"""Requests that workers send each other, signed with the session key. Class InternalConnectResource in Java."""

from __future__ import annotations

import base64

from flask import Blueprint, Response, request

from app.context import herder
from app.json_body import Json, kind_of, parse_json
from app.json_writer import empty_response
from app.schemas.requests import load_config
from workers.errors import BadRequestError
from workers.herder.interface import Signature

blueprint = Blueprint("internal", __name__, url_prefix="/connectors/<connector>")


@blueprint.post("/tasks")
def put_task_configs(connector: str) -> Response:
    body = request.get_data(cache=False)
    herder().put_task_configs(connector, _task_configs(parse_json(body)), _signature(body))
    return empty_response(204)


@blueprint.put("/fence")
def fence_zombies(connector: str) -> Response:
    herder().fence_zombies(connector, _signature(b""))
    return empty_response(204)


def _task_configs(body: Json) -> list[dict[str, str]]:
    if not isinstance(body, list):
        raise BadRequestError(
            f"Invalid request body: Expected an array of task configurations, but it was {kind_of(body)}."
        )
    return [{key: value for key, value in load_config(item).items() if value is not None} for item in body]


def _signature(body: bytes) -> Signature:
    return {
        "authorization": request.headers.get("X-Connect-Authorization"),
        "algorithm": request.headers.get("X-Connect-Request-Signature-Algorithm"),
        "body": base64.b64encode(body).decode(),
    }
