"""Validation where a plug-in is there in two versions, each with keys of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.workers.validation.answers import entry_of, errors_of
from workers.clients.override_policy import policy_for
from workers.herder.interface import ConfigInfos
from workers.plugins.importer import PluginImporter
from workers.plugins.importing import forget_modules_of
from workers.plugins.locations import Unit
from workers.plugins.registry import PluginRegistry
from workers.plugins.scanner import scan
from workers.validation import plugin_config, validate

CODE = """
from isthmus import ConfigDef, Converter, SchemaAndValue, SourceConnector, Transformation

DECLARED = ConfigDef().define("key{version}", ConfigDef.Type.STRING, None, importance=ConfigDef.Importance.LOW)

class Source(SourceConnector):
    version = "{version}"
    def config(self): return DECLARED
    def start(self, props): ...
    def task_configs(self, max_tasks): return []

class Change(Transformation):
    version = "{version}"
    def config(self): return DECLARED
    def apply(self, record): return record

class Plain(Converter):
    version = "{version}"
    def config(self): return DECLARED
    def from_connect_data(self, topic, schema, value, headers=None): return None
    def to_connect_data(self, topic, data, headers=None): return SchemaAndValue.NULL
"""
SOURCE = {"name": "n", "connector.class": "both.Source"}

Validated = Callable[[Mapping[str, str | None]], ConfigInfos]


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[PluginRegistry]:
    path, plugins = list(sys.path), []
    for version in ("1", "2"):
        place = tmp_path / version
        place.mkdir()
        (place / "both.py").write_text(CODE.format(version=version))
        plugins += scan(Unit("both", str(place), str(place)))[0]
        forget_modules_of(str(place))
    yield PluginRegistry(plugins)
    sys.path[:] = path
    sys.modules.pop("both", None)


@pytest.fixture
def validated(registry: PluginRegistry) -> Validated:
    def run(config: Mapping[str, str | None]) -> ConfigInfos:
        return validate(config, importer=PluginImporter(registry), worker_config={}, policy=policy_for({}))

    return run


def own_keys(infos: ConfigInfos) -> list[str]:
    names = [entry["value"]["name"] for entry in infos["configs"] if entry["value"]]
    return [name for name in names if name.endswith(("key1", "key2"))]


@pytest.mark.parametrize(("version", "key"), [("1", "key1"), ("[1,2)", "key1"), ("latest", "key2"), (None, "key2")])
def test_the_version_that_is_asked_for_is_validated(validated: Validated, version: str | None, key: str) -> None:
    asked = {} if version is None else {"connector.plugin.version": version}
    infos = validated({**SOURCE, **asked})
    assert (errors_of(infos), own_keys(infos)) == ({}, [key])


def test_all_versions_are_recommended_and_the_newest_is_the_default(validated: Validated) -> None:
    entry = entry_of(validated({**SOURCE, "connector.plugin.version": "1"}), "connector.plugin.version")
    assert entry["value"] is not None
    assert entry["definition"] is not None
    assert (entry["value"]["recommended_values"], entry["definition"]["default_value"]) == (["1", "2"], "2")


def test_a_version_that_is_not_there_is_the_only_thing_said(validated: Validated) -> None:
    infos = validated({**SOURCE, "connector.plugin.version": "3", "transforms": "a"})
    text = "Plugin both.Source not found that matches the version range [3,3], available versions: [1, 2]"
    assert errors_of(infos) == {"connector.class": [text], "connector.plugin.version": [text]}
    entry = entry_of(infos, "connector.plugin.version")
    assert entry["value"] is not None
    assert entry["value"]["recommended_values"] == ["1", "2"]


def test_each_transformation_has_its_own_version_and_otherwise_that_of_the_connector(validated: Validated) -> None:
    aliases = {f"transforms.{alias}.type": "both.Change" for alias in "ab"}
    infos = validated(
        {
            **SOURCE,
            "connector.plugin.version": "1",
            "transforms": "a,b",
            **aliases,
            "transforms.b.plugin.version": "2",
        }
    )
    assert errors_of(infos) == {}
    assert own_keys(infos) == ["transforms.a.key1", "transforms.b.key2", "key1"]
    default = entry_of(infos, "transforms.a.plugin.version")["definition"]
    assert default is not None
    assert default["default_value"] == "1"


@pytest.mark.parametrize(
    ("version", "text"),
    [
        ("3", "Plugin both.Change not found that matches the version range [3,3], available versions: [1, 2]"),
        ("[1", "Unbounded range: [1"),
    ],
)
def test_a_wrong_version_of_a_transformation_is_an_error_of_type_and_version(
    validated: Validated, version: str, text: str
) -> None:
    infos = validated(
        {**SOURCE, "transforms": "a", "transforms.a.type": "both.Change", "transforms.a.plugin.version": version}
    )
    assert errors_of(infos) == {"transforms.a.type": [text], "transforms.a.plugin.version": [text]}
    assert own_keys(infos) == ["key2"]


def test_a_converter_without_version_is_the_one_that_comes_with_the_connector(validated: Validated) -> None:
    config = {**SOURCE, "connector.plugin.version": "1", "value.converter": "both.Plain"}

    assert own_keys(validated(config)) == ["key1", "value.converter.key1"]
    newest = validated({**config, "value.converter.plugin.version": "[1,)"})
    assert own_keys(newest) == ["key1", "value.converter.key2"]


def test_the_keys_of_a_plug_in_are_those_of_the_version_asked_for(registry: PluginRegistry) -> None:
    def first_keys(version: str | None) -> list[str]:
        return [
            plugin_config(name, version, PluginImporter(registry))[0]["name"] for name in ("both.Source", "both.Plain")
        ]

    assert first_keys("1") == ["key1", "key1"]
    assert first_keys(None) == ["key2", "key2"]
