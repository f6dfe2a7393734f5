"""What a freshly forked plug-in process runs: logging, the control channel, then the entry that the supervisor named."""

from __future__ import annotations

import importlib
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

from workers.logs import configure_logging, set_level
from workers.processes.channel import Channel
from workers.processes.counters import Counters
from workers.processes.process_title import set_process_title

Entry = Callable[..., Any]

log = logging.getLogger(__name__)


def load_entry(name: str) -> Entry:
    """`package.module:function`. Only the worker names entries, never a user."""
    module, _, function = name.partition(":")
    entry: Entry = getattr(importlib.import_module(module), function)
    return entry


def run(connection: socket.socket, counters: Counters | None) -> None:
    """Runs the entry on the main thread and returns when it does. Called by the fork server in the child."""
    channel = Channel(connection)
    first = channel.receive_first()
    args = first["args"]
    configure_logging(context=args["name"], levels=args["levels"], as_json=args["log_json"])
    channel.on("log_level", lambda level: set_level(level["logger"], level["level"]))
    threading.current_thread().name = args["name"]
    set_process_title(args["name"])
    entry = load_entry(args["entry"])
    if "id" in first:
        channel.start()
        channel.answer_first(first, lambda: entry(channel, args["spec"]))
    elif counters is None:
        entry(channel, args["spec"])
    else:
        entry(channel, args["spec"], counters)
    _end()


def _end() -> None:
    """Ends without the interpreter's finalisation, which would run destructors of user code and clients at a bad time."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
