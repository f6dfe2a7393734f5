"""The real REST process: started by the worker's RestServer, asked over sockets."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import trustme

from tests.app.memory_herder import MemoryHerder
from tests.app.rest_worker import worker_config
from tests.waiting import wait_for
from workers.errors import StartError
from workers.herder.rpc import HerderServer
from workers.rest_server import RestServer

JAAS = """KafkaConnect {{
    org.apache.kafka.connect.rest.basic.auth.extension.PropertyFileLoginModule required file="{}";
}};
"""
AUTH_EXTENSION = "org.apache.kafka.connect.rest.basic.auth.extension.BasicAuthSecurityRestExtension"


class SlowHerder(MemoryHerder):
    """Answers the list of connectors when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = threading.Event()
        self.may_answer = threading.Event()

    def connectors(self) -> list[str]:
        self.asked.set()
        self.may_answer.wait(30)
        return ["slow"]


@pytest.fixture
def slow_herder() -> SlowHerder:
    return SlowHerder()


@pytest.fixture
def serve(slow_herder: SlowHerder) -> Iterator[Callable[..., RestServer]]:
    """Starts a REST server with these worker properties; it is stopped after the test."""
    herder = HerderServer()
    herder.start(slow_herder)
    started: list[RestServer] = []

    def start(environment: dict[str, str] | None = None, **properties: str) -> RestServer:
        known = {**os.environ, **(environment or {})}
        server = RestServer(worker_config(**properties), herder.path, environment=known)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.stop()
    herder.stop()


class Answer(NamedTuple):
    status: int
    body: bytes


def ask(
    port: int, path: str, *, context: ssl.SSLContext | None = None, headers: dict[str, str] | None = None
) -> Answer:
    connection: http.client.HTTPConnection = (
        http.client.HTTPSConnection("localhost", port, timeout=20, context=context)
        if context
        else http.client.HTTPConnection("localhost", port, timeout=20)
    )
    with contextlib.closing(connection):
        connection.request("GET", path, headers=headers or {})
        answer = connection.getresponse()
        return Answer(answer.status, answer.read())


