"""The plug-ins of a worker as data, and the rules by which a name in a configuration means one of them.

The worker process builds one from the scanner's reports; it travels to every plug-in process as JSON. Answers to
Connect's Plugins, DelegatingClassLoader and PluginUtils, as far as they deal with names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import msgspec

from workers.plugins.descriptor import (
    CONNECTOR_KINDS,
    KIND_ORDER,
    UNDEFINED_VERSION,
    PluginDesc,
    PluginFailure,
    PluginKind,
    to_plain,
)
from workers.plugins.errors import (
    AbstractPluginError,
    AmbiguousPluginError,
    PluginError,
    PluginImportError,
    PluginNotFoundError,
    PluginVersionError,
)
from workers.plugins.maven_version import MavenVersion
from workers.plugins.version_range import VersionRange, VersionRangeError, version_requirement


class PluginRegistry:
    """All plug-ins, and the modules and classes that cannot be used. Immutable, hence shared freely among threads."""

    def __init__(self, plugins: Iterable[PluginDesc] = (), failures: Iterable[PluginFailure] = ()) -> None:
        self.plugins: tuple[PluginDesc, ...] = tuple(sorted(plugins, key=_listing_key))
        self.failures: tuple[PluginFailure, ...] = tuple(failures)

    def of_kind(self, *kinds: PluginKind) -> list[PluginDesc]:
        return [plugin for plugin in self.plugins if plugin.kind in kinds]

    # ---- names ---------------------------------------------------------------------------------------------------

    def find(
        self, name: str, *kinds: PluginKind, version: str | None = None, beside: PluginDesc | None = None
    ) -> PluginDesc | None:
        """The plug-in that `name` (full name or unambiguous alias) means among those kinds (none given: all).

        Of one class in several versions the newest is taken that `version` (a range) admits; one from the location of
        `beside` comes before all others. PluginVersionError when the class is there, but not in such a version.
        """
        found = self._all(name, kinds)
        fitting = _fitting(found, version) if version is not None else found
        if beside is not None and (own := [p for p in fitting if p.sys_path and p.sys_path == beside.sys_path]):
            fitting = own
        return max(fitting, key=_preference, default=None)

    def versions(self, name: str, *kinds: PluginKind) -> list[str]:
        """All versions of a class, in ascending order; none where it has no version."""
        found = sorted(self._all(name, kinds), key=_preference)
        return list(dict.fromkeys(p.version for p in found if p.version != UNDEFINED_VERSION))

    def find_connector(self, name: str, version: str | None = None) -> PluginDesc:
        """The connector that `connector.class` and `connector.plugin.version` name.

        Raises PluginNotFoundError, PluginVersionError, AmbiguousPluginError, AbstractPluginError, or PluginImportError
        when the module that has it is broken.
        """
        if plugin := self.find(name, *CONNECTOR_KINDS, version=version):
            return plugin
        connectors = self.of_kind(*CONNECTOR_KINDS)
        matches = [plugin for plugin in connectors if plugin.simple_name in (name, f"{name}Connector")]
        if len({plugin.class_name for plugin in matches}) > 1:
            raise AmbiguousPluginError(
                f"More than one connector matches alias {name}. Please use full package and class name instead. "
                f"Classes found: {', '.join(plugin.class_name for plugin in matches)}"
            )
        if matches:
            return max(_fitting(matches, version), key=_preference)
        self.raise_when_broken(name)
        raise PluginNotFoundError(
            f"Failed to find any class that implements Connector and which name matches {name}, "
            f"available connectors are: {_joined(connectors)}"
        )

    def connector_or_none(self, name: str, version: str | None = None) -> PluginDesc | None:
        """Like find_connector, for those who need no reason."""
        try:
            return self.find_connector(name, version)
        except PluginError:
            return None

    def find_plugin(
        self, name: str, kind: PluginKind, version: str | None = None, beside: PluginDesc | None = None
    ) -> PluginDesc:
        """The plug-in of that kind (not a connector) that a configuration names; raises as find_connector does."""
        if plugin := self.find(name, kind, version=version, beside=beside):
            return plugin
        self.raise_when_broken(name)
        raise PluginNotFoundError(
            f"Failed to find any class that implements {kind.type_name} and which name matches {name}, "
            f"available plugins are: {_joined(self.of_kind(kind))}"
        )

    def raise_when_broken(self, name: str) -> None:
        """Raises PluginImportError when `name` means a class of a module that the scan could not import, and
        AbstractPluginError when it means an abstract one.
        """
        for failure in self.failures:
            if failure.answers_to(name):
                if failure.missing:
                    raise AbstractPluginError(failure.cause)
                raise PluginImportError(
                    f"Plug-in {name} was found in module {failure.module} of {failure.location}, "
                    f"but that module could not be imported: {failure.cause}"
                )

    def _all(self, name: str, kinds: Sequence[PluginKind]) -> list[PluginDesc]:
        full_name = self._aliases.get(name, name)
        return [p for p in self._by_full_name.get(full_name, ()) if not kinds or p.kind in kinds]

    @cached_property
    def _by_full_name(self) -> Mapping[str, Sequence[PluginDesc]]:
        table: defaultdict[str, list[PluginDesc]] = defaultdict(list)
        for plugin in self.plugins:
            for name in plugin.full_names:
                table[name].append(plugin)
        return table

    @cached_property
    def _aliases(self) -> Mapping[str, str]:
        """Simple and pruned names; one that two classes share means neither."""
        owners: defaultdict[str, set[str]] = defaultdict(set)
        for plugin in self.plugins:
            owners[plugin.simple_name].add(plugin.class_name)
            owners[plugin.pruned_name].add(plugin.class_name)
        return {alias: next(iter(names)) for alias, names in owners.items() if len(names) == 1}

    # ---- the list of GET /connector-plugins ----------------------------------------------------------------------

    def listing(self, *, connectors_only: bool) -> list[dict[str, str]]:
        """Entries {class, type, version}, version left out where there is none; equal entries once."""
        kinds = CONNECTOR_KINDS if connectors_only else tuple(k for k in PluginKind if k != PluginKind.CONFIG_PROVIDER)
        entries: dict[tuple[str, str, str], dict[str, str]] = {}
        for plugin in self.of_kind(*kinds):
            entry = {"class": plugin.class_name, "type": str(plugin.kind)}
            if plugin.version != UNDEFINED_VERSION:
                entry["version"] = plugin.version
            entries[plugin.class_name, plugin.kind, plugin.version] = entry
        return list(entries.values())

    # ---- travelling between processes ----------------------------------------------------------------------------

    def to_dict(self) -> Mapping[str, Any]:
        return self._plain

    @cached_property
    def _plain(self) -> Mapping[str, Any]:
        return {
            "plugins": [to_plain(plugin) for plugin in self.plugins],
            "failures": [to_plain(failure) for failure in self.failures],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> PluginRegistry:
        return cls(
            msgspec.convert(data["plugins"], list[PluginDesc]), msgspec.convert(data["failures"], list[PluginFailure])
        )


def empty_registry() -> PluginRegistry:
    """The fork server makes one: the first that is decoded takes ten times as long as those that follow."""
    return PluginRegistry.from_dict(PluginRegistry().to_dict())


def ensure_version(plugin: PluginDesc, version: str | None) -> None:
    """Raises PluginVersionError unless this very plug-in meets the requirement."""
    _fitting([plugin], version)


def _fitting(found: Sequence[PluginDesc], version: str | None) -> Sequence[PluginDesc]:
    try:
        requirement: VersionRange | None = version_requirement(version)
    except VersionRangeError as error:
        raise PluginVersionError(str(error)) from error
    if requirement is None or not found:
        return found
    fitting = [plugin for plugin in found if requirement.contains(plugin.version)]
    if not fitting:
        available = dict.fromkeys(plugin.version for plugin in sorted(found, key=_preference))
        raise PluginVersionError(
            f"Plugin {found[0].class_name} not found that matches the version range {requirement}, "
            f"available versions: [{', '.join(available)}]"
        )
    return fitting


def _preference(plugin: PluginDesc) -> tuple[Any, ...]:
    """The greatest is taken: the newest, of equal versions an installed one before those of plugin.path, as in Connect."""
    return (MavenVersion(plugin.version), plugin.sys_path is None, plugin.location)


def _listing_key(plugin: PluginDesc) -> tuple[Any, ...]:
    return (KIND_ORDER[plugin.kind], plugin.class_name, *_preference(plugin))


def _joined(plugins: Iterable[PluginDesc]) -> str:
    return ", ".join(map(str, plugins))
