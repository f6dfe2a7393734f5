"""The herder over its socket, as the REST process uses it."""

from __future__ import annotations

import os
import socket
import stat
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.app.memory_herder import MemoryHerder
from workers.errors import BadRequestError, InternalError, NotFoundError
from workers.herder.client import HerderClient
from workers.herder.interface import Herder, HerderUnreachableError, RequestTimeoutError
from workers.herder.rpc import OPERATIONS, HerderServer

CONFIG = {"name": "c", "connector.class": "FileStreamSource", "topic": "t"}


class SlowHerder(MemoryHerder):
    """Its health check waits until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = threading.Semaphore(0)
        self.go = threading.Event()

    def health_check(self, timeout_s: float) -> None:
        self.waiting.release()
        if not self.go.wait(timeout_s):
            raise RequestTimeoutError("The worker is currently waiting.")


@pytest.fixture
def herder() -> SlowHerder:
    return SlowHerder()


@pytest.fixture
def server(herder: SlowHerder) -> Iterator[HerderServer]:
    running = HerderServer()
    running.start(herder)
    yield running
    running.stop()


@pytest.fixture
def client(server: HerderServer) -> Iterator[HerderClient]:
    made = HerderClient(server.path)
    yield made
    made.close()


def test_the_client_has_every_operation() -> None:
    protocol: type[Herder] = HerderClient
    assert set(dir(protocol)) >= OPERATIONS


def test_only_the_owner_may_enter(server: HerderServer) -> None:
    assert stat.S_IMODE(server.path.parent.stat().st_mode) == 0o700


def test_answers_and_arguments_go_through(client: HerderClient) -> None:
    created = client.put_connector_config("c", dict(CONFIG), allow_replace=False)

    assert created["created"]
    assert created["info"]["config"] == CONFIG
    assert client.connectors() == ["c"]
    client.delete_connector("c")
    assert client.connectors() == []


def test_errors_keep_their_class_and_text(client: HerderClient) -> None:
    with pytest.raises(NotFoundError, match="Connector zz not found"):
        client.connector_info("zz")
    with pytest.raises(RequestTimeoutError) as raised:
        client.health_check(0.01)
    assert raised.value.stage == "The worker is currently waiting."


def test_requests_run_at_the_same_time(client: HerderClient, herder: SlowHerder) -> None:
    with ThreadPoolExecutor(5) as pool:
        checks = [pool.submit(client.health_check, 30) for _ in range(4)]
        for _ in checks:
            assert herder.waiting.acquire(timeout=10)
        assert client.connectors() == []
        herder.go.set()
        for check in checks:
            check.result(10)


@pytest.mark.parametrize("value", ["\ud800", 2**70])
def test_what_json_cannot_carry_is_the_clients_mistake(client: HerderClient, value: object) -> None:
    with pytest.raises(BadRequestError, match="cannot be used"):
        client.put_connector_config("c", {"name": value}, allow_replace=False)  # type: ignore[dict-item]  # on purpose


def test_a_worker_that_is_gone_is_told(client: HerderClient, server: HerderServer) -> None:
    assert client.connectors() == []
    server.stop()

    with pytest.raises(HerderUnreachableError):
        client.connectors()
    with pytest.raises(HerderUnreachableError):
        HerderClient(server.path)._call("connectors", timeout_s=-5.0)


def test_a_worker_that_does_not_answer_in_time_is_told_apart_from_one_that_is_gone(
    client: HerderClient, herder: SlowHerder
) -> None:
    assert client.connectors() == []

    with pytest.raises(RequestTimeoutError, match=r"^Request timed out$"):
        client._call("health_check", {"timeout_s": 30}, timeout_s=-4.9)

    herder.go.set()
    assert client.connectors() == []


def test_an_idle_connection_has_the_time_of_the_new_request(client: HerderClient) -> None:
    client.connectors()
    client._idle.queue[0].settimeout(0.000_001)

    client.put_connector_config("c", {**CONFIG, "long": "x" * 8_000_000}, allow_replace=False)

    assert client.connectors() == ["c"]


def test_what_was_known_of_a_worker_that_is_stuck_is_not_asked_again(
    client: HerderClient, server: HerderServer
) -> None:
    assert client.is_ready()
    assert client.kafka_cluster_id() == "memory-cluster"
    server.stop()

    assert client.is_ready()
    assert client.kafka_cluster_id() == "memory-cluster"


def test_a_worker_that_was_healthy_was_ready(client: HerderClient, server: HerderServer, herder: SlowHerder) -> None:
    herder.go.set()
    client.health_check(1)
    server.stop()

    assert client.is_ready()


def test_an_answer_that_json_cannot_carry_is_a_fault_of_the_worker_and_no_end_of_the_connection(
    client: HerderClient, herder: SlowHerder
) -> None:
    client.put_connector_config("c", dict(CONFIG), allow_replace=False)
    herder.offsets["c"] = [{"partition": {"f": 2**70}, "offset": None}]

    with pytest.raises(InternalError, match="64-bit"):
        client.connector_offsets("c")

    assert client._idle.qsize() == 1
    assert client.connectors() == ["c"]


def test_a_fault_of_the_worker_is_told_with_its_class(client: HerderClient, herder: SlowHerder) -> None:
    herder.configs["c"] = {}
    herder.targets["c"] = "RUNNING"

    with pytest.raises(InternalError, match="KeyError: "):
        client.connector_info("c")


def test_folders_of_workers_that_were_killed_are_removed_and_those_of_others_stay(
    server: HerderServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    living = HerderServer()
    killed, new, foreign = (tmp_path / f"isthmus-worker-{name}" for name in ("killed", "new", "foreign"))
    for folder in (killed, new, foreign):
        folder.mkdir()
    with socket.socket(socket.AF_UNIX) as ended:  # closing it leaves the file, as the end of a process does
        ended.bind(str(killed / "herder.sock"))
    (foreign / "file").touch()
    os.utime(foreign, (0, 0))

    HerderServer().stop()

    assert sorted(tmp_path.iterdir()) == sorted([living.path.parent, new, foreign])
    living.stop()


def test_the_folder_of_the_socket_is_gone_afterwards(server: HerderServer) -> None:
    server.stop()
    assert not server.path.parent.exists()
