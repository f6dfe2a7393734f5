"""The standalone worker as a program, with a real Kafka: what a user sees on the command line, over REST and in files."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from confluent_kafka import Consumer, Producer, TopicPartition

from dev.connect import JavaConnect
from dev.connect_worker import ConnectWorker, properties_text
from dev.isthmus_worker import ROOT, IsthmusWorker
from dev.kafka import Kafka
from tests.conftest import StandaloneWorkerFactory
from tests.waiting import wait_for

pytestmark = pytest.mark.kafka

STRING_CONVERTER = "org.apache.kafka.connect.storage.StringConverter"
PLAIN = {"key.converter": STRING_CONVERTER, "value.converter": STRING_CONVERTER}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "data"
    made.mkdir()
    return made


def file_source(name: str, file: Path, topic: str) -> dict[str, str]:
    return {"name": name, "connector.class": "FileStreamSource", "tasks.max": "1", "file": str(file), "topic": topic}


def file_sink(name: str, file: Path, topic: str) -> dict[str, str]:
    return {"name": name, "connector.class": "FileStreamSink", "tasks.max": "1", "file": str(file), "topics": topic}


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def append(file: Path, *texts: str) -> None:
    with file.open("a") as opened:
        opened.writelines(f"{text}\n" for text in texts)


def create(worker: ConnectWorker, config: dict[str, str]) -> None:
    worker.post("/connectors", {"name": config["name"], "config": config})


def await_states(worker: ConnectWorker, connector: str, *states: str) -> None:
    wait_for(lambda: worker.states(connector) == list(states), what=f"{connector}: {states}")


def await_position(worker: ConnectWorker, connector: str, position: int) -> None:
    """Waits until the offset of the one file of a source is committed."""
    expected = [{"position": position}]
    wait_for(lambda: offsets(worker, connector) == expected, what=f"{connector}: position {position}")


def offsets(worker: ConnectWorker, connector: str) -> list[Any]:
    return [item["offset"] for item in worker.get(f"/connectors/{connector}/offsets")["offsets"]]


# ---- the main job ---------------------------------------------------------------------------------------------------


def test_lines_go_from_file_to_file_and_on_after_a_restart(
    standalone_worker: StandaloneWorkerFactory,
    new_topic: Callable[..., str],
    folder: Path,
    topic_name: Callable[[], str],
) -> None:
    topic, sink_name = new_topic(), topic_name()
    source, sink = folder / "in.txt", folder / "out.txt"
    connectors = [file_source("source", source, topic), file_sink(sink_name, sink, topic)]
    store = {"offset.storage.file.filename": folder / "offsets", **PLAIN}

    append(source, "one", "two")
    first = standalone_worker(store, connectors)
    wait_for(lambda: lines(sink) == ["one", "two"], what="the first lines")
    assert first.stop() == 0
    append(source, "three")
    second = standalone_worker(store, connectors)
    wait_for(lambda: len(lines(sink)) >= 3, what="the line after the restart")

    assert lines(sink) == ["one", "two", "three"]
    await_states(second, "source", "RUNNING", "RUNNING")
    wait_for(lambda: second.get("/connectors/source/topics") == {"source": {"topics": [topic]}}, what="an active topic")


def test_a_plug_in_from_a_folder_runs(
    standalone_worker: StandaloneWorkerFactory,
    new_topic: Callable[..., str],
    folder: Path,
    topic_name: Callable[[], str],
) -> None:
    plugins, topic, out = folder / "plugins", new_topic(), folder / "ticks.txt"
    plugins.mkdir()
    shutil.copy(ROOT / "examples" / "ticks.py", plugins)
    worker = standalone_worker({"plugin.path": plugins})

    create(
        worker,
        {"name": "ticks", "connector.class": "TickSource", "topic": topic, "interval.ms": "20", "tasks.max": "2"},
    )
    sink = topic_name()
    create(worker, {"name": sink, "connector.class": "ticks.TickSink", "topics": topic, "file": str(out)})
    await_states(worker, "ticks", "RUNNING", "RUNNING", "RUNNING")
    wait_for(lambda: len(lines(out)) > 10, what="ticks in the file")
    assert {"class": "ticks.TickSource", "type": "source", "version": "1.0"} in worker.get("/connector-plugins")
    wait_for(lambda: len(offsets(worker, "ticks")) == 2, what="the offsets of both clocks")


# ---- life of a connector over REST ----------------------------------------------------------------------------------


def test_paused_connectors_wait_and_resumed_ones_go_on(
    standalone_worker: StandaloneWorkerFactory,
    new_topic: Callable[..., str],
    folder: Path,
    topic_name: Callable[[], str],
) -> None:
    topic, name = new_topic(), topic_name()
    source, sink = folder / "in.txt", folder / "out.txt"
    worker = standalone_worker(PLAIN, [file_source("source", source, topic), file_sink(name, sink, topic)])
    append(source, "one")
    wait_for(lambda: lines(sink) == ["one"], what="the first line")

    worker.put(f"/connectors/{name}/pause")
    await_states(worker, name, "PAUSED", "PAUSED")
    append(source, "two")
    await_position(worker, "source", 8)
    assert lines(sink) == ["one"]
    worker.put(f"/connectors/{name}/resume")
    wait_for(lambda: lines(sink) == ["one", "two"], what="the second line")


def test_a_killed_task_has_failed_and_another_connector_goes_on(
    standalone_worker: StandaloneWorkerFactory, new_topic: Callable[..., str], folder: Path
) -> None:
    topic = new_topic()
    worker = standalone_worker(PLAIN, [file_source(name, folder / name, topic) for name in ("killed", "other")])
    for name in ("killed", "other"):
        append(folder / name, "one")
        await_position(worker, name, 4)

    os.kill(task_process(worker, "killed"), signal.SIGKILL)
    await_states(worker, "killed", "RUNNING", "FAILED")
    trace = worker.get("/connectors/killed/tasks/0/status")["trace"]
    assert trace.startswith(
        "org.apache.kafka.connect.errors.ConnectException: The process of task killed-0 ended: killed by SIGKILL"
    )
    append(folder / "other", "two")
    await_position(worker, "other", 8)

    append(folder / "killed", "two")
    worker.post("/connectors/killed/tasks/0/restart")
    await_position(worker, "killed", 8)


def task_process(worker: ConnectWorker, connector: str) -> int:
    """The process whose name in the system is that of the task, below the worker."""
    listing = subprocess.run(["ps", "-eo", "pid=,ppid=,comm="], capture_output=True, text=True, check=True).stdout
    rows = [row.split(None, 2) for row in listing.splitlines()]
    below = {str(worker.pid)}
    for _ in range(3):
        below |= {pid for pid, parent, _ in rows if parent in below}
    (found,) = [int(pid) for pid, _, name in rows if pid in below and name == f"{connector}|task-0"[:15]]
    return found


# ---- offsets ----------------------------------------------------------------------------------------------------------


def test_offsets_of_a_source_are_shown_altered_and_reset(
    standalone_worker: StandaloneWorkerFactory, new_topic: Callable[..., str], folder: Path
) -> None:
    source = folder / "in.txt"
    append(source, "one", "two")
    worker = standalone_worker(PLAIN, [file_source("source", source, new_topic())])
    await_position(worker, "source", 8)
    altered = {"offsets": [{"partition": {"filename": str(source)}, "offset": {"position": 4}}]}

    assert requests.patch(f"{worker.url}/connectors/source/offsets", json=altered, timeout=30).status_code == 400
    worker.put("/connectors/source/stop")
    await_states(worker, "source", "STOPPED")
    answer = requests.patch(f"{worker.url}/connectors/source/offsets", json=altered, timeout=30)
    assert answer.json() == {"message": "The offsets for this connector have been altered successfully"}
    assert offsets(worker, "source") == [{"position": 4}]
    assert worker.delete("/connectors/source/offsets") == {
        "message": "The offsets for this connector have been reset successfully"
    }
    assert offsets(worker, "source") == []
    worker.put("/connectors/source/resume")
    await_position(worker, "source", 8)


def test_offsets_of_a_sink_are_those_of_its_group(
    standalone_worker: StandaloneWorkerFactory,
    new_topic: Callable[..., str],
    folder: Path,
    topic_name: Callable[[], str],
    kafka: Kafka,
) -> None:
    topic, name, sink = new_topic(), topic_name(), folder / "out.txt"
    produce(kafka, topic, "a", "b", "c")
    worker = standalone_worker(PLAIN, [file_sink(name, sink, topic)])
    wait_for(lambda: offsets(worker, name) == [{"kafka_offset": 3}], what="the committed offset")
    worker.put(f"/connectors/{name}/stop")
    await_states(worker, name, "STOPPED")

    assert alter_sink(worker, name, topic, {"kafka_offset": 2})
    assert offsets(worker, name) == [{"kafka_offset": 2}]
    worker.put(f"/connectors/{name}/resume")
    wait_for(lambda: lines(sink) == ["a", "b", "c", "c"], what="the last record again")
    worker.put(f"/connectors/{name}/stop")
    await_states(worker, name, "STOPPED")

    assert alter_sink(worker, name, topic, None)
    assert offsets(worker, name) == []
    assert alter_sink(worker, name, topic, {"kafka_offset": 1})
    worker.delete(f"/connectors/{name}/offsets")
    worker.delete(f"/connectors/{name}/offsets")
    assert offsets(worker, name) == []


def alter_sink(worker: ConnectWorker, name: str, topic: str, offset: dict[str, int] | None) -> bool:
    partition = {"kafka_topic": topic, "kafka_partition": 0}
    body = {"offsets": [{"partition": partition, "offset": offset}]}
    answer = requests.patch(f"{worker.url}/connectors/{name}/offsets", json=body, timeout=60)
    return answer.ok or pytest.fail(answer.text)


def produce(kafka: Kafka, topic: str, *values: str) -> None:
    producer = Producer({"bootstrap.servers": kafka.bootstrap})
    for value in values:
        producer.produce(topic, value)
    assert producer.flush(30) == 0


@pytest.mark.java
def test_java_and_we_read_each_others_offsets_file(
    kafka: Kafka, new_topic: Callable[..., str], folder: Path, tmp_path: Path
) -> None:
    topic, source, store = new_topic(), folder / "in.txt", folder / "offsets"
    connector = file_source("source", source, topic)
    settings = {"offset.storage.file.filename": store, "offset.flush.interval.ms": 200}

    append(source, "one")
    with JavaConnect.standalone(kafka.bootstrap, tmp_path / "java-1", settings, [connector]) as java:
        await_position(java, "source", 4)
    append(source, "two")
    with IsthmusWorker.standalone(kafka.bootstrap, tmp_path / "ours", settings, [connector]) as ours:
        await_position(ours, "source", 8)
    append(source, "three")
    with JavaConnect.standalone(kafka.bootstrap, tmp_path / "java-2", settings, [connector]) as java:
        await_position(java, "source", 14)

    assert record_count(kafka, topic) == 3


def record_count(kafka: Kafka, topic: str) -> int:
    consumer = Consumer({"bootstrap.servers": kafka.bootstrap, "group.id": "count"})
    _low, high = consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=10)
    consumer.close()
    return high


# ---- start and stop -----------------------------------------------------------------------------------------------------


def test_all_forms_of_connector_files_are_taken(
    kafka: Kafka, new_topic: Callable[..., str], folder: Path, tmp_path: Path
) -> None:
    topic = new_topic()
    forms = {
        "a.properties": properties_text(file_source("a", folder / "a", topic)),
        "b.json": json.dumps({**file_source("b", folder / "b", topic), "tasks.max": 1}),
        "c.json": json.dumps(
            {"name": "c", "config": file_source("c", folder / "c", topic), "initial_state": "paused", "unknown": 1}
        ),
    }
    worker = IsthmusWorker.standalone(kafka.bootstrap, tmp_path / "worker")
    for name, text in forms.items():
        (folder / name).write_text(text)
        worker.process.argv.append(str(folder / name))
    with worker:
        await_states(worker, "a", "RUNNING", "RUNNING")
        await_states(worker, "b", "RUNNING", "RUNNING")
        await_states(worker, "c", "PAUSED")
        assert worker.get("/connectors/b/config")["tasks.max"] == "1"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_gracefully_and_commits_offsets(
    standalone_worker: StandaloneWorkerFactory, new_topic: Callable[..., str], folder: Path, number: signal.Signals
) -> None:
    source, store = folder / "in.txt", folder / "offsets"
    worker = standalone_worker(
        {**PLAIN, "offset.flush.interval.ms": 3_600_000, "offset.storage.file.filename": store},
        [file_source("source", source, new_topic())],
    )
    append(source, "one")
    wait_for(lambda: worker.get("/connectors/source/topics")["source"]["topics"], what="the line in the topic")

    worker.send_signal(number)
    assert worker.wait(15) == 0
    assert b'{"position":4}' in store.read_bytes()


def test_rest_answers_soon_after_the_start(standalone_worker: StandaloneWorkerFactory, kafka: Kafka) -> None:
    worker = standalone_worker()

    wait_for(lambda: worker.get("/")["kafka_cluster_id"], what="the id of the cluster")
    wait_for(lambda: worker.get("/health")["status"] == "healthy", what="a healthy worker")
