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
    ("body", "message"),
    [
        (b"", "The request has no body; a JSON object is expected"),
        (b'{"offsets": {}}', "offsets: Expected an array, but it was an object."),
        (b'{"offsets": [5]}', "offsets.0: Expected an object with partition and offset."),
        (b'{"offsets": [{"partition": []}]}', "offsets.0.partition: Expected an object, but it was an array."),
        (b'{"offsets": [{"offset": 5}]}', "offsets.0.offset: Expected an object, but it was a number."),
        (b'{"offsets": [{"zzz": 1}]}', "offsets.0.zzz: Unknown field; there are partition and offset."),
        (b'{"zzz": 1}', "zzz: Unknown field; there is offsets."),
        (b'{"offsets": [{"partition": {"a": 1e999}}]}', "Number out of range: 1e999 is larger than any double"),
        (b'{"offsets": [{"partition": {"a": 9223372036854775808}}]}', "9223372036854775808 has more than 64 bits"),
        (b'{"offsets": [{"offset": {"a": ' + b"9" * 10_000 + b"}}]}", "9" * 40 + "... has more than 64 bits"),
        (b'{"offsets": [{"offset": {"a": ' + b"[" * 300 + b"]" * 300 + b"}}]}", "Values nested deeper than 200 levels"),
        (b'{"offsets": [{"offset": {"a": ' + b"[" * 900 + b"]" * 900 + b"}}]}", "nested"),
    ],
)
def test_malformed_offsets_are_refused_with_place_and_reason(client: FlaskClient, body: bytes, message: str) -> None:
    answer = client.patch("/connectors/a/offsets", data=body, content_type="application/json")

    assert (answer.status_code, answer.get_json()["error_code"]) == (400, 400)
    assert message in answer.get_json()["message"]


def test_the_limits_of_what_can_be_stored_are_taken(client: FlaskClient) -> None:
    nested: object = [-(2**63), 2**63 - 1]
    for _ in range(190):
        nested = [nested]
    pairs = [{"partition": {"f": nested}, "offset": None}]

    client.patch("/connectors/a/offsets", json={"offsets": pairs})

    assert client.get("/connectors/a/offsets").get_json() == {"offsets": pairs}


def test_reset_answers_with_a_message(client: FlaskClient) -> None:
    answer = client.delete("/connectors/a/offsets")

    assert answer.get_json() == {"message": "The offsets for this connector have been reset successfully"}


def test_offsets_of_a_running_connector_cannot_be_changed(client: FlaskClient) -> None:
    client.put("/connectors/a/resume")

    assert client.delete("/connectors/a/offsets").status_code == 400
