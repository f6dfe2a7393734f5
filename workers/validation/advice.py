"""What validation adds to the declarations: defaults of the worker, versions of plug-ins, classes to choose from."""

from __future__ import annotations

from collections.abc import Mapping

from isthmus import ConfigDef
from workers.connector_config import keys
from workers.connector_config.definitions import KeyAdvice
from workers.plugins.descriptor import UNDEFINED_VERSION, PluginDesc, PluginKind
from workers.plugins.errors import PluginError
from workers.plugins.importer import PluginImporter

_CONVERTERS = (
    (keys.KEY_CONVERTER, PluginKind.CONVERTER),
    (keys.VALUE_CONVERTER, PluginKind.CONVERTER),
    (keys.HEADER_CONVERTER, PluginKind.HEADER_CONVERTER),
)
_CHAINS = ((keys.TRANSFORMS, PluginKind.TRANSFORMATION), (keys.PREDICATES, PluginKind.PREDICATE))
_DEFAULT_HEADER_CONVERTER = "org.apache.kafka.connect.storage.SimpleHeaderConverter"


def connector_advice(importer: PluginImporter, connector: PluginDesc) -> dict[str, KeyAdvice]:
    """The version of the connector itself."""
    return {keys.CONNECTOR_VERSION: _version_advice(importer, connector)}


def advice_for(
    importer: PluginImporter, connector: PluginDesc, props: Mapping[str, str | None], worker_config: Mapping[str, str]
) -> dict[str, KeyAdvice]:
    """Advice for every key of a configuration that names a plug-in or its version."""
    advice = connector_advice(importer, connector)
    for name, kind in _CONVERTERS:
        worker_default = _DEFAULT_HEADER_CONVERTER if kind is PluginKind.HEADER_CONVERTER else None
        of_worker = _desc(importer, worker_config.get(name, worker_default), kind)
        in_use = _desc(importer, props[name], kind) if props.get(name) is not None else of_worker
        classes = _class_names(importer, kind)
        advice[name] = KeyAdvice(of_worker.class_name if of_worker else None, classes)
        advice[f"{name}.{keys.PLUGIN_VERSION}"] = _version_advice(importer, in_use)
    for list_key, kind in _CHAINS:
        for alias in _aliases(list_key, props):
            prefix = f"{list_key}.{alias}."
            advice[f"{prefix}type"] = KeyAdvice(None, _class_names(importer, kind))
            desc = _desc(importer, props.get(f"{prefix}type"), kind)
            advice[f"{prefix}{keys.PLUGIN_VERSION}"] = _version_advice(importer, desc)
    return advice


def versions_of(importer: PluginImporter, desc: PluginDesc) -> list[str]:
    """All versions of a class, in the registry's order; none when it has no version."""
    found = [plugin.version for plugin in importer.registry.plugins if plugin.class_name == desc.class_name]
    return list(dict.fromkeys(version for version in found or [desc.version] if version != UNDEFINED_VERSION))


def _version_advice(importer: PluginImporter, desc: PluginDesc | None) -> KeyAdvice:
    if desc is None:
        return KeyAdvice()
    return KeyAdvice(None if desc.version == UNDEFINED_VERSION else desc.version, versions_of(importer, desc))


def _desc(importer: PluginImporter, name: str | None, kind: PluginKind) -> PluginDesc | None:
    """The plug-in of that name; None when there is none, which its key's own validation says."""
    try:
        return importer.desc(name.strip(), kind) if name else None
    except PluginError:
        return None


def _class_names(importer: PluginImporter, kind: PluginKind) -> list[str]:
    return list(dict.fromkeys(plugin.class_name for plugin in importer.registry.of_kind(kind)))


def _aliases(list_key: str, props: Mapping[str, str | None]) -> list[str]:
    aliases: list[str] | None = ConfigDef.parse_type(list_key, props.get(list_key), ConfigDef.Type.LIST)
    return aliases or []
