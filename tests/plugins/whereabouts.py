"""Plug-ins of every kind that write down in which process they run."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from isthmus import (
    ConfigDef,
    ConnectHeaders,
    ConnectRecord,
    Converter,
    Predicate,
    Schema,
    SchemaAndValue,
    SourceConnector,
    SourceRecord,
    SourceTask,
    Transformation,
)

JOURNAL = ConfigDef().define(
    "journal", ConfigDef.Type.STRING, "", importance=ConfigDef.Importance.HIGH, documentation="File to write to."
)


def write_down(journal: str, what: str) -> None:
    with Path(journal).open("a") as file:
        file.write(json.dumps({"what": what, "pid": os.getpid()}) + "\n")


class WhereaboutsTask(SourceTask):
    def start(self, props: Mapping[str, str]) -> None:
        self.props = props

    def poll(self) -> list[SourceRecord] | None:
        write_down(self.props["journal"], "poll")
        time.sleep(0.1)
        return [
            SourceRecord({"a": "b"}, {"n": 1}, self.props["topic"], value_schema=Schema.STRING_SCHEMA, value="here")
        ]


class WhereaboutsSource(SourceConnector):
    task_class = WhereaboutsTask

    def config(self) -> ConfigDef:
        return JOURNAL

    def validate(self, props: Mapping[str, str | None]) -> Any:
        write_down(props["journal"] or "", "config")
        return super().validate(props)

    def start(self, props: Mapping[str, str]) -> None:
        self.props = dict(props)
        write_down(props["journal"], "start")

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        write_down(self.props["journal"], "task_configs")
        return [self.props]

    def alter_offsets(self, connector_config: Mapping[str, str], offsets: Any) -> bool:
        write_down(connector_config["journal"], "alter_offsets")
        return True


class WhereaboutsConverter(Converter):
    def configure(self, configs: Mapping[str, Any], is_key: bool) -> None:
        self.journal = configs["journal"]

    def from_connect_data(
        self, topic: str, schema: Schema | None, value: Any, headers: ConnectHeaders | None = None
    ) -> bytes | None:
        write_down(self.journal, "converter")
        return str(value).encode()

    def to_connect_data(self, topic: str, data: bytes | None, headers: ConnectHeaders | None = None) -> SchemaAndValue:
        return SchemaAndValue(None, data)


class WhereaboutsTransformation(Transformation[ConnectRecord]):
    def config(self) -> ConfigDef:
        return JOURNAL

    def configure(self, configs: Mapping[str, Any]) -> None:
        self.journal = configs["journal"]

    def apply(self, record: ConnectRecord) -> ConnectRecord | None:
        write_down(self.journal, "transformation")
        return record


class WhereaboutsPredicate(Predicate[ConnectRecord]):
    def config(self) -> ConfigDef:
        return JOURNAL

    def configure(self, configs: Mapping[str, Any]) -> None:
        self.journal = configs["journal"]

    def test(self, record: ConnectRecord) -> bool:
        write_down(self.journal, "predicate")
        return True
