"""Offsets of a sink while its broker has just started, or says nothing."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import requests

from dev.isthmus_worker import IsthmusWorker
from dev.kafka import KafkaBroker

pytestmark = pytest.mark.kafka

PATH = "/connectors/sink/offsets"


def test_offsets_wait_for_a_broker_that_has_just_started_and_tell_of_one_that_is_silent(tmp_path: Path) -> None:
    settings = {"admin.default.api.timeout.ms": "2000"}
    with KafkaBroker() as broker, IsthmusWorker.standalone(broker.bootstrap, tmp_path, settings) as worker:
        # Nobody has asked for a group yet, so the broker first makes their topic and refuses questions meanwhile.
        worker.put(
            "/connectors/sink/config",
            {"connector.class": "FileStreamSink", "topics": "t", "file": str(tmp_path / "out")},
        )
        assert worker.get(PATH) == {"offsets": []}

        broker.pause()
        asked = time.monotonic()
        answer = requests.get(worker.url + PATH, timeout=60)
        took_s = time.monotonic() - asked
        broker.resume()

    assert answer.status_code == 500
    text = "Failed to retrieve consumer group offsets for sink connector sink: Kafka does not answer"
    assert answer.json()["message"] == text
    assert took_s < 10
