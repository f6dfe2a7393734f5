"""/connector-plugins: what is installed, its configuration, and validation. Class ConnectorPluginsResource in Java."""

from __future__ import annotations

from flask import Blueprint, Response, request

from app.context import herder, json_body
from app.json_writer import json_response
from app.schemas.requests import PluginConfigQuery, PluginsQuery, load, load_config
from workers.errors import BadRequestError

blueprint = Blueprint("plugins", __name__, url_prefix="/connector-plugins")


@blueprint.get("")
def list_plugins() -> Response:
    query = load(PluginsQuery(), request.args.to_dict())
    return json_response(herder().connector_plugins(query["connectors_only"]))


@blueprint.get("/<plugin>/config")
def get_plugin_config(plugin: str) -> Response:
    query = load(PluginConfigQuery(), request.args.to_dict())
    return json_response(herder().connector_plugin_config(plugin, query["version"]))


@blueprint.put("/<plugin>/config/validate")
def validate(plugin: str) -> Response:
    config = load_config(json_body())
    connector_class = config.get("connector.class")
    if connector_class is not None and not _normalised(connector_class).endswith(_normalised(plugin)):
        raise BadRequestError(f"Included connector type {connector_class} does not match request type {plugin}")
    return json_response(herder().validate_connector_config(config))


def _normalised(plugin: str) -> str:
    """Full names and aliases compare by their end, with or without `Connector`."""
    return plugin.removesuffix("Connector")
