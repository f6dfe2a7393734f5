"""Metrics of plug-ins, read from the worker's side."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from workers.processes.plugin_metrics import OPERATION
from workers.processes.supervisor import Supervisor

ENTRY = "tests.workers.processes.entries:metered"


@pytest.fixture(scope="module")
def supervisor() -> Iterator[Supervisor]:
    supervisor = Supervisor()
    supervisor.start()
    yield supervisor
    supervisor.stop()


def test_the_worker_reads_the_metrics_of_all_plug_ins_of_a_process(supervisor: Supervisor) -> None:
    process = supervisor.spawn(ENTRY, {}, name="c|task-0")

    metrics = process.request(OPERATION, {}, timeout_s=30)

    of_task = {"connector": "c", "task": "0"}
    size, broken, rate = metrics
    assert size == {
        "name": "size",
        "group": "plugins",
        "description": "How many.",
        "tags": {**of_task, "side": "left"},
        "value": 3,
    }
    assert (broken["name"], broken["value"]) == ("broken", None)  # its error costs its own value only
    assert (rate["tags"], rate["value"]) == ({**of_task, "converter": "value"}, None)  # JSON has no NaN
    process.notify("stop")
    assert process.wait(30)


def test_a_metric_that_hangs_keeps_no_order_of_the_worker_waiting(supervisor: Supervisor) -> None:
    process = supervisor.spawn(ENTRY, {"hangs": True}, name="c|task-0")

    assert process.request(OPERATION, {}, timeout_s=30) == []
    process.notify("stop")

    assert process.wait(30)
