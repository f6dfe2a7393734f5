"""What requests may contain. Java binds these with Jackson and JAX-RS; what it accepts, we accept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from app.json_body import kind_of, numbers_as_values
from workers.errors import BadRequestError
from workers.herder.interface import Config, PartitionOffset

_TARGET_STATES = ("RUNNING", "PAUSED", "STOPPED")
_SHOWN_STATES = "RUNNING, PAUSED or STOPPED"


class JavaString(fields.String):
    """A string; other JSON scalars become their source text, as Jackson coerces them."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str):
            return str(value)  # a JsonNumber becomes plain text
        raise ValidationError(f"Expected a string, a number or a boolean, but it was {kind_of(value)}.")


class JavaBoolean(fields.Boolean):
    """A query parameter: true in any case is true, everything else is false."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        return str(value).lower() == "true"


class InitialState(fields.String):
    """A target state in any case."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError(f"Expected {_SHOWN_STATES}, but it was {kind_of(value)}.")
        if value.upper() not in _TARGET_STATES:
            raise ValidationError(f"Expected {_SHOWN_STATES}, but it was '{value}'.")
        return value.upper()


class JsonObject(fields.Dict):
    default_error_messages = {"null": "Expected an object, but it was null."}

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> dict[Any, Any]:
        if not isinstance(value, dict):
            raise ValidationError(f"Expected an object, but it was {kind_of(value)}.")
        return cast(dict[Any, Any], super()._deserialize(value, attr, data, **kwargs))  # type: ignore[no-untyped-call]  # theirs


class JsonArray(fields.List[Any]):
    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list):
            raise ValidationError(f"Expected an array, but it was {kind_of(value)}.")
        return super()._deserialize(value, attr, data, **kwargs)


class ConfigField(JsonObject):
    """A connector configuration: an object whose values are scalars or null."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(keys=fields.String(), values=JavaString(allow_none=True), **kwargs)


class CreateConnector(Schema):
    """POST /connectors. A missing name is an empty one, which the validation of the configuration refuses."""

    error_messages = {"unknown": "Unknown field; there are name, config and initial_state."}

    name = JavaString(load_default=None, allow_none=True, metadata={"example": "local-file-source"})
    config = ConfigField(required=True)
    initial_state = InitialState(load_default=None, allow_none=True, metadata={"enum": [*_TARGET_STATES, None]})


class PartitionOffsetBody(Schema):
    """One partition and its new offset; an offset that is null or missing resets the partition."""

    error_messages = {
        "type": "Expected an object with partition and offset.",
        "unknown": "Unknown field; there are partition and offset.",
    }

    partition = JsonObject(keys=fields.String(), load_default=None, allow_none=True)
    offset = JsonObject(keys=fields.String(), load_default=None, allow_none=True)


class AlterOffsets(Schema):
    """PATCH /connectors/{connector}/offsets."""

    error_messages = {"unknown": "Unknown field; there is offsets."}

    offsets = JsonArray(fields.Nested(PartitionOffsetBody), load_default=None, allow_none=True)


class LogLevel(Schema):
    """PUT /admin/loggers/{logger}. Further members are ignored."""

    class Meta:
        unknown = EXCLUDE

    level = JavaString(load_default=None, allow_none=True, metadata={"example": "DEBUG"})


class Query(Schema):
    """Query parameters: unknown ones are ignored, of repeated ones the first counts."""

    class Meta:
        unknown = EXCLUDE


class RestartQuery(Query):
    include_tasks = JavaBoolean(data_key="includeTasks", load_default=False)
    only_failed = JavaBoolean(data_key="onlyFailed", load_default=False)


class PluginsQuery(Query):
    connectors_only = JavaBoolean(data_key="connectorsOnly", load_default=True)


class PluginConfigQuery(Query):
    version = fields.String(load_default="latest")


class ScopeQuery(Query):
    scope = fields.String(load_default="worker", metadata={"enum": ["worker", "cluster"]})


def load(schema: Schema, body: Any) -> dict[str, Any]:
    """The members of an object; BadRequestError names what is wrong with it."""
    if body is None:
        raise BadRequestError("The request has no body; a JSON object is expected")
    if not isinstance(body, dict):
        raise BadRequestError(f"Invalid request body: Expected an object, but it was {kind_of(body)}.")
    try:
        loaded: dict[str, Any] = schema.load(body)
    except ValidationError as error:
        raise BadRequestError(f"Invalid request body: {_one_line(error.messages)}") from error
    return loaded


def load_config(body: Any) -> Config:
    """A body that is a configuration as a whole."""
    if body is None:
        raise BadRequestError("The request has no body; a connector configuration is expected")
    try:
        config: Config = ConfigField().deserialize(body)
    except ValidationError as error:
        raise BadRequestError(f"Invalid connector configuration: {_one_line(error.messages)}") from error
    return config


def load_offsets(body: Any) -> list[PartitionOffset]:
    """The list of PATCH .../offsets, with Python numbers; empty when there is none."""
    offsets = load(AlterOffsets(), body)["offsets"] or []
    return [{"partition": item["partition"], "offset": item["offset"]} for item in numbers_as_values(offsets)]


def _one_line(messages: Any, path: str = "") -> str:
    """`config.tasks: Expected ...; zzz: Unknown field.`"""
    if isinstance(messages, dict):
        nested = (_one_line(item, _join(path, str(name))) for name, item in messages.items())
        return "; ".join(nested)
    text = " ".join(str(item) for item in messages)
    return f"{path}: {text}" if path else text


def _join(path: str, name: str) -> str:
    if name in ("_schema", "value") and path:  # marshmallow's own levels, not members of the body
        return path
    return f"{path}.{name}" if path else name if name != "_schema" else ""
