"""Importing modules from plug-in locations within a plug-in process.

A location's folder goes to the front of sys.path, so that a plug-in's own libraries win, and stays there: plug-ins import
more while they run.
"""

from __future__ import annotations

import importlib
import sys
from contextlib import suppress
from pathlib import Path
from types import ModuleType


def import_from(module: str, sys_path: str | None) -> ModuleType:
    """Imports `module`, from that folder when one is given. Whatever its code raises comes through."""
    if sys_path is None:
        return importlib.import_module(module)
    _put_first(sys_path)
    _forget_namesake(module.partition(".")[0], sys_path)
    return importlib.import_module(module)


def forget_modules_of(sys_path: str) -> None:
    """Undoes imports from a folder, so that another location may have modules of the same names. For the scanner."""
    for name, module in list(sys.modules.items()):
        if _is_in(module, sys_path):
            del sys.modules[name]
    with suppress(ValueError):
        sys.path.remove(sys_path)
    importlib.invalidate_caches()


def _put_first(sys_path: str) -> None:
    with suppress(ValueError):
        sys.path.remove(sys_path)
    sys.path.insert(0, sys_path)
    importlib.invalidate_caches()


def _forget_namesake(top: str, sys_path: str) -> None:
    """Two plug-ins in one process may have modules of the same name; what the first one imported goes on working."""
    module = sys.modules.get(top)
    if module is None or _is_in(module, sys_path):
        return
    for name in [name for name in sys.modules if name == top or name.startswith(f"{top}.")]:
        del sys.modules[name]


def _is_in(module: ModuleType, folder: str) -> bool:
    file = getattr(module, "__file__", None)
    places = [file] if file else list(getattr(module, "__path__", ()))
    return any(Path(place).is_relative_to(folder) for place in places)
