"""/connectors: list, create, read, change, delete. Class ConnectorsResource in Java, together with lifecycle and offsets."""

from __future__ import annotations

import re
from typing import Any, cast
from urllib.parse import quote

from flask import Blueprint, Response, request

from app.context import herder, json_body
from app.json_writer import empty_response, json_response
from app.schemas.requests import CreateConnector, load, load_config
from workers.errors import BadRequestError, NotFoundError
from workers.herder.interface import Config, Created, Herder

blueprint = Blueprint("connectors", __name__)

_UNENCODED = "/:@!$&'()*+,;=%"  # JAX-RS leaves these alone when it builds a Location
_LONE_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_BLANKS = "".join(map(chr, range(0x21)))  # what Java's String.trim() cuts


@blueprint.get("/connectors")
def list_connectors() -> Response:
    names = herder().connectors()
    expansions = request.args.getlist("expand")
    if not expansions:
        return json_response(names)
    expanded = {name: _expanded(herder(), name, expansions) for name in names}
    return json_response({name: parts for name, parts in expanded.items() if parts is not None})


@blueprint.post("/connectors")
def create_connector() -> Response:
    body = load(CreateConnector(), json_body())
    name = (body["name"] or "").strip(_BLANKS)
    config = named_config(name, body["config"])
    created = herder().put_connector_config(name, config, allow_replace=False, initial_state=body["initial_state"])
    return created_response(name, created)


@blueprint.get("/connectors/<connector>")
def get_connector(connector: str) -> Response:
    return json_response(herder().connector_info(connector))


@blueprint.delete("/connectors/<connector>")
def delete_connector(connector: str) -> Response:
    herder().delete_connector(connector)
    return empty_response(204)


@blueprint.get("/connectors/<connector>/config")
def get_config(connector: str) -> Response:
    return json_response(herder().connector_config(connector))


@blueprint.put("/connectors/<connector>/config")
def put_config(connector: str) -> Response:
    config = named_config(connector, load_config(json_body()))
    return created_response(connector, herder().put_connector_config(connector, config, allow_replace=True))


@blueprint.patch("/connectors/<connector>/config")
def patch_config(connector: str) -> Response:
    body = json_body()
    if body is None:
        herder().connector_config(connector)  # that there is no such connector is told before that there is no body
    return json_response(herder().patch_connector_config(connector, load_config(body)))


@blueprint.get("/connectors/<connector>/tasks")
def get_task_configs(connector: str) -> Response:
    return json_response(herder().task_configs(connector))


def named_config(name: str, config: Config) -> Config:
    """The configuration with its `name`, which must be the connector's when it is there."""
    given = config.get("name")
    if given is None:
        return {**config, "name": name}
    if given != name:
        raise BadRequestError(
            f"Connector name configuration ({given}) doesn't match connector name in the URL ({name})"
        )
    return config


def created_response(name: str, created: Created) -> Response:
    if not created["created"]:
        return json_response(created["info"])
    response = json_response(created["info"], 201)
    response.headers["Location"] = f"{_root_url()}connectors/{_encoded(name)}"
    return response


def _encoded(name: str) -> str:
    """As JAX-RS does it for a Location: a percent sign stays when it looks like an escape."""
    return quote(_LONE_PERCENT.sub("%25", name), safe=_UNENCODED)


def _root_url() -> str:
    """As the client wrote it; werkzeug would drop a host with an underscore, as container networks have them."""
    host = request.headers.get("Host")
    if host is None:
        return request.url_root
    return f"{request.scheme}://{host.removesuffix(_DEFAULT_PORTS[request.scheme])}/"


def _expanded(asked: Herder, name: str, expansions: list[str]) -> dict[str, Any] | None:
    """None for a connector that has gone, or of which there is no status yet. Unknown expansions add nothing."""
    parts: dict[str, Any] = {}
    try:
        if "status" in expansions:
            parts["status"] = asked.connector_status(name)
        if "info" in expansions:
            parts["info"] = cast(Any, asked.connector_info(name))
    except NotFoundError:
        return None
    return parts
