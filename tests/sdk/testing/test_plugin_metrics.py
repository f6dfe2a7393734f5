"""What a plug-in measures can be asserted on in a unit test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from isthmus import (
    ConfigDef,
    ConnectorContext,
    PluginMetrics,
    SinkRecord,
    SinkTask,
    SinkTaskContext,
    SourceConnector,
    SourceTask,
    SourceTaskContext,
)
from isthmus.metrics import CumulativeSum
from isthmus.testing import ConnectorRunner, SinkTaskRunner, SourceTaskRunner


def measure(context: ConnectorContext | SourceTaskContext | SinkTaskContext) -> None:
    metrics = context.plugin_metrics
    metrics.add_metric(metrics.metric_name("answer", "To everything."), lambda: 42)


class Source(SourceTask):
    def start(self, props: Mapping[str, str]) -> None:
        measure(self.context)

    def poll(self) -> None: ...


class Sink(SinkTask):
    def start(self, props: Mapping[str, str]) -> None:
        measure(self.context)
        self.sensor = self.context.plugin_metrics.add_sensor("records")
        self.sensor.add(self.context.plugin_metrics.metric_name("record-total"), CumulativeSum())

    def put(self, records: Sequence[SinkRecord]) -> None:
        self.sensor.record(len(records))


class Connector(SourceConnector):
    task_class = Source

    def config(self) -> ConfigDef:
        return ConfigDef()

    def start(self, props: Mapping[str, str]) -> None:
        measure(self.context)

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return [{}]


def values_of(metrics: PluginMetrics) -> dict[str, object]:
    return {name.name: function() for name, function in metrics.functions().items()}


def test_metrics_of_connectors_and_tasks_have_values() -> None:
    with ConnectorRunner(Connector, {}) as connector:
        assert values_of(connector.context.plugin_metrics) == {"answer": 42}
    with SourceTaskRunner(Source, {}) as source:
        assert values_of(source.context.plugin_metrics) == {"answer": 42}
    with SinkTaskRunner(Sink, {}) as sink:
        sink.put([sink.record("a"), sink.record("b")])
        metrics = sink.context.plugin_metrics
        assert metrics.value(metrics.metric_name("record-total")) == 2


def test_the_tags_of_the_runtime_are_taken_in_tests_as_well() -> None:
    with SourceTaskRunner(Source, {}) as task, pytest.raises(ValueError, match="Cannot use task as a tag name"):
        task.context.plugin_metrics.metric_name("a", tags={"task": "1"})
