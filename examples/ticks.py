"""A plug-in as its author writes it: a source of numbered ticks and a sink that appends them to a file.

Runs from a folder named in plugin.path, with connector.class=TickSource or ticks.TickSource. It shows the surface of the
SDK: Kafka Connect's names in snake_case, attributes instead of getters, keyword arguments.
"""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from isthmus import (
    ConfigDef,
    RetriableError,
    Schema,
    SchemaBuilder,
    SinkConnector,
    SinkRecord,
    SinkTask,
    SourceConnector,
    SourceRecord,
    SourceTask,
    Struct,
)

TICK = (
    SchemaBuilder.struct()
    .name("tick")
    .field("clock", Schema.STRING_SCHEMA)
    .field("number", Schema.INT64_SCHEMA)
    .build()
)


class TickSourceTask(SourceTask):
    def start(self, props: Mapping[str, str]) -> None:
        self.config = TickSource.CONFIG.parse(props)
        self.partitions = [{"clock": name} for name in self.config["clocks"]]
        known = self.context.offset_storage_reader.offsets(self.partitions)
        self.next = [(offset["number"] + 1 if offset else 0) for offset in known]

    def poll(self) -> list[SourceRecord] | None:
        time.sleep(self.config["interval.ms"] / 1000)
        records = []
        for i, partition in enumerate(self.partitions):
            value = Struct(TICK, clock=partition["clock"], number=self.next[i])
            records.append(
                SourceRecord(
                    source_partition=partition,
                    source_offset={"number": self.next[i]},
                    topic=self.config["topic"],
                    key_schema=Schema.STRING_SCHEMA,
                    key=partition["clock"],
                    value_schema=TICK,
                    value=value,
                )
            )
            self.next[i] += 1
        return records


class TickSource(SourceConnector):
    """Emits one record per clock and interval. Clocks are shared out among the tasks."""

    version = "1.0"
    task_class = TickSourceTask
    CONFIG = (
        ConfigDef()
        .define(
            "topic", ConfigDef.Type.STRING, importance=ConfigDef.Importance.HIGH, documentation="Topic to write to."
        )
        .define(
            "clocks",
            ConfigDef.Type.LIST,
            default="a,b",
            importance=ConfigDef.Importance.MEDIUM,
            documentation="Names of the clocks.",
        )
        .define(
            "interval.ms",
            ConfigDef.Type.LONG,
            default=1000,
            validator=ConfigDef.Range.at_least(1),
            importance=ConfigDef.Importance.LOW,
            documentation="Time between ticks.",
        )
    )

    def config(self) -> ConfigDef:
        return self.CONFIG

    def start(self, props: Mapping[str, str]) -> None:
        self.props = dict(props)

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        clocks = self.CONFIG.parse(self.props)["clocks"]
        count = min(max_tasks, len(clocks))
        return [{**self.props, "clocks": ",".join(clocks[i::count])} for i in range(count)]


class TickSinkTask(SinkTask):
    def start(self, props: Mapping[str, str]) -> None:
        self.path = Path(props["file"])

    def put(self, records: Sequence[SinkRecord]) -> None:
        try:
            with self.path.open("a", encoding="utf-8") as file:
                for record in records:
                    file.write(
                        f"{record.topic}-{record.kafka_partition}@{record.kafka_offset} {record.value['clock']} {record.value['number']}\n"
                    )
        except OSError as error:
            raise RetriableError(f"cannot write to {self.path}") from error


class TickSink(SinkConnector):
    version = "1.0"
    task_class = TickSinkTask

    def config(self) -> ConfigDef:
        return ConfigDef().define(
            "file", ConfigDef.Type.STRING, importance=ConfigDef.Importance.HIGH, documentation="File to append to."
        )

    def start(self, props: Mapping[str, str]) -> None:
        self.props = dict(props)

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return [self.props] * max_tasks
