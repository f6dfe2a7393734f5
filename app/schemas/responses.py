"""What answers look like, for the OpenAPI document. The herder's results are written as they are, not dumped through these."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

_STATES = ("UNASSIGNED", "RUNNING", "PAUSED", "FAILED", "RESTARTING", "STOPPED")


class Error(Schema):
    error_code = fields.Integer(required=True, metadata={"description": "The HTTP status."})
    message = fields.String(required=True, allow_none=True)


class ServerInfo(Schema):
    version = fields.String(required=True, metadata={"description": "The version of Kafka Connect that this API is."})
    commit = fields.String(required=True)
    kafka_cluster_id = fields.String(required=True, allow_none=True)


class Health(Schema):
    status = fields.String(required=True, validate=validate.OneOf(["healthy", "starting", "unhealthy"]))
    message = fields.String(required=True)


class TaskId(Schema):
    connector = fields.String(required=True)
    task = fields.Integer(required=True)


class ConnectorInfo(Schema):
    name = fields.String(required=True)
    config = fields.Dict(keys=fields.String(), values=fields.String(allow_none=True), required=True)
    tasks = fields.List(fields.Nested(TaskId), required=True)
    type = fields.String(required=True, validate=validate.OneOf(["source", "sink", "unknown"]))


class ConnectorPart(Schema):
    state = fields.String(required=True, validate=validate.OneOf(_STATES))
    worker_id = fields.String(required=True)
    version = fields.String(allow_none=True)
    trace = fields.String(metadata={"description": "Why it failed."})


class TaskPart(ConnectorPart):
    id = fields.Integer(required=True)


class ConnectorStatus(Schema):
    name = fields.String(required=True)
    connector = fields.Nested(ConnectorPart, required=True)
    tasks = fields.List(fields.Nested(TaskPart), required=True)
    type = fields.String(required=True, validate=validate.OneOf(["source", "sink", "unknown"]))


class TaskInfo(Schema):
    id = fields.Nested(TaskId, required=True)
    config = fields.Dict(keys=fields.String(), values=fields.String(allow_none=True), required=True)


class PartitionOffset(Schema):
    partition = fields.Dict(keys=fields.String(), required=True)
    offset = fields.Dict(keys=fields.String(), required=True, allow_none=True)


class Offsets(Schema):
    offsets = fields.List(fields.Nested(PartitionOffset), required=True)


class Message(Schema):
    message = fields.String(required=True)


class Plugin(Schema):
    class_ = fields.String(data_key="class", required=True)
    type = fields.String(required=True)
    version = fields.String()


class ConfigKey(Schema):
    name = fields.String(required=True)
    type = fields.String(required=True)
    required = fields.Boolean(required=True)
    default_value = fields.String(required=True, allow_none=True)
    importance = fields.String(required=True)
    documentation = fields.String(required=True)
    group = fields.String(required=True, allow_none=True)
    order_in_group = fields.Integer(required=True)
    width = fields.String(required=True)
    display_name = fields.String(required=True)
    dependents = fields.List(fields.String(), required=True)


class ConfigValue(Schema):
    name = fields.String(required=True)
    value = fields.String(required=True, allow_none=True)
    recommended_values = fields.List(fields.String(), required=True)
    errors = fields.List(fields.String(), required=True)
    visible = fields.Boolean(required=True)


class ConfigEntry(Schema):
    definition = fields.Nested(ConfigKey, required=True, allow_none=True)
    value = fields.Nested(ConfigValue, required=True, allow_none=True)


class ConfigInfos(Schema):
    name = fields.String(required=True)
    error_count = fields.Integer(required=True)
    groups = fields.List(fields.String(), required=True)
    configs = fields.List(fields.Nested(ConfigEntry), required=True)


class LoggerLevel(Schema):
    level = fields.String(required=True)
    last_modified = fields.Integer(required=True, allow_none=True)
