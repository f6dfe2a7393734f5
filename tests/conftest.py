"""Fixtures for all tests: a shared Kafka, fresh topics, workers as real processes."""

from __future__ import annotations

import itertools
import os
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from dev.connect_worker import Properties
from dev.isthmus_worker import IsthmusWorker
from dev.kafka import GivenKafka, Kafka, KafkaBroker
from tests.waiting import wait_for

PLUGINS = Path(__file__).with_name("plugins")


class StandaloneWorkerFactory(Protocol):
    """Starts `bin/connect-standalone` with these worker properties and connectors; it is stopped after the test.

    With `wait=False` it does not wait for the REST API: for starts that must fail.
    """

    def __call__(
        self, properties: Properties | None = None, connectors: Sequence[Properties] = (), *, wait: bool = True
    ) -> IsthmusWorker: ...


@pytest.fixture(scope="session")
def kafka(request: pytest.FixtureRequest) -> Iterator[Kafka]:
    """One broker for all tests that share; BOOTSTRAP_SERVERS puts another cluster in its place."""
    if given := os.environ.get("BOOTSTRAP_SERVERS"):
        yield GivenKafka(given)
        return
    broker = KafkaBroker()
    broker.start()
    yield broker
    broker.close(keep_log=request.session.testsfailed > 0)


@pytest.fixture
def topic_name(request: pytest.FixtureRequest) -> Callable[[], str]:
    """Names that no other test uses; the topics are not made."""
    numbers = itertools.count(1)
    test = request.node.name.split("[")[0][:60]
    run = uuid.uuid4().hex[:8]
    return lambda: f"{test}-{run}-{next(numbers)}"


@pytest.fixture
def new_topic(kafka: Kafka, topic_name: Callable[[], str]) -> Callable[..., str]:
    """`new_topic(partitions=1, **topic_config)` makes a topic and returns its name."""
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap, "log_level": 2})

    def make(partitions: int = 1, **config: str) -> str:
        name = topic_name()
        settings = {key.replace("_", "."): value for key, value in config.items()}
        admin.create_topics([NewTopic(name, partitions, 1, config=settings)])[name].result(30)
        wait_for(lambda: name in admin.list_topics(timeout=5).topics, what=f"topic {name}")
        return name

    return make


@pytest.fixture
def standalone_worker(
    kafka: Kafka, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[StandaloneWorkerFactory]:
    started: list[IsthmusWorker] = []

    def start(
        properties: Properties | None = None, connectors: Sequence[Properties] = (), *, wait: bool = True
    ) -> IsthmusWorker:
        settings = {"offset.flush.interval.ms": 1000, **(properties or {})}
        folder = tmp_path / f"worker-{len(started) + 1}"
        worker = IsthmusWorker.standalone(kafka.bootstrap, folder, settings, connectors)
        started.append(worker)
        if wait:
            worker.start()
        else:
            worker.launch()
        return worker

    yield start
    for worker in started:
        worker.stop()
        print(f"--- log of {worker.folder.name} ---\n{worker.process.log_tail(200)}")  # shown when the test fails


@pytest.fixture(scope="module")
def shared_worker(kafka: Kafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[IsthmusWorker]:
    """One worker for all tests of a module that leave it whole, with the plug-ins of tests/plugins."""
    settings = {
        "plugin.path": PLUGINS,
        "key.converter.schemas.enable": "false",
        "value.converter.schemas.enable": "false",
        "offset.flush.interval.ms": 200,
        "task.shutdown.graceful.timeout.ms": 2000,
    }
    worker = IsthmusWorker.standalone(kafka.bootstrap, tmp_path_factory.mktemp("shared-worker"), settings)
    worker.start()
    yield worker
    worker.stop()
    print(f"--- log of the shared worker ---\n{worker.process.log_tail(300)}")  # shown when the last test fails
