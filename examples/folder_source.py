"""A source connector in 30 lines: every file that is put into a folder becomes a record.

Each file is read once, as text in UTF-8, and files found together in the order of their names. It has to be complete when
it appears: write it elsewhere on the same disk, then move it in. Subfolders are left alone.
"""

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
        self.seen: set[str] = set()

    def poll(self) -> list[SourceRecord] | None:
        names = sorted(file.name for file in self.folder.iterdir() if file.is_file() and file.name not in self.seen)
        if not names:
            time.sleep(0.1)
            return None
        found = [{"folder": str(self.folder), "file": name} for name in names[:100]]
        self.seen.update(names[:100])
        offsets = self.context.offset_storage_reader.offsets(found)
        return [self.record(file) for file, offset in zip(found, offsets, strict=True) if offset is None]

    def record(self, file: dict[str, str]) -> SourceRecord:
        text = (self.folder / file["file"]).read_text(encoding="utf-8")
        return SourceRecord(file, {"read": True}, self.topic, value_schema=Schema.STRING_SCHEMA, value=text)


class FolderSource(SourceConnector):
    version = "1.0"
    task_class = FolderTask

    def config(self) -> ConfigDef:
        return CONFIG

    def start(self, props: Mapping[str, str]) -> None:
        self.props = dict(props)

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return [self.props]  # a folder cannot be shared out, so there is one task, whatever tasks.max says