def exchange(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(request)
        return connection.recv(65536)


def is_gone(pid: int) -> bool:
    """True for a zombie too, which whoever is process 1 of the test's machine may or may not reap."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_client_that_comes_before_the_process_is_up_is_answered(serve: Callable[..., RestServer]) -> None:
    server = serve()

    answer = ask(server.ports[0], "/")

    assert json.loads(answer.body)["version"] == "4.3.0"
    assert server.advertised_url == f"http://127.0.0.1:{server.ports[0]}"
    assert server.worker_id == f"127.0.0.1:{server.ports[0]}"


def test_a_busy_port_is_an_error_that_names_the_listener(serve: Callable[..., RestServer]) -> None:
    taken = serve().ports[0]

    with pytest.raises(StartError, match=f"REST listener http://127.0.0.1:{taken} cannot be opened: Address already"):
        serve(listeners=f"http://127.0.0.1:0,http://127.0.0.1:{taken}")


def test_a_process_that_is_killed_is_started_again(serve: Callable[..., RestServer]) -> None:
    server = serve()
    assert server.wait_until_ready(20)
    killed = server.pid
    assert killed is not None

    os.kill(killed, signal.SIGKILL)

    wait_for(lambda: server.pid != killed, 10)
    assert ask(server.ports[0], "/").status == 200


def test_stop_lets_a_running_request_finish(serve: Callable[..., RestServer], slow_herder: SlowHerder) -> None:
    server = serve()
    answers: list[int] = []
    client = threading.Thread(target=lambda: answers.append(ask(server.ports[0], "/connectors").status))
    client.start()
    assert slow_herder.asked.wait(20)

    threading.Timer(0.2, slow_herder.may_answer.set).start()
    server.stop(20)

    client.join(20)
    assert answers == [200]
    with pytest.raises(ConnectionRefusedError):
        ask(server.ports[0], "/")


def test_stop_does_not_wait_for_idle_connections(serve: Callable[..., RestServer]) -> None:
    server = serve()
    with contextlib.closing(http.client.HTTPConnection("localhost", server.ports[0], timeout=20)) as idle:
        idle.request("GET", "/")
        idle.getresponse().read()
        began = time.monotonic()

        server.stop(20)

        assert time.monotonic() - began < 1.5
        assert idle.sock.recv(1) == b""


def test_stop_does_not_wait_for_ever(serve: Callable[..., RestServer], slow_herder: SlowHerder) -> None:
    server = serve()
    threading.Thread(target=lambda: exchange(server.ports[0], b"GET /connectors HTTP/1.0\r\n\r\n"), daemon=True).start()
    assert slow_herder.asked.wait(20)
    pid = server.pid
    assert pid is not None

    server.stop(0.1)

    wait_for(lambda: is_gone(pid), 5)
    slow_herder.may_answer.set()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_process_outlives_a_worker_that_is_killed() -> None:
    command = [sys.executable, "-m", "tests.app.rest_worker"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        port, rest = map(int, worker.stdout.readline().split())
        processes = [rest, *children(rest)]
        assert len(processes) == 2

        worker.kill()

        wait_for(lambda: all(map(is_gone, processes)), 3, what="the end of every process")
        with pytest.raises(ConnectionRefusedError):
            ask(port, "/")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_secret_is_on_the_command_line_or_in_the_environment(
    serve: Callable[..., RestServer], tmp_path: Path
) -> None:
    (tmp_path / "users").write_text("ann=s3cret\n")
    (tmp_path / "jaas").write_text(JAAS.format(tmp_path / "users"))

    options = {"KAFKA_OPTS": f"-Xmx1g -Djava.security.auth.login.config={tmp_path / 'jaas'}"}
    server = serve(options, rest_extension_classes=AUTH_EXTENSION)

    assert ask(server.ports[0], "/connectors").status == 401
    assert ask(server.ports[0], "/", headers={"Authorization": "Basic YW5uOnMzY3JldA=="}).status == 200
    for name in ("cmdline", "environ"):
        assert b"s3cret" not in Path(f"/proc/{server.pid}/{name}").read_bytes()


def test_each_listener_has_its_own_scheme_and_purpose(
    serve: Callable[..., RestServer], tmp_path: Path, slow_herder: SlowHerder
) -> None:
    slow_herder.may_answer.set()
    authority = trustme.CA()
    key_store = tmp_path / "key.pem"
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(key_store))
    server = serve(
        listeners="http://127.0.0.1:0,https://127.0.0.1:0",
        admin_listeners="https://127.0.0.1:0",
        ssl_keystore_type="PEM",
        ssl_keystore_location=str(key_store),
    )
    plain, secure, admin = server.ports
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)

    assert ask(plain, "/connectors").status == 200
    assert ask(secure, "/connectors", context=trusting).status == 200
    assert ask(admin, "/admin/loggers", context=trusting).status == 200
    assert ask(secure, "/admin/loggers", context=trusting).status == 404
    assert ask(admin, "/connectors", context=trusting).status == 404
    assert exchange(secure, b"GET / HTTP/1.0\r\n\r\n")[:15] != b"HTTP/1.0 200 OK"


def test_client_certificates_can_be_required(serve: Callable[..., RestServer], tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "key.pem"))
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    server = serve(
        listeners="https://127.0.0.1:0",
        listeners_https_ssl_keystore_type="PEM",
        listeners_https_ssl_keystore_location=str(tmp_path / "key.pem"),
        listeners_https_ssl_truststore_type="PEM",
        listeners_https_ssl_truststore_location=str(tmp_path / "ca.pem"),
        listeners_https_ssl_client_auth="required",
    )
    stranger, friend = ssl.create_default_context(), ssl.create_default_context()
    for context in (stranger, friend):
        authority.configure_trust(context)
    authority.issue_cert("friend.example").configure_cert(friend)

    assert ask(server.ports[0], "/", context=friend).status == 200
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        ask(server.ports[0], "/", context=stranger)


def test_a_key_store_that_openssl_refuses_stops_the_start_with_the_reason(tmp_path: Path) -> None:
    mine, other = (trustme.CA().issue_cert("localhost") for _ in range(2))
    mixed = mine.private_key_pem.bytes() + other.cert_chain_pems[0].bytes()
    (tmp_path / "key.pem").write_bytes(mixed)
    failures: list[StartError] = []
    config = worker_config(
        listeners="https://127.0.0.1:0", ssl_keystore_type="PEM", ssl_keystore_location=str(tmp_path / "key.pem")
    )
    server = RestServer(config, tmp_path / "none", on_failure=failures.append)

    server.start()

    wait_for(lambda: failures, 20)
    assert str(failures[0]) == (
        "The REST process did not start: OpenSSL refuses the key store or trust store of an https listener: "
        "KEY_VALUES_MISMATCH"
    )
    server.stop()


def test_a_process_that_ends_before_it_serves_is_reported(tmp_path: Path) -> None:
    failures: list[StartError] = []
    broken = {**os.environ, "PYTHONPATH": str(tmp_path)}
    (tmp_path / "gunicorn.py").touch()
    server = RestServer(worker_config(), tmp_path / "none", on_failure=failures.append, environment=broken)

    server.start()

    wait_for(lambda: failures, 20)
    assert str(failures[0]) == "The REST process did not start: exited with status 1"
    server.stop()


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET //connectors HTTP/1.1", b"400"),
        (b"GET connectors HTTP/1.1", b"400"),
        (b"OPTIONS * HTTP/1.1", b"400"),
        (b"GET http://other/health/ HTTP/1.1", b"200"),
        (b"GET http://[::1/health HTTP/1.1", b"400"),
        (b"GET /connectors/a\\b HTTP/1.1", b"400"),
        (b"GET /connectors/\xff HTTP/1.1", b"400"),
        (b"GET /" + b"a" * 9000 + b" HTTP/1.1", b"414"),
        (b"get / HTTP/1.1", b"400"),
        (b"GET / HTTP/9", b"400"),
        (b"\x00\x01\x02", b"400"),
    ],
)
def test_malformed_requests_are_errors_of_the_client(
    serve: Callable[..., RestServer], request_line: bytes, status: bytes
) -> None:
    answer = exchange(serve().ports[0], request_line + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n")

    assert answer.split(b" ", 2)[1] == status


def test_only_an_old_client_may_leave_out_the_host(serve: Callable[..., RestServer]) -> None:
    port = serve().ports[0]

    assert exchange(port, b"GET / HTTP/1.0\r\n\r\n").split(b" ", 2)[1] == b"200"
    assert exchange(port, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n").split(b" ", 2)[1] == b"400"


@pytest.mark.parametrize(
    ("header", "body"),
    [
        (b"Transfer-Encoding: chunked", b"zz\r\n{}\r\n0\r\n\r\n"),
        (b"Transfer-Encoding: chunked", b"2\r\n{}0\r\n\r\n"),
        (b"Transfer-Encoding: chunked", b"5\r\n{"),
        (b"Content-Length: 50", b"{"),
        (b"Content-Length: 50", b""),
    ],
)
def test_a_body_that_breaks_off_or_is_framed_wrongly_is_an_error_of_the_client(
    serve: Callable[..., RestServer], header: bytes, body: bytes
) -> None:
    head = b"POST /connectors HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + header
    with socket.create_connection(("127.0.0.1", serve().ports[0]), timeout=20) as connection:
        connection.sendall(head + b"\r\n\r\n" + body)
        connection.shutdown(socket.SHUT_WR)

        assert connection.recv(65536).split(b" ", 2)[1] == b"400"
