"""The worker's command line: what Kafka's start scripts take, and how much is logged. Connect: AbstractConnectCli."""

from __future__ import annotations

import argparse
import logging
import os
import platform
import sys
from collections.abc import Sequence
from typing import NoReturn

from workers.config import StandaloneConfig, load_properties, load_worker_config
from workers.errors import WorkerConfigError
from workers.logs import LEVELS, configure_logging
from workers.standalone_worker import StandaloneWorker
from workers.version import KAFKA_VERSION, commit_id

log = logging.getLogger(__name__)

USAGE = f"""\
Usage: ConnectStandalone [--log-level LEVEL] worker.properties [connector1.properties connector2.json ...]
LEVEL is one of {", ".join(LEVELS)}; without it LOG_LEVEL of the environment counts, then INFO.
LOG_FORMAT=json in the environment makes each line of the log a JSON object."""
STANDALONE_ONLY = "This release has the standalone worker only: bin/connect-standalone. The distributed worker comes with the next one."
EXIT_USAGE = EXIT_CONFIG = 1


class UsageError(Exception):
    """The arguments are not what the program takes."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def main(arguments: Sequence[str]) -> int:
    """Runs a worker until it is told to stop; the result is the exit code of the process."""
    if arguments[:1] == ["distributed"]:
        print(STANDALONE_ONLY, file=sys.stderr)
        return EXIT_USAGE
    try:
        options = _parse(arguments)
    except UsageError as error:
        print(f"{error}\n{USAGE}".strip(), file=sys.stderr)
        return EXIT_USAGE
    levels = {"root": options.log_level}
    as_json = os.environ.get("LOG_FORMAT", "").lower() == "json"
    configure_logging(levels=levels, as_json=as_json)
    log.info(
        "Isthmus, answering to Kafka Connect %s (commit %s), on Python %s, %s",
        KAFKA_VERSION, commit_id(), platform.python_version(), platform.platform(),
    )  # fmt: skip
    try:
        props = load_properties(options.worker) if options.worker else {}
        loaded = load_worker_config(StandaloneConfig, props)
    except WorkerConfigError as error:
        for text in error.errors:
            log.error("%s", text)
        return EXIT_CONFIG
    return StandaloneWorker(props, loaded.config, options.connectors, levels=levels, log_json=as_json).run()


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = _Parser(add_help=False)
    parser.add_argument("mode", choices=("standalone",))
    parser.add_argument("--help", "-h", action="store_true")
    parser.add_argument("--log-level", default=os.environ.get("LOG_LEVEL") or "INFO")
    parser.add_argument("files", nargs="*")
    # Options may stand anywhere, also between the files.
    options = parser.parse_intermixed_args(arguments)
    if options.help or not options.files:
        raise UsageError("")
    options.worker, *options.connectors = options.files
    options.log_level = options.log_level.upper()
    if options.log_level not in LEVELS:
        raise UsageError(f"invalid log level '{options.log_level}', choose from {', '.join(LEVELS)}")
    return options
