"""/, /health, /openapi.json."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app.application import create_app
from app.settings import Settings
from tests.app.memory_herder import STAGE, MemoryHerder
from workers.errors import InternalError
from workers.herder.interface import HerderUnreachableError, RequestTimeoutError


class UnreachableHerder(MemoryHerder):
    """A worker that does not answer yet."""

    def is_ready(self) -> bool:
        raise HerderUnreachableError("The worker does not answer")

    def health_check(self, timeout_s: float) -> None:
        raise HerderUnreachableError("The worker does not answer")

    def kafka_cluster_id(self) -> str | None:
        raise HerderUnreachableError("The worker does not answer")


class StuckHerder(UnreachableHerder):
    """A worker that was ready and does not answer any more; the client remembers."""

    def is_ready(self) -> bool:
        return True


class LateHerder(MemoryHerder):
    """A worker of which nothing is known in time."""

    def health_check(self, timeout_s: float) -> None:
        raise RequestTimeoutError

    def kafka_cluster_id(self) -> str | None:
        raise RequestTimeoutError

    def is_ready(self) -> bool:
        raise RequestTimeoutError


class StoppingHerder(MemoryHerder):
    def health_check(self, timeout_s: float) -> None:
        raise InternalError("The herder is shutting down")


def test_the_root_says_what_the_worker_is(herder: MemoryHerder) -> None:
    client = create_app(Settings(commit="0123456789abcdef"), herder).test_client()

    answer = client.get("/?x=y&x=z")

    assert answer.headers["Content-Type"] == "application/json"
    assert answer.get_json() == {"version": "4.3.0", "commit": "0123456789abcdef", "kafka_cluster_id": "memory-cluster"}


def test_the_root_answers_before_the_worker_does() -> None:
    known = create_app(Settings(kafka_cluster_id="id"), UnreachableHerder()).test_client()

    assert known.get("/").get_json()["kafka_cluster_id"] == "id"
    for herder in (UnreachableHerder(), LateHerder()):
        answer = create_app(Settings(), herder).test_client().get("/")
        assert answer.get_json()["kafka_cluster_id"] is None


def test_health_of_a_worker_that_answers(client: FlaskClient) -> None:
    answer = client.get("/health")

    assert answer.status_code == 200
    assert answer.get_json() == {
        "status": "healthy",
        "message": "Worker has completed startup and is ready to handle requests.",
    }


def test_health_of_a_worker_that_starts() -> None:
    answer = create_app(Settings(), MemoryHerder(ready=False)).test_client().get("/health")

    assert answer.status_code == 503
    assert answer.get_json() == {"status": "starting", "message": f"Worker is still starting up. {STAGE}"}


@pytest.mark.parametrize("herder", [UnreachableHerder(), LateHerder()])
def test_a_worker_that_never_answered_counts_as_starting(herder: MemoryHerder) -> None:
    answer = create_app(Settings(), herder).test_client().get("/health")

    assert (answer.status_code, answer.get_json()["message"]) == (503, "Worker is still starting up.")


def test_a_worker_that_was_ready_and_cannot_be_reached_is_unhealthy() -> None:
    answer = create_app(Settings(), StuckHerder()).test_client().get("/health")

    assert (answer.status_code, answer.get_json()["status"]) == (500, "unhealthy")


def test_health_of_a_worker_that_hangs() -> None:
    answer = create_app(Settings(), MemoryHerder(busy=True)).test_client().get("/health")

    assert answer.status_code == 500
    assert answer.get_json() == {
        "status": "unhealthy",
        "message": "Worker was unable to handle this request and may be unable to handle other requests. " + STAGE,
    }


def test_errors_of_the_herder_show_in_health() -> None:
    answer = create_app(Settings(), StoppingHerder()).test_client().get("/health")

    assert (answer.status_code, answer.get_json()) == (
        500,
        {"error_code": 500, "message": "The herder is shutting down"},
    )


def test_the_openapi_document_has_every_route(herder: MemoryHerder) -> None:
    app = create_app(Settings(), herder)
    document = app.test_client().get("/openapi.json").get_json()

    described = {(path, method.upper()) for path, item in document["paths"].items() for method in item}
    served = {
        (rule.rule.replace("<", "{").replace(">", "}"), method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD"}
        if not rule.endpoint.startswith(("internal.", "openapi."))
    }
    assert described == served


def test_the_openapi_document_leaves_out_what_is_served_elsewhere(herder: MemoryHerder) -> None:
    document = create_app(Settings(admin_on_main=False), herder).test_client().get("/openapi.json").get_json()

    assert not [path for path in document["paths"] if path.startswith("/admin")]
