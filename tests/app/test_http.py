"""What holds for every resource: methods, content negotiation, paths, JSON output."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from app.json_writer import dump_json
from tests.app.memory_herder import MemoryHerder

CONFIG = {"connector.class": "FileStreamSource", "topic": "t"}
NOT_FOUND = {"error_code": 404, "message": "HTTP 404 Not Found"}


def test_an_unknown_path_is_not_found(client: FlaskClient) -> None:
    for path in ("/healthz", "/favicon.ico", "/connectors/a/nothing", "/connectors/a/tasks/0", "/admin"):
        answer = client.get(path)
        assert (answer.status_code, answer.get_json()) == (404, NOT_FOUND)


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/"), ("DELETE", "/connectors"), ("PATCH", "/connectors/a"), ("TRACE", "/"), ("BREW", "/connectors")],
)
def test_a_method_that_is_not_there_is_answered_with_405(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open(path, method=method)

    assert (answer.status_code, answer.get_json()) == (
        405,
        {"error_code": 405, "message": "HTTP 405 Method Not Allowed"},
    )


def test_options_lists_the_methods(client: FlaskClient) -> None:
    answer = client.options("/")

    assert (answer.status_code, answer.text) == (200, "HEAD, GET, OPTIONS")
    assert answer.headers["Allow"] == "HEAD,GET,OPTIONS"
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert client.options("/connectors/a/config").headers["Allow"] == "HEAD,GET,OPTIONS,PUT,PATCH"
    assert client.options("/nothing").status_code == 404


def test_options_without_text_has_no_body(client: FlaskClient) -> None:
    answer = client.options("/connectors", headers={"Accept": "application/json"})

    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Allow"] == "HEAD,POST,GET,OPTIONS"


def test_head_works_like_get_without_a_body(client: FlaskClient) -> None:
    assert client.head("/connectors").status_code == 200
    assert client.head("/connectors/none").status_code == 404
    assert client.head("/connectors").data == b""


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/json", 200),
        ("*/*", 200),
        ("application/*", 200),
        ("", 200),
        ("text/html,application/xhtml+xml,*/*;q=0.8", 200),
        ("application/json;q=0.5, text/plain", 200),
        ("application/json; charset=utf-8", 200),
        ("text/plain, APPLICATION/JSON;version=1", 200),
        ("application/json;q=0", 200),
        ("text/html", 406),
        ("application/xml", 406),
        ("application/jsonp", 406),
        ("text/*", 406),
    ],
)
def test_a_client_must_accept_json(client: FlaskClient, accept: str, status: int) -> None:
    answer = client.get("/connectors", headers={"Accept": accept})

    assert answer.status_code == status
    assert status == 200 or answer.get_json() == {"error_code": 406, "message": "HTTP 406 Not Acceptable"}


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/vnd.api+json", "nonsense"])
def test_a_foreign_content_type_is_refused_even_without_a_body(client: FlaskClient, content_type: str) -> None:
    refused = {"error_code": 415, "message": "HTTP 415 Unsupported Media Type"}
    headers = {"Content-Type": content_type}

    assert client.post("/connectors", data=json.dumps({"name": "a"}), headers=headers).get_json() == refused
    assert client.get("/connectors", headers=headers).get_json() == refused
    assert client.delete("/connectors/a", headers=headers).get_json() == refused
    assert client.put("/admin/loggers/a", headers=headers).get_json() == refused
    assert client.get("/", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "APPLICATION/JSON", "application/json; charset=utf-8", "application/json;charset=UTF-8;x=y"],
)
def test_json_is_accepted_with_any_parameters(client: FlaskClient, content_type: str) -> None:
    body = json.dumps({"name": "a", "config": CONFIG})

    assert client.post("/connectors", data=body, headers={"Content-Type": content_type}).status_code == 201


def test_a_body_that_is_too_large_is_refused(client: FlaskClient) -> None:
    body = b'{"name": "' + b"a" * (33 * 1024 * 1024) + b'"}'

    answer = client.post("/connectors", data=body, content_type="application/json")

    assert (answer.status_code, answer.get_json()["error_code"]) == (413, 413)


@pytest.mark.parametrize(
    "path",
    [
        "/connectors//",
        "/connectors/n%2Fx",
        "/connectors/n%2fx/status",
        "/connectors/50%25",
        "/connectors/%00",
        "/connectors/a%0Ab",
        "/connectors/a%5Cb",
        "/connectors/a\\b",
        "/connectors/a|b",
        "/connectors/%zz",
        "/connectors/%",
        "/connectors/%FF",
        "/connectors/%2e%2e",
        "/connectors/..;x",
        "/connectors/;x/status",
        "/../connectors",
        "/connectors/a/../../..",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_ambiguous_paths_are_refused(client: FlaskClient, path: str, method: str) -> None:
    answer = client.open(path, method=method)

    assert (answer.status_code, answer.get_json()["error_code"]) == (400, 400)


def test_path_parameters_and_a_slash_at_the_end_are_dropped(client: FlaskClient) -> None:
    for path in ("/connectors;x=y", "/connectors/", "/connectors/;x", "/connectors;x/"):
        assert client.get(path).get_json() == [], path


@pytest.mark.parametrize("name", [".", "..", "..."])
def test_dots_are_names_like_any_other(client: FlaskClient, name: str) -> None:
    assert client.put(f"/connectors/{name}/config", json=CONFIG).status_code == 201
    assert client.get(f"/connectors/{name}").get_json()["name"] == name
    assert client.get(f"/connectors/{name}/connectors").get_json() == NOT_FOUND


@pytest.mark.parametrize("host", ["", "a b", "a/b", "a:b", "[::1", "\u00e9", "a:123456"])
def test_a_host_that_is_none_is_refused(client: FlaskClient, host: str) -> None:
    answer = client.put("/connectors/a/config", json=CONFIG, headers={"Host": host})

    assert (answer.status_code, answer.get_json()["error_code"]) == (400, 400)
    assert client.get("/connectors").get_json() == []


@pytest.mark.parametrize("host", ["a-b.example", "a_b:8083", "10.0.0.1", "[::1]:8083"])
def test_a_location_has_the_host_that_was_asked(client: FlaskClient, host: str) -> None:
    answer = client.put("/connectors/a/config", json=CONFIG, headers={"Host": host})

    assert answer.headers["Location"] == f"http://{host}/connectors/a"


def test_a_location_leaves_out_the_port_that_goes_without_saying(client: FlaskClient) -> None:
    answer = client.put("/connectors/a/config", json=CONFIG, headers={"Host": "a.example:80"})

    assert answer.headers["Location"] == "http://a.example/connectors/a"


def test_fixed_segments_are_not_decoded_and_have_their_case(client: FlaskClient) -> None:
    for path in ("/%63onnectors", "/Connectors"):
        assert client.get(path).get_json() == NOT_FOUND


def test_malformed_escapes_in_the_query_are_harmless(client: FlaskClient) -> None:
    assert client.get("/connectors?x=%zz&%").status_code == 200


def test_json_is_written_as_jackson_writes_it() -> None:
    value = {"a": 'é😀 "\\u001b" \x1b\x7f\n/', "b": [1, None, True]}

    assert dump_json(value) == '{"a":"é\\uD83D\\uDE00 \\"\\\\u001b\\" \\u001B\x7f\\n/","b":[1,null,true]}'.encode()
    assert json.loads(dump_json(value)) == value


def test_lone_surrogates_do_not_break_an_answer() -> None:
    assert dump_json(["\ud800"]) == b'["\\uD800"]'


class BrokenHerder(MemoryHerder):
    def connectors(self) -> list[str]:
        raise KeyError("a fault of ours")


def test_a_fault_of_ours_is_a_500_with_the_standard_body() -> None:
    from app.application import create_app
    from app.settings import Settings

    answer = create_app(Settings(), BrokenHerder()).test_client().get("/connectors")

    assert (answer.status_code, answer.get_json()["error_code"]) == (500, 500)
