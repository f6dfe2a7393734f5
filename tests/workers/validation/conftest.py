"""Validation over the plug-ins of these tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.workers.validation import plugins
from tests.workers.validation.answers import Validate
from workers.clients.override_policy import policy_for
from workers.herder.interface import ConfigInfos
from workers.plugins.importer import PluginImporter
from workers.plugins.inspect_module import describe, plugin_classes
from workers.plugins.registry import PluginRegistry
from workers.validation import validate

WORKER = {"key.converter": "GoodConverter", "value.converter": f"{plugins.__name__}.GoodConverter"}


@pytest.fixture
def importer() -> PluginImporter:
    return PluginImporter(PluginRegistry(desc for cls in plugin_classes(plugins) for desc in describe(cls)))


@pytest.fixture
def validated(importer: PluginImporter) -> Validate:
    def run(
        config: Mapping[str, str | None],
        *,
        worker: Mapping[str, str] = WORKER,
        resolve: Callable[[Mapping[str, str | None]], Mapping[str, str | None]] = dict,
    ) -> ConfigInfos:
        return validate(config, importer=importer, worker_config=worker, policy=policy_for(worker), resolve=resolve)

    return run
