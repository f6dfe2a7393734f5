"""The one thread that owns a herder's state. Everything that changes or must see a consistent state is handed to it.

Connect's counterparts: the `synchronized` methods and request executor of StandaloneHerder, the tick thread of the
distributed one, TickThreadStage.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from workers.herder.interface import RequestTimeoutError

log = logging.getLogger(__name__)

T = TypeVar("T")


class _Job(NamedTuple):
    due: float
    number: int
    run: Callable[[], Any]
    stage: str
    future: Future[Any]


class _Stage(NamedTuple):
    description: str
    started: datetime
    completed: datetime | None = None

    def summary(self) -> str:
        if self.completed is None:
            return f"The worker is currently {self.description}, which began at {_instant(self.started)}."
        return (
            f"The last operation the worker completed was {self.description}, which began at {_instant(self.started)} "
            f"and completed at {_instant(self.completed)}."
        )


class HerderThread:
    """Runs jobs one at a time, in the order in which they are due. Its methods may be called from any thread."""

    def __init__(self) -> None:
        self._jobs: list[_Job] = []
        self._changed = threading.Condition()
        self._numbers = itertools.count()
        self._is_stopping = False
        self._stage: _Stage | None = None
        self._awaited: dict[str, _Stage] = {}
        self._thread = threading.Thread(target=self._run, name="herder", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """Finishes the running job, drops the others (their futures are cancelled); False when it took longer."""
        with self._changed:
            self._is_stopping = True
            dropped, self._jobs = self._jobs, []
            self._changed.notify()
        for job in dropped:
            job.future.cancel()
        if self._thread.ident is not None:
            self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def submit(self, run: Callable[[], T], stage: str = "", delay_s: float = 0.0) -> Future[T]:
        """Runs the job after `delay_s`. `stage` says what the worker is doing then, for answers that come too late.

        The future can be cancelled until the job begins.
        """
        future: Future[T] = Future()
        job = _Job(time.monotonic() + delay_s, next(self._numbers), run, stage, future)
        with self._changed:
            if self._is_stopping:
                future.cancel()
            else:
                heapq.heappush(self._jobs, job)
                self._changed.notify()
        return future

    def expect(self, connector: str, future: Future[Any], stage: str) -> None:
        """`stage` goes on in another process until this future ends: no job waits for it, but a request for the connector may."""
        begun = _Stage(stage, datetime.now(UTC))
        with self._changed:
            self._awaited[connector] = begun

        def ended(_future: Future[Any]) -> None:
            with self._changed:
                if self._awaited.get(connector) is begun:
                    del self._awaited[connector]

        future.add_done_callback(ended)

    def await_result(self, future: Future[T], timeout_s: float, connector: str | None = None) -> T:
        """The result of a job, or of what follows from one for this connector.

        RequestTimeoutError tells what it waits for, or what the thread is busy with.
        """
        try:
            return future.result(timeout_s)
        except TimeoutError as error:
            if future.done():
                raise
            raise RequestTimeoutError(self.stage_summary(connector)) from error

    def call(self, run: Callable[[], T], timeout_s: float, stage: str = "") -> T:
        """Runs a job and waits for it; a job that has not begun in time is not run any more."""
        future = self.submit(run, stage)
        try:
            return self.await_result(future, timeout_s)
        except RequestTimeoutError:
            future.cancel()
            raise

    def stage_summary(self, connector: str | None = None) -> str | None:
        """What this connector is waited for with, otherwise what the thread does or has done last."""
        stage = self._awaited.get(connector or "") or self._stage
        return stage.summary() if stage is not None else None

    def _run(self) -> None:
        while (job := self._next()) is not None:
            if job.future.set_running_or_notify_cancel():
                self._run_job(job)

    def _next(self) -> _Job | None:
        with self._changed:
            while not self._is_stopping:
                wait_s = self._jobs[0].due - time.monotonic() if self._jobs else None
                if wait_s is not None and wait_s <= 0:
                    return heapq.heappop(self._jobs)
                self._changed.wait(wait_s)
        return None

    def _run_job(self, job: _Job) -> None:
        """The outermost edge of a job: what it raises is the future's."""
        stage = _Stage(job.stage, datetime.now(UTC)) if job.stage else None
        self._stage = stage or self._stage
        try:
            job.future.set_result(job.run())
        except BaseException as error:  # noqa: BLE001 - whatever it is, the one who waits hears of it
            job.future.set_exception(error)
        if stage is not None:
            self._stage = stage._replace(completed=datetime.now(UTC))


def _instant(moment: datetime) -> str:
    """As Java's Instant.toString: UTC, with milliseconds."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
