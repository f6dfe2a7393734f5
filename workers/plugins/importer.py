"""Loads plug-in classes by the names that configurations give them. Used in plug-in processes only.

Answers to the part of Connect's Plugins that makes classes and instances.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from functools import reduce
from importlib.machinery import PathFinder
from types import ModuleType
from typing import Any

from isthmus import ConnectError, Task, java_class_name
from isthmus.answers import abstract_text, missing_methods
from isthmus.plugin import class_name
from workers.plugins.descriptor import CLASSPATH, CONNECTOR_KINDS, PluginDesc, PluginKind
from workers.plugins.errors import AbstractPluginError, PluginImportError, PluginNotFoundError
from workers.plugins.importing import import_from
from workers.plugins.inspect_module import BASES, describe, kinds_of
from workers.plugins.registry import PluginRegistry, ensure_version


class PluginImporter:
    """Not thread-safe; one for each process, on its main thread.

    Every method raises PluginNotFoundError when no plug-in of the kind answers to the name, PluginVersionError when none of
    its versions is admitted, PluginImportError (with the cause) when there is one but importing its module fails, and
    AbstractPluginError when the class lacks methods. A `version` is what a `plugin.version` of a configuration says.
    """

    def __init__(self, registry: PluginRegistry) -> None:
        self.registry = registry
        self.connector: PluginDesc | None = None
        """The connector that this process is for, see `use_connector`."""
        self._classes: dict[tuple[str, str | None], type[Any]] = {}

    def use_connector(self, name: str, version: str | None = None) -> PluginDesc:
        """Finds what `connector.class` names; a dotted path is also found when the scan has not come across it.

        Its location is home from here on: plug-ins that come with it are preferred, and its imports come from there.
        """
        self.connector = self._found(
            name, CONNECTOR_KINDS, version, lambda: self.registry.find_connector(name, version)
        )
        return self.connector

    def connector_class(self, name: str, version: str | None = None) -> type[Any]:
        return self.load(self.use_connector(name, version))

    def desc(self, name: str, kind: PluginKind, version: str | None = None, *, from_home: bool = False) -> PluginDesc:
        """`from_home`: one that comes with the connector is taken before a newer one."""
        beside = self.connector if from_home else None
        return self._found(name, (kind,), version, lambda: self.registry.find_plugin(name, kind, version, beside))

    def plugin_class(
        self, name: str, kind: PluginKind, version: str | None = None, *, from_home: bool = False
    ) -> type[Any]:
        return self.load(self.desc(name, kind, version, from_home=from_home))

    def any_desc(self, name: str, version: str | None = None) -> PluginDesc | None:
        """A plug-in of any kind, from the connector's location if it comes with it, or None."""
        if found := self.registry.find(name, version=version, beside=self.connector):
            return found
        self.registry.raise_when_broken(name)
        desc = self._undiscovered(name, tuple(BASES))
        if desc is not None:
            ensure_version(desc, version)
        return desc

    def class_named(self, name: str) -> type[Any]:
        """A class for a configuration value of type CLASS (isthmus.config_def.class_loading): a plug-in of any kind, or
        what a dotted path means. Raises LookupError when there is none.
        """
        if desc := self.any_desc(name):
            return self._loaded(desc)
        for sys_path in self._search_paths():
            if cls := class_at(name, sys_path, self._home):
                return cls
        raise LookupError(name)

    def task_class(self, connector: PluginDesc, task_class_name: str) -> type[Task]:
        """The class that `task.class` of a task configuration names, from the location of its connector."""
        own = getattr(self.load(connector), "task_class", None)
        if isinstance(own, type) and task_class_name in (class_name(own), f"{own.__module__}.{own.__qualname__}"):
            return own
        cls = class_at(task_class_name, connector.sys_path) or class_at(task_class_name, None)
        if cls is None:
            raise PluginNotFoundError(f"Class {task_class_name} could not be found")
        if not issubclass(cls, Task):
            raise ConnectError(f"Class {task_class_name} is not a task")
        return cls

    def load(self, desc: PluginDesc) -> type[Any]:
        """Imports a plug-in's module, with the folder of its location first on sys.path, and gives the class."""
        cls = self._loaded(desc)
        if missing := missing_methods(cls):
            raise AbstractPluginError(abstract_text(desc.class_name, missing))
        return cls

    def _loaded(self, desc: PluginDesc) -> type[Any]:
        """Imported once: with another version of its module in the same process, a second import would give a second class."""
        key = desc.python_name, desc.sys_path
        if key not in self._classes:
            self._classes[key] = self._imported(desc)
        return self._classes[key]

    def _imported(self, desc: PluginDesc) -> type[Any]:
        module_name, _, qualified_name = desc.python_name.partition(":")
        try:
            module = import_from(module_name, desc.sys_path, self._home)
            loaded: Any = reduce(getattr, qualified_name.split("."), module)
        # The outermost edge of foreign code: a module may raise anything on import.
        except (Exception, SystemExit) as error:
            raise PluginImportError(
                f"Plug-in {desc.class_name} was found in {desc.location}, but importing it failed: "
                f"{java_class_name(error)}: {error}"
            ) from error
        cls: type[Any] = loaded
        return cls

    @property
    def _home(self) -> str | None:
        return self.connector.sys_path if self.connector is not None else None

    def _found(
        self, name: str, kinds: tuple[PluginKind, ...], version: str | None, find: Callable[[], PluginDesc]
    ) -> PluginDesc:
        try:
            return find()
        except PluginNotFoundError:
            desc = self._undiscovered(name, kinds)
            if desc is None:
                raise
            ensure_version(desc, version)
            return desc

    def _undiscovered(self, name: str, kinds: tuple[PluginKind, ...]) -> PluginDesc | None:
        """Describes the class at a dotted path that the scan did not see: in an installed module, or any location."""
        for sys_path in self._search_paths():
            cls = class_at(name, sys_path, self._home)
            if cls is not None and set(kinds) & set(kinds_of(cls)):
                descriptions = describe(cls, location=sys_path or CLASSPATH, sys_path=sys_path)
                return next(desc for desc in descriptions if desc.kind in kinds)
        return None

    def _search_paths(self) -> Iterator[str | None]:
        yield None
        yield from dict.fromkeys(plugin.sys_path for plugin in self.registry.plugins if plugin.sys_path)


