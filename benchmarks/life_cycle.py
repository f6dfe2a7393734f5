"""What a worker costs beside moving records: its start, the start of a task, and doing nothing."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from benchmarks.contestants import Contestant
from benchmarks.process_tree import own_memory_bytes
from benchmarks.workload import Workload

DEADLINE_S = 60
SETTLE_S = 5
IDLE_S = 20


@dataclass(frozen=True)
class WorkerStart:
    contestant: str
    seconds: float
    cpu_s: float
    pss_bytes: int


@dataclass(frozen=True)
class Start:
    """From the request to the status that shows it running, of a new connector (source, sink) or of a task."""

    contestant: str
    kind: str
    seconds: float


@dataclass(frozen=True)
class Idle:
    """A worker with an idle source and an idle sink."""

    contestant: str
    cpu_percent: float
    pss_bytes: int
    source_task_bytes: int
    sink_task_bytes: int


def start_worker(contestant: Contestant) -> WorkerStart:
    seconds = contestant.start()
    tree = contestant.tree
    return WorkerStart(contestant.name, seconds, tree.cpu_s(), tree.pss_bytes())


def start_connector(contestant: Contestant, kind: str, workload: Workload) -> Start:
    """The validation of its configuration, the connector and its task."""
    name = f"start-{uuid.uuid4().hex[:8]}"
    config = _idle_config(kind, name, workload)
    started = time.monotonic()
    contestant.create(name, config)
    _wait(lambda: contestant.is_running(name), f"{contestant.name}: {name} to run")
    seconds = time.monotonic() - started
    contestant.delete(name)
    return Start(contestant.name, kind, seconds)


def start_task(contestant: Contestant, workload: Workload) -> Start:
    """A task by itself: a sink's, that has failed because its folder was missing, is asked to start again."""
    name = f"start-{uuid.uuid4().hex[:8]}"
    config = _idle_config("sink", name, workload)
    folder = workload.folder / name
    contestant.create(name, {**config, "file": folder / "out.txt"})
    states = contestant.worker.states
    _wait(lambda: states(name) == ["RUNNING", "FAILED"], f"{contestant.name}: the task of {name} to fail")
    folder.mkdir()
    started = time.monotonic()
    contestant.worker.post(f"/connectors/{name}/tasks/0/restart")
    _wait(lambda: states(name) == ["RUNNING", "RUNNING"], f"{contestant.name}: the task of {name} to run")
    seconds = time.monotonic() - started
    contestant.delete(name)
    return Start(contestant.name, "task", seconds)


def idle(contestants: list[Contestant], workload: Workload) -> list[Idle]:
    """All of them in the same seconds, so that the machine is the same for each."""
    task_bytes = {contestant.name: _idle_tasks(contestant, workload) for contestant in contestants}
    time.sleep(SETTLE_S)
    before = {contestant.name: contestant.tree.cpu_s() for contestant in contestants}
    time.sleep(IDLE_S)
    return [
        Idle(
            contestant.name,
            (contestant.tree.cpu_s() - before[contestant.name]) / IDLE_S * 100,
            contestant.tree.pss_bytes(),
            *(own_memory_of_task(pids) for pids in task_bytes[contestant.name]),
        )
        for contestant in contestants
    ]


def own_memory_of_task(pids: set[int]) -> int:
    """Of the processes that a connector brought, the task is the one with the Kafka client: the largest. 0 if none."""
    return max((own_memory_bytes(pid) for pid in pids), default=0)


def _idle_tasks(contestant: Contestant, workload: Workload) -> tuple[set[int], set[int]]:
    """Creates an idle source and an idle sink; the processes that came with each."""
    came: list[set[int]] = []
    for kind in ("source", "sink"):
        before = set(contestant.tree.pids())
        name = f"idle-{kind}-{uuid.uuid4().hex[:8]}"
        contestant.create(name, _idle_config(kind, name, workload))
        _wait(partial(contestant.is_running, name), f"{contestant.name}: {name} to run")
        time.sleep(1)  # a process that was needed for the start only is gone by then
        came.append(set(contestant.tree.pids()) - before)
    return came[0], came[1]


def _idle_config(kind: str, name: str, workload: Workload) -> dict[str, object]:
    file = workload.folder / f"{name}.txt"
    if kind == "source":
        file.touch()
        return {"connector.class": "FileStreamSource", "file": file, "topic": workload.new_topic()}
    return {"connector.class": "FileStreamSink", "file": file, "topics": workload.new_topic()}


def _wait(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {DEADLINE_S} s for {what}")
        time.sleep(0.002)
