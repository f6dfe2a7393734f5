"""Entries that the tests run in plug-in processes."""

from __future__ import annotations

import ctypes
import os
import threading
import time
from typing import Any

from isthmus import ConnectError
from workers.processes.channel import Channel
from workers.processes.counters import Counters
from workers.processes.plugin_metrics import OPERATION, MetricsOfProcess


def add(_channel: Channel, spec: dict[str, Any]) -> int:
    total: int = spec["a"] + spec["b"]
    return total


def pid(_channel: Channel, _spec: dict[str, Any]) -> int:
    return os.getpid()


def fail(_channel: Channel, _spec: dict[str, Any]) -> None:
    try:
        {}["missing"]  # type: ignore[index]  # the cause of the error below
    except KeyError as error:
        raise ConnectError("no luck") from error


def end_with_status(_channel: Channel, spec: dict[str, Any]) -> None:
    os._exit(spec["status"])


def segfault(_channel: Channel, _spec: dict[str, Any]) -> None:
    ctypes.string_at(0)


def hang(_channel: Channel, _spec: dict[str, Any]) -> None:
    while True:
        time.sleep(3600)


def serve(channel: Channel, spec: dict[str, Any], counters: Counters | None = None) -> None:
    """Answers requests until it is told to stop, then says goodbye."""
    stop = threading.Event()
    channel.on("echo", lambda args: args)
    channel.on("ask", lambda args: {"asked": args})
    channel.on("stop", lambda _args: stop.set())
    channel.start()
    channel.notify("status", {"state": "RUNNING"})
    if counters is not None:
        counters.values[counters.slot("seen")] = 42
    if "question" in spec:
        answer = channel.request("question", {"text": spec["question"]})
        channel.notify("answered", answer)
    stop.wait()
    channel.notify("status", {"state": "STOPPED"})


def babble(channel: Channel, _spec: dict[str, Any]) -> None:
    """Writes what is no message to its channel, as user code with a wrong file descriptor would."""
    os.write(channel._connection.fileno(), b"\0\0\0\5hello")  # white box: nothing of ours does this
    hang(channel, {})


def descriptors_of_a_child_program(_channel: Channel, _spec: dict[str, Any]) -> list[str]:
    """The files that a program which user code starts in the oldest way has open."""
    with os.popen("ls -l /proc/self/fd") as listing:
        return listing.read().splitlines()


def unspeakable(_channel: Channel, _spec: dict[str, Any]) -> object:
    """A result that JSON cannot hold, as user code may give it."""
    return object()


def metered(channel: Channel, _spec: dict[str, Any]) -> None:
    """Has three metrics; one of them keeps whoever asks waiting, until it is released."""
    is_released = threading.Event()
    metrics = MetricsOfProcess("c", 0)
    own = metrics.make()
    own.add_metric(own.metric_name("before"), lambda: 1)
    own.add_metric(own.metric_name("stuck"), is_released.wait)
    own.add_metric(own.metric_name("behind"), lambda: 2)
    channel.on_thread(OPERATION, metrics.answer)
    channel.on("release", lambda _args: is_released.set())
    channel.start()
    threading.Event().wait()
