"""Entry of the REST process: read the settings, serve until told to stop. Started by `workers.rest_server`."""

from __future__ import annotations

import os
import sys

from app.lifeline import Lifeline
from app.server import RestServer
from app.settings import read_settings
from app.tls import TlsError
from workers.herder.client import HerderClient
from workers.logs import configure_logging
from workers.processes.death_signal import die_with_parent


def main(arguments: list[str]) -> None:
    """`--config-fd N` is the only argument."""
    fd = int(arguments[arguments.index("--config-fd") + 1])
    with os.fdopen(fd, "rb", closefd=False) as channel:
        settings = read_settings(channel)
    die_with_parent(settings.worker_pid)
    configure_logging(levels=settings.log_levels, as_json=settings.log_as_json)
    lifeline = Lifeline(fd)
    try:
        server = RestServer(settings, HerderClient(settings.herder_socket), lifeline)
    except TlsError as error:
        lifeline.report_failure(str(error))
        sys.exit(1)
    server.run()


if __name__ == "__main__":
    main(sys.argv[1:])
