"""A task process that ends, however it ends, is that task's affair only."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dev.isthmus_worker import IsthmusWorker
from dev.kafka import Kafka
from tests.obedient_connectors import ObedientConnector, obedient_sink, obedient_source
from tests.process_tree import is_alive
from tests.topics import read_topic, read_values
from tests.waiting import wait_for

pytestmark = [pytest.mark.kafka, pytest.mark.chaos]

GREATEST_GAP_MS = 1500
"""A bystander makes a record every 10 ms; a restart of it would show as repeated numbers or a gap of its start-up time."""


@pytest.fixture
def bystander(
    shared_worker: IsthmusWorker, tmp_path: Path, new_topic: Callable[..., str]
) -> Iterator[ObedientConnector]:
    connector = obedient_source(shared_worker, f"bystander-{tmp_path.name}", tmp_path, new_topic())
    yield connector
    connector.delete()


def assert_undisturbed(bystander: ObedientConnector, kafka: Kafka, pid: int) -> None:
    topic = bystander.config["topic"]
    seen = len(read_topic(kafka.bootstrap, topic))
    messages = wait_for(lambda: m if len(m := read_topic(kafka.bootstrap, topic)) > seen else None, what="a new number")
    assert bystander.pid() == pid
    assert bystander.task_status()["state"] == "RUNNING"
    assert [int(message.value() or b"-1") for message in messages] == list(range(len(messages)))
    times = [message.timestamp()[1] for message in messages]
    assert max(later - earlier for earlier, later in itertools.pairwise(times)) < GREATEST_GAP_MS


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ("SIGKILL", "killed by SIGKILL"),
        ("crash", "killed by SIGSEGV"),
        ("exit 7", "exited with status 7"),
        ("exit 0", "exited with status 0"),
        ("leave 3", "SystemExit: 3"),
        ("raise 1", "ValueError: as ordered"),
        ("raise-odd-text", r"ValueError: no such file: \udcff"),
    ],
)
def test_a_task_that_dies_is_failed_at_once_and_comes_back_by_a_restart(
    shared_worker: IsthmusWorker,
    kafka: Kafka,
    tmp_path: Path,
    new_topic: Callable[..., str],
    bystander: ObedientConnector,
    order: str,
    told: str,
) -> None:
    bystanders_pid = bystander.pid()
    victim = obedient_source(shared_worker, f"victim-{tmp_path.name}", tmp_path, new_topic())
    topic = victim.config["topic"]
    wait_for(lambda: read_values(kafka.bootstrap, topic), what="the first number")

    victim.order("poll", order)
    wait_for(lambda: victim.has_obeyed("poll"), 5, what="the order to be carried out")
    status = victim.wait_for("FAILED", deadline_s=2)
    assert told in status["trace"]
    assert "ConnectException" in status["trace"] or "Error" in status["trace"] or "SystemExit" in status["trace"]
    wait_for(lambda: not is_alive(victim.pid()), 2, what="the end of the process")
    assert shared_worker.get(f"/connectors/{victim.name}/status")["connector"]["state"] == "RUNNING"

    before = len(read_values(kafka.bootstrap, topic))
    victim.restart_task()
    victim.wait_for("RUNNING")
    values = wait_for(
        lambda: v if len(v := read_values(kafka.bootstrap, topic)) > before else None, what="more numbers"
    )
    assert sorted(set(values)) == list(range(max(values) + 1))
    assert_undisturbed(bystander, kafka, bystanders_pid)
    victim.delete()


def test_a_sink_task_that_dies_in_put_gets_the_same_records_after_a_restart(
    shared_worker: IsthmusWorker, kafka: Kafka, tmp_path: Path, new_topic: Callable[..., str]
) -> None:
    topic = new_topic()
    obedient_source(shared_worker, "writer", tmp_path, topic, pause_ms=5)
    # The group waits for a member that died without a word for this long; 6 s is the least that a broker allows.
    sink = obedient_sink(shared_worker, "dying-sink", tmp_path, topic, consumer_override_session_timeout_ms=6000)
    wait_for(lambda: sink.taken(), what="records")
    sink.order("put", "SIGKILL")
    status = sink.wait_for("FAILED")
    assert "The process of task dying-sink-0 ended: killed by SIGKILL" in status["trace"]
    count = len(sink.taken())
    sink.restart_task()
    sink.wait_for("RUNNING")
    values = wait_for(lambda: v if len(v := sink.taken()) > count + 5 else None, 20, what="more records")
    assert all(later <= earlier + 1 for earlier, later in itertools.pairwise(values))  # comes again or goes on: no gap
    for name in ("writer", "dying-sink"):
        shared_worker.delete(f"/connectors/{name}")


def test_a_sink_task_that_waits_for_its_group_stops_in_time(
    shared_worker: IsthmusWorker, kafka: Kafka, tmp_path: Path, new_topic: Callable[..., str]
) -> None:
    topic = new_topic()
    obedient_source(shared_worker, "its-writer", tmp_path, topic, pause_ms=5)
    sink = obedient_sink(shared_worker, "waiting-sink", tmp_path, topic)
    wait_for(sink.taken, what="records")
    sink.order("put", "SIGKILL")
    sink.wait_for("FAILED")
    sink.restart_task()  # now the group waits 45 s for the member that is gone
    wait_for(lambda: len(sink.calls("start")) == 2, what="the new task")
    sink.wait_for("RUNNING")
    sink.delete()
    shared_worker.delete("/connectors/its-writer")
    assert "Graceful stop of task waiting-sink-0 failed" not in shared_worker.log_text()


def test_the_end_of_a_connectors_process_leaves_its_tasks_alone(
    shared_worker: IsthmusWorker, kafka: Kafka, bystander: ObedientConnector
) -> None:
    pid = bystander.pid()
    os.kill(bystander.connector_pid, signal.SIGKILL)
    failed = wait_for(
        lambda: s if (s := connector_status(bystander))["state"] == "FAILED" else None, 2, what="a failed connector"
    )
    assert "killed by SIGKILL" in failed["trace"]
    assert_undisturbed(bystander, kafka, pid)
    shared_worker.post(f"/connectors/{bystander.name}/restart")
    wait_for(lambda: connector_status(bystander)["state"] == "RUNNING", what="a running connector")


def connector_status(connector: ObedientConnector) -> dict[str, str]:
    status: dict[str, str] = connector.worker.get(f"/connectors/{connector.name}/status")["connector"]
    return status
