"""Clients that are slow, idle or do not hang up: others are answered all the same."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import trustme

from app.connections import IDLE_TIMEOUT_S, STALL_TIMEOUT_S, PlainSocket, TlsSocket
from app.server import THREADS
from app.settings import TlsSettings
from app.tls import server_context
from tests.app.memory_herder import MemoryHerder
from tests.app.rest_worker import worker_config
from workers.herder.rpc import HerderServer
from workers.rest_server import RestServer


@pytest.fixture
def rest() -> Iterator[RestServer]:
    herder = HerderServer()
    herder.start(MemoryHerder())
    server = RestServer(worker_config(), herder.path)
    server.start()
    yield server
    server.stop()
    herder.stop()


def connect(rest: RestServer, request: bytes = b"") -> socket.socket:
    client = socket.create_connection(("127.0.0.1", rest.ports[0]), timeout=20)
    client.sendall(request)
    return client


def seconds_for_a_request(rest: RestServer) -> float:
    began = time.monotonic()
    with contextlib.closing(connect(rest, b"GET / HTTP/1.0\r\n\r\n")) as client:
        assert client.recv(12) == b"HTTP/1.0 200"
    return time.monotonic() - began


def test_connections_without_a_request_occupy_no_thread(rest: RestServer) -> None:
    seconds_for_a_request(rest)
    with contextlib.ExitStack() as idle:
        for _ in range(THREADS + 5):
            idle.enter_context(contextlib.closing(connect(rest)))

        assert seconds_for_a_request(rest) < 2


def test_clients_that_do_not_hang_up_do_not_hold_up_others(rest: RestServer) -> None:
    seconds_for_a_request(rest)
    with contextlib.ExitStack() as lazy:
        for _ in range(5):
            client = lazy.enter_context(contextlib.closing(connect(rest, b"GET / HTTP/1.0\r\n\r\n")))
            assert client.recv(12) == b"HTTP/1.0 200"

        assert seconds_for_a_request(rest) < 1.5


def test_stop_does_not_wait_for_connections_that_never_asked(rest: RestServer) -> None:
    seconds_for_a_request(rest)
    with contextlib.closing(connect(rest)) as idle:
        began = time.monotonic()

        rest.stop(20)

        # A stop by itself takes gunicorn's loops up to 1.6 s, and two more when it waits for such connections.
        assert time.monotonic() - began < 3
        assert idle.recv(1) == b""


def test_what_gunicorn_calls_blocking_has_a_limit_of_time() -> None:
    ours, theirs = socket.socketpair()
    with theirs, PlainSocket(fileno=ours.detach()) as limited:
        limited.setblocking(True)
        assert limited.gettimeout() == STALL_TIMEOUT_S
        limited.setblocking(False)
        assert limited.gettimeout() == 0
        limited.sendall(b"answer")
        assert (theirs.recv(6), limited.gettimeout()) == (b"answer", STALL_TIMEOUT_S)


def test_so_has_tls() -> None:
    key = trustme.CA().issue_cert("localhost")
    context = server_context(TlsSettings(key.cert_chain_pems[0].bytes().decode(), key.private_key_pem.bytes().decode()))
    ours, theirs = socket.socketpair()
    with theirs, context.wrap_socket(ours, server_side=True, do_handshake_on_connect=False) as secure:
        assert isinstance(secure, TlsSocket)
        secure.setblocking(True)
        assert secure.gettimeout() == STALL_TIMEOUT_S


def test_an_answer_may_take_longer_than_a_stalled_request() -> None:
    ours, theirs = socket.socketpair()
    with theirs, PlainSocket(fileno=ours.detach()) as sending:
        sending.setblocking(True)
        sender = threading.Thread(target=sending.sendall, args=(b"x" * 4_000_000,))
        sender.start()
        received = theirs.recv(1)

        assert sending.gettimeout() == IDLE_TIMEOUT_S
        while len(received) < 4_000_000:
            received += theirs.recv(1 << 20)
        sender.join(20)
        assert sending.gettimeout() == STALL_TIMEOUT_S
