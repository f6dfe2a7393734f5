"""The processes that serve: without REST data goes on, without the fork server tasks are FAILED and can be started again."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.isthmus_worker import IsthmusWorker
from dev.kafka import Kafka
from tests.conftest import PLUGINS
from tests.obedient_connectors import ObedientConnector, obedient_source
from tests.process_tree import is_alive, marked, new_mark, processes_with
from tests.topics import read_values
from tests.waiting import wait_for

pytestmark = [pytest.mark.kafka, pytest.mark.chaos]


class Scene:
    def __init__(self, worker: IsthmusWorker, source: ObedientConnector, mark: str, bootstrap: str) -> None:
        self.worker = worker
        self.source = source
        self._mark = mark
        self._bootstrap = bootstrap

    def processes_of(self, title: str) -> list[int]:
        return sorted(pid for pid, shown in processes_with(self._mark).items() if shown == f"isthmus: {title}")

    def numbers(self) -> list[int]:
        return read_values(self._bootstrap, self.source.config["topic"])

    def wait_for_more_numbers(self) -> list[int]:
        count = len(self.numbers())
        return wait_for(lambda: n if len(n := self.numbers()) > count else None, what="more numbers")


@pytest.fixture(scope="module")
def scene(kafka: Kafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("killed")
    mark = new_mark()
    settings = {"plugin.path": PLUGINS, "value.converter.schemas.enable": "false", "offset.flush.interval.ms": 200}
    with IsthmusWorker.standalone(kafka.bootstrap, folder / "worker", settings, env=marked(mark)) as worker:
        yield Scene(worker, obedient_source(worker, "counting", folder, f"rest-killed-{mark}"), mark, kafka.bootstrap)


def test_data_goes_on_without_the_rest_process_and_it_comes_back(scene: Scene) -> None:
    scene.wait_for_more_numbers()
    task, before = scene.source.pid(), scene.processes_of("REST")
    assert before
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: not any(map(is_alive, before)), 5, what="the end of the REST process")
    scene.wait_for_more_numbers()
    wait_for(scene.worker.answers, 10, what="an answer of the new REST process")
    assert not set(scene.processes_of("REST")) & set(before)
    assert scene.source.pid() == task
    assert scene.source.task_status()["state"] == "RUNNING"
    numbers = scene.wait_for_more_numbers()
    assert numbers == list(range(len(numbers)))


@pytest.mark.parametrize("is_master", [True, False], ids=["its master", "its worker"])
def test_each_half_of_the_rest_process_is_replaced_when_it_dies(scene: Scene, is_master: bool) -> None:
    (victim,) = [pid for pid in scene.processes_of("REST") if bool(children_of(pid)) is is_master]
    gone = [victim, *children_of(victim)]
    os.kill(victim, signal.SIGKILL)
    wait_for(lambda: not any(map(is_alive, gone)), 5, what="the end of what was killed, and of its children")
    wait_for(scene.worker.answers, 15, what="an answer of the REST process")
    scene.wait_for_more_numbers()


def test_tasks_are_failed_without_the_fork_server_and_can_be_started_again(scene: Scene) -> None:
    numbers = scene.wait_for_more_numbers()
    task = scene.source.pid()
    (server,) = scene.processes_of("fork server")
    os.kill(server, signal.SIGKILL)
    trace = scene.source.wait_for("FAILED", deadline_s=5)["trace"]
    assert "fork server" in trace
    wait_for(lambda: scene.worker.states("counting")[0] == "FAILED", 5, what="a failed connector")
    wait_for(lambda: not is_alive(task), 3, what="the end of the task")
    scene.worker.post("/connectors/counting/restart?includeTasks=true&onlyFailed=true")
    scene.source.wait_for("RUNNING")
    wait_for(lambda: scene.worker.states("counting") == ["RUNNING", "RUNNING"], what="a running connector")
    after = wait_for(lambda: n if len(n := scene.numbers()) > len(numbers) + 5 else None, what="more numbers")
    assert sorted(set(after)) == list(range(max(after) + 1))


def children_of(parent: int) -> list[int]:
    text = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(pid) for pid in text.split()]
