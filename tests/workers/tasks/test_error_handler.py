"""Retries, tolerance and reports of single records."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from isthmus import ConnectError, DataError, RetriableError
from workers.processes.counters import Counters
from workers.tasks.control import TaskControl, TaskStoppingError
from workers.tasks.error_handler import FAILED, ErrorHandler, ErrorPolicy, ErrorReport, Stage
from workers.tasks.recorder import Recorder
from workers.tasks.task_metrics import SINK_COUNTERS


class Reports:
    def __init__(self) -> None:
        self.seen: list[ErrorReport] = []

    def report(self, report: ErrorReport) -> None:
        self.seen.append(report)


class Setup:
    """An error handler with its surroundings; `handler` takes what differs."""

    def __init__(self) -> None:
        self.control = TaskControl()
        self.counters = Counters(SINK_COUNTERS)
        self.reports = Reports()

    def handler(self, **policy: Any) -> ErrorHandler[Any]:
        return ErrorHandler(ErrorPolicy(**policy), self.control, Recorder(self.counters), [self.reports])

    def counted(self) -> dict[str, float]:
        return {
            name: value for name, value in self.counters.snapshot().items() if value and name != "last-error-timestamp"
        }


@pytest.fixture
def setup() -> Setup:
    return Setup()


def failing(times: int, error: Exception, result: Any = "ok") -> Callable[[], Any]:
    left = iter([error] * times)

    def operation() -> Any:
        for problem in left:
            raise problem
        return result

    return operation


def test_a_batch_that_succeeds_is_done_once(setup: Setup) -> None:
    calls: list[int] = []

    result, kept = setup.handler().stage(Stage.VALUE_CONVERTER, "C", lambda: [1, 2], calls.append, lambda: ["a", "b"])

    assert (list(result), kept, calls) == ([1, 2], None, [])


def test_only_the_record_at_fault_is_dropped_when_all_errors_are_tolerated(setup: Setup) -> None:
    numbers = ["1", "x", "3"]

    result, kept = setup.handler(tolerates_all=True).stage(
        Stage.VALUE_CONVERTER, "C", lambda: list(map(int, numbers)), lambda i: int(numbers[i]), lambda: numbers
    )

    assert (result, kept) == ([1, 3], [True, False, True])
    (report,) = setup.reports.seen
    assert (report.stage, report.class_name, report.original) == (Stage.VALUE_CONVERTER, "C", "x")
    assert setup.counted() == {"total-record-failures": 1, "total-record-errors": 1, "total-records-skipped": 1}


def test_an_error_fails_the_task_when_none_is_tolerated_and_is_reported_all_the_same(setup: Setup) -> None:
    with pytest.raises(ConnectError, match="Tolerance exceeded in error handler") as caught:
        setup.handler().execute(Stage.TRANSFORMATION, "T", failing(1, DataError("bad")), "record")

    assert str(caught.value.__cause__) == "bad"
    assert len(setup.reports.seen) == 1


def test_errors_outside_conversion_and_transformation_are_never_tolerated(setup: Setup) -> None:
    with pytest.raises(ConnectError, match="Unhandled exception in error handler"):
        setup.handler(tolerates_all=True).execute(Stage.KAFKA_CONSUME, "K", failing(1, DataError("bad")), "record")


def test_retriable_errors_are_tried_again_within_the_time(setup: Setup) -> None:
    handler = setup.handler(retry_timeout_ms=60_000, retry_delay_max_ms=1)

    assert handler.execute(Stage.VALUE_CONVERTER, "C", failing(2, RetriableError("later")), "record") == "ok"
    assert setup.counted() == {"total-record-failures": 2, "total-retries": 2}


def test_without_time_for_retries_a_retriable_error_is_an_error(setup: Setup) -> None:
    handler = setup.handler(tolerates_all=True)

    assert handler.execute(Stage.VALUE_CONVERTER, "C", failing(1, RetriableError("later")), "record") is FAILED


def test_other_errors_are_not_tried_again(setup: Setup) -> None:
    handler = setup.handler(retry_timeout_ms=60_000, tolerates_all=True)

    assert handler.execute(Stage.VALUE_CONVERTER, "C", failing(1, ValueError("no")), "record") is FAILED
    assert setup.counted()["total-record-failures"] == 1


def test_a_stop_ends_the_wait_for_a_retry_without_giving_up_the_record(setup: Setup) -> None:
    handler = setup.handler(retry_timeout_ms=-1, tolerates_all=True)
    threading.Timer(0.05, setup.control.stop).start()

    with pytest.raises(TaskStoppingError):
        handler.execute(Stage.VALUE_CONVERTER, "C", failing(1000, RetriableError("later")), "record")

    assert setup.reports.seen == []
