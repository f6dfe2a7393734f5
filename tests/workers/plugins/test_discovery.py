"""The search for plug-ins in real folders, with real processes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from workers.plugins.discovery import PluginDiscovery
from workers.plugins.errors import PluginImportError, PluginNotFoundError
from workers.plugins.registry import PluginRegistry
from workers.processes.supervisor import Supervisor

CONNECTOR = """
from isthmus import ConfigDef, SourceConnector, SourceTask

class {name}Task(SourceTask):
    def start(self, props): ...
    def poll(self): ...

class {name}(SourceConnector):
    version = "{version}"
    task_class = {name}Task
    def config(self): return ConfigDef()
    def start(self, props): ...
    def task_configs(self, max_tasks): return []
"""

Search = Callable[..., PluginRegistry]


def connector(name: str, version: str = "1") -> str:
    return CONNECTOR.format(name=name, version=version)


@pytest.fixture(scope="module")
def supervisor() -> Iterator[Supervisor]:
    running = Supervisor()
    running.start()
    yield running
    running.stop()


@pytest.fixture
def search(supervisor: Supervisor) -> Search:
    def run(*plugin_path: Path, module_timeout_s: float = 20.0) -> PluginRegistry:
        return PluginDiscovery(supervisor, [str(path) for path in plugin_path], module_timeout_s=module_timeout_s).run()

    return run


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_built_ins_are_found_under_their_java_names(search: Search) -> None:
    registry = search()

    assert registry.find_connector("FileStreamSource").class_name.startswith("org.apache.kafka.connect.file.")
    assert registry.find("org.apache.kafka.connect.json.JsonConverter") is not None
    assert registry.failures == ()
    assert all(plugin.version == "4.3.0" for plugin in registry.plugins)


def test_a_loose_module_a_package_and_a_folder_are_plug_ins(search: Search, tmp_path: Path) -> None:
    write(tmp_path / "loose.py", connector("Loose"))
    write(tmp_path / "packed" / "__init__.py", "from packed.inner import Inner")
    write(tmp_path / "packed" / "inner.py", connector("Inner"))
    write(tmp_path / "folder" / "in_folder.py", "import helper_of_folder\n" + connector("InFolder"))
    write(tmp_path / "folder" / "helper_of_folder.py", "")

    registry = search(tmp_path)

    assert registry.failures == ()
    assert {p.class_name: p.sys_path for p in registry.plugins if p.location != "classpath"} == {
        "loose.Loose": str(tmp_path),
        "packed.inner.Inner": str(tmp_path),
        "in_folder.InFolder": str(tmp_path / "folder"),
    }


def test_two_folders_may_have_modules_of_the_same_name(search: Search, tmp_path: Path) -> None:
    for number in ("1", "2"):
        write(tmp_path / f"p{number}" / "plugin.py", "import lib\n" + connector("Same", number))
        write(tmp_path / f"p{number}" / "lib.py", "")

    registry = search(tmp_path)

    assert [plugin.version for plugin in registry.plugins if plugin.class_name == "plugin.Same"] == ["1", "2"]


def test_libraries_in_a_folder_made_by_pip_are_not_imported(search: Search, tmp_path: Path) -> None:
    folder = tmp_path / "installed"
    write(folder / "library" / "__init__.py", "import os; os._exit(9)")
    write(folder / "library-1.0.dist-info" / "METADATA", "Name: library\nVersion: 1.0\n")
    write(folder / "library-1.0.dist-info" / "RECORD", "library/__init__.py,,\n")
    write(folder / "named" / "__init__.py", connector("ByEntryPoint"))
    write(folder / "named" / "other.py", connector("NotNamed"))
    write(folder / "named-1.0.dist-info" / "METADATA", "Name: named\nVersion: 1.0\n")
    write(folder / "named-1.0.dist-info" / "RECORD", "named/__init__.py,,\nnamed/other.py,,\n")
    write(folder / "named-1.0.dist-info" / "entry_points.txt", "[isthmus.plugins]\none = named:ByEntryPoint\n")

    registry = search(tmp_path)

    assert [plugin.class_name for plugin in registry.plugins if plugin.sys_path] == ["named.ByEntryPoint"]
    assert registry.failures == ()


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("import nothing_of_that_name", "ModuleNotFoundError: No module named 'nothing_of_that_name'"),
        ("class Broken(", "SyntaxError"),
        ("import sys; sys.exit(4)", "SystemExit: 4"),
        ("import os; os._exit(3)", "exited with status 3"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "killed by SIGSEGV"),
    ],
)
def test_a_module_that_breaks_or_kills_the_scan_is_recorded_and_the_scan_goes_on(
    search: Search, tmp_path: Path, code: str, cause: str
) -> None:
    write(tmp_path / "a_broken.py", f"class Broken: ...\n{code}\n")
    write(tmp_path / "b_fine.py", connector("Fine"))

    registry = search(tmp_path)

    assert registry.find_connector("Fine").class_name == "b_fine.Fine"
    for name in ("Broken", "a_broken.Broken"):
        with pytest.raises(PluginImportError, match=cause):
            registry.find_connector(name)
    with pytest.raises(PluginNotFoundError):
        registry.find_connector("Absent")


def test_a_module_that_never_finishes_is_given_up(search: Search, tmp_path: Path) -> None:
    write(tmp_path / "endless.py", "import threading; threading.Event().wait()")
    write(tmp_path / "fine.py", connector("Fine"))

    registry = search(tmp_path, module_timeout_s=1.0)

    assert registry.find_connector("Fine").class_name == "fine.Fine"
    assert [str(failure) for failure in registry.failures] == [
        f"module endless in {tmp_path}: the process that imported it took longer than 1.0 s"
    ]


@pytest.mark.parametrize("name", ["workers", "connectors", "json"])
def test_a_module_may_not_take_the_place_of_ours_or_of_pythons(search: Search, tmp_path: Path, name: str) -> None:
    write(tmp_path / f"{name}.py", connector("Taken"))

    with pytest.raises(PluginImportError, match=f"its name '{name}' is that of"):
        search(tmp_path).find_connector("Taken")


def test_a_path_that_does_not_exist_is_a_warning(
    search: Search, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    registry = search(tmp_path / "missing")

    assert registry.find_connector("FileStreamSink").location == "classpath"
    assert f"Could not get listing for plugin path: {tmp_path / 'missing'}. Ignoring." in caplog.text


def test_the_worker_process_imports_no_plug_in(search: Search, tmp_path: Path) -> None:
    write(tmp_path / "never_here.py", connector("NeverHere"))
    search(tmp_path)

    assert "never_here" not in sys.modules
