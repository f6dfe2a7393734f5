"""What validation adds to the declarations: defaults of the worker, versions of plug-ins, classes to choose from."""

from __future__ import annotations

from collections.abc import Mapping

from workers.connector_config import keys
from workers.connector_config.definitions import KeyAdvice
from workers.plugins.descriptor import CONNECTOR_KINDS, UNDEFINED_VERSION, PluginDesc, PluginKind
from workers.plugins.errors import PluginError
from workers.plugins.importer import PluginImporter
from workers.validation.choice import CONVERTERS, named_plugins, version_key

_DEFAULT_HEADER_CONVERTER = "org.apache.kafka.connect.storage.SimpleHeaderConverter"

Props = Mapping[str, str | None]


def connector_advice(importer: PluginImporter, connector: str) -> dict[str, KeyAdvice]:
    """Versions of the connector itself; the newest is the default."""
    newest = importer.registry.connector_or_none(connector) or importer.connector
    if newest is None:
        return {}
    versions = importer.registry.versions(newest.class_name, *CONNECTOR_KINDS)
    return {keys.CONNECTOR_VERSION: _versions(newest, versions)}


def advice_for(
    importer: PluginImporter, connector: str, props: Props, worker_config: Mapping[str, str]
) -> dict[str, KeyAdvice]:
    """Advice for every key of a configuration that names a plug-in or its version."""
    advice = connector_advice(importer, connector)
    converters = [key for key, _ in CONVERTERS]
    for key, kind in named_plugins(props):
        classes = list(dict.fromkeys(plugin.class_name for plugin in importer.registry.of_kind(kind)))
        own = _desc(importer, props.get(key), kind, from_home=True)
        if key not in converters:
            advice[key], advice[version_key(key)] = KeyAdvice(None, classes), _version_advice(importer, own)
            continue
        worker_default = _DEFAULT_HEADER_CONVERTER if kind is PluginKind.HEADER_CONVERTER else None
        of_worker = _desc(importer, worker_config.get(key, worker_default), kind)
        advice[key] = KeyAdvice(of_worker.class_name if of_worker else None, classes)
        is_own = props.get(key) is not None
        version = None if is_own else worker_config.get(version_key(key))
        advice[version_key(key)] = _version_advice(importer, own if is_own else of_worker, version)
    return advice


def _version_advice(importer: PluginImporter, desc: PluginDesc | None, version: str | None = None) -> KeyAdvice:
    if desc is None:
        return KeyAdvice()
    return _versions(desc, importer.registry.versions(desc.class_name, desc.kind), version)


def _versions(desc: PluginDesc, known: list[str], version: str | None = None) -> KeyAdvice:
    """The default is `version`, what the worker asks for, or else that of the plug-in itself."""
    own = None if desc.version == UNDEFINED_VERSION else desc.version
    return KeyAdvice(version or own, known or ([own] if own is not None else []))


def _desc(
    importer: PluginImporter, name: str | None, kind: PluginKind, *, from_home: bool = False
) -> PluginDesc | None:
    """The plug-in of that name; None when there is none, which its key's own validation says."""
    try:
        return importer.desc(name.strip(), kind, from_home=from_home) if name else None
    except PluginError:
        return None
