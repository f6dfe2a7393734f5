"""A standalone worker with plug-ins that are there in two versions, used side by side by several connectors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from dev.isthmus_worker import IsthmusWorker
from dev.kafka import Kafka
from tests.topics import read_topic
from tests.waiting import wait_for

pytestmark = pytest.mark.kafka

# Both versions have these modules, under the same names; each says in every record which one it is.
PLUGIN = """
import number_of_version
from isthmus import ConfigDef, Converter, SchemaAndValue, Schema, SourceConnector, SourceRecord, SourceTask, Transformation

NUMBER = number_of_version.NUMBER
IMPORTANCE = ConfigDef.Importance.LOW

class Task(SourceTask):
    version = NUMBER

    def start(self, props):
        self.topic, self.is_done = props["topic"], False

    def poll(self):
        if self.is_done:
            return None
        import number_of_version as imported_late
        self.is_done = True
        text = f"connector {NUMBER}, {imported_late.NUMBER}"
        return [SourceRecord({}, {}, self.topic, value_schema=Schema.STRING_SCHEMA, value=text)]

class Source(SourceConnector):
    version = NUMBER
    task_class = Task
    def config(self): return ConfigDef().define(f"only.in.{NUMBER}", ConfigDef.Type.STRING, None, importance=IMPORTANCE)
    def start(self, props): self.props = props
    def task_configs(self, max_tasks): return [dict(self.props)]

class Mark(Transformation):
    version = NUMBER
    def config(self): return ConfigDef()
    def apply(self, record): return record.new_record(value=f"{record.value} | mark {NUMBER}")

class Shown(Converter):
    version = NUMBER
    def config(self): return ConfigDef()
    def from_connect_data(self, topic, schema, value, headers=None):
        return f"{value} | converter {NUMBER}".encode()
    def to_connect_data(self, topic, data, headers=None): return SchemaAndValue.NULL
"""
STRING_CONVERTER = "org.apache.kafka.connect.storage.StringConverter"
OWN = {"value.converter": "shown.Shown"}


@pytest.fixture(scope="module")
def worker(kafka: Kafka, tmp_path_factory: pytest.TempPathFactory) -> Iterator[IsthmusWorker]:
    """Its own converter is the older version."""
    plugins = tmp_path_factory.mktemp("plugins")
    for number in ("1.0", "2.0"):
        (plugins / number).mkdir()
        (plugins / number / "shown.py").write_text(PLUGIN)
        (plugins / number / "number_of_version.py").write_text(f"NUMBER = '{number}'")
    settings = {
        "plugin.path": plugins,
        "key.converter": STRING_CONVERTER,
        "value.converter": "Shown",
        "value.converter.plugin.version": "[1.0,2.0)",
    }
    started = IsthmusWorker.standalone(kafka.bootstrap, tmp_path_factory.mktemp("worker"), settings)
    started.start()
    yield started
    started.stop()
    print(f"--- log of the worker ---\n{started.process.log_tail(200)}")  # shown when the last test fails


def source(topic: str, version: str | None = None, **more: str) -> dict[str, str]:
    asked = {} if version is None else {"connector.plugin.version": version}
    further = {key.replace("__", "."): value for key, value in more.items()}
    return {"name": topic, "connector.class": "shown.Source", "topic": topic, "tasks.max": "1", **asked, **further}


def errors(worker: IsthmusWorker, config: dict[str, str]) -> dict[str, list[str]]:
    infos = worker.put("/connector-plugins/shown.Source/config/validate", config)
    return {entry["value"]["name"]: entry["value"]["errors"] for entry in infos["configs"] if entry["value"]["errors"]}


def awaited_values(kafka: Kafka, topic: str, count: int) -> list[bytes | None]:
    wait_for(lambda: len(read_topic(kafka.bootstrap, topic)) >= count, what=f"{count} records in {topic}")
    return [message.value() for message in read_topic(kafka.bootstrap, topic)]


def test_each_connector_has_the_versions_that_it_asks_for(
    worker: IsthmusWorker, kafka: Kafka, new_topic: Callable[..., str]
) -> None:
    marked = {"transforms": "m", "transforms.m.type": "shown.Mark"}
    asked: list[tuple[dict[str, str], str]] = [
        (source(new_topic()), "connector 2.0, 2.0 | converter 1.0"),
        (source(new_topic(), "1.0") | OWN, "connector 1.0, 1.0 | converter 1.0"),
        (source(new_topic(), "(1.0,)") | OWN, "connector 2.0, 2.0 | converter 2.0"),
        (source(new_topic(), "1", value__converter__plugin__version="2") | OWN, "connector 1.0, 1.0 | converter 2.0"),
        (source(new_topic(), "(,2.0)") | marked, "connector 1.0, 1.0 | mark 1.0 | converter 1.0"),
        (
            source(new_topic(), "latest", transforms__m__plugin__version="1.0", value__converter__plugin__version="2.0")
            | marked
            | OWN,
            "connector 2.0, 2.0 | mark 1.0 | converter 2.0",
        ),
    ]
    for config, _ in asked:
        worker.post("/connectors", {"name": config["name"], "config": config})

    for config, text in asked:
        assert awaited_values(kafka, config["topic"], 1) == [text.encode()]


def test_states_and_plug_ins_tell_versions(worker: IsthmusWorker, new_topic: Callable[..., str]) -> None:
    config = source(new_topic(), "[1.0]")
    worker.post("/connectors", {"name": config["name"], "config": config})
    wait_for(lambda: worker.states(config["name"]) == ["RUNNING", "RUNNING"], what="the task")

    status: dict[str, Any] = worker.get(f"/connectors/{config['name']}/status")
    assert (status["connector"]["version"], status["tasks"][0]["version"]) == ("1.0", "1.0")
    listed = [entry for entry in worker.get("/connector-plugins?connectorsOnly=false") if "shown." in entry["class"]]
    assert [(entry["class"], entry["version"]) for entry in listed] == [
        (f"shown.{name}", version) for name in ("Source", "Mark", "Shown") for version in ("1.0", "2.0")
    ]
    for version in ("1.0", "2.0"):
        keys = worker.get(f"/connector-plugins/shown.Source/config?version={version}")
        assert keys[0]["name"] == f"only.in.{version}"


def test_a_version_that_is_not_there_is_refused(worker: IsthmusWorker, new_topic: Callable[..., str]) -> None:
    config = source(new_topic(), "3.0")
    text = "Plugin shown.Source not found that matches the version range [3.0,3.0], available versions: [1.0, 2.0]"

    assert errors(worker, config) == {"connector.class": [text], "connector.plugin.version": [text]}
    with pytest.raises(requests.HTTPError, match=r"^400 .*following 2 error\(s\)") as raised:
        worker.post("/connectors", {"name": config["name"], "config": config})
    assert text in str(raised.value)


def test_a_connector_changes_its_version(worker: IsthmusWorker, kafka: Kafka, new_topic: Callable[..., str]) -> None:
    config = source(new_topic(), "1.0") | OWN
    topic = config["topic"]
    worker.put(f"/connectors/{topic}/config", config)
    awaited_values(kafka, topic, 1)
    worker.put(f"/connectors/{topic}/config", {**config, "connector.plugin.version": "2.0"})

    assert awaited_values(kafka, topic, 2)[1] == b"connector 2.0, 2.0 | converter 2.0"
    assert worker.get(f"/connectors/{topic}/status")["connector"]["version"] == "2.0"
