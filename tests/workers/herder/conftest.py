"""A standalone herder with real processes and a plug-in of the tests' own; no Kafka."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.waiting import wait_for
from workers.herder.standalone import StandaloneHerder
from workers.herder.worker import WorkerSettings
from workers.plugins.discovery import PluginDiscovery
from workers.plugins.registry import PluginRegistry
from workers.processes.supervisor import Supervisor
from workers.storage.config_store import MemoryConfigStore
from workers.storage.file_offset_store import FileOffsetStore
from workers.storage.status_store import MemoryStatusStore

WORKER_ID = "here:8083"
JSON_CONVERTER = "org.apache.kafka.connect.json.JsonConverter"


@pytest.fixture(scope="session")
def supervisor() -> Iterator[Supervisor]:
    running = Supervisor()
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def plugins(supervisor: Supervisor, tmp_path_factory: pytest.TempPathFactory) -> PluginRegistry:
    folder = tmp_path_factory.mktemp("plugins")
    shutil.copy(Path(__file__).with_name("lab.py"), folder)
    return PluginDiscovery(supervisor, [str(folder)]).run()


@pytest.fixture
def offsets(tmp_path: Path) -> FileOffsetStore:
    store = FileOffsetStore(tmp_path / "offsets")
    store.start()
    return store


@pytest.fixture
def herder(
    supervisor: Supervisor, plugins: PluginRegistry, offsets: FileOffsetStore, tmp_path: Path
) -> Iterator[StandaloneHerder]:
    made = StandaloneHerder(supervisor, WORKER_ID, MemoryConfigStore(), MemoryStatusStore(), offsets)
    config = {
        "bootstrap.servers": "localhost:1",  # nobody listens there: these tests send no records
        "key.converter": JSON_CONVERTER,
        "value.converter": JSON_CONVERTER,
        "offset.storage.file.filename": str(tmp_path / "offsets"),
        "offset.flush.interval.ms": "200",
        "config.providers": "lab",
        "config.providers.lab.class": "lab.LabProvider",
    }
    made.launch(WorkerSettings(WORKER_ID, "cluster", config, task_stop_timeout_s=1.0), plugins)
    made.mark_ready()
    yield made
    made.stop()


class Lab:
    """Creates connectors of the plug-in and reads what they noted."""

    def __init__(self, herder: StandaloneHerder, folder: Path) -> None:
        self.herder = herder
        self.folder = folder
        self._notes = folder / "notes"

    def config(self, **settings: str) -> dict[str, str | None]:
        given = {key.replace("_", "."): value for key, value in settings.items()}
        return {"name": "lab", "connector.class": "LabSource", "tasks.max": "4", "notes": str(self._notes), **given}

    def create(self, **settings: str) -> None:
        self.herder.put_connector_config("lab", self.config(**settings), allow_replace=False)

    def replace(self, **settings: str) -> None:
        self.herder.put_connector_config("lab", self.config(**settings), allow_replace=True)

    def states(self) -> list[str]:
        """The connector's state, then those of its tasks."""
        status = self.herder.connector_status("lab")
        return [status["connector"]["state"], *(task["state"] for task in status["tasks"])]

    def await_states(self, *states: str) -> None:
        wait_for(lambda: self.states() == list(states), what=f"states {states}")

    def trace(self, task: int | None = None) -> str:
        part = (
            self.herder.connector_status("lab")["connector"] if task is None else self.herder.task_status("lab", task)
        )
        return part.get("trace", "")

    def notes(self) -> list[str]:
        return self._notes.read_text().splitlines() if self._notes.exists() else []


@pytest.fixture
def lab(herder: StandaloneHerder, tmp_path: Path) -> Lab:
    return Lab(herder, tmp_path)
