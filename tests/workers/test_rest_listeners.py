"""Binding the listeners of the REST API."""

from __future__ import annotations

import socket

import pytest

from workers.config.listeners import Listener
from workers.errors import StartError, WorkerConfigError
from workers.rest_listeners import bind_listeners, parse_listeners


def test_every_wrong_listener_is_named() -> None:
    with pytest.raises(WorkerConfigError) as raised:
        parse_listeners(["http://:8083", "localhost:8083", "ftp://:21", "http://:99999"], "admin.listeners")

    assert [error.split(":")[0] for error in raised.value.errors] == [
        "Invalid value localhost",
        "Invalid value ftp",
        "Invalid value http",
    ]
    assert all("for configuration admin.listeners: " in error for error in raised.value.errors)


def test_an_empty_host_listens_on_every_interface() -> None:
    (bound,) = bind_listeners([Listener("http", "", 0)], [])

    with bound.socket, socket.create_connection(("127.0.0.1", bound.port), timeout=5):
        assert bound.port > 0


def test_main_listeners_come_before_admin_listeners() -> None:
    listener = Listener("http", "localhost", 0)

    bound = bind_listeners([listener, listener], [listener])

    assert [item.is_admin for item in bound] == [False, False, True]
    assert len({item.port for item in bound}) == 3
    for item in bound:
        item.socket.close()


def test_nothing_stays_open_when_one_listener_fails() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free, socket.create_server(("127.0.0.1", 0)) as taken:
        port, busy = free.getsockname()[1], taken.getsockname()[1]
        free.close()

        with pytest.raises(StartError, match=f"http://127.0.0.1:{busy} cannot be opened: Address already in use"):
            bind_listeners([Listener("http", "127.0.0.1", port), Listener("http", "127.0.0.1", busy)], [])

    socket.create_server(("127.0.0.1", port)).close()


def test_an_unknown_host_is_named() -> None:
    with pytest.raises(StartError, match=r"REST listener http://host\.invalid:0 cannot be opened: "):
        bind_listeners([Listener("http", "host.invalid", 0)], [])
