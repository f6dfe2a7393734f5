"""/connectors/{connector}/offsets (KIP-875)."""

from __future__ import annotations

from flask import Blueprint, Response

from app.context import herder, json_body
from app.json_writer import json_response
from app.schemas.requests import load_offsets
from workers.errors import BadRequestError

blueprint = Blueprint("offsets", __name__, url_prefix="/connectors/<connector>/offsets")


@blueprint.get("")
def get_offsets(connector: str) -> Response:
    return json_response(herder().connector_offsets(connector))


@blueprint.patch("")
def alter_offsets(connector: str) -> Response:
    offsets = load_offsets(json_body())
    if not offsets:
        raise BadRequestError("Partitions / offsets need to be provided for an alter offsets request")
    return json_response({"message": herder().alter_connector_offsets(connector, offsets)})


@blueprint.delete("")
def reset_offsets(connector: str) -> Response:
    return json_response({"message": herder().reset_connector_offsets(connector)})
