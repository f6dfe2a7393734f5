"""One line for each request."""

from __future__ import annotations

import re

import pytest

from app.access_log import log_access

NAME = "org.apache.kafka.connect.runtime.rest.RestServer"


def test_a_line_has_the_extended_ncsa_form_and_the_latency(caplog: pytest.LogCaptureFixture) -> None:
    environ = {
        "REMOTE_ADDR": "::ffff:10.0.0.1",
        "REQUEST_METHOD": "GET",
        "RAW_URI": "/connectors?x=y",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_USER_AGENT": "curl/8",
    }

    with caplog.at_level("INFO", NAME):
        log_access(environ, "200 OK", 17, 0.0121)

    form = r'10\.0\.0\.1 - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\] "GET /connectors\?x=y HTTP/1\.1" 200 17 "-" "curl/8" 12'
    assert re.fullmatch(form, caplog.records[0].getMessage())
    assert caplog.records[0].name == NAME


def test_text_of_the_client_cannot_forge_a_line(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", NAME):
        log_access({"HTTP_USER_AGENT": 'x" 200\n\x1b[31mforged é'}, "200 OK", 0, 0)

    assert r'"x\x22 200\x0a\x1b[31mforged \xe9"' in caplog.records[0].getMessage()
