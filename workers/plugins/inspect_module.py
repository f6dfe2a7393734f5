"""Which classes of a module are plug-ins, and what the worker has to know of each. Used in plug-in processes only."""

from __future__ import annotations

import inspect
from abc import ABC
from collections.abc import Iterator
from types import ModuleType

from isthmus import (
    ConfigProvider,
    Converter,
    HeaderConverter,
    Predicate,
    SinkConnector,
    SourceConnector,
    Transformation,
)
from isthmus.plugin import class_name
from workers.plugins.descriptor import CLASSPATH, UNDEFINED_VERSION, PluginDesc, PluginKind

BASES: dict[PluginKind, type] = {
    PluginKind.SINK: SinkConnector,
    PluginKind.SOURCE: SourceConnector,
    PluginKind.TRANSFORMATION: Transformation,
    PluginKind.PREDICATE: Predicate,
    PluginKind.CONVERTER: Converter,
    PluginKind.HEADER_CONVERTER: HeaderConverter,
    PluginKind.CONFIG_PROVIDER: ConfigProvider,
}


def plugin_classes(module: ModuleType) -> Iterator[type]:
    """The plug-ins that the module defines (not those it imports), nested ones too; without abstract and private ones."""
    return (cls for cls in _classes_of(module, module.__name__) if not inspect.isabstract(cls))


def abstract_classes(module: ModuleType) -> Iterator[type]:
    """The classes that would be plug-ins if they were not abstract."""
    return (cls for cls in _classes_of(module, module.__name__) if inspect.isabstract(cls))


def is_meant_abstract(cls: type) -> bool:
    """Whether an abstract class says so: it names ABC as a base, or declares abstract methods itself."""
    own = vars(cls).values()
    return ABC in cls.__bases__ or any(getattr(member, "__isabstractmethod__", False) for member in own)


def _classes_of(owner: ModuleType | type, module_name: str) -> Iterator[type]:
    for name, value in list(vars(owner).items()):
        if not isinstance(value, type) or name.startswith("_") or value.__module__ != module_name:
            continue
        if value.__name__ != name:
            continue  # another name for a class that is listed under its own
        if kinds_of(value):
            yield value
        yield from _classes_of(value, module_name)


def kinds_of(cls: type) -> list[PluginKind]:
    """The kinds of plug-in that a class is; a converter often is a header converter as well."""
    return [kind for kind, base in BASES.items() if issubclass(cls, base)]


def describe(
    cls: type, *, location: str = CLASSPATH, sys_path: str | None = None, default_version: str = UNDEFINED_VERSION
) -> Iterator[PluginDesc]:
    """One description for each kind that the class is."""
    for kind in kinds_of(cls):
        yield PluginDesc(
            class_name=class_name(cls),
            python_name=f"{cls.__module__}:{cls.__qualname__}",
            kind=kind,
            version=_version(cls, default_version),
            location=location,
            sys_path=sys_path,
            class_names=own_class_names(cls),
        )


def own_class_names(cls: type) -> tuple[str, ...]:
    """The further full names that the author gave to this very class; a subclass does not inherit them."""
    names = vars(cls).get("class_names", ())
    return tuple(names) if isinstance(names, tuple | list) else ()


def _version(cls: type, default: str) -> str:
    version = getattr(cls, "version", None)
    text = version.strip() if isinstance(version, str) else ""
    return text if text not in ("", UNDEFINED_VERSION) else default
