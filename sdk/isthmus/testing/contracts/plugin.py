"""What the contracts share: how an outcome is checked without the help of a test framework."""

from __future__ import annotations

from collections.abc import Callable, Sized
from typing import Any

from isthmus.config_def import ConfigDef
from isthmus.errors import DataError


def assert_is_declaration(definition: object) -> None:
    assert isinstance(definition, ConfigDef), f"config() gave {definition!r} instead of a ConfigDef"


def assert_not_empty(given: Sized, method: str) -> None:
    assert len(given), f"{method}() gave nothing: the other tests would pass without having tried anything"


def assert_refused(convert: Callable[..., object], *arguments: Any) -> None:
    """What cannot be converted must be a DataError, so that it can be told from a fault of the converter."""
    try:
        outcome = convert(*arguments)
    except DataError:
        return
    raise AssertionError(f"{arguments} gave {outcome!r} instead of a DataError")
