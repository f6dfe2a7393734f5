"""The Java peer: it runs, takes connectors and moves lines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dev.connect import JavaConnect
from dev.kafka import Kafka
from tests.waiting import wait_for

pytestmark = [pytest.mark.kafka, pytest.mark.java]


def test_a_standalone_java_worker_copies_a_file(kafka: Kafka, tmp_path: Path, new_topic: Callable[..., str]) -> None:
    topic = new_topic()
    (tmp_path / "in.txt").write_text("one\ntwo\n")
    source = {"name": "in", "connector.class": "FileStreamSource", "topic": topic, "file": tmp_path / "in.txt"}
    sink = {"name": "out", "connector.class": "FileStreamSink", "topics": topic, "file": tmp_path / "out.txt"}
    with JavaConnect.standalone(kafka.bootstrap, tmp_path / "java", connectors=[source, sink]) as worker:
        wait_for(lambda: sorted(worker.get("/connectors")) == ["in", "out"], 60, what="both connectors")
        wait_for(lambda: (tmp_path / "out.txt").read_text() == "one\ntwo\n", 60, what="the lines")


def test_a_distributed_java_worker_takes_a_connector(
    kafka: Kafka, tmp_path: Path, topic_name: Callable[[], str]
) -> None:
    config = {"connector.class": "FileStreamSource", "topic": topic_name(), "file": str(tmp_path / "in.txt")}
    with JavaConnect.distributed(kafka.bootstrap, tmp_path / "java", group=topic_name()) as worker:
        wait_for(lambda: worker.put("/connectors/in/config", config), 60, what="the first rebalance")
        wait_for(lambda: worker.states("in") == ["RUNNING", "RUNNING"], 60, what="a running task")
