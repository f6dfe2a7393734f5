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
    settings = Settings(cors_origins=(ORIGIN, r"http://.*\.example\.com"), cors_methods=("GET", "PUT"))
    return create_app(settings, herder).test_client()


def test_without_cors_there_are_no_such_headers(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Origin": ORIGIN})

    assert not [name for name in answer.headers if name[0].startswith(("Access-Control", "Vary"))]


@pytest.mark.parametrize("origin", [ORIGIN, "HTTP://EXAMPLE.ORG", "http://a.example.com", f"http://other {ORIGIN}"])
def test_an_allowed_origin_is_told_so(cors: FlaskClient, origin: str) -> None:
    answer = cors.put("/connectors/none/pause", headers={"Origin": origin})

    assert answer.status_code == 404
    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert answer.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("origin", ["http://other.org", "http://example.org.evil.net", "http://aexample.com", "", None])
def test_another_origin_is_not(cors: FlaskClient, origin: str | None) -> None:
    answer = cors.get("/", headers={} if origin is None else {"Origin": origin})

    assert answer.status_code == 200
    assert answer.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_preflight_request_is_answered_like_any_options(cors: FlaskClient) -> None:
    answer = cors.options("/connectors", headers={**PREFLIGHT, "Access-Control-Request-Headers": "X-Secret"})

    assert answer.status_code == 200
    assert answer.headers["Allow"] == "HEAD,POST,GET,OPTIONS"
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert answer.headers["Access-Control-Allow-Methods"] == "GET,PUT"
    assert answer.headers["Access-Control-Allow-Headers"] == "Content-Type"
    assert answer.headers["Access-Control-Max-Age"] == "60"


def test_options_that_is_no_preflight_tells_no_methods(cors: FlaskClient) -> None:
    answer = cors.options("/connectors", headers={"Origin": ORIGIN})

    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Access-Control-Allow-Methods" not in answer.headers


@pytest.mark.parametrize("origin", ["http://any.org", "null"])
def test_a_star_allows_every_origin_and_without_a_list_get_post_and_head(herder: MemoryHerder, origin: str) -> None:
    anybody = create_app(Settings(cors_origins=("*", "(")), herder).test_client()

    answer = anybody.options("/", headers={**PREFLIGHT, "Origin": origin})

    assert answer.headers["Access-Control-Allow-Origin"] == origin
    assert answer.headers["Access-Control-Allow-Methods"] == "GET,POST,HEAD"


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


def test_what_a_resource_says_itself_is_not_overwritten_by_a_configured_header(herder: MemoryHerder) -> None:
    rules = (
        HeaderRule("set", "content-type", "text/x"),
        HeaderRule("add", "Allow", "x"),
        HeaderRule("add", "Location", "y"),
    )
    client = create_app(Settings(response_headers=rules), herder).test_client()
    config = {"connector.class": "FileStreamSource", "topic": "t"}

    assert client.get("/").headers.getlist("Content-Type") == ["application/json"]
    assert client.options("/").headers.getlist("Allow") == ["HEAD,GET,OPTIONS"]
    assert client.put("/connectors/a/config", json=config).headers.getlist("Location") == [
        "http://localhost/connectors/a"
    ]
    assert client.delete("/connectors/a").headers["Content-Type"] == "text/x"


def test_a_configured_header_overrules_cors(herder: MemoryHerder) -> None:
    rules = (HeaderRule("set", "Access-Control-Allow-Origin", "https://one.org"), HeaderRule("set", "Vary", "Accept"))
    client = create_app(Settings(cors_origins=("*",), response_headers=rules), herder).test_client()

    headers = client.get("/", headers={"Origin": ORIGIN}).headers

    assert headers.getlist("Access-Control-Allow-Origin") == ["https://one.org"]
    assert headers.getlist("Vary") == ["Accept"]


@pytest.mark.parametrize(
    ("distance_ms", "date"),
    [("9" * 18, "Fri, 31 Dec 9999 23:59:59 GMT"), ("-" + "9" * 18, "Thu, 01 Jan 1970 00:00:00 GMT")],
)
def test_a_date_that_cannot_be_written_is_the_nearest_one(herder: MemoryHerder, distance_ms: str, date: str) -> None:
    rules = (HeaderRule("setDate", "Expires", distance_ms),)

    assert create_app(Settings(response_headers=rules), herder).test_client().get("/").headers["Expires"] == date


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
