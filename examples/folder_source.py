"""A source connector in some 30 lines: every file that is put into a folder becomes a record, in the order of names."""

import time
from collections.abc import Mapping
from pathlib import Path

from isthmus import ConfigDef, Schema, SourceConnector, SourceRecord, SourceTask

Type, HIGH, LOW = ConfigDef.Type, ConfigDef.Importance.HIGH, ConfigDef.Importance.LOW
CONFIG = (
    ConfigDef()
    .define("folder", Type.STRING, importance=HIGH, documentation="Folder to read files from.")
    .define("topic", Type.STRING, importance=HIGH, documentation="Topic to write to.")
    .define("pause.ms", Type.INT, 500, ConfigDef.Range.at_least(1), importance=LOW, documentation="Pause without news.")
)


class FolderTask(SourceTask):
    def start(self, props: Mapping[str, str]) -> None:
        self.config = CONFIG.parse(props)
        self.folder = Path(self.config["folder"])
        self.partition = {"folder": str(self.folder)}
        offset = self.context.offset_storage_reader.offset(self.partition)
        self.last = offset["name"] if offset else ""

    def poll(self) -> list[SourceRecord] | None:
        names = sorted(file.name for file in self.folder.iterdir() if file.name > self.last)
        if not names:
            time.sleep(self.config["pause.ms"] / 1000)
            return None
        self.last = names[-1]
        return [self.record(name) for name in names]

    def record(self, name: str) -> SourceRecord:
        text = (self.folder / name).read_text(encoding="utf-8")
        return SourceRecord(
            source_partition=self.partition, source_offset={"name": name}, topic=self.config["topic"],
            key_schema=Schema.STRING_SCHEMA, key=name, value_schema=Schema.STRING_SCHEMA, value=text,
        )  # fmt: skip


class FolderSource(SourceConnector):
    version = "1.0"
    task_class = FolderTask

    def config(self) -> ConfigDef:
        return CONFIG

    def start(self, props: Mapping[str, str]) -> None:
        self.props = dict(props)

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return [self.props]  # a folder cannot be shared out, so there is one task, whatever tasks.max says
