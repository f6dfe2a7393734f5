"""User code that never returns costs its own task only, and no more than the time of a graceful stop."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dev.isthmus_worker import IsthmusWorker
from dev.kafka import Kafka
from tests.conftest import PLUGINS
from tests.obedient_connectors import ObedientConnector, obedient_sink, obedient_source
from tests.process_tree import is_alive, marked, new_mark, processes_with
from tests.topics import read_values, write_records
from tests.waiting import wait_for

pytestmark = [pytest.mark.kafka, pytest.mark.chaos]

GRACE_S = 2.0
"""task.shutdown.graceful.timeout.ms of the shared worker."""
HANG, HANG_IN_C = "hang", "hang-holding-the-interpreter"


@pytest.fixture(params=["poll", "put"])
def connector(
    request: pytest.FixtureRequest,
    shared_worker: IsthmusWorker,
    kafka: Kafka,
    tmp_path: Path,
    new_topic: Callable[..., str],
) -> Iterator[ObedientConnector]:
    topic, name = new_topic(), f"stuck-{tmp_path.name}"
    if request.param == "poll":
        made = obedient_source(shared_worker, name, tmp_path, topic)
        wait_for(lambda: read_values(kafka.bootstrap, topic), what="a record")
    else:
        write_records(kafka.bootstrap, topic, ["0"])
        made = obedient_sink(shared_worker, name, tmp_path, topic)
        wait_for(made.taken, what="a record")
    yield made
    if name in shared_worker.get("/connectors"):
        made.delete()


def make_stuck(connector: ObedientConnector, bootstrap: str, how: str) -> int:
    """The process that is stuck."""
    method = "put" if "topics" in connector.config else "poll"
    pid = connector.pid()
    connector.order(method, how)
    if method == "put":
        write_records(bootstrap, connector.config["topics"], ["1"])
    wait_for(lambda: connector.has_obeyed(method), what="a stuck task")
    return pid


@pytest.mark.parametrize("how", [HANG, HANG_IN_C])
def test_a_stuck_task_is_restarted_in_time(connector: ObedientConnector, kafka: Kafka, how: str) -> None:
    pid = make_stuck(connector, kafka.bootstrap, how)
    began = time.monotonic()
    connector.restart_task()
    assert time.monotonic() - began < GRACE_S + 1.5
    assert not is_alive(pid)
    wait_for(lambda: connector.pid() != pid, what="the new process")
    connector.wait_for("RUNNING")


@pytest.mark.parametrize("how", [HANG, HANG_IN_C])
def test_a_stuck_task_is_deleted_in_time(connector: ObedientConnector, kafka: Kafka, how: str) -> None:
    pid = make_stuck(connector, kafka.bootstrap, how)
    began = time.monotonic()
    connector.delete()
    assert time.monotonic() - began < GRACE_S + 1.5
    assert not is_alive(pid)
    assert connector.name not in connector.worker.get("/connectors")


def stuck_worker(kafka: Kafka, tmp_path: Path, new_topic: Callable[..., str], mark: str, grace_s: int) -> IsthmusWorker:
    """A worker of its own whose tasks are all stuck, one for each way."""
    settings = {
        "plugin.path": PLUGINS,
        "key.converter.schemas.enable": "false",
        "value.converter.schemas.enable": "false",
        "task.shutdown.graceful.timeout.ms": grace_s * 1000,
    }
    worker = IsthmusWorker.standalone(kafka.bootstrap, tmp_path / "worker", settings, env=marked(mark))
    worker.start()
    for number, how in enumerate((HANG, HANG_IN_C)):
        topic = new_topic()
        write_records(kafka.bootstrap, topic, ["0"])
        source = obedient_source(worker, f"source-{number}-{mark}", tmp_path, new_topic())
        sink = obedient_sink(worker, f"sink-{number}-{mark}", tmp_path, topic)
        wait_for(sink.taken, what="a record")
        make_stuck(source, kafka.bootstrap, how)
        make_stuck(sink, kafka.bootstrap, how)
    return worker


def test_a_worker_with_stuck_tasks_stops_in_time(kafka: Kafka, tmp_path: Path, new_topic: Callable[..., str]) -> None:
    mark = new_mark()
    worker = stuck_worker(kafka, tmp_path, new_topic, mark, grace_s=2)
    began = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    assert time.monotonic() - began < GRACE_S + 3
    assert worker.log_text().count("Graceful stop of task") == 4
    wait_for(lambda: not processes_with(mark), 3, what="the end of all processes")


def test_a_second_signal_ends_the_worker_at_once(kafka: Kafka, tmp_path: Path, new_topic: Callable[..., str]) -> None:
    mark = new_mark()
    worker = stuck_worker(kafka, tmp_path, new_topic, mark, grace_s=60)
    worker.send_signal(signal.SIGTERM)
    wait_for(lambda: "Stopping task" in worker.log_text(), what="the graceful stop")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(3) == 128 + signal.SIGTERM
    wait_for(lambda: not processes_with(mark), 3, what="the end of all processes")


def test_a_stuck_task_does_not_hold_up_what_is_asked_of_others(
    shared_worker: IsthmusWorker, kafka: Kafka, tmp_path: Path, new_topic: Callable[..., str]
) -> None:
    stuck = obedient_source(shared_worker, "stuck-beside", tmp_path, new_topic())
    other = obedient_source(shared_worker, "other", tmp_path, new_topic())
    make_stuck(stuck, kafka.bootstrap, HANG_IN_C)
    began = time.monotonic()
    shared_worker.put("/connectors/other/pause")
    other.wait_for("PAUSED")
    shared_worker.put("/connectors/other/resume")
    other.wait_for("RUNNING")
    assert time.monotonic() - began < GRACE_S
    for connector in (stuck, other):
        connector.delete()
