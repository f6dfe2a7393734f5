"""The image's health check against servers that answer this and that."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import trustme

from dev.process import free_port
from workers.health_check import trouble


@contextmanager
def answering(status: int, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("status", [200, 401, 403, 404])
def test_whoever_answers_is_alive(status: int) -> None:
    with answering(status) as port:
        assert trouble(f"http://localhost:{port}/health") is None


@pytest.mark.parametrize("status", [500, 503])
def test_a_worker_that_says_so_is_not(status: int) -> None:
    with answering(status) as port:
        assert trouble(f"http://localhost:{port}/health") == f"http://localhost:{port}/health answers {status}"


@pytest.mark.parametrize("wants_certificate", [False, True])
def test_a_certificate_for_another_name_or_the_wish_for_ours_is_no_trouble(wants_certificate: bool) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("connect.example.org").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED if wants_certificate else ssl.CERT_NONE
    with answering(200, context) as port:
        assert trouble(f"https://localhost:{port}/health") is None


def test_a_proxy_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    with answering(200) as port:
        assert trouble(f"http://localhost:{port}/health") is None


def test_nobody_there_is_trouble() -> None:
    assert "does not answer: [Errno" in str(trouble(f"http://127.0.0.1:{free_port()}/health"))
