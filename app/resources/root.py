"""GET / and /health: they answer while the worker is still starting."""

from __future__ import annotations

from flask import Blueprint, Response

from app.context import herder, settings
from app.json_writer import json_response
from workers.herder.interface import HEALTH_TIMEOUT_S, Herder, HerderUnreachableError, RequestTimeoutError

blueprint = Blueprint("root", __name__)

_HEALTHY = "Worker has completed startup and is ready to handle requests."
_STARTING = "Worker is still starting up."
_UNHEALTHY = "Worker was unable to handle this request and may be unable to handle other requests."


@blueprint.get("/")
def server_info() -> Response:
    known = settings()
    cluster_id = known.kafka_cluster_id or _asked_cluster_id()
    return json_response({"version": known.version, "commit": known.commit, "kafka_cluster_id": cluster_id})


@blueprint.get("/health")
def health() -> Response:
    asked = herder()
    try:
        asked.health_check(HEALTH_TIMEOUT_S)
    except RequestTimeoutError as late:
        return _late(_was_ready(asked), late.stage)
    except HerderUnreachableError:
        return _late(_was_ready(asked), stage=None)
    return json_response({"status": "healthy", "message": _HEALTHY})


def _asked_cluster_id() -> str | None:
    try:
        return herder().kafka_cluster_id()
    except (HerderUnreachableError, RequestTimeoutError):
        return None


def _was_ready(asked: Herder) -> bool:
    try:
        return asked.is_ready()
    except (HerderUnreachableError, RequestTimeoutError):
        return False


def _late(was_ready: bool, stage: str | None) -> Response:
    status, message, code = ("unhealthy", _UNHEALTHY, 500) if was_ready else ("starting", _STARTING, 503)
    return json_response({"status": status, "message": f"{message} {stage}" if stage else message}, code)
