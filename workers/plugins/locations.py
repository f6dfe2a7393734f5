"""Where plug-ins may be: the built-in packages, installed distributions, the folders of plugin.path.

Used by the scanner in its own process. A location yields units, the modules that are looked at one by one.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from workers.plugins.descriptor import CLASSPATH

ENTRY_POINT_GROUP = "isthmus.plugins"
BUILT_IN_PACKAGES = ("connectors", "converters", "transforms", "workers.config_providers")
OWN_PACKAGES = frozenset({"app", "workers", "converters", "transforms", "connectors", "isthmus"})


class Unit(NamedTuple):
    """One module to look at. `attribute` narrows it to one class; `is_package` asks for its submodules as well."""

    module: str
    location: str = CLASSPATH
    sys_path: str | None = None
    attribute: str | None = None
    is_package: bool = False
    is_built_in: bool = False

    @property
    def key(self) -> str:
        """Identifies the unit among several scans."""
        return f"{self.location}|{self.module}|{self.attribute or ''}"


def all_units(plugin_path: Sequence[str]) -> Iterator[Unit]:
    yield from _built_ins()
    yield from _entry_points()
    for entry in plugin_path:
        if Path(entry).is_dir():
            yield from _entry_of_plugin_path(Path(entry).resolve())


def missing_paths(plugin_path: Sequence[str]) -> list[str]:
    return [entry for entry in plugin_path if not Path(entry).is_dir()]


def _built_ins() -> Iterator[Unit]:
    for package in BUILT_IN_PACKAGES:
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.submodule_search_locations is not None:
            for module in pkgutil.iter_modules(spec.submodule_search_locations, f"{package}."):
                yield Unit(module.name, is_package=module.ispkg, is_built_in=True)


def _entry_points() -> Iterator[Unit]:
    for point in importlib.metadata.entry_points(group=ENTRY_POINT_GROUP):
        yield Unit(point.module, attribute=point.attr or None, is_package=not point.attr)


def _entry_of_plugin_path(entry: Path) -> Iterator[Unit]:
    """Each child is a plug-in: a module or a package on its own, or a folder with modules and packages of its own."""
    yield from _modules_in(entry, str(entry))
    for child in sorted(entry.iterdir()):
        if child.is_dir() and not (child / "__init__.py").exists() and not child.name.startswith((".", "__")):
            yield from _folder(child)


def _folder(folder: Path) -> Iterator[Unit]:
    """A folder made by `pip install --target` names its plug-ins by entry points; the other packages are libraries."""
    libraries: set[str] = set()
    for distribution in importlib.metadata.distributions(path=[str(folder)]):
        libraries.update(_top_level_names(distribution))
        for point in distribution.entry_points.select(group=ENTRY_POINT_GROUP):
            yield Unit(point.module, str(folder), str(folder), point.attr or None, is_package=not point.attr)
    for unit in _modules_in(folder, str(folder)):
        if unit.module not in libraries:
            yield unit


def _modules_in(folder: Path, location: str) -> Iterator[Unit]:
    for module in pkgutil.iter_modules([str(folder)]):
        if not module.name.startswith("_"):
            yield Unit(module.name, location, str(folder), is_package=module.ispkg)


def _top_level_names(distribution: importlib.metadata.Distribution) -> set[str]:
    return {file.parts[0].removesuffix(".py") for file in distribution.files or ()}


def taken_name(unit: Unit) -> str | None:
    """Why a module of plugin.path cannot have this name; None when it can."""
    top = unit.module.partition(".")[0]
    if unit.sys_path is None:
        return None
    if top in OWN_PACKAGES:
        return f"its name '{top}' is that of one of the worker's own packages"
    if top in sys.stdlib_module_names:
        return f"its name '{top}' is that of a module of Python's standard library"
    return None
