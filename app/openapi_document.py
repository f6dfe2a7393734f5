"""Builds the OpenAPI document from a table of operations and the marshmallow schemas. Imported at the first request for it."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema, fields

from app.schemas import requests, responses

Body = dict[str, Any]

CONFIG = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "null"]}}
STORED_CONFIG = {"type": "object", "additionalProperties": {"type": ["string", "null"]}}
STRINGS = {"type": "array", "items": {"type": "string"}}
TEXT_MAP = {"type": "array", "items": {"type": "object", "additionalProperties": {"type": "string"}}}

_PARAMETERS = {
    "connector": "Name of the connector",
    "task": "Number of the task",
    "plugin": "Class name or alias of the plug-in",
    "logger": "Name of the logger, or of a namespace of loggers; `root` is the root logger",
}


class Operation(NamedTuple):
    """`answers` maps a status to the schema of its body; None = no body."""

    path: str
    method: str
    summary: str
    answers: dict[int, Any]
    body: Any = None
    query: type[Schema] | None = None
    parameters: tuple[Body, ...] = ()


def _array(schema: type[Schema]) -> Any:
    return fields.List(fields.Nested(schema))


def _map(schema: type[Schema]) -> Any:
    return fields.Dict(keys=fields.String(), values=fields.Nested(schema))


_EXPAND = {
    "in": "query",
    "name": "expand",
    "schema": {"type": "array", "items": {"type": "string", "enum": ["status", "info"]}},
    "description": "Answers with an object of connectors, each with these parts, instead of an array of names",
}
_CONNECTOR = "/connectors/{connector}"

OPERATIONS = (
    Operation("/", "get", "Version and Kafka cluster", {200: responses.ServerInfo}),
    Operation("/health", "get", "Health of the worker", dict.fromkeys((200, 500, 503), responses.Health)),
    Operation(
        "/connectors",
        "get",
        "Names of all connectors",
        {200: {"oneOf": [STRINGS, {"type": "object"}]}},
        parameters=(_EXPAND,),
    ),
    Operation(
        "/connectors",
        "post",
        "Create a connector",
        {201: responses.ConnectorInfo},
        requests.CreateConnector,
    ),
    Operation(_CONNECTOR, "get", "Configuration and tasks", {200: responses.ConnectorInfo}),
    Operation(_CONNECTOR, "delete", "Delete a connector; its offsets are kept", {204: None}),
    Operation(f"{_CONNECTOR}/config", "get", "Configuration", {200: STORED_CONFIG}),
    Operation(
        f"{_CONNECTOR}/config",
        "put",
        "Create a connector or replace its configuration",
        {200: responses.ConnectorInfo, 201: responses.ConnectorInfo},
        CONFIG,
    ),
    Operation(
        f"{_CONNECTOR}/config",
        "patch",
        "Change some values of the configuration; null removes a key",
        {200: responses.ConnectorInfo},
        CONFIG,
    ),
    Operation(f"{_CONNECTOR}/status", "get", "State of the connector and its tasks", {200: responses.ConnectorStatus}),
    Operation(f"{_CONNECTOR}/tasks", "get", "Configurations of the tasks", {200: _array(responses.TaskInfo)}),
    Operation(f"{_CONNECTOR}/tasks/{{task}}/status", "get", "State of a task", {200: responses.TaskPart}),
    Operation(f"{_CONNECTOR}/tasks/{{task}}/restart", "post", "Restart a task", {204: None}),
    Operation(
        f"{_CONNECTOR}/restart",
        "post",
        "Restart the connector, its tasks, or what has failed of them",
        {202: responses.ConnectorStatus, 204: None},
        query=requests.RestartQuery,
    ),
    Operation(f"{_CONNECTOR}/pause", "put", "Pause the connector and its tasks", {202: None}),
    Operation(f"{_CONNECTOR}/resume", "put", "Resume a paused or stopped connector", {202: None}),
    Operation(f"{_CONNECTOR}/stop", "put", "Stop the connector; it keeps its configuration", {204: None}),
    Operation(f"{_CONNECTOR}/topics", "get", "Topics that the connector has used", {200: {"type": "object"}}),
    Operation(f"{_CONNECTOR}/topics/reset", "put", "Forget the topics that the connector has used", {202: None}),
    Operation(f"{_CONNECTOR}/offsets", "get", "Committed offsets", {200: responses.Offsets}),
    Operation(
        f"{_CONNECTOR}/offsets",
        "patch",
        "Change offsets of a stopped connector",
        {200: responses.Message},
        requests.AlterOffsets,
    ),
    Operation(f"{_CONNECTOR}/offsets", "delete", "Reset the offsets of a stopped connector", {200: responses.Message}),
    Operation(
        "/connector-plugins",
        "get",
        "Installed plug-ins",
        {200: _array(responses.Plugin)},
        query=requests.PluginsQuery,
    ),
    Operation(
        "/connector-plugins/{plugin}/config",
        "get",
        "Configuration definitions of a plug-in",
        {200: _array(responses.ConfigKey)},
        query=requests.PluginConfigQuery,
    ),
    Operation(
        "/connector-plugins/{plugin}/config/validate",
        "put",
        "Validate a connector configuration",
        {200: responses.ConfigInfos},
        CONFIG,
    ),
)
ADMIN_OPERATIONS = (
    Operation("/admin/loggers", "get", "Levels of all loggers", {200: _map(responses.LoggerLevel)}),
    Operation("/admin/loggers/{logger}", "get", "Level of a logger", {200: responses.LoggerLevel}),
    Operation(
        "/admin/loggers/{logger}",
        "put",
        "Set the level of a logger and all below it",
        {200: STRINGS, 204: None},
        requests.LogLevel,
        requests.ScopeQuery,
    ),
)


def build_document(version: str, with_admin: bool) -> Body:
    plugin = MarshmallowPlugin()
    spec = APISpec("Kafka Connect REST API", version, "3.1.0", plugins=[plugin])
    spec.components.schema("Error", schema=responses.Error)
    operations = OPERATIONS + ADMIN_OPERATIONS if with_admin else OPERATIONS
    for operation in operations:
        spec.path(operation.path, operations={operation.method: _describe(operation, plugin)})
    document: Body = spec.to_dict()
    return document


def _describe(operation: Operation, plugin: MarshmallowPlugin) -> Body:
    assert plugin.converter is not None
    described: Body = {"summary": operation.summary, "operationId": _operation_id(operation)}
    query = [{"in": "query", "schema": operation.query}] if operation.query else []
    described["parameters"] = [*_path_parameters(operation.path), *operation.parameters, *query]
    if operation.body:
        described["requestBody"] = {"required": True, "content": _json_content(operation.body, plugin)}
    described["responses"] = {
        str(status): {"description": operation.summary, **_answer(schema, plugin)}
        for status, schema in operation.answers.items()
    }
    described["responses"]["default"] = {"description": "An error", "content": _json_content("Error", plugin)}
    return described


def _answer(schema: Any, plugin: MarshmallowPlugin) -> Body:
    return {} if schema is None else {"content": _json_content(schema, plugin)}


def _json_content(schema: Any, plugin: MarshmallowPlugin) -> Body:
    assert plugin.converter is not None
    if isinstance(schema, fields.Field):
        schema = plugin.converter.field2property(schema)
    return {"application/json": {"schema": schema}}


def _path_parameters(path: str) -> list[Body]:
    return [
        {
            "in": "path",
            "name": name,
            "required": True,
            "description": _PARAMETERS[name],
            "schema": {"type": "integer" if name == "task" else "string"},
        }
        for name in re.findall(r"\{(\w+)\}", path)
    ]


def _operation_id(operation: Operation) -> str:
    words = [word for word in re.split(r"\W+", operation.path) if word]
    return "_".join([operation.method, *words]) if words else f"{operation.method}_root"
