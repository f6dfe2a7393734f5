"""A plug-in for the herder's tests: connectors and tasks that do what their configuration says. Needs no Kafka.

The tests copy this file into a folder of plugin.path; it is imported in plug-in processes only.
"""

import os
import signal
import threading
from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from typing import Any

from isthmus import (
    ConfigData,
    ConfigDef,
    ConfigProvider,
    ConfigValue,
    ConnectError,
    ConnectorContext,
    Converter,
    HeaderConverter,
    Monitorable,
    PluginMetrics,
    Predicate,
    SchemaAndValue,
    SinkConnector,
    SinkRecord,
    SinkTask,
    SinkTaskContext,
    SourceConnector,
    SourceTask,
    SourceTaskContext,
    Transformation,
)
from isthmus.metrics import CumulativeCount

Props = Mapping[str, str]


def note(props: Props, text: str) -> None:
    """Appends a line to the file `notes`, so that a test sees what was called."""
    if "notes" in props:
        with Path(props["notes"]).open("a") as file:
            file.write(text + "\n")


def misbehave(props: Mapping[str, str | None], when: str) -> None:
    """`misbehave=start:raise`, `stop:hang`, `poll:kill` and the like."""
    moment, _, how = (props.get("misbehave") or "").partition(":")
    if moment != when:
        return
    if how == "raise":
        raise ConnectError(f"told to fail in {when}")
    if how == "hang":
        threading.Event().wait()
    if how == "exit":
        os._exit(7)
    if how == "kill":
        os.kill(os.getpid(), signal.SIGSEGV)


class LabTask(SourceTask):
    def start(self, props: Props) -> None:
        self.props = props
        self.waiting = threading.Event()
        note(props, f"task {props['number']} start")
        if "measured" in props:
            count_starts(self.context)
        if "secret" in props:
            note(props, f"task's secret is {props['secret']}")
        misbehave(props, "task-start")

    def poll(self) -> None:
        misbehave(self.props, "poll")
        self.waiting.wait(0.05)

    def stop(self) -> None:
        note(self.props, f"task {self.props['number']} stop")
        misbehave(self.props, "task-stop")


def count_starts(context: ConnectorContext | SourceTaskContext | SinkTaskContext) -> None:
    sensor = context.plugin_metrics.add_sensor("starts")
    sensor.add(context.plugin_metrics.metric_name("starts", "How often."), CumulativeCount())
    sensor.record()


class LabSource(SourceConnector):
    version = "1.5"
    task_class = LabTask

    def config(self) -> ConfigDef:
        return ConfigDef().define(
            "tasks", ConfigDef.Type.INT, 1, documentation="Number of tasks.", importance=ConfigDef.Importance.LOW
        )

    def validate(self, props: Mapping[str, str | None]) -> list[ConfigValue]:
        misbehave(props, "validate")
        return super().validate(props)

    def start(self, props: Props) -> None:
        self.props = props
        note(props, "start")
        if "measured" in props:
            count_starts(self.context)
        if "secret" in props:
            note(props, f"secret is {props['secret']}")
        misbehave(props, "start")
        if props.get("reconfigure.when"):
            threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while not Path(self.props["reconfigure.when"]).exists():
            threading.Event().wait(0.02)
        if self.props.get("misbehave") == "later:raise":
            self.context.raise_error(ConnectError("told to fail later"))
        else:
            self.context.request_task_reconfiguration()

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        misbehave(self.props, "task-configs")
        count = int(self.props.get("tasks", "1"))
        if self.props.get("reconfigure.when") and Path(self.props["reconfigure.when"]).exists():
            count += 1
        return [{**self.props, "number": str(number)} for number in range(count)]

    def stop(self) -> None:
        note(self.props, "stop")
        misbehave(self.props, "stop")

    def alter_offsets(self, connector_config: Props, offsets: Sequence[Any]) -> bool:
        misbehave(connector_config, "offsets")
        if connector_config.get("misbehave") == "offsets:unsupported":
            raise NotImplementedError
        return connector_config.get("offsets.known") == "true"


class SlowLabSource(LabSource):
    def initialize(self, context: Any, task_configs: Any = None) -> None:
        threading.Event().wait(1)
        super().initialize(context, task_configs)


class LabSinkTask(SinkTask):
    def start(self, props: Props) -> None:
        if "measured" in props:
            count_starts(self.context)

    def put(self, records: Sequence[SinkRecord]) -> None: ...


class LabSink(SinkConnector):
    task_class = LabSinkTask

    def config(self) -> ConfigDef:
        return ConfigDef()

    def start(self, props: Props) -> None:
        self.is_measured = "measured" in props
        if self.is_measured:
            count_starts(self.context)

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return [{"measured": "true"} if self.is_measured else {}]


class Measured(Monitorable):
    """Has a metric whose value tells whether the plug-in had been configured before it got its metrics."""

    is_configured = False

    def with_plugin_metrics(self, metrics: PluginMetrics) -> None:
        was_configured = self.is_configured
        metrics.add_metric(metrics.metric_name("after-configure"), lambda: was_configured)


class LabConverter(Measured, Converter, HeaderConverter):
    def config(self) -> ConfigDef:
        return ConfigDef()

    def configure(self, configs: Mapping[str, Any], is_key: bool = False) -> None:
        self.is_configured = True

    def from_connect_data(self, topic: str, schema: Any, value: Any, headers: Any = None) -> None: ...

    def to_connect_data(self, topic: str, data: bytes | None, headers: Any = None) -> SchemaAndValue:
        return SchemaAndValue.NULL

    def from_connect_header(self, topic: str, header_key: str, schema: Any, value: Any) -> None: ...

    def to_connect_header(self, topic: str, header_key: str, value: bytes | None) -> SchemaAndValue:
        return SchemaAndValue.NULL


class LabMark(Measured, Transformation[Any]):
    def config(self) -> ConfigDef:
        return ConfigDef()

    def configure(self, configs: Mapping[str, Any]) -> None:
        self.is_configured = True

    def apply(self, record: Any) -> Any:
        return record


class LabAlways(Measured, Predicate[Any]):
    def config(self) -> ConfigDef:
        return ConfigDef()

    def configure(self, configs: Mapping[str, Any]) -> None:
        self.is_configured = True

    def test(self, record: Any) -> bool:
        return True


class LabProvider(ConfigProvider):
    """`${lab:PATH:KEY}` is "KEY resolved"; the values of a path that is a number hold for so many milliseconds."""

    def get(self, path: str, keys: Set[str] | None = None) -> ConfigData:
        if path == "broken":
            raise ConnectError("told to fail in the provider")
        ttl_ms = int(path) if path.isdigit() else None
        return ConfigData({key: f"{key} resolved" for key in keys or ()}, ttl_ms)
