"""How a value of type CLASS becomes a class. The counterpart of Java's context class loader.

An author's declaration need not know where classes come from: by default a name is Python's dotted path. The runtime
puts its plug-in loader in place (which also knows Java's names and aliases) for the thread that runs plug-in code; the
worker process, which must not import plug-ins, uses `names_only`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from typing import TypeAlias

from isthmus.errors import java_class_name

ClassLoader: TypeAlias = Callable[[str], object]
"""Takes the name, returns the class. Raises LookupError when there is none of this name, ImportError when there is one
but importing it fails."""


def names_only(name: str) -> object:
    """Leaves the name a name: for processes that must not import plug-ins."""
    return name


def import_class(name: str) -> object:
    """Imports `package.module.Class` (`Outer.Inner` too)."""
    parts = name.split(".")
    if len(parts) < 2 or not all(part.isidentifier() for part in parts):
        raise LookupError(name)
    for length in range(len(parts) - 1, 0, -1):
        module_name = ".".join(parts[:length])
        try:
            found: object = import_module(module_name)
        except ModuleNotFoundError as error:
            if error.name is not None and f"{module_name}.".startswith(f"{error.name}."):
                continue
            raise
        except Exception as error:
            raise ImportError(f"importing {module_name} failed: {java_class_name(error)}: {error}") from error
        for part in parts[length:]:
            found = getattr(found, part, None)
        if isinstance(found, type):
            return found
        break
    raise LookupError(name)


_loader: ContextVar[ClassLoader] = ContextVar("isthmus_class_loader", default=import_class)


@contextmanager
def loading_classes_with(loader: ClassLoader) -> Iterator[None]:
    """Lets `loader` find the classes of CLASS values that are parsed inside the `with` block, on this thread."""
    token = _loader.set(loader)
    try:
        yield
    finally:
        _loader.reset(token)


def load_class(name: str) -> object:
    return _loader.get()(name)
