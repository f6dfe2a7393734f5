"""Resolves the placeholders of a connector's or task's configuration, in the plug-in process that puts it to use."""

from __future__ import annotations

from collections.abc import Mapping

from isthmus import ConfigProvider
from workers.config_providers import ConfigTransformer, configured_providers
from workers.plugins.importer import PluginImporter
from workers.processes.channel import Channel


class ConfigResolver:
    """One for each plug-in process. With a channel it tells the worker how long values hold ("config.ttl"), so that the
    connector is restarted in time unless its `config.action.reload` says otherwise.
    """

    def __init__(
        self, importer: PluginImporter, worker_config: Mapping[str, str], channel: Channel | None = None
    ) -> None:
        def load(name: str) -> type[ConfigProvider]:
            return importer.class_named(name)

        self._transformer = ConfigTransformer(configured_providers(worker_config, load))
        self._channel = channel

    def resolve(self, config: Mapping[str, str | None]) -> dict[str, str | None]:
        """The configuration with all placeholders replaced that a provider knows. Raises what a provider raises."""
        data, ttls_ms = self._transformer.transform(config)
        if self._channel is not None and data.get("config.action.reload", "restart") == "restart":
            for path, ttl_ms in ttls_ms.items():
                self._channel.notify("config.ttl", {"path": path, "ttl_ms": ttl_ms})
        return data
