"""Settings of the REST server for browsers."""

from __future__ import annotations

import pytest

from tests.app.rest_worker import worker_config
from workers.errors import WorkerConfigError
from workers.rest_browsers import browser_settings


def test_nothing_is_told_unless_it_is_configured() -> None:
    assert browser_settings(worker_config()) == {"cors_origins": None, "cors_methods": [], "response_headers": []}


def test_lists_are_taken_apart() -> None:
    config = worker_config(
        access_control_allow_origin=r"http://a.org, https://.*\.example\.com,",
        access_control_allow_methods="GET, PUT",
        response_http_headers_config='set X-Frame-Options: DENY, "add Cache-Control: no-cache, no-store", setdate Expires: -5',
    )

    assert browser_settings(config) == {
        "cors_origins": ["http://a.org", r"https://.*\.example\.com"],
        "cors_methods": ["GET", "PUT"],
        "response_headers": [
            ("set", "X-Frame-Options", "DENY"),
            ("add", "Cache-Control", "no-cache, no-store"),
            ("setDate", "Expires", "-5"),
        ],
    }


def test_a_star_is_no_regular_expression() -> None:
    assert browser_settings(worker_config(access_control_allow_origin="*, ("))["cors_origins"] == ["*", "("]


def test_everything_that_no_answer_could_carry_is_reported_with_its_key() -> None:
    config = worker_config(
        access_control_allow_origin="http://a.org,*.example.com,http://(",
        response_http_headers_config="set X(y: v,setDate Expires: --5,addDate Expires: soon,set X-Name: \u20ac",
    )

    with pytest.raises(WorkerConfigError) as refused:
        browser_settings(config)

    starts = [error.partition(" for configuration ") for error in refused.value.errors]
    assert [(value, rest.partition(":")[0]) for value, _, rest in starts] == [
        ("Invalid value *.example.com", "access.control.allow.origin"),
        ("Invalid value http://(", "access.control.allow.origin"),
        ("Invalid value 'set X(y: v'", "response.http.headers.config"),
        ("Invalid value 'setDate Expires: --5'", "response.http.headers.config"),
        ("Invalid value 'addDate Expires: soon'", "response.http.headers.config"),
        ("Invalid value 'set X-Name: \u20ac'", "response.http.headers.config"),
    ]
