"""The two that are compared, each a standalone worker with the settings of its sample property file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.process_tree import ProcessTree
from dev.connect import JavaConnect
from dev.connect_worker import ConnectWorker, Properties
from dev.isthmus_worker import JSON_CONVERTER, IsthmusWorker

SETTINGS = {"key.converter": JSON_CONVERTER, "value.converter": JSON_CONVERTER, "offset.flush.interval.ms": 10000}


@dataclass
class Contestant:
    """One worker, running between `start` and `stop`."""

    name: str
    build: Callable[[Path], ConnectWorker]
    folder: Path
    starts: int = 0
    worker: ConnectWorker = field(init=False)

    def start(self) -> float:
        """Seconds until the REST API answered."""
        self.starts += 1
        self.worker = self.build(self.folder / f"{self.name}-{self.starts}")
        return self.worker.start()

    def stop(self) -> None:
        self.worker.stop()

    @property
    def tree(self) -> ProcessTree:
        return ProcessTree(self.worker.pid)

    def create(self, connector: str, config: Properties) -> None:
        settings = {key: str(value) for key, value in config.items()}
        self.worker.put(f"/connectors/{connector}/config", {**settings, "tasks.max": "1"})

    def delete(self, connector: str) -> None:
        self.worker.delete(f"/connectors/{connector}")

    def is_running(self, connector: str) -> bool:
        """Connector and task run. RuntimeError when one has failed."""
        states = self.worker.states(connector)
        if "FAILED" in states:
            status = self.worker.get(f"/connectors/{connector}/status")
            raise RuntimeError(f"{self.name}: {connector} has failed: {status}")
        return states == ["RUNNING", "RUNNING"]


def java(bootstrap: str, folder: Path) -> Contestant:
    """Java Connect with the options of Kafka's start script, and with its quicker way to find plug-ins."""

    def build(home: Path) -> ConnectWorker:
        return JavaConnect.standalone(bootstrap, home, SETTINGS, as_shipped=True)

    return Contestant("java", build, folder)


def isthmus(bootstrap: str, folder: Path) -> Contestant:
    def build(home: Path) -> ConnectWorker:
        return IsthmusWorker.standalone(bootstrap, home, SETTINGS)

    return Contestant("isthmus", build, folder)
