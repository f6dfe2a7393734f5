"""What a worker says to input that is wrong: at once, all of it, naming what it is about, and with the right exit code."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import requests

from dev.isthmus_worker import IsthmusWorker
from dev.kafka import Kafka, KafkaBroker
from dev.process import free_port
from tests.conftest import StandaloneWorkerFactory
from tests.process_tree import marked, new_mark, processes_with
from tests.topics import read_values
from tests.waiting import wait_for

pytestmark = pytest.mark.kafka

EXIT_CONFIG, EXIT_START, EXIT_CONNECTOR = 1, 2, 3


def failed_start(worker: IsthmusWorker, status: int, deadline_s: float = 15) -> str:
    """Waits for the end of a worker that cannot start; its log without what is said in any case."""
    assert worker.wait(deadline_s) == status, worker.log_text()
    log = worker.log_text()
    assert "Traceback" not in log
    return log


@pytest.fixture
def start(standalone_worker: StandaloneWorkerFactory) -> Callable[..., IsthmusWorker]:
    def launch(properties: Mapping[str, object], *connectors: Mapping[str, object]) -> IsthmusWorker:
        return standalone_worker(dict(properties), [dict(connector) for connector in connectors], wait=False)

    return launch


# --- the worker's configuration ---------------------------------------------------------------------------------------------


def test_all_mistakes_of_a_worker_file_are_told_at_once(start: Callable[..., IsthmusWorker]) -> None:
    log = failed_start(
        start(
            {
                "offset.flush.interval.ms": "soon",
                "task.shutdown.graceful.timeout.ms": "5s",
                "listeners": "gopher://localhost:8083",
                "security.protocol": "CARRIER_PIGEON",
            }
        ),
        EXIT_CONFIG,
    )
    for key in (
        "offset.flush.interval.ms",
        "task.shutdown.graceful.timeout.ms",
        "listeners",
        "security.protocol",
    ):
        assert any("ERROR" in line and key in line for line in log.splitlines()), key


def test_a_configuration_provider_that_does_not_exist_stops_the_start(start: Callable[..., IsthmusWorker]) -> None:
    log = failed_start(
        start({"config.providers": "x", "config.providers.x.class": "no.such.Provider"}),
        EXIT_CONFIG,
    )
    assert "Invalid value no.such.Provider for configuration config.providers.x.class" in log


def test_every_missing_key_of_a_worker_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "worker.properties"
    path.write_text("plugin.path=/nowhere\n")
    worker = IsthmusWorker("a worker", [str(script())], tmp_path, {}, [])
    (tmp_path / "worker.properties").write_text("plugin.path=/nowhere\n")
    worker.launch()
    log = failed_start(worker, EXIT_CONFIG)
    for key in ("bootstrap.servers", "key.converter", "value.converter", "offset.storage.file.filename"):
        assert f'Missing required configuration "{key}"' in log


def test_a_misspelt_key_is_a_warning_with_a_suggestion(standalone_worker: StandaloneWorkerFactory) -> None:
    worker = standalone_worker({"offset.flush.intervall.ms": "1000"})
    told = "WARN offset.flush.intervall.ms is not a setting of a worker"
    wait_for(lambda: told in worker.log_text(), what="the warning")
    assert "(did you mean offset.flush.interval.ms?)" in worker.log_text()


def test_a_converter_that_does_not_exist_stops_the_start(start: Callable[..., IsthmusWorker]) -> None:
    log = failed_start(start({"value.converter": "NoSuchConverter"}), EXIT_CONFIG)
    assert "Invalid value NoSuchConverter for configuration value.converter" in log


def test_a_worker_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    worker = IsthmusWorker("a worker", [str(script())], tmp_path, {}, [])
    (tmp_path / "worker.properties").unlink()
    worker.launch()
    log = failed_start(worker, EXIT_CONFIG)
    assert f"{tmp_path / 'worker.properties'} cannot be read: No such file or directory" in log


def test_a_busy_rest_port_stops_the_start(start: Callable[..., IsthmusWorker]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        log = failed_start(start({"listeners": f"http://127.0.0.1:{port}"}), EXIT_START)
    assert f"127.0.0.1:{port}" in log
    assert "in use" in log.lower()


def test_a_kafka_that_does_not_answer_stops_the_start_in_bounded_time(start: Callable[..., IsthmusWorker]) -> None:
    address = f"localhost:{free_port()}"
    began = time.monotonic()
    log = failed_start(
        start({"bootstrap.servers": address, "default.api.timeout.ms": 3000, "request.timeout.ms": 2000}), EXIT_START
    )
    assert time.monotonic() - began < 10
    assert "Failed to connect to and describe Kafka cluster" in log
    assert address in log


def test_kafka_that_comes_late_is_waited_for(standalone_worker: StandaloneWorkerFactory, tmp_path: Path) -> None:
    with KafkaBroker() as broker:
        broker.stop()
        worker = standalone_worker({"bootstrap.servers": broker.bootstrap}, wait=False)
        wait_for(lambda: "REST listener" in worker.log_text(), what="the start")
        broker.start()
        wait_for(worker.answers, 30, what="the REST API")
        worker.stop()


# --- connectors of the command line --------------------------------------------------------------------------------------------


def test_a_connector_of_an_unknown_class_stops_the_start_and_names_the_choice(
    start: Callable[..., IsthmusWorker],
) -> None:
    log = failed_start(start({}, {"name": "x", "connector.class": "NoSuchConnector", "topic": "t"}), EXIT_CONNECTOR)
    assert "Failed to find any class that implements Connector and which name matches NoSuchConnector" in log
    assert "FileStreamSource" in log


def test_all_mistakes_of_a_connector_are_told_at_once(start: Callable[..., IsthmusWorker]) -> None:
    log = failed_start(
        start({}, {"name": "x", "connector.class": "FileStreamSource", "tasks.max": "many", "batch.size": "-"}),
        EXIT_CONNECTOR,
    )
    for key in ("topic", "tasks.max", "batch.size"):
        assert key in log[log.index("Failed to create connector") :], key


def test_a_connector_file_without_a_name_stops_the_start(start: Callable[..., IsthmusWorker]) -> None:
    log = failed_start(start({}, {"connector.class": "FileStreamSource", "topic": "t"}), EXIT_CONNECTOR)
    assert "is missing the mandatory 'name' configuration" in log


def test_an_unreadable_connector_file_stops_the_start_and_leaves_nothing(kafka: Kafka, tmp_path: Path) -> None:
    mark = new_mark()
    worker = IsthmusWorker.standalone(
        kafka.bootstrap, tmp_path, {}, [{"name": "x", "connector.class": "FileStreamSource"}], env=marked(mark)
    )
    (tmp_path / "x.properties").unlink()
    worker.launch()
    log = failed_start(worker, EXIT_CONNECTOR)
    assert f"Connector configuration at '{tmp_path / 'x.properties'}' cannot be read: No such file or directory" in log
    wait_for(lambda: not processes_with(mark), 3, what="the end of all processes")


# --- connectors over REST --------------------------------------------------------------------------------------------------------


def test_wrong_configurations_over_rest_are_refused_and_leave_nothing(shared_worker: IsthmusWorker) -> None:
    url = f"{shared_worker.url}/connectors/wrong/config"
    for config, told in (
        ({"connector.class": "NoSuchConnector"}, "Failed to find any class"),
        ({"connector.class": "FileStreamSource"}, 'Missing required configuration "topic"'),
        ({"connector.class": "FileStreamSource", "topic": "t", "tasks.max": "0"}, "tasks.max"),
        ({"connector.class": "FileStreamSink"}, "Must configure one of topics or topics.regex"),
        ({"connector.class": "FileStreamSource", "topic": "t", "transforms": "a"}, "transforms.a.type"),
        ({"connector.class": "FileStreamSource", "topic": "t", "value.converter": "No"}, "value.converter"),
        ({"connector.class": "broken.Broken"}, "broken"),
    ):
        answer = requests.put(url, json=config, timeout=30)
        assert answer.status_code == 400, (config, answer.text)
        assert told in answer.json()["message"]
    assert "wrong" not in shared_worker.get("/connectors")


# --- topics that are not there -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def strict_worker(tmp_path_factory: pytest.TempPathFactory) -> object:
    """A worker on a broker that makes no topics by itself."""
    with KafkaBroker(properties={"auto.create.topics.enable": "false"}) as broker:
        settings = {
            "value.converter.schemas.enable": "false",
            "offset.flush.interval.ms": 500,
            "offset.flush.timeout.ms": 1000,
        }
        folder = tmp_path_factory.mktemp("strict")
        with IsthmusWorker.standalone(broker.bootstrap, folder, settings) as worker:
            yield worker, broker


def test_a_source_waits_for_a_topic_that_is_not_there(
    strict_worker: tuple[IsthmusWorker, KafkaBroker], tmp_path: Path
) -> None:
    worker, broker = strict_worker
    (tmp_path / "in.txt").write_text("a line\n")
    config = {"connector.class": "FileStreamSource", "topic": "late-topic", "file": str(tmp_path / "in.txt")}
    worker.put("/connectors/waits/config", config)
    told = "[waits|task-0] The task waits for topic 'late-topic': Broker: Unknown topic or partition"
    wait_for(lambda: told in worker.log_text(), what="a word about it")
    assert worker.states("waits") == ["RUNNING", "RUNNING"]
    worker.put("/connectors/makes/config", config | {"topic": "other", **creation()})
    wait_for(lambda: read_values(broker.bootstrap, "other") == ["a line"], what="the line in a topic that was made")
    worker.put("/connectors/waits/config", config | creation())
    wait_for(lambda: read_values(broker.bootstrap, "late-topic") == ["a line"], what="the line")


def creation() -> dict[str, str]:
    return {"topic.creation.default.replication.factor": "1", "topic.creation.default.partitions": "1"}


def test_a_sink_waits_for_a_topic_that_is_not_there(
    strict_worker: tuple[IsthmusWorker, KafkaBroker], tmp_path: Path
) -> None:
    worker, _broker = strict_worker
    (tmp_path / "in.txt").write_text("a line\n")
    sink = {"connector.class": "FileStreamSink", "topics": "later-topic", "file": str(tmp_path / "out.txt")}
    refresh = {"consumer.override.metadata.max.age.ms": "1000"}
    worker.put("/connectors/sink-waits/config", sink | refresh)
    wait_for(lambda: worker.states("sink-waits") == ["RUNNING", "RUNNING"], what="a running sink")
    source = {"connector.class": "FileStreamSource", "topic": "later-topic", "file": str(tmp_path / "in.txt")}
    worker.put("/connectors/source-makes/config", source | creation())
    wait_for(lambda: (tmp_path / "out.txt").read_text() == "a line\n", what="the line in the file")
    assert worker.states("sink-waits") == ["RUNNING", "RUNNING"]


# --- the offsets file ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [lambda data: data[:-3], lambda data: b"\0" + data[1:], lambda data: b"not Java\n", lambda data: data[:1]],
    ids=["truncated", "another first byte", "text", "one byte"],
)
def test_a_damaged_offsets_file_stops_the_start_and_is_left_alone(
    start: Callable[..., IsthmusWorker], tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "offsets"
    path.write_bytes(damage(offsets_of_a_worker(tmp_path)))
    before = path.read_bytes()
    log = failed_start(start({"offset.storage.file.filename": path}), EXIT_START)
    assert str(path) in log
    assert "cannot be read" in log
    assert path.read_bytes() == before


def offsets_of_a_worker(folder: Path) -> bytes:
    from workers.storage.java_map_file import dump_map

    return dump_map({b'["local-file-source",{"filename":"test.txt"}]': b'{"position":7}'})


def test_an_empty_offsets_file_is_a_new_one(standalone_worker: StandaloneWorkerFactory, tmp_path: Path) -> None:
    path = tmp_path / "offsets"
    path.touch()
    left_over = tmp_path / ".offsets.abcd_123"
    left_over.write_bytes(b"half")
    worker = standalone_worker({"offset.storage.file.filename": path})
    assert "Read 0 offsets" in worker.log_text()
    assert not left_over.exists()


def test_an_offsets_file_in_a_folder_that_is_not_there_stops_the_start(
    start: Callable[..., IsthmusWorker], tmp_path: Path
) -> None:
    path = tmp_path / "no" / "offsets"
    log = failed_start(start({"offset.storage.file.filename": path}), EXIT_START)
    assert f"The offsets file {path} (offset.storage.file.filename) could not be written" in log


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_offsets_file_in_a_folder_without_the_right_to_write_stops_the_start(
    start: Callable[..., IsthmusWorker], tmp_path: Path
) -> None:
    folder = tmp_path / "no"
    folder.mkdir(mode=0o500)
    log = failed_start(start({"offset.storage.file.filename": folder / "offsets"}), EXIT_START)
    assert "the worker has no right to write in it" in log


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_offsets_file_stops_the_start(start: Callable[..., IsthmusWorker], tmp_path: Path) -> None:
    path = tmp_path / "offsets"
    path.write_bytes(b"")
    path.chmod(0)
    assert str(path) in failed_start(start({"offset.storage.file.filename": path}), EXIT_START)


def test_a_folder_in_the_place_of_the_offsets_file_stops_the_start(
    start: Callable[..., IsthmusWorker], tmp_path: Path
) -> None:
    log = failed_start(start({"offset.storage.file.filename": tmp_path}), EXIT_START)
    assert f"The offsets file {tmp_path} cannot be read: Is a directory" in log


def script() -> Path:
    return Path(__file__).resolve().parents[2] / "bin" / "connect-standalone"


def test_the_log_is_json_when_that_is_wanted_also_for_mistakes(kafka: Kafka, tmp_path: Path) -> None:
    worker = IsthmusWorker.standalone(
        kafka.bootstrap, tmp_path, {"offset.flush.interval.ms": "soon"}, env={"LOG_FORMAT": "json"}
    )
    worker.launch()
    assert worker.wait(15) == EXIT_CONFIG
    lines = [json.loads(line) for line in worker.log_text().splitlines()]
    assert any(line["level"] == "ERROR" and "offset.flush.interval.ms" in line["message"] for line in lines)
