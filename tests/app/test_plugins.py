"""/connector-plugins."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

VALIDATE = "/connector-plugins/{}/config/validate"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 2),
        ("?connectorsOnly=TRUE", 2),
        ("?connectorsonly=false", 2),
        ("?connectorsOnly=false", 3),
        ("?connectorsOnly=no", 3),
        ("?connectorsOnly=", 3),
    ],
)
def test_only_true_means_connectors_only(client: FlaskClient, query: str, count: int) -> None:
    assert len(client.get(f"/connector-plugins{query}").get_json()) == count


def test_definitions_of_a_plugin(client: FlaskClient) -> None:
    assert [key["name"] for key in client.get("/connector-plugins/FileStreamSource/config").get_json()] == ["topic"]
    assert client.get("/connector-plugins/Nope/config").get_json() == {
        "error_code": 404,
        "message": "Unknown plugin Nope.",
    }


def test_validation_answers_200_with_the_errors(client: FlaskClient) -> None:
    answer = client.put(VALIDATE.format("FileStreamSource"), json={"connector.class": "FileStreamSource"})

    assert answer.status_code == 200
    assert answer.get_json()["error_count"] == 1


@pytest.mark.parametrize("plugin", ["FileStreamSource", "FileStreamSourceConnector", "Source", "SourceConnector"])
def test_the_plugin_of_the_url_is_compared_by_its_end(client: FlaskClient, plugin: str) -> None:
    answer = client.put(VALIDATE.format(plugin), json={"connector.class": "FileStreamSource"})

    assert answer.status_code == 200


def test_another_plugin_in_the_url_is_refused(client: FlaskClient) -> None:
    answer = client.put(VALIDATE.format("FileStreamSink"), json={"connector.class": "FileStreamSource"})

    assert answer.status_code == 400
    assert answer.get_json()["message"] == (
        "Included connector type FileStreamSource does not match request type FileStreamSink"
    )


def test_a_configuration_without_a_class_is_refused(client: FlaskClient) -> None:
    assert client.put(VALIDATE.format("FileStreamSource"), json={}).status_code == 400
    assert client.put(VALIDATE.format("FileStreamSource")).status_code == 400
