"""What a herder shows besides connectors, and what it answers before it has started."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workers.herder.conftest import Lab
from workers.errors import BadRequestError, InternalError, NotFoundError
from workers.herder.interface import RequestTimeoutError, Signature
from workers.herder.standalone import StandaloneHerder
from workers.processes.supervisor import Supervisor
from workers.storage.config_store import ConnectorTaskId, MemoryConfigStore
from workers.storage.file_offset_store import FileOffsetStore
from workers.storage.status_store import MemoryStatusStore

UNSIGNED: Signature = {"authorization": None, "algorithm": None, "body": ""}


@pytest.fixture
def unstarted(supervisor: Supervisor, tmp_path: Path) -> StandaloneHerder:
    stores = (MemoryConfigStore(), MemoryStatusStore(), FileOffsetStore(tmp_path / "offsets"))
    return StandaloneHerder(supervisor, "here:8083", *stores)


def test_a_herder_that_has_not_started_answers_what_it_can(unstarted: StandaloneHerder) -> None:
    assert unstarted.kafka_cluster_id() is None
    assert not unstarted.is_ready()
    assert unstarted.connectors() == []
    with pytest.raises(RequestTimeoutError):
        unstarted.health_check(0.05)
    unstarted.stop()


def test_a_herder_that_has_started_is_healthy(herder: StandaloneHerder) -> None:
    assert herder.kafka_cluster_id() == "cluster"
    assert herder.is_ready()
    herder.health_check(5)


def test_a_herder_that_has_stopped_says_so(herder: StandaloneHerder) -> None:
    herder.stop()

    with pytest.raises(InternalError, match="The worker is shutting down"):
        herder.health_check(5)


def test_a_task_of_an_unknown_connector_cannot_be_restarted(herder: StandaloneHerder) -> None:
    with pytest.raises(NotFoundError, match="Unknown connector: none"):
        herder.restart_task("none", 0)


def test_topics_are_remembered_until_they_are_reset(herder: StandaloneHerder, lab: Lab) -> None:
    lab.create()
    task = ConnectorTaskId("lab", 0)
    herder.on_topics_used(task, ["a", "b"])
    herder.on_topics_used(task, ["a"])

    assert herder.connector_active_topics("lab") == ["a", "b"]
    herder.reset_connector_active_topics("lab")
    herder.reset_connector_active_topics("unknown")
    assert herder.connector_active_topics("lab") == []


def test_topics_are_forgotten_with_the_connector(herder: StandaloneHerder, lab: Lab) -> None:
    lab.create()
    herder.on_topics_used(ConnectorTaskId("lab", 0), ["a"])
    herder.delete_connector("lab")

    assert herder.connector_active_topics("lab") == []


def test_plug_ins_are_listed_by_kind_and_name(herder: StandaloneHerder) -> None:
    connectors = herder.connector_plugins(connectors_only=True)
    assert [plugin["class"] for plugin in connectors if plugin["class"].startswith("lab.")] == [
        "lab.LabSink",
        "lab.LabSource",
        "lab.SlowLabSource",
    ]
    kinds = list(dict.fromkeys(plugin["type"] for plugin in herder.connector_plugins(connectors_only=False)))
    order = ["sink", "source", "transformation", "predicate", "converter", "header_converter"]
    assert kinds == [kind for kind in order if kind in kinds]


def test_the_keys_of_a_plug_in_are_its_own_and_then_everybodys(herder: StandaloneHerder) -> None:
    keys = [key["name"] for key in herder.connector_plugin_config("LabSource", None)]
    assert keys[:3] == ["tasks", "name", "connector.class"]
    assert "topic.creation.groups" in keys


def test_keys_of_what_is_no_plug_in_are_refused(herder: StandaloneHerder) -> None:
    with pytest.raises(NotFoundError, match=r"Unknown plugin Nope\."):
        herder.connector_plugin_config("Nope", None)
    with pytest.raises(BadRequestError, match="Invalid plugin class FileConfigProvider"):
        herder.connector_plugin_config("FileConfigProvider", None)
    with pytest.raises(
        BadRequestError, match=r"not found that matches the version range \[9,9\], available versions: \[1.5\]"
    ):
        herder.connector_plugin_config("LabSource", "9")


def test_validation_tells_all_errors_and_stores_nothing(herder: StandaloneHerder, lab: Lab) -> None:
    infos = herder.validate_connector_config({**lab.config(), "tasks.max": "0", "tasks": "x"})

    assert infos["name"] == "LabSource"
    assert infos["error_count"] == 2
    assert herder.connectors() == []


def test_a_name_that_no_process_and_no_line_of_the_log_could_have_is_an_error_of_its_key(
    herder: StandaloneHerder, lab: Lab, caplog: pytest.LogCaptureFixture
) -> None:
    config = {**lab.config(), "name": "a\0b\nforged " + "x" * 100_000, "misbehave": "validate:raise"}

    infos = herder.validate_connector_config({**config, "misbehave": ""})

    assert [entry["value"]["errors"] for entry in infos["configs"] if entry["value"] and entry["value"]["errors"]] == [
        [
            f"Invalid value {config['name']} for configuration name: "
            "String may not contain control sequences but had the following ASCII chars: 0, 10"
        ]
    ]
    with pytest.raises(
        InternalError, match=r"^org\.apache\.kafka\.connect\.errors\.ConnectException: told to fail in validate$"
    ):
        herder.validate_connector_config(config)
    assert "forged" in caplog.text
    assert "\nforged" not in caplog.text


@pytest.mark.parametrize("config", [{}, {"connector.class": "Nope"}])
def test_a_validation_without_a_usable_class_is_refused(
    herder: StandaloneHerder, config: dict[str, str | None]
) -> None:
    with pytest.raises(BadRequestError):
        herder.validate_connector_config(config)


def test_requests_among_workers_are_not_served(herder: StandaloneHerder) -> None:
    with pytest.raises(InternalError, match="does not support externally setting task configurations"):
        herder.put_task_configs("lab", [], UNSIGNED)
    with pytest.raises(InternalError, match="does not support exactly-once source connectors"):
        herder.fence_zombies("lab", UNSIGNED)
