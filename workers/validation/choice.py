"""Which plug-ins a configuration names, each in the version that its tasks will use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from isthmus import ConfigDef
from workers.connector_config import keys
from workers.plugins.descriptor import PluginDesc, PluginKind
from workers.plugins.errors import AbstractPluginError, PluginError, PluginImportError
from workers.plugins.importer import PluginImporter

CONVERTERS: Final = (
    (keys.KEY_CONVERTER, PluginKind.CONVERTER),
    (keys.VALUE_CONVERTER, PluginKind.CONVERTER),
    (keys.HEADER_CONVERTER, PluginKind.HEADER_CONVERTER),
)
CHAINS: Final = ((keys.TRANSFORMS, PluginKind.TRANSFORMATION), (keys.PREDICATES, PluginKind.PREDICATE))


class PluginChoice:
    """Made after the importer has been told the connector. The keys are those that name classes (`key.converter`,
    `transforms.<alias>.type`), as far as the configuration has them.
    """

    def __init__(self, importer: PluginImporter, props: Mapping[str, str | None]) -> None:
        self._importer = importer
        self._props = props
        self._by_name: dict[str, PluginDesc] = {}
        for key, kind in named_plugins(props):
            name = props.get(key)
            if name is not None and (desc := self._desc_or_none(key, kind)) is not None:
                self._by_name.setdefault(name.strip(), desc)

    def desc(self, key: str, kind: PluginKind) -> PluginDesc:
        """What the tasks will load. Raises a PluginError when there is none."""
        name, version = self._props[key], self._props.get(version_key(key))
        assert name is not None, "asked for keys of the configuration only"
        # As in Connect: a version asked of a converter is looked for everywhere, one of a transformation at home first.
        from_home = version is None or kind in (PluginKind.TRANSFORMATION, PluginKind.PREDICATE)
        return self._importer.desc(name.strip(), kind, version, from_home=from_home)

    def load(self, key: str, kind: PluginKind) -> type[Any]:
        return self._importer.load(self.desc(key, kind))

    def in_version(self, type_key: str, _cls: type[Any]) -> type[Any]:
        """For enrichment: the class of a transformation or predicate in its version."""
        kinds = dict(CHAINS)
        return self.load(type_key, kinds[type_key.partition(".")[0]])

    def class_named(self, name: str) -> object:
        """For values of type CLASS: of what the configuration names, the very version that it asks for."""
        try:
            desc = self._by_name.get(name.strip())
            return self._importer.load(desc) if desc is not None else self._importer.class_named(name)
        except (PluginImportError, AbstractPluginError) as error:
            raise ImportError(str(error)) from error

    def _desc_or_none(self, key: str, kind: PluginKind) -> PluginDesc | None:
        """None when there is none, which the validation of the key says."""
        try:
            return self.desc(key, kind)
        except PluginError:
            return None


def version_key(key: str) -> str:
    """The key that asks for a version of the class named by `key`."""
    return f"{key.removesuffix('.type')}.{keys.PLUGIN_VERSION}"


def named_plugins(props: Mapping[str, str | None]) -> Iterator[tuple[str, PluginKind]]:
    """The keys that name classes of plug-ins, whether the configuration has them or not."""
    yield from CONVERTERS
    for list_key, kind in CHAINS:
        aliases: list[str] | None = ConfigDef.parse_type(list_key, props.get(list_key), ConfigDef.Type.LIST)
        for alias in aliases or ():
            yield f"{list_key}.{alias}.type", kind
