"""The body of `GET /connector-plugins/{plugin}/config`. Connect: AbstractHerder.connectorPluginConfig."""

from __future__ import annotations

from isthmus import ConfigDef
from isthmus.config_def import loading_classes_with, names_only
from isthmus.plugin import class_name
from workers.connector_config.definitions import advised_config_def, with_sink_keys, with_source_keys
from workers.errors import BadRequestError, NotFoundError
from workers.herder.interface import ConfigKey
from workers.plugins.descriptor import PluginDesc, PluginKind
from workers.plugins.importer import PluginImporter
from workers.plugins.version_range import VersionRangeError, version_requirement
from workers.validation.advice import connector_advice
from workers.validation.rendering import render_key


def plugin_config(name: str, version: str | None, importer: PluginImporter) -> list[ConfigKey]:
    """Definitions of a plug-in of any kind: its own keys first, then, for a connector, those that all connectors have.

    NotFoundError for an unknown name, BadRequestError for a version that is none, a PluginError when there is no such version
    or the plug-in cannot be loaded, and whatever its own code raises.
    """
    _ensure_range(version)
    desc = importer.any_desc(name, version)
    if desc is None:
        raise NotFoundError(f"Unknown plugin {name}.")
    if desc.kind is PluginKind.CONFIG_PROVIDER:
        raise BadRequestError(
            f"Invalid plugin class {name}. "
            "Valid types are sink, source, converter, header_converter, transformation, predicate."
        )
    cls = importer.load(desc)
    definition: ConfigDef | None = cls().config()
    if definition is None:
        raise BadRequestError(f"{class_name(cls)}.config() must return a ConfigDef that is not null.")
    keys = dict(definition.config_keys)
    for key in _framework_definition(desc, importer).config_keys.values():
        keys.setdefault(key.name, key)
    return [render_key(key) for key in keys.values()]


def _framework_definition(desc: PluginDesc, importer: PluginImporter) -> ConfigDef:
    if desc.kind not in (PluginKind.SOURCE, PluginKind.SINK):
        return ConfigDef()
    with loading_classes_with(names_only):
        base = advised_config_def(connector_advice(importer, desc.class_name))
        return with_source_keys(base) if desc.kind is PluginKind.SOURCE else with_sink_keys(base)


def _ensure_range(version: str | None) -> None:
    try:
        version_requirement(version)
    except VersionRangeError as error:
        raise BadRequestError(f"Invalid version specification: {version}") from error