def class_at(name: str, sys_path: str | None, home: str | None = None) -> type[Any] | None:
    """The class at `package.module.Class` (also nested, also with a colon); None when there is no such module or class.

    Raises PluginImportError when there is the module, but importing it fails.
    """
    top, *rest = name.replace(":", ".").split(".")
    if not rest or not all(part.isidentifier() for part in (top, *rest)) or not _has_module(top, sys_path):
        return None
    try:
        found: Any = import_from(top, sys_path, home)
        for part in rest:
            found = _member(found, part, sys_path, home)
    # The outermost edge of foreign code: a module may raise anything on import.
    except (Exception, SystemExit) as error:
        raise PluginImportError(
            f"Class {name} was looked for in module {top}, but importing it failed: {java_class_name(error)}: {error}"
        ) from error
    return found if isinstance(found, type) else None


def _has_module(top: str, sys_path: str | None) -> bool:
    if sys_path is not None:
        return PathFinder.find_spec(top, [sys_path]) is not None
    return top in sys.modules or importlib.util.find_spec(top) is not None


def _member(owner: Any, name: str, sys_path: str | None, home: str | None) -> Any:
    """An attribute of a module or class, or a submodule; None when there is neither."""
    if hasattr(owner, name):
        return getattr(owner, name)
    if not isinstance(owner, ModuleType) or not hasattr(owner, "__path__"):
        return None
    if PathFinder.find_spec(f"{owner.__name__}.{name}", list(owner.__path__)) is None:
        return None
    return import_from(f"{owner.__name__}.{name}", sys_path, home)
