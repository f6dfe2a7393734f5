"""Importing modules from plug-in locations within a plug-in process.

A location's folder goes to the front of sys.path, so that a plug-in's own libraries win, and stays there: plug-ins import
more while they run. The location of the process's connector is its home: it goes on winning when others have come.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.machinery import EXTENSION_SUFFIXES
from types import ModuleType


def import_from(module: str, sys_path: str | None, home: str | None = None) -> ModuleType:
    """Imports `module`, from that folder when one is given. Whatever its code raises comes through."""
    if sys_path is None:
        return importlib.import_module(module)
    if home is None or sys_path == home:
        return _import_first(module, sys_path)
    with _set_aside(home):
        return _import_first(module, sys_path)


def _import_first(module: str, sys_path: str) -> ModuleType:
    _put_first(sys_path)
    _forget_namesake(_top(module), sys_path)
    return importlib.import_module(module)


@contextmanager
def _set_aside(home: str) -> Iterator[None]:
    """Keeps the modules of a folder out of sight of another location's plug-in, say a converter of another version, which
    may have modules of the same names. Afterwards a name that both have means home's again.

    Packages with C extensions stay: few of them can be loaded twice in a process.
    """
    modules = {name: module for name, module in sys.modules.items() if _is_in(name, module, home)}
    extended = {_top(name) for name, module in modules.items() if _is_extension(module)}
    aside = {name: module for name, module in modules.items() if _top(name) not in extended}
    for name in aside:
        del sys.modules[name]
    with suppress(ValueError):
        sys.path.remove(home)
    try:
        yield
    finally:
        tops = {_top(name) for name in aside}
        for name in [name for name in sys.modules if _top(name) in tops]:
            del sys.modules[name]
        sys.modules.update(aside)
        _put_first(home)


def _top(module: str) -> str:
    return module.partition(".")[0]


def _is_extension(module: ModuleType) -> bool:
    return (getattr(module, "__file__", None) or "").endswith(tuple(EXTENSION_SUFFIXES))


def forget_modules_of(sys_path: str) -> None:
    """Undoes imports from a folder, so that another location may have modules of the same names. For the scanner."""
    for name, module in list(sys.modules.items()):
        if _is_in(name, module, sys_path):
            del sys.modules[name]
    with suppress(ValueError):
        sys.path.remove(sys_path)
    importlib.invalidate_caches()


def _put_first(sys_path: str) -> None:
    with suppress(ValueError):
        sys.path.remove(sys_path)
    sys.path.insert(0, sys_path)
    # Its listing is read anew; importlib.invalidate_caches() would take 0.4 ms for all the others.
    sys.path_importer_cache.pop(sys_path, None)


def _forget_namesake(top: str, sys_path: str) -> None:
    """Two plug-ins in one process may have modules of the same name; what the first one imported goes on working."""
    module = sys.modules.get(top)
    if module is None or _is_in(top, module, sys_path):
        return
    for name in [name for name in sys.modules if _top(name) == top]:
        del sys.modules[name]


def _is_in(name: str, module: ModuleType, folder: str) -> bool:
    """Whether a module comes from this folder of sys.path, not from one within it."""
    file = getattr(module, "__file__", None)
    places = [file] if file else getattr(module, "__path__", ())
    root = os.path.join(folder, _top(name))
    return any(place.startswith(root) and place[len(root) : len(root) + 1] in ("", ".", os.sep) for place in places)
