"""Kafka goes away for ten seconds and comes back: tasks wait for it, nothing fails and nothing is lost."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.isthmus_worker import IsthmusWorker
from dev.kafka import KafkaBroker
from tests.conftest import PLUGINS
from tests.obedient_connectors import ObedientConnector, obedient_sink, obedient_source
from tests.topics import read_values
from tests.waiting import wait_for

pytestmark = [pytest.mark.kafka, pytest.mark.chaos]

OUTAGE_S = 10


@pytest.fixture
def broker() -> Iterator[KafkaBroker]:
    with KafkaBroker() as running:
        yield running


def states(connectors: list[ObedientConnector]) -> set[str]:
    return {state for connector in connectors for state in connector.worker.states(connector.name)}


def test_an_outage_of_the_broker_costs_time_only(broker: KafkaBroker, tmp_path: Path) -> None:
    settings = {
        "plugin.path": PLUGINS,
        "key.converter.schemas.enable": "false",
        "value.converter.schemas.enable": "false",
        "offset.flush.interval.ms": 200,
        "offset.flush.timeout.ms": 1000,
        "task.shutdown.graceful.timeout.ms": 2000,
    }
    with IsthmusWorker.standalone(broker.bootstrap, tmp_path / "worker", settings) as worker:
        source = obedient_source(worker, "source", tmp_path, "numbers", pause_ms=5)
        sink = obedient_sink(worker, "sink", tmp_path, "numbers")
        wait_for(lambda: len(sink.taken()) > 50, what="numbers in the sink")

        broker.stop()
        stopped = time.monotonic()
        seen: set[str] = set()

        def is_over() -> bool:
            seen.update(states([source, sink]))
            return time.monotonic() - stopped > OUTAGE_S

        wait_for(is_over, OUTAGE_S + 5, every_s=0.2, what="the end of the outage")
        assert seen == {"RUNNING"}
        late = max(sink.taken())
        # A task that waits for Kafka can still be restarted.
        began = time.monotonic()
        source.restart_task()
        assert time.monotonic() - began < 4
        broker.start()

        wait_for(lambda: max(sink.taken()) > late + 500, 40, what="numbers from after the outage")
        assert states([source, sink]) == {"RUNNING"}
        worker.put("/connectors/source/stop")
        numbers = wait_for(lambda: read_values(broker.bootstrap, "numbers"), what="the topic")
        assert all(after <= before + 1 for before, after in itertools.pairwise(numbers))
        assert set(numbers) == set(range(max(numbers) + 1))
        wait_for(lambda: set(sink.taken()) == set(numbers), what="all numbers in the sink")
        log = worker.log_text()
    assert "Traceback" not in log
