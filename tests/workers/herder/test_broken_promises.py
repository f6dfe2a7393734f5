"""Connectors and tasks that give something else than they should: told with the class and what came, and nothing stored."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.waiting import wait_for
from workers.errors import InternalError
from workers.herder.standalone import StandaloneHerder
from workers.plugins.discovery import PluginDiscovery
from workers.plugins.registry import PluginRegistry
from workers.processes.supervisor import Supervisor


@pytest.fixture(scope="module")
def plugins(supervisor: Supervisor, tmp_path_factory: pytest.TempPathFactory) -> PluginRegistry:
    folder = tmp_path_factory.mktemp("plugins")
    for name in ("faulty.py", "lab.py"):  # the herder's configuration names a provider of the lab
        shutil.copy(Path(__file__).with_name(name), folder)
    return PluginDiscovery(supervisor, [str(folder)]).run()


def create(herder: StandaloneHerder, connector_class: str, gives: str = "", **more: str) -> None:
    config: dict[str, str | None] = {"name": "c", "connector.class": connector_class, "tasks.max": "2", "gives": gives}
    herder.put_connector_config("c", {**config, **more}, allow_replace=False)


@pytest.mark.parametrize(
    ("connector_class", "text"),
    [
        ("NoTaskClass", "faulty.NoTaskClass has no task_class: the attribute has to name the class of its tasks"),
        ("OddTaskClass", "faulty.OddTaskClass.task_class is isthmus.config_def.definition.ConfigDef, which is no Task"),
        ("HalfTaskClass", "faulty.HalfTask is abstract: missing poll"),
        ("NoList", "faulty.NoList.task_configs() has to give a list of mappings, but gave None"),
        ("OneMapping", "faulty.OneMapping.task_configs() has to give a list of mappings, but gave dict"),
        (
            "ListOfText",
            "faulty.ListOfText.task_configs() has to give a list of mappings, but entry 1 is of type str",
        ),
        (
            "NumberAsValue",
            "faulty.NumberAsValue.task_configs() gave a value that is not text: 'port' of entry 1 is of type int",
        ),
        (
            "NumberAsKey",
            "faulty.NumberAsKey.task_configs() gave a key that is not text in entry 0: 1 is of type int",
        ),
    ],
)
def test_a_connector_that_splits_its_job_wrongly_has_failed(
    herder: StandaloneHerder, connector_class: str, text: str
) -> None:
    with pytest.raises(InternalError) as raised:
        create(herder, connector_class)

    assert str(raised.value) == text
    status = herder.connector_status("c")
    assert status["connector"]["state"] == "FAILED"
    assert status["connector"]["trace"].startswith(f"org.apache.kafka.connect.errors.ConnectException: {text}\n\tat ")
    assert herder.task_configs("c") == []


@pytest.mark.parametrize(("raised", "cause"), [("no such host", "no such host"), ("", "KeyError")])
def test_the_answer_tells_why_a_connector_did_not_start(herder: StandaloneHerder, raised: str, cause: str) -> None:
    with pytest.raises(InternalError) as refused:
        create(herder, "NoStart", raised)

    assert str(refused.value) == f"Failed to transition connector c to state STARTED: {cause}"


@pytest.mark.parametrize(
    ("gives", "text"),
    [
        ("text", "faulty.Task.poll() has to give a list of SourceRecord or None, but gave str"),
        ("dict", "faulty.Task.poll() has to give a list of SourceRecord or None, but gave dict"),
        ("texts", "faulty.Task.poll() gave a list whose entry 0 is str, not SourceRecord"),
        ("mixed", "faulty.Task.poll() gave a list whose entry 2 is dict, not SourceRecord"),
    ],
)
def test_a_task_that_polls_something_else_than_records_has_failed(
    herder: StandaloneHerder, gives: str, text: str
) -> None:
    create(herder, "faulty.Source", gives)

    assert_failed(herder, text)


def test_what_is_no_record_is_not_taken_for_an_error_that_may_be_tolerated(herder: StandaloneHerder) -> None:
    look = {"transforms": "look", "transforms.look.type": "faulty.Look", "errors.tolerance": "all"}

    create(herder, "faulty.Source", "mixed", **look)

    assert_failed(herder, "faulty.Task.poll() gave a list whose entry 2 is dict, not SourceRecord")


def assert_failed(herder: StandaloneHerder, text: str) -> None:
    wait_for(lambda: herder.connector_status("c")["tasks"][0]["state"] == "FAILED", what="the end of the task")
    trace = herder.task_status("c", 0)["trace"]
    assert trace.startswith(f"org.apache.kafka.connect.errors.ConnectException: {text}\n\tat ")
