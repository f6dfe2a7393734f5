"""Plug-ins that lack methods: a warning when they are found, and the missing methods when they are named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from workers.plugins.descriptor import PluginKind
from workers.plugins.errors import AbstractPluginError
from workers.plugins.importer import PluginImporter
from workers.plugins.importing import forget_modules_of
from workers.plugins.locations import Unit
from workers.plugins.registry import PluginRegistry
from workers.plugins.scanner import scan

CODE = """
from abc import ABC, abstractmethod
from isthmus import ConfigDef, Converter, SourceConnector, SourceTask

class Half(SourceConnector):
    def config(self): return ConfigDef()

class HalfConverter(Converter):
    class_names = ("com.example.HalfConverter",)

class HalfTask(SourceTask):
    def start(self, props): ...

class Base(SourceConnector):
    @abstractmethod
    def open(self): ...

class Shared(SourceConnector, ABC): ...

class Whole(Half):
    task_class = HalfTask
    def start(self, props): ...
    def task_configs(self, max_tasks): return []
"""


@pytest.fixture
def unit(tmp_path: Path) -> Iterator[Unit]:
    (tmp_path / "half.py").write_text(CODE)
    yield Unit("half", str(tmp_path), str(tmp_path))
    forget_modules_of(str(tmp_path))


@pytest.fixture
def registry(unit: Unit) -> PluginRegistry:
    return PluginRegistry.from_dict(PluginRegistry(*scan(unit)).to_dict())


def test_a_forgotten_method_is_a_warning_of_the_scan(unit: Unit, caplog: pytest.LogCaptureFixture) -> None:
    scan(unit)

    assert [record.getMessage() for record in caplog.records] == [
        f"Connector half.Whole of {unit.location} cannot have tasks: half.HalfTask is abstract: missing poll",
        f"A class of {unit.location} cannot be used as a plug-in: half.Half is abstract: missing start, task_configs",
        f"A class of {unit.location} cannot be used as a plug-in: com.example.HalfConverter is abstract: "
        "missing from_connect_data, to_connect_data",
    ]


@pytest.mark.parametrize("name", ["Half", "half.Half", "half:Half"])
def test_an_abstract_connector_that_is_named_is_told_with_what_it_lacks(registry: PluginRegistry, name: str) -> None:
    with pytest.raises(AbstractPluginError) as raised:
        PluginImporter(registry).connector_class(name)
    assert str(raised.value) == "half.Half is abstract: missing start, task_configs"


@pytest.mark.parametrize("name", ["HalfConverter", "half.HalfConverter", "com.example.HalfConverter"])
def test_an_abstract_converter_is_told_as_well(registry: PluginRegistry, name: str) -> None:
    with pytest.raises(AbstractPluginError, match="is abstract: missing from_connect_data, to_connect_data"):
        PluginImporter(registry).plugin_class(name, PluginKind.CONVERTER)


def test_also_a_base_that_is_abstract_on_purpose(registry: PluginRegistry) -> None:
    with pytest.raises(AbstractPluginError, match=r"half\.Base is abstract: missing config, open, start, task_configs"):
        PluginImporter(registry).connector_class("half.Base")


def test_a_class_that_the_scan_has_not_seen_is_told_as_well(registry: PluginRegistry) -> None:
    unseen = PluginImporter(PluginRegistry(registry.plugins))

    with pytest.raises(AbstractPluginError, match=r"half\.Half is abstract: missing start, task_configs"):
        unseen.connector_class("half.Half")


def test_its_neighbours_can_be_used(registry: PluginRegistry) -> None:
    assert PluginImporter(registry).connector_class("Whole").__name__ == "Whole"
