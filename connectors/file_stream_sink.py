"""FileStreamSink: values as lines of a file, or of standard output (org.apache.kafka.connect.file)."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import ClassVar, Final

from isthmus import ConfigDef, ConnectError, SinkBatch, SinkConnector, SinkRecord, SinkTask, TopicPartition
from isthmus.text import to_text

logger = logging.getLogger(__name__)

_STANDARD_OUTPUT: Final = 1
_value: Final = attrgetter("value")


class FileStreamSinkTask(SinkTask):
    """Appends each value's text and a line feed. What `put` took is in the file when it returns: nothing to flush."""

    class_names = ("org.apache.kafka.connect.file.FileStreamSinkTask",)

    _fd: int | None = None

    def start(self, props: Mapping[str, str]) -> None:
        self._filename: str | None = FileStreamSinkConnector.CONFIG.parse(props)[FileStreamSinkConnector.FILE_CONFIG]
        if not self._filename:
            self._fd = _STANDARD_OUTPUT
            return
        try:
            self._fd = os.open(self._filename, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise ConnectError(f"Couldn't find or create file '{self._filename}' for FileStreamSinkTask") from error

    def put(self, records: Sequence[SinkRecord]) -> None:
        if records:
            self._write(_lines(records).encode("utf-8", "replace"))

    def stop(self) -> None:
        if self._fd is not None and self._fd != _STANDARD_OUTPUT:
            os.close(self._fd)
        self._fd = None

    def _write(self, data: bytes) -> None:
        assert self._fd is not None, "put comes after start"
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._fd, rest) :]
        except OSError as error:
            raise ConnectError(f"Couldn't write to {self._filename or 'standard output'}: {error}") from error


def _lines(records: Sequence[SinkRecord]) -> str:
    values = records.values if isinstance(records, SinkBatch) else map(_value, records)
    try:
        return "\n".join(values) + "\n"
    except TypeError:  # not text, some of them
        return "".join([f"{to_text(record.value, record.value_schema)}\n" for record in records])


class FileStreamSinkConnector(SinkConnector):
    """As many tasks as allowed, all of them appending to the one file."""

    class_names = ("org.apache.kafka.connect.file.FileStreamSinkConnector",)
    task_class = FileStreamSinkTask

    FILE_CONFIG: ClassVar[str] = "file"

    CONFIG: ClassVar[ConfigDef] = ConfigDef().define(
        FILE_CONFIG,
        ConfigDef.Type.STRING,
        default=None,
        importance=ConfigDef.Importance.HIGH,
        documentation="The file to append to. Without it the lines go to standard output.",
    )

    def config(self) -> ConfigDef:
        return self.CONFIG

    def start(self, props: Mapping[str, str]) -> None:
        self._props = dict(props)
        config = self.CONFIG.parse(props)
        logger.info("Starting file sink connector writing to %s", config[self.FILE_CONFIG] or "standard output")

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return [dict(self._props) for _ in range(max_tasks)]

    def alter_offsets(self, connector_config: Mapping[str, str], offsets: Mapping[TopicPartition, int | None]) -> bool:
        """Nothing is kept outside Kafka, so there is nothing more to change."""
        return True
