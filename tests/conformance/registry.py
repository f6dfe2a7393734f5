"""Which function of ours answers which operation of which Java class, gathered from the modules that name them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

Vector = dict[str, Any]
Operation = Callable[[Vector], Any]
"""Takes a vector, gives its output in the vectors' JSON form or raises what an author would see raised."""


class UnsupportedVectorError(Exception):
    """Raised by an operation for a vector that needs what we do not have yet; it counts neither way."""


_MODULES = ("data_ops", "config_ops", "converter_ops", "filestream_ops", "offset_ops")


def operations() -> Mapping[tuple[str, str], Operation]:
    """All operations we have, by component and op: each module has them in a dict OPS."""
    found: dict[tuple[str, str], Operation] = {}
    for module in _MODULES:
        name = f"tests.conformance.{module}"
        if find_spec(name) is not None:
            found.update(import_module(name).OPS)
    return found
