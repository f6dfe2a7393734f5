"""The connectors of tests/plugins/obedient.py as tests use them: made over REST, ordered about, watched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dev.isthmus_worker import IsthmusWorker
from tests.plugins import obedient
from tests.waiting import wait_for


class ObedientConnector:
    """One connector on a worker, with one task unless `tasks.max` says otherwise."""

    def __init__(self, worker: IsthmusWorker, name: str, class_name: str, folder: Path, **config: object) -> None:
        self.worker = worker
        self.name = name
        self.folder = folder / name
        self.folder.mkdir()
        given = {key.replace("_", "."): str(value) for key, value in config.items()}
        self.config = {"connector.class": class_name, "orders": str(self.folder), "tasks.max": "1", **given}
        worker.put(f"/connectors/{name}/config", self.config)
        self.wait_for("RUNNING")

    def order(self, method: str, action: str, task: int | None = None) -> None:
        obedient.give(self._folder_of(task), method, action)

    def has_obeyed(self, method: str, task: int | None = None) -> bool:
        return not (self._folder_of(task) / method).exists()

    def pid(self, task: int | None = None) -> int:
        return int((self._folder_of(task) / "pid").read_text())

    def journal(self, task: int | None = None) -> list[dict[str, Any]]:
        """The calls that are written down whole; a line may be just being written."""
        path = self._folder_of(task) / "journal"
        return [json.loads(line) for line in path.read_text().split("\n")[:-1]] if path.exists() else []

    def calls(self, *kinds: str, task: int | None = None) -> list[dict[str, Any]]:
        return [call for call in self.journal(task) if call["call"] in kinds]

    def taken(self, task: int | None = None) -> list[Any]:
        """The values of all records that `put` has taken, in order."""
        return [value for call in self.calls("put", task=task) for *_, value in call["records"]]

    @property
    def connector_pid(self) -> int:
        return int((self.folder / "connector-pid").read_text())

    def task_status(self, task: int = 0) -> dict[str, Any]:
        status: dict[str, Any] = self.worker.get(f"/connectors/{self.name}/tasks/{task}/status")
        return status

    def wait_for(self, state: str, task: int = 0, deadline_s: float = 15) -> dict[str, Any]:
        return wait_for(
            lambda: status if (status := self.task_status(task))["state"] == state else None,
            deadline_s,
            what=f"task {task} of {self.name} {state}",
        )

    def restart_task(self, task: int = 0) -> None:
        self.worker.post(f"/connectors/{self.name}/tasks/{task}/restart")

    def delete(self) -> None:
        self.worker.delete(f"/connectors/{self.name}")

    def _folder_of(self, task: int | None) -> Path:
        return self.folder if task is None else self.folder / str(task)


def obedient_source(worker: IsthmusWorker, name: str, folder: Path, topic: str, **config: object) -> ObedientConnector:
    return ObedientConnector(worker, name, "obedient.ObedientSource", folder, topic=topic, **config)


def obedient_sink(worker: IsthmusWorker, name: str, folder: Path, topics: str, **config: object) -> ObedientConnector:
    return ObedientConnector(worker, name, "obedient.ObedientSink", folder, topics=topics, **config)
