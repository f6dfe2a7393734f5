"""Cross-origin requests, configured response headers, basic authentication."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

import pytest
from flask.testing import FlaskClient

from app.application import create_admin_app, create_app
from app.settings import HeaderRule, Settings
from tests.app.memory_herder import MemoryHerder

ORIGIN = "http://example.org"
PREFLIGHT = {"Origin": ORIGIN, "Access-Control-Request-Method": "PUT"}


@pytest.fixture
def cors(herder: MemoryHerder) -> FlaskClient:
    return create_app(
        Settings(cors_origins=f"{ORIGIN},http://*.example.com", cors_methods="GET, PUT"), herder
    ).test_client()


def test_without_cors_there_are_no_such_headers(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Origin": ORIGIN})

    assert not [name for name in answer.headers if name[0].startswith(("Access-Control", "Vary"))]


@pytest.mark.parametrize("origin", [ORIGIN, "http://a.example.com", f"http://other {ORIGIN}"])
def test_an_allowed_origin_is_told_so(cors: FlaskClient, origin: str) -> None:
    answer = cors.put("/connectors/none/pause", headers={"Origin": origin})

    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert answer.headers["Vary"] == "Origin"


@pytest.mark.parametrize("origin", ["http://other.org", "http://example.org.evil.net", "http://aexample.com", ""])
def test_another_origin_is_not(cors: FlaskClient, origin: str) -> None:
    assert "Access-Control-Allow-Origin" not in cors.get("/", headers={"Origin": origin}).headers


def test_a_preflight_request_is_answered_like_any_options(cors: FlaskClient) -> None:
    answer = cors.options("/connectors", headers={**PREFLIGHT, "Access-Control-Request-Headers": "content-type"})

    assert answer.status_code == 200
    assert answer.headers["Allow"] == "HEAD, POST, GET, OPTIONS"
    assert answer.headers["Access-Control-Allow-Methods"] == "GET,PUT"
    assert answer.headers["Access-Control-Allow-Headers"] == "X-Requested-With,Content-Type,Accept,Origin"
    assert answer.headers["Access-Control-Max-Age"] == "1800"


@pytest.mark.parametrize(
    "asked", [{"Access-Control-Request-Method": "DELETE"}, {"Access-Control-Request-Headers": "X-Secret"}]
)
def test_a_preflight_for_more_than_is_allowed_gets_no_leave(cors: FlaskClient, asked: dict[str, str]) -> None:
    answer = cors.options("/connectors", headers={**PREFLIGHT, **asked})

    assert "Access-Control-Allow-Origin" not in answer.headers


def test_without_a_list_get_post_and_head_are_allowed(herder: MemoryHerder) -> None:
    anybody = create_app(Settings(cors_origins="*"), herder).test_client()

    assert "Access-Control-Allow-Methods" not in anybody.options("/connectors", headers=PREFLIGHT).headers
    allowed = anybody.options("/", headers={**PREFLIGHT, "Access-Control-Request-Method": "POST"})
    assert allowed.headers["Access-Control-Allow-Methods"] == "GET,POST,HEAD"


def test_configured_headers_are_on_every_answer_of_the_main_listeners(herder: MemoryHerder) -> None:
    rules = (
        HeaderRule("set", "X-Frame-Options", "DENY"),
        HeaderRule("add", "Cache-Control", "no-cache, no-store"),
        HeaderRule("setDate", "Expires", "60000"),
        HeaderRule("addDate", "Last-Modified", "0"),
    )
    settings = Settings(response_headers=rules, admin_on_main=False)
    main, admin = create_app(settings, herder).test_client(), create_admin_app(settings, herder).test_client()

    for path in ("/", "/nothing"):
        headers = main.get(path).headers
        assert (headers["X-Frame-Options"], headers["Cache-Control"]) == ("DENY", "no-cache, no-store")
        assert 30 < parsedate_to_datetime(headers["Expires"]).timestamp() - time.time() < 90
        assert abs(parsedate_to_datetime(headers["Last-Modified"]).timestamp() - time.time()) < 30
    assert "X-Frame-Options" not in admin.get("/admin/loggers").headers


def guarded(herder: MemoryHerder) -> FlaskClient:
    return create_app(Settings(credentials={"ann": "s:cret", "bob": ""}), herder).test_client()


@pytest.mark.parametrize(("user", "password"), [("ann", "s:cret"), ("bob", "")])
def test_known_users_come_in(herder: MemoryHerder, user: str, password: str) -> None:
    assert guarded(herder).get("/connectors", auth=(user, password)).status_code == 200


@pytest.mark.parametrize(
    "header", [None, "", "Basic", "Basic !!!", "Basic /w==", "Bearer abc", "Basic YW5uOndyb25n", "Basic bm9ib2R5Og=="]
)
def test_others_get_401_without_a_challenge(herder: MemoryHerder, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}

    answer = guarded(herder).get("/", headers=headers)

    assert (answer.status_code, answer.text) == (401, "User cannot access the resource.")
    assert "WWW-Authenticate" not in answer.headers


def test_only_signed_requests_of_other_workers_need_no_user(herder: MemoryHerder) -> None:
    client = guarded(herder)

    assert client.put("/connectors/a/fence").status_code == 500
    assert client.post("/connectors/a/tasks", json=[]).status_code == 500
    assert client.get("/connectors/a/tasks").status_code == 401
    assert client.options("/connectors").status_code == 401
    assert client.get("/nothing").status_code == 404


def test_an_empty_list_of_users_lets_everybody_in(herder: MemoryHerder) -> None:
    assert create_app(Settings(credentials={}), herder).test_client().get("/connectors").status_code == 200


def test_the_admin_application_asks_for_users_too(herder: MemoryHerder) -> None:
    admin = create_admin_app(Settings(credentials={"ann": "x"}), herder).test_client()

    assert admin.get("/admin/loggers").status_code == 401
