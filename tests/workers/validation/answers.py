"""Looking into the answers of validation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from workers.herder.interface import ConfigEntry, ConfigInfos


class Validate(Protocol):
    def __call__(
        self,
        config: Mapping[str, str | None],
        *,
        worker: Mapping[str, str] = ...,
        resolve: Callable[[Mapping[str, str | None]], Mapping[str, str | None]] = ...,
    ) -> ConfigInfos: ...


def entry_of(infos: ConfigInfos, name: str) -> ConfigEntry:
    [entry] = [entry for entry in infos["configs"] if _name_of(entry) == name]
    return entry


def _name_of(entry: ConfigEntry) -> str:
    found = entry["value"] or entry["definition"]
    assert found is not None
    return found["name"]


def errors_of(infos: ConfigInfos) -> dict[str, list[str]]:
    values = [entry["value"] for entry in infos["configs"]]
    return {value["name"]: value["errors"] for value in values if value is not None and value["errors"]}
