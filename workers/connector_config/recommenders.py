"""Recommenders of keys that name plug-ins and their versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class Recommended:
    """Recommends the same values always."""

    def __init__(self, values: Sequence[str]) -> None:
        self._values = list(values)

    def valid_values(self, name: str, parsed_config: Mapping[str, Any]) -> list[Any]:
        return list(self._values)

    def visible(self, name: str, parsed_config: Mapping[str, Any]) -> bool:
        return True


class RecommendedVersions(Recommended):
    """The versions of the class that another key names; of no interest while that one names none."""

    def __init__(self, class_key: str, versions: Sequence[str]) -> None:
        super().__init__(versions)
        self._class_key = class_key

    def visible(self, name: str, parsed_config: Mapping[str, Any]) -> bool:
        return parsed_config.get(self._class_key) is not None
