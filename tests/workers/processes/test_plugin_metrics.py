"""Metrics of plug-ins: what a process makes of them, and how the worker reads them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from isthmus import Monitorable, PluginMetrics
from workers.processes.framing import encode
from workers.processes.plugin_metrics import OPERATION, MetricsOfProcess
from workers.processes.plugin_process import PluginProcess
from workers.processes.supervisor import Supervisor

ENTRY = "tests.workers.processes.entries:metered"


class Watched(Monitorable):
    def with_plugin_metrics(self, metrics: PluginMetrics) -> None:
        metrics.add_metric(metrics.metric_name("uses"), lambda: 1)


@pytest.fixture
def process(supervisor: Supervisor) -> Iterator[PluginProcess]:
    process = supervisor.spawn(ENTRY, {}, name="c|task-0")
    yield process
    process.kill()
    assert process.wait(30)


@pytest.fixture(scope="module")
def supervisor() -> Iterator[Supervisor]:
    supervisor = Supervisor()
    supervisor.start()
    yield supervisor
    supervisor.stop()


def values_of(answer: list[dict[str, Any]]) -> dict[str, Any]:
    return {metric["name"]: metric["value"] for metric in answer}


def test_metrics_have_the_tags_of_their_plug_in() -> None:
    metrics = MetricsOfProcess("c", 0)
    own = metrics.make()
    own.add_metric(own.metric_name("size", "How many.", {"side": "left"}), lambda: 3)
    metrics.give(Watched(), converter="value")
    metrics.give(object(), converter="key")

    size, uses = metrics.answer({})

    assert size == {
        "name": "size",
        "group": "plugins",
        "description": "How many.",
        "tags": {"connector": "c", "task": "0", "side": "left"},
        "value": 3,
    }
    assert uses["tags"] == {"connector": "c", "task": "0", "converter": "value"}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (True, True),
        (2.5, 2.5),
        (Decimal("2.5"), 2.5),
        (2**64 - 1, 2**64 - 1),
        (2**70, float(2**70)),
        (10**400, None),
        (float("nan"), None),
        (float("inf"), None),
        (None, None),
        ("a", "a"),
        ("\udcff", "\\udcff"),
        ([1], "[1]"),
    ],
)
def test_any_value_is_told_in_a_form_that_json_can_carry(value: object, told: object) -> None:
    metrics = MetricsOfProcess("c")
    own = metrics.make()
    own.add_metric(own.metric_name("odd", tags={"\udcff": "x"}), lambda: value)

    answer = metrics.answer({})

    assert encode({"result": answer})
    assert answer[0]["value"] == told
    assert type(answer[0]["value"]) is type(told)


@pytest.mark.parametrize("error", [ZeroDivisionError("by 0"), SystemExit(1)])
def test_a_function_that_raises_costs_its_own_value_and_is_logged_once(
    error: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise error

    metrics = MetricsOfProcess("c")
    own = metrics.make()
    own.add_metric(own.metric_name("broken"), broken)
    own.add_metric(own.metric_name("sound"), lambda: 1)

    with caplog.at_level(logging.WARNING):
        answers = [values_of(metrics.answer({})) for _ in range(2)]

    assert answers == [{"broken": None, "sound": 1}] * 2
    assert [record.exc_info[1] for record in caplog.records if record.exc_info] == [error]


def test_a_function_that_hangs_costs_its_own_value_and_once_those_behind_it(process: PluginProcess) -> None:
    assert values_of(process.request(OPERATION)) == {"before": 1, "stuck": None, "behind": None}
    assert values_of(process.request(OPERATION)) == {"before": 1, "stuck": None, "behind": 2}
    process.notify("release")
    assert values_of(process.request(OPERATION))["behind"] == 2


def test_orders_of_the_worker_do_not_wait_for_a_metric(process: PluginProcess) -> None:
    answer = process.send_request(OPERATION)
    process.notify("release")  # what the function waits for comes in while it is being asked

    assert values_of(answer.result(30)) == {"before": 1, "stuck": True, "behind": 2}


def test_a_process_that_owes_an_answer_is_not_asked_again(process: PluginProcess) -> None:
    first = process.send_request_once(OPERATION)

    assert process.send_request_once(OPERATION) is first
    first.result(30)
    assert process.send_request_once(OPERATION) is not first
