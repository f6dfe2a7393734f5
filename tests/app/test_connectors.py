"""/connectors: creating, reading, changing and deleting."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.app.memory_herder import MemoryHerder

CONFIG = {"connector.class": "FileStreamSource", "topic": "t"}


def test_a_created_connector_is_answered_with_201_and_its_location(client: FlaskClient) -> None:
    answer = client.post("/connectors", json={"name": "a", "config": CONFIG})

    assert answer.status_code == 201
    assert answer.headers["Location"] == "http://localhost/connectors/a"
    assert answer.get_json() == {
        "name": "a",
        "config": {**CONFIG, "name": "a"},
        "tasks": [{"connector": "a", "task": 0}],
        "type": "source",
    }


def test_the_name_is_trimmed_as_java_does(client: FlaskClient, herder: MemoryHerder) -> None:
    client.post("/connectors", json={"name": " \tb\u0001\n", "config": CONFIG})

    assert herder.connectors() == ["b"]


def test_location_keeps_slashes_and_encodes_blanks(client: FlaskClient) -> None:
    answer = client.post("/connectors", json={"name": "n/x ä", "config": CONFIG})

    assert answer.headers["Location"] == "http://localhost/connectors/n/x%20%C3%A4"


def test_a_percent_sign_in_a_location_is_encoded_unless_it_looks_like_an_escape(client: FlaskClient) -> None:
    answer = client.post("/connectors", json={"name": "%s %41 %", "config": CONFIG})

    assert answer.headers["Location"] == "http://localhost/connectors/%25s%20%41%20%25"


def test_initial_state_is_taken_in_any_case(client: FlaskClient, herder: MemoryHerder) -> None:
    client.post("/connectors", json={"name": "a", "config": CONFIG, "initial_state": "paused"})

    assert herder.targets["a"] == "PAUSED"


def test_an_existing_name_is_a_conflict(client: FlaskClient) -> None:
    client.post("/connectors", json={"name": "a", "config": CONFIG})

    answer = client.post("/connectors", json={"name": "a", "config": CONFIG})

    assert (answer.status_code, answer.get_json()) == (
        409,
        {"error_code": 409, "message": "Connector a already exists"},
    )


def test_a_name_in_the_configuration_must_be_the_connectors(client: FlaskClient) -> None:
    answer = client.post("/connectors", json={"name": "a", "config": {**CONFIG, "name": "other"}})

    assert answer.status_code == 400
    assert answer.get_json()["message"] == (
        "Connector name configuration (other) doesn't match connector name in the URL (a)"
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  ",
        b"{",
        b"[]",
        b'"text"',
        b"5",
        b"null",
        b'{"name": NaN}',
        b"\xff\xfe",
        b'{"name": "\\ud800", "config": {}}',
        b"[" * 100_000,
        b"{}",
        b'{"name": "a", "config": null}',
        b'{"name": "a", "config": []}',
        b'{"name": "a", "config": {"k": []}}',
        b'{"name": "a", "config": {"k": {}}}',
        b'{"name": ["a"], "config": {}}',
        b'{"name": "a", "config": {}, "initial_state": "GONE"}',
        b'{"name": "a", "config": {}, "initial_state": 5}',
        b'{"name": "a", "config": {}, "zzz": 1}',
    ],
)
def test_a_malformed_body_is_an_error_of_the_client(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/connectors", data=body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.get_json()["error_code"] == 400
    assert answer.get_json()["message"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ([1], "Invalid request body: Expected an object, but it was an array."),
        ({"name": "a"}, "config: Missing data for required field."),
        ({"config": None}, "config: Expected an object, but it was null."),
        ({"config": "text"}, "config: Expected an object, but it was a string."),
        ({"config": {"tasks": []}}, "config.tasks: Expected a string, a number or a boolean, but it was an array."),
        ({"config": {}, "zzz": 1}, "zzz: Unknown field; there are name, config and initial_state."),
        (
            {"config": {}, "initial_state": "Gone"},
            "initial_state: Expected RUNNING, PAUSED or STOPPED, but it was 'Gone'.",
        ),
        (
            {"config": {}, "initial_state": True},
            "initial_state: Expected RUNNING, PAUSED or STOPPED, but it was a boolean.",
        ),
    ],
)
def test_an_error_names_the_member_what_it_is_and_what_is_expected(
    client: FlaskClient, body: object, message: str
) -> None:
    assert message in client.post("/connectors", json=body).get_json()["message"]


def test_a_configuration_that_is_no_object_is_told_what_it_is(client: FlaskClient) -> None:
    answer = client.put("/connectors/a/config", data=b"1.5", content_type="application/json")

    assert answer.get_json()["message"] == "Invalid connector configuration: Expected an object, but it was a number."


def test_scalars_become_strings_with_their_source_text(client: FlaskClient, herder: MemoryHerder) -> None:
    body = b'{"connector.class":"FileStreamSource","topic":"t","a":1.50,"b":1e3,"c":-0,"d":true,"e":null,"a":2.50}'

    client.put("/connectors/a/config", data=body, content_type="application/json")

    stored = herder.configs["a"]
    assert [stored[key] for key in "abcde"] == ["2.50", "1e3", "-0", "true", None]


def test_text_behind_the_json_value_is_ignored(client: FlaskClient) -> None:
    body = b'{"connector.class":"FileStreamSource","topic":"t"} trailing'

    answer = client.put("/connectors/a/config", data=body, content_type="application/json")

    assert answer.status_code == 201


def test_put_creates_with_201_and_replaces_with_200(client: FlaskClient) -> None:
    created = client.put("/connectors/a/config", json=CONFIG)
    replaced = client.put("/connectors/a/config", json={**CONFIG, "name": None})

    assert (created.status_code, replaced.status_code) == (201, 200)
    assert "Location" not in replaced.headers
    assert replaced.get_json()["config"]["name"] == "a"


def test_the_name_in_the_url_is_decoded_and_not_trimmed(client: FlaskClient, herder: MemoryHerder) -> None:
    client.put("/connectors/%20lead%C3%A9+/config", json=CONFIG)

    assert herder.connectors() == [" leadé+"]


def test_patch_merges_and_null_removes(client: FlaskClient, herder: MemoryHerder) -> None:
    client.put("/connectors/a/config", json={**CONFIG, "note": "x"})

    answer = client.patch("/connectors/a/config", json={"note": None, "more": 5})

    assert answer.status_code == 200
    assert herder.configs["a"] == {**CONFIG, "name": "a", "more": "5"}


def test_patch_without_a_body_is_refused_for_a_connector_that_is_there(client: FlaskClient) -> None:
    assert client.patch("/connectors/a/config").get_json()["message"] == "Connector a not found"

    client.put("/connectors/a/config", json=CONFIG)

    assert client.patch("/connectors/a/config").status_code == 400


def test_delete_answers_204_without_a_body(client: FlaskClient, herder: MemoryHerder) -> None:
    client.put("/connectors/a/config", json=CONFIG)

    answer = client.delete("/connectors/a")

    assert (answer.status_code, answer.data, answer.headers.get("Content-Type")) == (204, b"", None)
    assert herder.connectors() == []


@pytest.mark.parametrize("path", ["", "/config", "/tasks", "/offsets"])
def test_an_unknown_connector_is_not_found(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/connectors/none{path}")

    assert (answer.status_code, answer.get_json()) == (404, {"error_code": 404, "message": "Connector none not found"})


def test_the_list_has_names_only_without_expand(client: FlaskClient) -> None:
    client.put("/connectors/a/config", json=CONFIG)

    assert client.get("/connectors").get_json() == ["a"]
    assert client.get("/connectors?Expand=info&limit=1").get_json() == ["a"]


def test_expand_adds_status_and_info(client: FlaskClient) -> None:
    client.put("/connectors/a/config", json=CONFIG)

    both = client.get("/connectors?expand=info&expand=status").get_json()

    assert set(both["a"]) == {"info", "status"}
    assert both["a"]["status"]["connector"]["state"] == "RUNNING"


@pytest.mark.parametrize("query", ["expand=", "expand", "expand=other", "expand=info,status", "expand=STATUS"])
def test_unknown_expansions_add_nothing(client: FlaskClient, query: str) -> None:
    client.put("/connectors/a/config", json=CONFIG)

    assert client.get(f"/connectors?{query}").get_json() == {"a": {}}
