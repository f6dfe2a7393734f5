"""GET /openapi.json: the description of this API."""

from __future__ import annotations

from flask import Blueprint, Response

from app.context import settings
from app.json_writer import json_response

blueprint = Blueprint("openapi", __name__)


@blueprint.get("/openapi.json")
def get_document() -> Response:
    from app.openapi_document import build_document  # apispec takes time to import and is rarely asked for

    return json_response(build_document(settings().version, with_admin=settings().admin_on_main))
