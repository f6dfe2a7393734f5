"""Plug-ins of a real standalone worker get metrics with the tags that tell them apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from dev.isthmus_worker import IsthmusWorker
from dev.kafka import Kafka
from tests.topics import read_topic
from tests.waiting import wait_for

pytestmark = pytest.mark.kafka

# Each plug-in says in the record which tags its metrics have.
PLUGIN = """
import json
from isthmus import ConfigDef, Monitorable, Predicate, Schema, SourceConnector, SourceRecord, SourceTask, Transformation

class Task(SourceTask):
    def start(self, props):
        self.props, self.is_done = props, False

    def poll(self):
        if self.is_done:
            return None
        self.is_done = True
        tags = [json.loads(self.props["connector.tags"]), dict(self.context.plugin_metrics.metric_name("m").tags)]
        return [SourceRecord({}, {}, self.props["topic"], value_schema=Schema.STRING_SCHEMA, value=json.dumps(tags))]

class Source(SourceConnector):
    task_class = Task
    def config(self): return ConfigDef()
    def start(self, props): self.props = props
    def task_configs(self, max_tasks):
        tags = json.dumps(dict(self.context.plugin_metrics.metric_name("m").tags))
        return [{**self.props, "connector.tags": tags}]

class Always(Predicate, Monitorable):
    def config(self): return ConfigDef()
    def with_plugin_metrics(self, metrics): Always.tags = dict(metrics.metric_name("m").tags)
    def test(self, record): return True

class Mark(Transformation, Monitorable):
    def config(self): return ConfigDef()
    def with_plugin_metrics(self, metrics): self.tags = dict(metrics.metric_name("m").tags)
    def apply(self, record):
        return record.new_record(value=json.dumps([*json.loads(record.value), self.tags, Always.tags]))
"""


def test_every_plug_in_has_metrics_with_tags_of_its_own(
    kafka: Kafka, tmp_path: Path, new_topic: Callable[..., str]
) -> None:
    (tmp_path / "plugins" / "metered").mkdir(parents=True)
    (tmp_path / "plugins" / "metered" / "metered.py").write_text(PLUGIN)
    converters = dict.fromkeys(("key.converter", "value.converter"), "org.apache.kafka.connect.storage.StringConverter")
    worker = IsthmusWorker.standalone(
        kafka.bootstrap, tmp_path / "worker", {"plugin.path": tmp_path / "plugins", **converters}
    )
    worker.start()
    try:
        topic = new_topic()
        config = {
            "connector.class": "metered.Source",
            "topic": topic,
            "transforms": "mark",
            "transforms.mark.type": "metered.Mark",
            "transforms.mark.predicate": "always",
            "predicates": "always",
            "predicates.always.type": "metered.Always",
        }
        worker.post("/connectors", {"name": "c", "config": config})
        wait_for(lambda: len(read_topic(kafka.bootstrap, topic)) == 1, what="the record")
    finally:
        worker.stop()

    tags = json.loads(read_topic(kafka.bootstrap, topic)[0].value() or b"")
    task = {"connector": "c", "task": "0"}
    assert tags == [{"connector": "c"}, task, {**task, "transformation": "mark"}, {**task, "predicate": "always"}]
