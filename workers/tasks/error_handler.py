"""Errors of single records: retries, tolerance, reports. Answers to Kafka Connect's RetryWithToleranceOperator.

A stage runs on a whole batch in one try. Only when that raises is it redone record by record through `execute`, so that the good path
pays nothing per record.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from enum import Enum
from functools import partial
from typing import Any, Final, Generic, NamedTuple, Protocol, TypeVar

from isthmus.errors import ConnectError, RetriableError
from workers.tasks.control import TaskControl, TaskStoppingError
from workers.tasks.recorder import Recorder

T = TypeVar("T")
R = TypeVar("R")

_FIRST_DELAY_MS = 300


class Stage(Enum):
    """Where a record was when it failed; the names go to logs and dead letter queue headers."""

    TASK_POLL = "TASK_POLL"
    TASK_PUT = "TASK_PUT"
    TRANSFORMATION = "TRANSFORMATION"
    KEY_CONVERTER = "KEY_CONVERTER"
    VALUE_CONVERTER = "VALUE_CONVERTER"
    HEADER_CONVERTER = "HEADER_CONVERTER"
    KAFKA_PRODUCE = "KAFKA_PRODUCE"
    KAFKA_CONSUME = "KAFKA_CONSUME"


_TOLERABLE: Final = frozenset(
    {Stage.TRANSFORMATION, Stage.KEY_CONVERTER, Stage.VALUE_CONVERTER, Stage.HEADER_CONVERTER}
)


class Failed:
    """Marks a record that was given up; there is one instance, FAILED."""

    def __repr__(self) -> str:
        return "FAILED"


FAILED: Final = Failed()


class ErrorReport(NamedTuple):
    """One failed record for the reporters. `original` is the consumed Kafka message of a sink, the source record of a source."""

    stage: Stage
    class_name: str
    original: Any
    error: BaseException


class Reporter(Protocol):
    """Tells somebody about a failed record: the log, the dead letter queue."""

    def report(self, report: ErrorReport) -> Future[Any] | None:
        """Called on the task's thread. A future is waited for before the next offset commit."""


class ErrorPolicy(NamedTuple):
    """The `errors.*` settings of a connector."""

    retry_timeout_ms: int = 0
    retry_delay_max_ms: int = 60_000
    tolerates_all: bool = False


class ErrorHandler(Generic[R]):
    """Runs stages of the pipeline for one task, on that task's main thread."""

    def __init__(
        self,
        policy: ErrorPolicy,
        control: TaskControl,
        recorder: Recorder,
        reporters: Sequence[Reporter] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.policy = policy
        self._control = control
        self._recorder = recorder
        self._reporters = reporters
        self._clock = clock

    def stage(
        self,
        stage: Stage,
        class_name: str,
        batch: Callable[[], Sequence[T]],
        single: Callable[[int], T],
        originals: Callable[[], Sequence[R]],
    ) -> tuple[Sequence[T], list[bool] | None]:
        """`batch()` in one try; when it raises, `single(i)` for each record, leaving out those whose error is tolerated.

        Comes with the mask of the records that are still there, None when all are. `originals()` gives the records for reports, in
        the same order. Raises ConnectError when an error is not tolerated, TaskStoppingError when the task stops meanwhile.
        """
        try:
            return batch(), None
        except Exception:  # noqa: BLE001  # the same error comes again, for its own record, from the loop below
            results = [
                self.execute(stage, class_name, partial(single, i), original) for i, original in enumerate(originals())
            ]
        return [r for r in results if not isinstance(r, Failed)], [r is not FAILED for r in results]

    def execute(self, stage: Stage, class_name: str, operation: Callable[[], T], original: R) -> T | Failed:
        """One operation on one record, with retries. FAILED when the record is given up, ConnectError when the task has to fail."""
        try:
            return self._with_retries(operation)
        except TaskStoppingError:
            raise
        except Exception as error:
            self._recorder.add("total-record-failures")
            self.report(ErrorReport(stage, class_name, original, error))
            if stage not in _TOLERABLE and not isinstance(error, RetriableError):
                raise ConnectError("Unhandled exception in error handler") from error
            if not self.policy.tolerates_all:
                raise ConnectError("Tolerance exceeded in error handler") from error
            self._recorder.add("total-records-skipped")
            return FAILED

    def report(self, report: ErrorReport) -> list[Future[Any]]:
        """Counts and reports a failed record; used for errant records of sinks and failed deliveries of sources, too."""
        self._recorder.add("total-record-errors")
        self._recorder.put("last-error-timestamp", time.time() * 1000)
        return [future for reporter in self._reporters if (future := reporter.report(report)) is not None]

    def _with_retries(self, operation: Callable[[], T]) -> T:
        deadline = self._deadline()
        attempt = 0
        while True:
            try:
                return operation()
            except RetriableError as error:
                attempt += 1
                self._recorder.add("total-record-failures")
                remaining_ms = (deadline - self._clock()) * 1000
                if remaining_ms <= 0:
                    raise
                self._recorder.add("total-retries")
                if self._control.wait_for_stop(min(self._delay_ms(attempt), remaining_ms) / 1000):
                    raise TaskStoppingError from error

    def _deadline(self) -> float:
        timeout_ms = self.policy.retry_timeout_ms
        return float("inf") if timeout_ms < 0 else self._clock() + timeout_ms / 1000

    def _delay_ms(self, attempt: int) -> float:
        # The exponent is capped: without a time limit attempts grow for ever, and 300 ms * 2**40 is beyond any maximum.
        delay_ms = _FIRST_DELAY_MS * 2.0 ** min(attempt - 1, 40)
        greatest_ms = self.policy.retry_delay_max_ms
        return delay_ms if delay_ms <= greatest_ms else random.uniform(0, greatest_ms)
