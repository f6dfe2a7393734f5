"""Replaces `${provider:path:key}` and `${provider:key}` in configurations (Kafka's ConfigTransformer).

In the worker process for the worker's own file, otherwise only in plug-in processes, right before a configuration is
put to use: what is stored and what REST shows keeps its placeholders.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from isthmus import ConfigProvider

_PLACEHOLDER = re.compile(r"\$\{([^}]*?):(([^}]*?):)?([^}]*?)\}")


class TransformResult(NamedTuple):
    """`ttls_ms`: for how long the values of a path hold, for the paths whose provider says so."""

    data: dict[str, str | None]
    ttls_ms: dict[str, int]


class ConfigTransformer:
    """Resolves in a single pass: a value that a provider gave is not looked into again.

    A placeholder stays as it is when no provider has its name, or the provider does not know its key.
    """

    def __init__(self, providers: Mapping[str, ConfigProvider]) -> None:
        self._providers = providers

    def transform(self, configs: Mapping[str, str | None]) -> TransformResult:
        """Whatever a provider raises is passed on."""
        found: dict[tuple[str, str], dict[str, str]] = {}
        ttls_ms: dict[str, int] = {}
        for (name, path), keys in _wanted(configs).items():
            if name in self._providers:
                data, ttl_ms = self._providers[name].get(path, keys)
                found[name, path] = data
                if ttl_ms is not None and ttl_ms >= 0:
                    ttls_ms[path] = ttl_ms
        return TransformResult({name: _replaced(value, found) for name, value in configs.items()}, ttls_ms)

    def close(self) -> None:
        for provider in self._providers.values():
            provider.close()


def has_placeholder(value: str | None) -> bool:
    return value is not None and _PLACEHOLDER.search(value) is not None


def with_placeholders_restored(
    task_config: Mapping[str, str], connector_config: Mapping[str, str | None]
) -> dict[str, str]:
    """A task's configuration as it may be stored: what it shares with its connector's goes back to the raw form.

    A connector copies resolved values into the configurations of its tasks; without this, secrets would be stored.
    """
    restored = dict(task_config)
    for name in task_config:
        raw = connector_config.get(name)
        if raw is not None and has_placeholder(raw):
            restored[name] = raw
    return restored


def _wanted(configs: Mapping[str, str | None]) -> dict[tuple[str, str], set[str]]:
    """The keys by provider and path, so that each path is looked up once."""
    wanted: dict[tuple[str, str], set[str]] = {}
    for value in configs.values():
        for match in _PLACEHOLDER.finditer(value or ""):
            wanted.setdefault((match[1], match[3] or ""), set()).add(match[4])
    return wanted


def _replaced(value: str | None, found: Mapping[tuple[str, str], Mapping[str, str]]) -> str | None:
    if value is None:
        return None

    def replacement(match: re.Match[str]) -> str:
        data = found.get((match[1], match[3] or ""), {})
        return data.get(match[4], match[0])

    return _PLACEHOLDER.sub(replacement, value)
