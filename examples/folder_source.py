"""A source connector in 30 lines: every file that is put into a folder becomes a record, in the order of names."""

import time
from collections.abc import Mapping
from pathlib import Path

from isthmus import ConfigDef, Schema, SourceConnector, SourceRecord, SourceTask

TEXT, HIGH = ConfigDef.Type.STRING, ConfigDef.Importance.HIGH
CONFIG = (
    ConfigDef()
    .define("folder", TEXT, importance=HIGH, documentation="Folder to read files from.")
    .define("topic", TEXT, importance=HIGH, documentation="Topic to write to.")
)


class FolderTask(SourceTask):
    def start(self, props: Mapping[str, str]) -> None:
        config = CONFIG.parse(props)
        self.folder, self.topic = Path(config["folder"]), config["topic"]
        self.partition = {"folder": config["folder"]}
        offset = self.context.offset_storage_reader.offset(self.partition)
        self.last = offset["name"] if offset else ""

    def poll(self) -> list[SourceRecord] | None:
        names = sorted(file.name for file in self.folder.iterdir() if file.name > self.last)
        if not names:
            time.sleep(0.1)
            return None
        self.last = names[-1]
        return [self.record(name) for name in names]

    def record(self, name: str) -> SourceRecord:
        text = (self.folder / name).read_text(encoding="utf-8")
        return SourceRecord(self.partition, {"name": name}, self.topic, value_schema=Schema.STRING_SCHEMA, value=text)


class FolderSource(SourceConnector):
    version = "1.0"
    task_class = FolderTask

    def config(self) -> ConfigDef:
        return CONFIG

    def start(self, props: Mapping[str, str]) -> None:
        self.props = dict(props)

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return [self.props]  # a folder cannot be shared out, so there is one task, whatever tasks.max says
