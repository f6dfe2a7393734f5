"""Configuration providers: they look up what `${provider:path:key}` in a configuration stands for (Connect's
ConfigProvider). Named by `config.providers` in the worker's configuration.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from isthmus.plugin import Plugin


class ConfigData(NamedTuple):
    """What a provider found: values by key, and for how long they hold (None: no limit)."""

    data: dict[str, str]
    ttl_ms: int | None = None


class ConfigProvider(Plugin, ABC):
    """One instance in every process that resolves placeholders; used by one thread at a time."""

    def configure(self, configs: Mapping[str, Any]) -> None:
        """Called once before `get`, with the keys below `config.providers.<name>.param.` without that prefix.

        Raising keeps the worker from starting. The default does nothing.
        """

    @abstractmethod
    def get(self, path: str, keys: AbstractSet[str] | None = None) -> ConfigData:
        """The values of these keys at a path, or of all keys there (None). A key that does not exist is left out, and
        its placeholder then stays as text.

        Called for all keys of one path at once, whenever a configuration is put to use. May block for a while. A
        `ttl_ms` has the connector restarted after that time. Raising makes that use fail: the start of a worker, a
        connector or a task, or a validation. Values are secrets: they belong in no log or error text.
        """

    def close(self) -> None:
        """Called when the process ends. Raising is only logged. The default does nothing."""
