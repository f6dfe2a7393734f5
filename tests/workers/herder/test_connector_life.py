"""Connectors from creation to deletion: states, tasks, what goes wrong in user code."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.waiting import wait_for
from tests.workers.herder.conftest import WORKER_ID, Lab
from workers.errors import BadRequestError, ConflictError, InternalError, NotFoundError
from workers.herder.standalone import StandaloneHerder
from workers.storage.config_store import ConnectorTaskId


def test_a_connector_runs_with_its_tasks(herder: StandaloneHerder, lab: Lab) -> None:
    created = herder.put_connector_config("lab", lab.config(tasks="2"), allow_replace=False)

    assert created["created"]
    assert created["info"]["tasks"] == [{"connector": "lab", "task": 0}, {"connector": "lab", "task": 1}]
    assert created["info"]["type"] == "source"
    lab.await_states("RUNNING", "RUNNING", "RUNNING")
    status = herder.connector_status("lab")
    assert status["connector"] == {"state": "RUNNING", "worker_id": WORKER_ID, "version": "1.5"}
    assert status["tasks"][1] == {"id": 1, "state": "RUNNING", "worker_id": WORKER_ID, "version": "1.5"}


def test_task_configs_name_the_tasks_class(herder: StandaloneHerder, lab: Lab) -> None:
    lab.create()

    (task,) = herder.task_configs("lab")
    assert task["id"] == {"connector": "lab", "task": 0}
    assert task["config"] == {**lab.config(), "number": "0", "task.class": "lab.LabTask"}


def test_a_connector_is_created_once(lab: Lab) -> None:
    lab.create()

    with pytest.raises(ConflictError, match="Connector lab already exists"):
        lab.create()
    lab.await_states("RUNNING", "RUNNING")


@pytest.mark.parametrize(("state", "states"), [("PAUSED", ["PAUSED"]), ("STOPPED", ["STOPPED"])])
def test_a_connector_may_begin_paused_or_stopped(
    herder: StandaloneHerder, lab: Lab, state: str, states: list[str]
) -> None:
    herder.put_connector_config("lab", lab.config(), False, state)  # type: ignore[arg-type]  # one of the two literals

    lab.await_states(*states)
    assert lab.notes() == []
    herder.resume_connector("lab")
    lab.await_states("RUNNING", "RUNNING")


def test_pause_and_resume_reach_connector_and_tasks(herder: StandaloneHerder, lab: Lab) -> None:
    lab.create()
    lab.await_states("RUNNING", "RUNNING")

    herder.pause_connector("lab")
    lab.await_states("PAUSED", "PAUSED")
    assert lab.notes() == ["start", "task 0 start", "stop"]

    herder.resume_connector("lab")
    lab.await_states("RUNNING", "RUNNING")
    assert lab.notes() == ["start", "task 0 start", "stop", "start"]


def test_a_stopped_connector_has_no_tasks(herder: StandaloneHerder, lab: Lab) -> None:
    lab.create()
    lab.await_states("RUNNING", "RUNNING")

    herder.stop_connector("lab")
    lab.await_states("STOPPED")
    assert herder.task_configs("lab") == []
    assert "task 0 stop" in lab.notes()


def test_equal_task_configs_leave_the_tasks_alone(herder: StandaloneHerder, lab: Lab) -> None:
    lab.create()
    lab.await_states("RUNNING", "RUNNING")

    herder.restart_connector("lab")
    lab.await_states("RUNNING", "RUNNING")
    assert lab.notes() == ["start", "task 0 start", "stop", "start"]


def test_a_new_configuration_replaces_the_tasks(herder: StandaloneHerder, lab: Lab) -> None:
    lab.create()
    lab.await_states("RUNNING", "RUNNING")

    lab.replace(tasks="2")
    lab.await_states("RUNNING", "RUNNING", "RUNNING")
    assert len(herder.connector_info("lab")["tasks"]) == 2
    assert herder.connector_config("lab")["tasks"] == "2"


def test_a_patch_changes_single_keys(herder: StandaloneHerder, lab: Lab) -> None:
    lab.create(tasks="2", extra="x")

    info = herder.patch_connector_config("lab", {"tasks": "1", "extra": None})
    assert info["config"] == lab.config(tasks="1")
    lab.await_states("RUNNING", "RUNNING")


def test_the_connector_may_ask_for_other_tasks(herder: StandaloneHerder, lab: Lab) -> None:
    trigger = lab.folder / "more"
    lab.create(reconfigure_when=str(trigger))
    lab.await_states("RUNNING", "RUNNING")

    trigger.touch()
    lab.await_states("RUNNING", "RUNNING", "RUNNING")


def test_deletion_stops_and_forgets(herder: StandaloneHerder, lab: Lab) -> None:
    lab.create()
    lab.await_states("RUNNING", "RUNNING")

    herder.delete_connector("lab")
    assert herder.connectors() == []
    assert {"stop", "task 0 stop"} <= set(lab.notes())
    with pytest.raises(NotFoundError, match="No status found for connector lab"):
        herder.connector_status("lab")
    with pytest.raises(NotFoundError, match="No status found for task lab-0"):
        herder.task_status("lab", 0)


def test_a_restart_of_connector_and_tasks_starts_both_again(herder: StandaloneHerder, lab: Lab) -> None:
    lab.create()
    lab.await_states("RUNNING", "RUNNING")

    status = herder.restart_connector_and_tasks("lab", include_tasks=True, only_failed=False)
    assert status["connector"]["state"] == "RESTARTING"
    assert [task["state"] for task in status["tasks"]] == ["RESTARTING"]
    lab.await_states("RUNNING", "RUNNING")
    assert sorted(lab.notes()) == ["start", "start", "stop", "task 0 start", "task 0 start", "task 0 stop"]


def test_only_what_has_failed_is_restarted_when_asked_so(herder: StandaloneHerder, lab: Lab) -> None:
    lab.create(tasks="2")
    lab.await_states("RUNNING", "RUNNING", "RUNNING")
    kill_task(herder, 1)
    lab.await_states("RUNNING", "RUNNING", "FAILED")

    status = herder.restart_connector_and_tasks("lab", include_tasks=True, only_failed=True)
    assert [status["connector"]["state"], *(task["state"] for task in status["tasks"])] == [
        "RUNNING",
        "RUNNING",
        "RESTARTING",
    ]
    lab.await_states("RUNNING", "RUNNING", "RUNNING")
    assert lab.notes().count("start") == 1
    assert lab.notes().count("task 0 start") == 1


def kill_task(herder: StandaloneHerder, number: int) -> None:
    os.kill(task_pid(herder, number), signal.SIGKILL)


def task_pid(herder: StandaloneHerder, number: int) -> int:
    return herder.worker.tasks()[ConnectorTaskId("lab", number)].pid


def test_a_killed_task_has_failed_at_once_and_says_by_what(herder: StandaloneHerder, lab: Lab) -> None:
    lab.create(tasks="2")
    lab.await_states("RUNNING", "RUNNING", "RUNNING")

    began = time.monotonic()
    kill_task(herder, 0)
    lab.await_states("RUNNING", "FAILED", "RUNNING")
    assert time.monotonic() - began < 1
    assert lab.trace(0) == (
        "org.apache.kafka.connect.errors.ConnectException: The process of task lab-0 ended: killed by SIGKILL\n"
    )
    herder.restart_task("lab", 0)
    lab.await_states("RUNNING", "RUNNING", "RUNNING")


@pytest.mark.parametrize(
    ("misbehave", "cause"),
    [
        ("poll:raise", "org.apache.kafka.connect.errors.ConnectException: told to fail in poll\n\tat "),
        ("poll:exit", "The process of task lab-0 ended: exited with status 7"),
        ("poll:kill", "The process of task lab-0 ended: killed by SIGSEGV"),
        ("task-start:raise", "told to fail in task-start"),
    ],
)
def test_whatever_ends_a_task_is_in_its_trace(lab: Lab, misbehave: str, cause: str) -> None:
    lab.create(misbehave=misbehave)

    lab.await_states("RUNNING", "FAILED")
    assert cause in lab.trace(0)


@pytest.mark.parametrize("moment", ["poll", "task-stop"])
def test_a_task_that_does_not_stop_is_killed(herder: StandaloneHerder, lab: Lab, moment: str) -> None:
    lab.create(misbehave=f"{moment}:hang")
    lab.await_states("RUNNING", "RUNNING")
    process = task_pid(herder, 0)

    herder.delete_connector("lab")
    wait_for(lambda: not os.path.exists(f"/proc/{process}"), what="the end of the task's process")


def test_a_connector_that_fails_to_start_is_failed_and_can_be_replaced(herder: StandaloneHerder, lab: Lab) -> None:
    with pytest.raises(InternalError, match="Failed to transition connector lab to state STARTED"):
        lab.create(misbehave="start:raise")
    lab.await_states("FAILED")
    assert lab.trace().startswith("org.apache.kafka.connect.errors.ConnectException: told to fail in start\n\tat lab.")

    herder.pause_connector("lab")
    herder.resume_connector("lab")
    assert lab.states() == ["FAILED"]

    lab.replace()
    lab.await_states("RUNNING", "RUNNING")


def test_a_failed_connector_can_be_stopped(herder: StandaloneHerder, lab: Lab) -> None:
    with pytest.raises(InternalError):
        lab.create(misbehave="start:raise")

    herder.stop_connector("lab")
    lab.await_states("STOPPED")


@pytest.mark.parametrize("how", ["exit", "kill"])
def test_a_connector_whose_process_dies_has_failed(herder: StandaloneHerder, lab: Lab, how: str) -> None:
    with pytest.raises(InternalError):
        lab.create(misbehave=f"start:{how}")
    lab.await_states("FAILED")
    assert ("exited with status 7" if how == "exit" else "killed by SIGSEGV") in lab.trace()

    herder.stop_connector("lab")
    lab.await_states("STOPPED")
    lab.replace()
    herder.resume_connector("lab")
    lab.await_states("RUNNING", "RUNNING")


def test_an_error_raised_by_the_connector_later_makes_it_failed_and_leaves_tasks(lab: Lab) -> None:
    trigger = lab.folder / "now"
    lab.create(reconfigure_when=str(trigger), misbehave="later:raise")
    lab.await_states("RUNNING", "RUNNING")

    trigger.touch()
    lab.await_states("FAILED", "RUNNING")
    assert "told to fail later" in lab.trace()


def test_too_many_tasks_fail_the_connector(lab: Lab) -> None:
    with pytest.raises(InternalError, match="has generated 5 tasks, which is greater than 4"):
        lab.create(tasks="5")
    lab.await_states("FAILED")
    assert "The connector lab has generated 5 tasks" in lab.trace()


def test_too_many_tasks_run_when_the_limit_is_not_enforced(lab: Lab) -> None:
    lab.create(tasks="5", tasks_max_enforce="false")

    lab.await_states("RUNNING", *["RUNNING"] * 5)


def test_task_configs_that_cannot_be_made_are_told_and_tried_again(herder: StandaloneHerder, lab: Lab) -> None:
    with pytest.raises(InternalError, match="told to fail in task-configs"):
        lab.create(misbehave="task-configs:raise")
    lab.await_states("RUNNING")

    lab.replace()
    lab.await_states("RUNNING", "RUNNING")


def test_a_connector_that_cannot_even_be_made_keeps_its_failure(herder: StandaloneHerder, lab: Lab) -> None:
    config = lab.config(topic_creation_default_partitions="none", topic_creation_default_replication_factor="1")
    with pytest.raises(InternalError):
        herder.put_connector_config("lab", config, allow_replace=False)

    lab.await_states("FAILED")
    assert herder.connector_status("lab")["connector"]["version"] is None
    herder.pause_connector("lab")
    herder.stop_connector("lab")
    assert lab.states() == ["FAILED"]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"tasks.max": "x"}, "Invalid value x for configuration tasks.max: Not a number of type INT"),
        ({"connector.class": "Nope"}, "Failed to find any class that implements Connector and which name matches Nope"),
        ({"tasks": "many"}, "Invalid value many for configuration tasks: Not a number of type INT"),
    ],
)
def test_a_wrong_configuration_is_refused(
    herder: StandaloneHerder, lab: Lab, changes: dict[str, str], text: str
) -> None:
    with pytest.raises(BadRequestError, match=text):
        herder.put_connector_config("lab", {**lab.config(), **changes}, allow_replace=False)
    assert herder.connectors() == []


def test_a_validation_that_kills_its_process_is_an_answer(herder: StandaloneHerder, lab: Lab) -> None:
    with pytest.raises(InternalError, match="exited with status 7"):
        lab.create(misbehave="validate:exit")
    assert herder.connectors() == []


def test_what_is_not_there_is_not_found(herder: StandaloneHerder, lab: Lab) -> None:
    lab.create()
    for ask in (
        lambda: herder.connector_info("zz"),
        lambda: herder.delete_connector("zz"),
        lambda: herder.pause_connector("zz"),
        lambda: herder.stop_connector("zz"),
        lambda: herder.restart_connector("zz"),
        lambda: herder.restart_connector_and_tasks("zz", True, False),
        lambda: herder.restart_task("zz", 0),
        lambda: herder.restart_task("lab", 7),
        lambda: herder.connector_offsets("zz"),
    ):
        with pytest.raises(NotFoundError):
            ask()


def test_the_end_of_the_herder_ends_all_processes(herder: StandaloneHerder, lab: Lab) -> None:
    lab.create(tasks="2")
    lab.await_states("RUNNING", "RUNNING", "RUNNING")
    processes = [task_pid(herder, number) for number in (0, 1)]

    herder.stop()
    assert {"stop", "task 0 stop", "task 1 stop"} <= set(lab.notes())
    assert not any(os.path.exists(f"/proc/{process}") for process in processes)


def test_a_state_that_is_wanted_while_the_connector_is_being_made_takes_the_place_of_the_first(
    herder: StandaloneHerder, lab: Lab
) -> None:
    config = lab.config(**{"connector.class": "SlowLabSource"})
    with ThreadPoolExecutor(1) as pool:
        creation = pool.submit(herder.put_connector_config, "lab", config, False)
        wait_for(lambda: "lab" in herder.connectors(), every_s=0.001)
        herder.pause_connector("lab")

        with pytest.raises(InternalError, match="has pre-empted this one"):
            creation.result(30)
    lab.await_states("PAUSED")
    assert lab.notes() == []
