"""Loading classes by the names that configurations give them. Runs in the test's process, in place of a plug-in process."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from isthmus import SourceTask
from workers.plugins.descriptor import PluginDesc, PluginKind
from workers.plugins.errors import PluginImportError, PluginNotFoundError, PluginVersionError
from workers.plugins.importer import PluginImporter
from workers.plugins.registry import PluginRegistry

CODE = """
from isthmus import ConfigDef, SourceConnector, SourceTask, Transformation

class Task(SourceTask):
    class_names = ("org.example.Task",)
    def start(self, props): ...
    def poll(self): ...

class OtherTask(Task): ...

class Source(SourceConnector):
    task_class = Task
    def config(self): return ConfigDef()
    def start(self, props): ...
    def task_configs(self, max_tasks): return []

class Outer:
    class Inner(Transformation):
        def config(self): return ConfigDef()
        def apply(self, record): return record
"""
_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def modules_and_path_stay_as_they_are() -> Iterator[None]:
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        del sys.modules[name]


@pytest.fixture
def name() -> str:
    return f"imported_{next(_numbers)}"


@pytest.fixture
def folder(tmp_path: Path, name: str) -> Path:
    (tmp_path / f"{name}.py").write_text(CODE)
    return tmp_path


def importer(folder: Path, name: str, *more: PluginDesc) -> PluginImporter:
    source = PluginDesc(
        f"{name}.Source", f"{name}:Source", PluginKind.SOURCE, location=str(folder), sys_path=str(folder)
    )
    return PluginImporter(PluginRegistry([source, *more]))


def test_a_discovered_class_is_imported_from_its_location(folder: Path, name: str) -> None:
    cls = importer(folder, name).connector_class(f"{name}.Source")

    assert (cls.__module__, cls.__qualname__) == (name, "Source")
    assert sys.path[0] == str(folder)


def test_a_dotted_path_is_found_without_having_been_discovered(folder: Path, name: str) -> None:
    loader = importer(folder, name)

    desc = loader.desc(f"{name}.Outer.Inner", PluginKind.TRANSFORMATION)
    assert (desc.python_name, desc.sys_path) == (f"{name}:Outer.Inner", str(folder))
    assert loader.load(desc).__qualname__ == "Outer.Inner"


@pytest.mark.parametrize("text", ["Nope", "no.such.module.Class", "json.NoSuchClass", "json.JSONDecoder", "a b.c", ""])
def test_what_is_no_plug_in_is_not_found(folder: Path, name: str, text: str) -> None:
    with pytest.raises(
        PluginNotFoundError, match=f"Failed to find any class that implements Connector and which name matches {text},"
    ):
        importer(folder, name).connector_class(text)


def test_a_class_of_another_kind_is_not_found(folder: Path, name: str) -> None:
    with pytest.raises(PluginNotFoundError, match="implements Converter and which name matches"):
        importer(folder, name).plugin_class(f"{name}.Source", PluginKind.CONVERTER)


def test_a_module_that_breaks_on_import_is_another_error_and_has_the_cause(folder: Path, name: str) -> None:
    (folder / f"{name}.py").write_text("import nothing_of_that_name")

    with pytest.raises(PluginImportError, match="importing it failed: ModuleNotFoundError: No module named") as raised:
        importer(folder, name).connector_class(f"{name}.Source")
    assert isinstance(raised.value.__cause__, ModuleNotFoundError)


def test_a_broken_module_at_an_undiscovered_path_is_told_as_such(folder: Path, name: str) -> None:
    (folder / f"{name}_broken.py").write_text("raise RuntimeError('no hands')")

    with pytest.raises(PluginImportError, match="importing it failed: RuntimeError: no hands"):
        importer(folder, name).connector_class(f"{name}_broken.Source")


def test_the_task_class_is_found_under_each_of_its_names(folder: Path, name: str) -> None:
    loader = importer(folder, name)
    connector = loader.use_connector(f"{name}.Source")

    own = loader.task_class(connector, "org.example.Task")
    assert issubclass(own, SourceTask)
    assert loader.task_class(connector, f"{name}.Task") is own
    assert loader.task_class(connector, f"{name}.OtherTask").__name__ == "OtherTask"
    with pytest.raises(PluginNotFoundError, match=f"Class {name}.Missing could not be found"):
        loader.task_class(connector, f"{name}.Missing")


def test_two_locations_may_have_modules_of_the_same_name(folder: Path, name: str, tmp_path: Path) -> None:
    second = tmp_path / "second"
    second.mkdir()
    (second / f"{name}.py").write_text(CODE.replace("Source(SourceConnector)", "Second(SourceConnector)"))
    more = PluginDesc(f"{name}.Second", f"{name}:Second", PluginKind.SOURCE, location=str(second), sys_path=str(second))
    loader = importer(folder, name, more)

    first_class = loader.connector_class(f"{name}.Source")
    assert loader.connector_class(f"{name}.Second").__name__ == "Second"
    assert first_class().config() is not None


VERSION = """
import {helper}
from isthmus import ConfigDef, SourceConnector, Transformation

