"""Operations of configuration: ConfigDef, the declarations of connectors, workers and built-ins, validation."""

from __future__ import annotations

import pkgutil
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cache, partial
from importlib import import_module
from typing import Any

import msgspec

import connectors
import converters
from connectors.file_stream_sink import FileStreamSinkConnector
from connectors.file_stream_source import FileStreamSourceConnector
from isthmus import ConfigDef, ConfigKey, Connector, ConnectorContext, Password, SourceConnector
from isthmus.config_def import loading_classes_with
from isthmus.java_hash_map import iteration_order
from isthmus.plugin import class_name
from isthmus.testing import ConnectorContextDouble
from tests.conformance.codec import decode_value
from tests.conformance.registry import Operation, UnsupportedVectorError, Vector
from workers.clients.override_policy import policy_for
from workers.config import DistributedConfig, StandaloneConfig
from workers.config_providers import configured_providers
from workers.config_providers.providers import built_in
from workers.connector_config import (
    check_sink_topics,
    connector_config_def,
    parse_topics_list,
    sink_connector_config_def,
    source_connector_config_def,
)
from workers.errors import BadRequestError
from workers.herder.interface import ConfigEntry
from workers.plugins.importer import PluginImporter
from workers.plugins.inspect_module import describe, plugin_classes
from workers.plugins.registry import PluginRegistry
from workers.validation import validate

_JAVA_VERSION = "4.3.0"


class BadRequestException(Exception):
    """The name under which REST shows a refused request."""


class _JavaLangString:
    """Stands for a class that is there but no plug-in."""

    class_names = ("java.lang.String",)


class _ConverterInterface(ABC):
    """Stands for a Java interface."""

    class_names = ("org.apache.kafka.connect.storage.Converter",)

    @abstractmethod
    def convert(self) -> None: ...


_STAND_INS = {class_name(cls): cls for cls in (_JavaLangString, _ConverterInterface)}


@cache
def _importer() -> PluginImporter:
    """Knows the built-ins, with the version that the recorded answers have."""
    descriptions = [
        msgspec.structs.replace(description, version=_JAVA_VERSION)
        for package in (converters, connectors)
        for module in pkgutil.iter_modules(package.__path__)
        for cls in plugin_classes(import_module(f"{package.__name__}.{module.name}"))
        for description in describe(cls)
    ]
    return PluginImporter(PluginRegistry(descriptions))


def _load(name: str) -> object:
    return _STAND_INS[name] if name in _STAND_INS else _importer().class_named(name)


def _shown(value: object) -> object:
    """A parsed value as the vectors have it."""
    if isinstance(value, type):
        return class_name(value)
    return str(value) if isinstance(value, Password) else value


def _parse_type(vector: Vector) -> object:
    with loading_classes_with(_load):
        return _shown(ConfigDef.parse_type(vector["name"], vector["value"], ConfigDef.Type(vector["type"])))


def _convert_to_string(vector: Vector) -> object:
    type_, value = ConfigDef.Type(vector["type"]), vector["value"]
    return ConfigDef.convert_to_string(_load(value) if type_ is ConfigDef.Type.CLASS else value, type_)


def _config_keys(definition: Callable[[], ConfigDef], _vector: Vector) -> list[dict[str, Any]]:
    return [_key(key) for key in definition().config_keys.values()]


def _key(key: ConfigKey) -> dict[str, Any]:
    shown = {
        "name": key.name,
        "type": str(key.type),
        "required": not key.has_default,
        "importance": str(key.importance),
        "group": key.group,
        "order": key.order_in_group,
        "width": str(key.width),
        "displayName": key.display_name,
        "dependents": list(key.dependents),
        "validValues": None if key.validator is None else str(key.validator),
        "hasRecommender": key.recommender is not None,
        "internal": key.is_internal,
    }
    if key.has_default:
        shown["default"] = _shown(key.default_value)
        shown["defaultText"] = ConfigDef.convert_to_string(key.default_value, key.type)
    return shown


def _groups(definition: Callable[[], ConfigDef], _vector: Vector) -> list[str]:
    return list(definition().groups)


def _validate(definition: Callable[[], ConfigDef], vector: Vector) -> list[dict[str, Any]]:
    with loading_classes_with(_load):
        found = definition().validate(vector["config"])
    return [
        {
            "name": value.name,
            "value": _shown(value.value),
            "recommendedValues": value.recommended_values,
            "errors": value.error_messages,
            "visible": value.visible,
        }
        for value in sorted(found, key=lambda value: value.name)
    ]


def _parse(definition: Callable[[], ConfigDef], vector: Vector) -> dict[str, object]:
    with loading_classes_with(_load):
        parsed = definition().parse(vector["config"])
    return {name: _shown(value) for name, value in parsed.items()}


def _parse_worker(definition: ConfigDef, vector: Vector) -> dict[str, object]:
    """The output has the values of the keys that were given. Config providers are made first of all, as in Java."""
    configured_providers(vector["config"], built_in)
    parsed = _parse(lambda: definition, vector)
    return {name: value for name, value in parsed.items() if name in vector["config"]}


def _validate_topics(vector: Vector) -> str:
    check_sink_topics(vector["config"])
    return "valid"


