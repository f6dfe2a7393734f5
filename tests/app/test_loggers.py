"""/admin/loggers."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.application import create_admin_app, create_app
from app.settings import Settings
from tests.app.memory_herder import MemoryHerder

NAME = "org.apache.kafka.connect.runtime.rest.test"


@pytest.fixture(autouse=True)
def levels_as_before() -> Iterator[None]:
    yield
    for name in (NAME, f"{NAME}.sub"):
        logging.getLogger(name).setLevel(logging.NOTSET)


def test_a_level_is_set_in_any_case_and_read_back(client: FlaskClient) -> None:
    answer = client.put(f"/admin/loggers/{NAME}", json={"level": "trace", "further": "members"})

    assert (answer.status_code, answer.get_json()) == (200, [NAME])
    assert client.get(f"/admin/loggers/{NAME}").get_json() == {"level": "TRACE", "last_modified": 1}
    assert set(client.get("/admin/loggers").get_json()) == {NAME, "root"}


def test_a_change_that_alters_nothing_answers_an_empty_list(client: FlaskClient) -> None:
    client.put(f"/admin/loggers/{NAME}", json={"level": "DEBUG"})

    assert client.put(f"/admin/loggers/{NAME}", json={"level": "debug"}).get_json() == []


@pytest.mark.parametrize("scope", ["worker", "cluster"])
def test_the_rest_process_takes_the_level_too(client: FlaskClient, scope: str) -> None:
    child = logging.getLogger(f"{NAME}.sub")
    child.setLevel(logging.INFO)

    client.put(f"/admin/loggers/{NAME}?scope={scope}", json={"level": " error"})

    assert logging.getLogger(NAME).level == logging.ERROR
    assert child.getEffectiveLevel() == logging.ERROR


@pytest.mark.parametrize(("scope", "status"), [("cluster", 204), ("CLUSTER", 204), ("worker", 200), ("other", 200)])
def test_unknown_scopes_mean_the_worker(client: FlaskClient, scope: str, status: int) -> None:
    answer = client.put(f"/admin/loggers/{NAME}?scope={scope}", json={"level": "INFO"})

    assert answer.status_code == status
    assert (answer.data == b"") == (status == 204)


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({}, 400, "Desired 'level' parameter was not specified in request."),
        ({"level": None}, 400, "Desired 'level' parameter was not specified in request."),
        ({"level": ""}, 400, "Desired 'level' parameter was not specified in request."),
        ({"level": "LOUD"}, 404, "invalid log level 'LOUD'."),
    ],
)
def test_a_wrong_level_is_refused(client: FlaskClient, body: dict[str, Any], status: int, message: str) -> None:
    answer = client.put(f"/admin/loggers/{NAME}", json=body)

    assert (answer.status_code, answer.get_json()["message"]) == (status, message)


def test_an_unknown_logger_is_not_found(client: FlaskClient) -> None:
    assert client.get("/admin/loggers/nope").get_json() == {"error_code": 404, "message": "Logger nope not found."}


def test_an_admin_application_serves_loggers_and_nothing_else(herder: MemoryHerder) -> None:
    settings = Settings(admin_on_main=False, cors_origins=("*",))
    main, admin = create_app(settings, herder).test_client(), create_admin_app(settings, herder).test_client()

    assert (main.get("/admin/loggers").status_code, main.get("/connectors").status_code) == (404, 200)
    assert (admin.get("/admin/loggers").status_code, admin.get("/connectors").status_code) == (200, 404)
    assert "Vary" not in admin.get("/admin/loggers").headers
