"""A worker with nothing but a REST server over a herder in memory, as a process that tests can kill.

`python -m tests.app.rest_worker KEY=VALUE...`: prints the port and the process of the REST server, then waits for its input to end.
"""

from __future__ import annotations

import sys

from tests.app.memory_herder import MemoryHerder
from workers.config.worker_config import StandaloneConfig
from workers.herder.rpc import HerderServer
from workers.logs import configure_logging
from workers.rest_server import RestServer

REQUIRED = {
    "bootstrap.servers": "localhost:9092",
    "key.converter": "org.apache.kafka.connect.storage.StringConverter",
    "value.converter": "org.apache.kafka.connect.storage.StringConverter",
    "offset.storage.file.filename": "unused",
    "listeners": "http://127.0.0.1:0",
}


def worker_config(**properties: str) -> StandaloneConfig:
    """Underscores in keys stand for dots."""
    given = {key.replace("_", "."): value for key, value in properties.items()}
    return StandaloneConfig.parse({**REQUIRED, **given})


def main(arguments: list[str]) -> None:
    configure_logging()
    herder = HerderServer()
    herder.start(MemoryHerder())
    rest = RestServer(worker_config(**dict(argument.split("=", 1) for argument in arguments)), herder.path)
    rest.start()
    rest.wait_until_ready(30)
    print(rest.ports[0], rest.pid, flush=True)
    sys.stdin.read()
    rest.stop()
    herder.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
