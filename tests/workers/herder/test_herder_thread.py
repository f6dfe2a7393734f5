"""The thread that owns a herder's state."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future

import pytest

from tests.waiting import wait_for
from workers.herder.herder_thread import HerderThread
from workers.herder.interface import RequestTimeoutError


@pytest.fixture
def thread() -> Iterator[HerderThread]:
    running = HerderThread()
    running.start()
    yield running
    running.stop(5)


def test_jobs_run_in_order_on_one_thread(thread: HerderThread) -> None:
    seen: list[tuple[int, str]] = []
    jobs = [thread.submit(lambda n=n: seen.append((n, threading.current_thread().name))) for n in range(20)]  # type: ignore[misc]  # a default argument binds n
    for job in jobs:
        job.result(5)

    assert seen == [(n, "herder") for n in range(20)]


def test_a_later_job_does_not_hold_up_others(thread: HerderThread) -> None:
    seen: list[str] = []
    late = thread.submit(lambda: seen.append("late"), delay_s=0.1)
    thread.submit(lambda: seen.append("now")).result(5)
    late.result(5)

    assert seen == ["now", "late"]


def test_what_a_job_raises_reaches_the_one_who_waits(thread: HerderThread) -> None:
    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        thread.call(fail, 5)
    assert thread.call(lambda: "goes on", 5) == "goes on"


def test_an_answer_that_is_late_tells_what_the_worker_is_busy_with(thread: HerderThread) -> None:
    release = threading.Event()
    thread.submit(release.wait, "stopping connector c")
    with pytest.raises(RequestTimeoutError) as raised:
        thread.call(lambda: None, 0.05)
    release.set()

    assert raised.value.stage is not None
    assert raised.value.stage.startswith("The worker is currently stopping connector c, which began at 2")
    assert raised.value.stage.endswith("Z.")


def test_a_finished_stage_is_told_as_such(thread: HerderThread) -> None:
    thread.call(lambda: None, 5, "stopping connector c")

    summary = thread.stage_summary()
    assert summary is not None
    assert summary.startswith("The last operation the worker completed was stopping connector c, which began at ")
    assert " and completed at " in summary


def test_an_answer_that_is_late_tells_what_its_connector_is_waited_for_with(thread: HerderThread) -> None:
    thread.call(lambda: None, 5, "stopping connector c")
    starting: Future[None] = Future()
    thread.expect("c", starting, "starting the connector")
    with pytest.raises(RequestTimeoutError) as raised:
        thread.await_result(starting, 0.01, "c")

    assert raised.value.stage is not None
    assert raised.value.stage.startswith("The worker is currently starting the connector, which began at 2")
    assert "stopping connector c" in str(thread.stage_summary("other"))
    starting.set_result(None)
    assert "stopping connector c" in str(thread.stage_summary("c"))


def test_what_a_connector_is_waited_for_with_gives_way_to_what_comes_next(thread: HerderThread) -> None:
    first: Future[None] = Future()
    second: Future[None] = Future()
    thread.expect("c", first, "starting the connector")
    thread.expect("c", second, "generating task configs for connector c")
    first.set_result(None)

    assert "currently generating task configs for connector c" in str(thread.stage_summary("c"))


def test_a_request_that_was_given_up_is_not_run_later(thread: HerderThread) -> None:
    release = threading.Event()
    seen: list[str] = []
    blocker = thread.submit(release.wait)
    with pytest.raises(RequestTimeoutError):
        thread.call(lambda: seen.append("late"), 0.05)
    release.set()
    blocker.result(5)
    thread.call(lambda: None, 5)

    assert seen == []


def test_jobs_that_wait_at_the_end_are_cancelled(thread: HerderThread) -> None:
    release = threading.Event()
    running, waiting = thread.submit(release.wait), thread.submit(lambda: None)
    wait_for(running.running)
    threading.Timer(0.05, release.set).start()

    assert thread.stop(5)
    assert running.result(0)
    with pytest.raises(CancelledError):
        waiting.result(0)
    with pytest.raises(CancelledError):
        thread.submit(lambda: None).result(0)