class Source(SourceConnector):
    version = "{version}"
    def config(self): return ConfigDef()
    def start(self, props): ...
    def task_configs(self, max_tasks): return []
    def helpers(self):
        import {helper} as again
        return {helper}.NUMBER, again.NUMBER

class Change(Transformation):
    version = "{version}"
    def config(self): return ConfigDef()
    def apply(self, record): return {helper}.NUMBER
"""


@pytest.fixture
def two_versions(tmp_path: Path, name: str) -> PluginImporter:
    """A connector and a transformation, both in versions 1 and 2, each with a module of its own that they share."""
    found = []
    for version in "12":
        place = tmp_path / version
        place.mkdir()
        (place / f"{name}.py").write_text(VERSION.format(version=version, helper=f"{name}_helper"))
        (place / f"{name}_helper.py").write_text(f"NUMBER = {version}")
        for class_, kind in (("Source", PluginKind.SOURCE), ("Change", PluginKind.TRANSFORMATION)):
            found.append(PluginDesc(f"{name}.{class_}", f"{name}:{class_}", kind, version, str(place), str(place)))
    return PluginImporter(PluginRegistry(found))


def test_a_version_brings_the_modules_of_its_own_folder(two_versions: PluginImporter, name: str) -> None:
    connector = two_versions.connector_class(f"{name}.Source", "1")

    assert (connector.version, connector().helpers()) == ("1", (1, 1))


def test_two_versions_in_one_process_keep_apart(two_versions: PluginImporter, name: str) -> None:
    connector = two_versions.connector_class(f"{name}.Source", "1")
    newer = two_versions.plugin_class(f"{name}.Change", PluginKind.TRANSFORMATION, "2", from_home=True)

    assert (newer.version, newer().apply(None)) == ("2", 2)
    assert connector().helpers() == (1, 1)
    assert two_versions.plugin_class(f"{name}.Change", PluginKind.TRANSFORMATION, "2") is newer


def test_what_comes_with_the_connector_is_taken_before_a_newer_version(two_versions: PluginImporter, name: str) -> None:
    two_versions.use_connector(f"{name}.Source", "1")

    assert two_versions.desc(f"{name}.Change", PluginKind.TRANSFORMATION, from_home=True).version == "1"
    assert two_versions.desc(f"{name}.Change", PluginKind.TRANSFORMATION).version == "2"
    assert two_versions.class_named(f"{name}.Change").version == "1"


def test_an_undiscovered_class_has_to_meet_the_requirement_too(two_versions: PluginImporter, name: str) -> None:
    registry = PluginRegistry(plugin for plugin in two_versions.registry.plugins if plugin.kind is PluginKind.SOURCE)

    with pytest.raises(PluginVersionError, match=r"matches the version range \[7,7\], available versions: \[1\]$"):
        PluginImporter(registry).desc(f"{name}.Change", PluginKind.TRANSFORMATION, "7")
