"""Plug-ins as a stranger writes them, who knows the guide for authors only. One of each kind that goes with data."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from isthmus import (
    ConfigDef,
    ConnectHeaders,
    ConnectRecord,
    DataError,
    Predicate,
    RecordMetadata,
    Schema,
    SinkConnector,
    SinkRecord,
    SinkTask,
    SourceConnector,
    SourceRecord,
    SourceTask,
    Transformation,
)

Type, HIGH, LOW = ConfigDef.Type, ConfigDef.Importance.HIGH, ConfigDef.Importance.LOW
log = logging.getLogger("stranger")


class NewsTask(SourceTask):
    """Delivers the lines of a JSON file once: {"key": ..., "text": ..., "size": ...}."""

    def start(self, props: Mapping[str, str]) -> None:
        self.config = NewsSource.CONFIG.parse(props)
        log.info("Reading with %s", self.config)
        self.path = Path(self.config["file"])
        self.partition = {"file": self.path.name}
        known = self.context.offset_storage_reader.offset(self.partition)
        self.line = known["line"] if known else 0
        self.told = self.path.with_suffix(".told").open("a", buffering=1)  # closed in stop
        digest = hashlib.sha256(self.config["password"].value.encode()).hexdigest()
        self.tell("password", sha256=digest)

    def poll(self) -> list[SourceRecord] | None:
        items = [json.loads(line) for line in self.path.read_text().splitlines()[self.line :]]
        if not items:
            time.sleep(0.05)
            return None
        return [self.record(item) for item in items]

    def record(self, item: dict[str, Any]) -> SourceRecord:
        self.line += 1
        text = item["text"] * item.get("times", 1)
        headers = ConnectHeaders()
        headers.add_string("line", str(self.line))
        headers.add_int("length", len(text))
        return SourceRecord(
            self.partition,
            {"line": self.line},
            self.config["topic"],
            key_schema=Schema.STRING_SCHEMA,
            key=item["key"],
            value_schema=Schema.STRING_SCHEMA,
            value=text,
            headers=headers,
        )

    def commit_record(self, record: SourceRecord, metadata: RecordMetadata | None) -> None:
        self.tell("commit_record", key=record.key, offset=metadata and metadata.offset)

    def commit(self) -> None:
        self.tell("commit")

    def stop(self) -> None:
        self.tell("stop")
        self.told.close()

    def tell(self, call: str, **details: Any) -> None:
        self.told.write(json.dumps({"call": call, **details}) + "\n")


class NewsSource(SourceConnector):
    version = "2.1"
    task_class = NewsTask
    CONFIG = (
        ConfigDef()
        .define("file", Type.STRING, importance=HIGH, documentation="File with news.")
        .define("topic", Type.STRING, importance=HIGH, documentation="Topic to write to.")
        .define("password", Type.PASSWORD, "", importance=LOW, documentation="Not needed for anything.")
    )

    def config(self) -> ConfigDef:
        return self.CONFIG

    def start(self, props: Mapping[str, str]) -> None:
        self.props = dict(props)
        log.info("Starting with %s", self.CONFIG.parse(props))

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return [self.props]


class NewsSinkTask(SinkTask):
    """Writes what it gets to a file. Reports records whose value is a mapping with "bad"."""

    def start(self, props: Mapping[str, str]) -> None:
        self.told = Path(props["file"]).open("a", buffering=1)  # noqa: SIM115  # closed in stop

    def stop(self) -> None:
        self.told.close()

    def put(self, records: Sequence[SinkRecord]) -> None:
        for record in records:
            if isinstance(record.value, dict) and "bad" in record.value:
                self.reject(record)
                continue
            headers = {header.key: header.value for header in record.headers}
            self.told.write(json.dumps([record.key, record.value, headers, record.topic, record.original_topic]) + "\n")

    def reject(self, record: SinkRecord) -> None:
        reporter = self.context.errant_record_reporter
        if reporter is None:
            raise DataError("There is nobody to report to")
        reporter.report(record, DataError("This record is bad"))


class NewsSink(SinkConnector):
    version = "2.1"
    task_class = NewsSinkTask

    def config(self) -> ConfigDef:
        return ConfigDef().define("file", Type.STRING, importance=HIGH, documentation="File to append to.")

    def start(self, props: Mapping[str, str]) -> None:
        self.props = dict(props)

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return [self.props] * max_tasks


class Drop(Transformation[ConnectRecord]):
    def config(self) -> ConfigDef:
        return ConfigDef()

    def apply(self, record: ConnectRecord) -> ConnectRecord | None:
        return None


class Shout(Transformation[ConnectRecord]):
    def config(self) -> ConfigDef:
        return ConfigDef().define("mark", Type.STRING, "!", importance=LOW, documentation="What to append.")

    def configure(self, configs: Mapping[str, Any]) -> None:
        self.mark = self.config().parse(configs)["mark"]

    def apply(self, record: ConnectRecord) -> ConnectRecord | None:
        return record.new_record(value=record.value.upper() + self.mark)


class KeyStartsWith(Predicate[ConnectRecord]):
    def config(self) -> ConfigDef:
        return ConfigDef().define("prefix", Type.STRING, importance=HIGH, documentation="Beginning of the key.")

    def configure(self, configs: Mapping[str, Any]) -> None:
        self.prefix = self.config().parse(configs)["prefix"]

    def test(self, record: ConnectRecord) -> bool:
        return str(record.key).startswith(self.prefix)
