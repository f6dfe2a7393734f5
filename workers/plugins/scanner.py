"""Finds plug-ins by importing their modules; the entry of a process that may die of what it imports.

Started by workers.plugins.discovery, which hears of each module before and after it is imported, and starts the scan again
behind a module that ended the process. Answers to Connect's PluginScanner.
"""

from __future__ import annotations

import ast
import logging
import pkgutil
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from isthmus import format_trace, java_class_name
from isthmus.answers import abstract_text, missing_methods
from isthmus.plugin import class_name
from workers.plugins.descriptor import UNDEFINED_VERSION, PluginDesc, PluginFailure, simple_name, to_plain
from workers.plugins.importing import forget_modules_of, import_from
from workers.plugins.inspect_module import (
    abstract_classes,
    describe,
    is_meant_abstract,
    own_class_names,
    plugin_classes,
)
from workers.plugins.locations import Unit, all_units, taken_name
from workers.processes.channel import Channel
from workers.version import KAFKA_VERSION

log = logging.getLogger(__name__)


def run(channel: Channel, spec: Mapping[str, Any]) -> None:
    """Scans all units but those in `spec["done"]`; `spec["plugin_path"]` lists the folders.

    Tells "scan.begin" {"unit", "module", "location", "class_names"}, then "scan.unit" {"unit", "plugins", "failures"} for
    each unit, at the end "scan.end".
    """
    done = set(spec["done"])
    previous: Unit | None = None
    for unit in all_units(spec["plugin_path"]):
        if unit.key in done:
            continue
        if previous is not None and previous.sys_path is not None and previous.sys_path != unit.sys_path:
            forget_modules_of(previous.sys_path)
        previous = unit
        _scan_unit(channel, unit)
    channel.notify("scan.end")


def _scan_unit(channel: Channel, unit: Unit) -> None:
    channel.notify(
        "scan.begin",
        {"unit": unit.key, "module": unit.module, "location": unit.location, "class_names": _class_names(unit)},
    )
    plugins, failures = scan(unit)
    channel.notify(
        "scan.unit",
        {"unit": unit.key, "plugins": [to_plain(p) for p in plugins], "failures": [to_plain(f) for f in failures]},
    )


def scan(unit: Unit) -> tuple[list[PluginDesc], list[PluginFailure]]:
    """Imports one unit. A module that cannot be imported becomes a failure; the other modules of a package count on."""
    if reason := taken_name(unit):
        return [], [PluginFailure(unit.module, unit.location, reason, class_names=tuple(_class_names(unit)))]
    plugins: list[PluginDesc] = []
    failures: list[PluginFailure] = []
    version = KAFKA_VERSION if unit.is_built_in else UNDEFINED_VERSION
    for module in _modules(unit, failures):
        for cls in _wanted(module, unit):
            plugins += describe(cls, location=unit.location, sys_path=unit.sys_path, default_version=version)
            _warn_of_abstract_task(cls, unit)
        if not unit.is_built_in:
            wanted = (cls for cls in abstract_classes(module) if unit.attribute in (None, cls.__qualname__))
            failures += [_abstract(cls, unit) for cls in wanted]
    return plugins, failures


def _abstract(cls: type, unit: Unit) -> PluginFailure:
    """A forgotten method deserves a warning; a base of several plug-ins, which is abstract on purpose, does not."""
    missing = missing_methods(cls)
    name = class_name(cls)
    cause = abstract_text(name, missing)
    if not is_meant_abstract(cls):
        log.warning("A class of %s cannot be used as a plug-in: %s", unit.location, cause)
    dotted, python_name = f"{cls.__module__}.{cls.__qualname__}", f"{cls.__module__}:{cls.__qualname__}"
    names = dict.fromkeys((name, *own_class_names(cls), dotted, python_name, simple_name(name)))
    return PluginFailure(cls.__module__, unit.location, cause, class_names=tuple(names), missing=missing)


def _warn_of_abstract_task(cls: type, unit: Unit) -> None:
    task_class = getattr(cls, "task_class", None)
    if isinstance(task_class, type) and (missing := missing_methods(task_class)):
        cause = abstract_text(class_name(task_class), missing)
        log.warning("Connector %s of %s cannot have tasks: %s", class_name(cls), unit.location, cause)


def _wanted(module: ModuleType, unit: Unit) -> Iterator[type]:
    """A built-in has its Java name; a class without one is a base of several built-ins."""
    for cls in plugin_classes(module):
        if unit.attribute in (None, cls.__qualname__) and (own_class_names(cls) or not unit.is_built_in):
            yield cls


def _modules(unit: Unit, failures: list[PluginFailure]) -> Iterator[ModuleType]:
    module = _import(unit, unit.module, failures)
    if module is None:
        return
    yield module
    if unit.is_package:
        for child in pkgutil.iter_modules(getattr(module, "__path__", ()), f"{unit.module}."):
            if not child.name.rpartition(".")[2].startswith("_"):
                yield from _modules(unit._replace(module=child.name, is_package=child.ispkg), failures)


def _import(unit: Unit, module: str, failures: list[PluginFailure]) -> ModuleType | None:
    try:
        return import_from(module, unit.sys_path)
    # The outermost edge of foreign code: whatever a module raises on import, SystemExit included, concerns this module only.
    except BaseException as error:  # noqa: BLE001  # kept as the module's failure
        cause = f"{java_class_name(error)}: {error}"
        log.warning(
            "Module %s of %s cannot be imported and its plug-ins cannot be used: %s", module, unit.location, cause
        )
        names = tuple(_class_names(unit._replace(module=module)))
        failures.append(PluginFailure(module, unit.location, cause, format_trace(error), names))
        return None


def _class_names(unit: Unit) -> list[str]:
    """Names of the top-level classes in the module's source, so that a name in a configuration finds a broken module."""
    if unit.sys_path is None:
        return []
    path = Path(unit.sys_path, *unit.module.split("."))
    source = path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
    try:
        text = source.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    try:
        return [node.name for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]
    except (SyntaxError, ValueError):
        return re.findall(r"^class\s+(\w+)", text, re.MULTILINE)
