"""Status, target states, restarts and topics."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.application import create_app
from app.settings import Settings
from tests.app.memory_herder import MemoryHerder

CONFIG = {"connector.class": "FileStreamSource", "topic": "t"}


@pytest.fixture(autouse=True)
def connector(client: FlaskClient) -> None:
    client.put("/connectors/a/config", json=CONFIG)


def test_status_has_the_connector_and_its_tasks(client: FlaskClient) -> None:
    status = client.get("/connectors/a/status").get_json()

    assert list(status) == ["name", "connector", "tasks", "type"]
    assert [task["id"] for task in status["tasks"]] == [0]
    assert client.get("/connectors/a/tasks/0/status").get_json() == status["tasks"][0]


@pytest.mark.parametrize(
    ("action", "status", "state"), [("pause", 202, "PAUSED"), ("resume", 202, "RUNNING"), ("stop", 204, "STOPPED")]
)
def test_target_states_are_answered_without_a_body(
    client: FlaskClient, herder: MemoryHerder, action: str, status: int, state: str
) -> None:
    answer = client.put(f"/connectors/a/{action}", json={"unexpected": "body"})

    assert (answer.status_code, answer.data) == (status, b"")
    assert herder.targets["a"] == state


@pytest.mark.parametrize("number", ["x", "1.5", "+", "1_0", "2147483648", "-2147483649", "9" * 5000])
def test_a_task_that_is_no_integer_is_an_unknown_url(client: FlaskClient, number: str) -> None:
    answer = client.post(f"/connectors/a/tasks/{number}/restart")

    assert (answer.status_code, answer.get_json()["message"]) == (404, "HTTP 404 Not Found")


@pytest.mark.parametrize(("text", "number"), [("-1", -1), ("+1", 1), ("0" * 5000 + "1", 1), ("-2147483648", -(2**31))])
def test_every_integer_of_java_is_asked_for(client: FlaskClient, text: str, number: int) -> None:
    answer = client.get(f"/connectors/a/tasks/{text}/status")

    assert answer.get_json()["message"] == f"No status found for task a-{number}"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 204),
        ("?includeTasks=", 204),
        ("?includeTasks=yes", 204),
        ("?includetasks=true", 204),
        ("?includeTasks=false&includeTasks=true", 204),
        ("?includeTasks=TRUE", 202),
        ("?includeTasks=%74rue&onlyFailed=true", 202),
        ("?onlyFailed=true", 202),
    ],
)
def test_restart_with_a_flag_answers_with_the_status(client: FlaskClient, query: str, status: int) -> None:
    answer = client.post(f"/connectors/a/restart{query}")

    assert answer.status_code == status
    assert (answer.data == b"") == (status == 204)


def test_restarting_a_task(client: FlaskClient) -> None:
    assert client.post("/connectors/a/tasks/0/restart").status_code == 204
    assert client.post("/connectors/a/tasks/7/restart").status_code == 404


def test_topics_are_listed_under_the_connector_and_can_be_forgotten(client: FlaskClient, herder: MemoryHerder) -> None:
    herder.topics["a"] = ["t"]

    assert client.get("/connectors/a/topics").get_json() == {"a": {"topics": ["t"]}}
    assert client.put("/connectors/a/topics/reset").status_code == 202
    assert client.get("/connectors/a/topics").get_json() == {"a": {"topics": []}}


def test_topic_tracking_can_be_switched_off(herder: MemoryHerder) -> None:
    off = create_app(Settings(topic_tracking=False), herder).test_client()
    fixed = create_app(Settings(topic_tracking_reset=False), herder).test_client()

    assert off.get("/connectors/a/topics").get_json() == {"error_code": 403, "message": "Topic tracking is disabled."}
    assert off.put("/connectors/a/topics/reset").get_json()["message"] == "Topic tracking is disabled."
    assert fixed.put("/connectors/a/topics/reset").get_json()["message"] == "Topic tracking reset is disabled."
    assert fixed.get("/connectors/a/topics").status_code == 200


def test_requests_of_other_workers_are_refused_by_a_standalone_worker(client: FlaskClient) -> None:
    tasks = client.post("/connectors/a/tasks", json=[{"a": "b"}])
    fence = client.put("/connectors/a/fence")

    assert (tasks.status_code, fence.status_code) == (500, 500)
    assert "standalone mode" in tasks.get_json()["message"]
    assert "standalone mode" in fence.get_json()["message"]
    assert client.post("/connectors/a/tasks", json={"a": "b"}).status_code == 400