def _task_configs(connector_class: type[Connector], vector: Vector) -> list[dict[str, str]]:
    connector = connector_class()
    context: ConnectorContext = ConnectorContextDouble()
    connector.initialize(context)
    connector.start(vector["config"])
    return connector.task_configs(vector["maxTasks"])


def _exactly_once_support(connector_class: type[SourceConnector], vector: Vector) -> str | None:
    support = connector_class().exactly_once_support(vector["config"])
    return None if support is None else support.value


def _alter_offsets(connector_class: type[SourceConnector], vector: Vector) -> bool:
    offsets = [(decode_value(vector["partition"]), decode_value(vector["offset"]))]
    return connector_class().alter_offsets(vector["config"], offsets)


def _validate_connector_config(vector: Vector) -> dict[str, Any]:
    config, worker_config = vector["config"], vector["workerConfig"]
    if "transforms" in config:
        raise UnsupportedVectorError  # the answer lists Kafka's transformations
    try:
        answer = validate(config, importer=_importer(), worker_config=worker_config, policy=policy_for(worker_config))
    except BadRequestError as error:
        raise BadRequestException(str(error)) from None
    entries = [entry for entry in answer["configs"] if not _is_of_converter(entry)]
    groups = {_group(entry) for entry in answer["configs"] if _is_of_converter(entry)}
    kept = [group for group in answer["groups"] if group not in groups]
    for role in ("header", "key", "value"):
        own = {_name(entry): entry for entry in answer["configs"] if _is_of_converter(entry, role)}
        # The order of a converter's keys is that of a HashMap, and nothing that anybody could rely on.
        prefix = f"{role}.converter."
        ordered = [own[prefix + name] for name in iteration_order(name.removeprefix(prefix) for name in own)]
        entries += ordered
        kept += [group for group in map(_group, ordered) if group]
    return {**answer, "groups": list(dict.fromkeys(kept)), "configs": [_abridged(entry, config) for entry in entries]}


def _is_of_converter(entry: ConfigEntry, role: str = r"\w+") -> bool:
    """Whether the key is declared by a converter, and not by the framework, which has the versions of converters."""
    return re.match(rf"{role}\.converter\.(?!plugin\.version$)", _name(entry)) is not None


def _name(entry: ConfigEntry) -> str:
    value = entry["value"]
    assert value is not None
    return value["name"]


def _group(entry: ConfigEntry) -> str | None:
    definition = entry["definition"]
    return None if definition is None else definition["group"]


def _abridged(entry: Any, config: dict[str, str]) -> Any:
    """As the vectors have it: what is neither given nor wrong only by name, and never the documentation."""
    name = _name(entry)
    if name not in config and not entry["value"]["errors"] and not name.startswith("topic.creation."):
        return name
    definition = dict(entry["definition"])
    del definition["documentation"]
    definition["order"] = definition.pop("order_in_group")
    return {"definition": definition, "value": entry["value"]}


def _declarations() -> dict[str, Callable[[], ConfigDef]]:
    declared: dict[str, Callable[[], ConfigDef]] = {
        "ConnectorConfig": connector_config_def,
        "SourceConnectorConfig": source_connector_config_def,
        "SinkConnectorConfig": sink_connector_config_def,
        "StandaloneConfig": lambda: StandaloneConfig.CONFIG_DEF,
        "DistributedConfig": lambda: DistributedConfig.CONFIG_DEF,
        "FileStreamSource": FileStreamSourceConnector().config,
        "FileStreamSourceConnector": FileStreamSourceConnector().config,
        "FileStreamSinkConnector": FileStreamSinkConnector().config,
    }
    for plugin in _importer().registry.plugins:
        if "converter" in plugin.kind:
            declared[plugin.simple_name] = _importer().load(plugin)().config
    return declared


def _operations() -> dict[tuple[str, str], Operation]:
    found: dict[tuple[str, str], Operation] = {
        ("ConfigDef", "parseType"): _parse_type,
        ("ConfigDef", "convertToString"): _convert_to_string,
        ("SinkConnectorConfig", "validateTopics"): _validate_topics,
        ("SinkConnectorConfig", "parseTopicsList"): lambda vector: parse_topics_list(vector["config"]),
        ("ConnectorValidation", "validateConnectorConfig"): _validate_connector_config,
        ("FileStreamSourceConnector", "exactlyOnceSupport"): partial(_exactly_once_support, FileStreamSourceConnector),
        ("FileStreamSourceConnector", "alterOffsets"): partial(_alter_offsets, FileStreamSourceConnector),
    }
    for name, declaration in _declarations().items():
        found[name, "configKeys"] = partial(_config_keys, declaration)
        found[name, "groups"] = partial(_groups, declaration)
        found[name, "validate"] = partial(_validate, declaration)
        found[name, "parse"] = partial(_parse, declaration)
    for config in (StandaloneConfig, DistributedConfig):
        found[config.__name__, "new"] = partial(_parse_worker, config.CONFIG_DEF)
    for connector in (FileStreamSourceConnector, FileStreamSinkConnector):
        found[connector.__name__, "start+taskConfigs"] = partial(_task_configs, connector)
    return found


OPS = _operations()
