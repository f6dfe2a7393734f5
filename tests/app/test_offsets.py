"""/connectors/{connector}/offsets."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.app.memory_herder import MemoryHerder


@pytest.fixture(autouse=True)
def stopped_connector(client: FlaskClient) -> None:
    client.put("/connectors/a/config", json={"connector.class": "FileStreamSource", "topic": "t"})
    client.put("/connectors/a/stop")


def test_altered_offsets_are_read_back_with_their_types(client: FlaskClient) -> None:
    pairs = [{"partition": {"f": "x", "n": 1}, "offset": {"position": 2.5}}, {"partition": None, "offset": None}]

    answer = client.patch("/connectors/a/offsets", json={"offsets": pairs})

    assert answer.get_json() == {"message": "The offsets for this connector have been altered successfully"}
    assert client.get("/connectors/a/offsets").get_json() == {"offsets": pairs}


def test_a_missing_offset_is_null(client: FlaskClient, herder: MemoryHerder) -> None:
    client.patch("/connectors/a/offsets", json={"offsets": [{"partition": {"f": "x"}}]})

    assert herder.offsets["a"] == [{"partition": {"f": "x"}, "offset": None}]


@pytest.mark.parametrize("body", [{}, {"offsets": None}, {"offsets": []}])
def test_nothing_to_alter_is_refused(client: FlaskClient, body: dict[str, Any]) -> None:
    answer = client.patch("/connectors/a/offsets", json=body)

    assert answer.status_code == 400
    assert answer.get_json()["message"] == "Partitions / offsets need to be provided for an alter offsets request"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"offsets": {}}',
        b'{"offsets": [5]}',
        b'{"offsets": [{"partition": []}]}',
        b'{"offsets": [{"partition": {"a": 1}, "offset": 5}]}',
        b'{"offsets": [{"partition": {"a": 1e999}}]}',
        b'{"offsets": [{"partition": {"a": ' + b"9" * 10_000 + b"}}]}",
        b'{"offsets": [{"partition": {"a": 1}, "zzz": 1}]}',
        b'{"zzz": 1}',
    ],
)
def test_malformed_offsets_are_refused(client: FlaskClient, body: bytes) -> None:
    answer = client.patch("/connectors/a/offsets", data=body, content_type="application/json")

    assert (answer.status_code, answer.get_json()["error_code"]) == (400, 400)


def test_reset_answers_with_a_message(client: FlaskClient) -> None:
    answer = client.delete("/connectors/a/offsets")

    assert answer.get_json() == {"message": "The offsets for this connector have been reset successfully"}


def test_offsets_of_a_running_connector_cannot_be_changed(client: FlaskClient) -> None:
    client.put("/connectors/a/resume")

    assert client.delete("/connectors/a/offsets").status_code == 400
