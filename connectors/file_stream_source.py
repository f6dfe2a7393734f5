"""FileStreamSource: the lines of a file, or of standard input, as records (org.apache.kafka.connect.file).

For trying things out: it reads one file from the start, keeps its place, waits for more lines, and takes no notice of
the file being replaced or cut short.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from connectors.byte_input import CHUNK_BYTES, ByteInput
from connectors.lines import JAVA_BUFFER, LineCutter, end_of_java_buffer
from isthmus import (
    ConfigDef,
    ConnectError,
    ExactlyOnceSupport,
    Int64,
    Schema,
    SourceConnector,
    SourceRecord,
    SourceTask,
)
from isthmus.numbers import wrap

logger = logging.getLogger(__name__)

_FILENAME: Final = "filename"
_POSITION: Final = "position"
_MAX_BYTES_PER_POLL: Final = 64 * CHUNK_BYTES  # a huge batch.size must not bring a huge file into memory at once
_CHECK_INTERVAL_S: Final = 0.04  # the most a line waits to be seen; a look is a system call or two
_MAX_WAIT_S: Final = 0.25  # then poll returns, so that pause and stop are not held up
_HOLD_S: Final = 1.0


class FileStreamSourceTask(SourceTask):
    """Reads one file. Kafka Connect's waits a second at the end of the file; this one looks again much sooner."""

    class_names = ("org.apache.kafka.connect.file.FileStreamSourceTask",)

    _input: ByteInput | None = None

    def start(self, props: Mapping[str, str]) -> None:
        config = FileStreamSourceConnector.CONFIG.parse(props)
        self._filename: str | None = config[FileStreamSourceConnector.FILE_CONFIG]
        self._topic: str = config[FileStreamSourceConnector.TOPIC_CONFIG]
        self._batch_size: int = max(config[FileStreamSourceConnector.TASK_BATCH_SIZE_CONFIG], 1)
        self._partition = {_FILENAME: self._filename}
        self._lines = LineCutter(0)
        self._is_trouble_logged = False
        self._java_has_read_to: int | None = None  # set while the last batch was full, and lines are left of it
        self._java_buffer = JAVA_BUFFER
        self._held_until: float | None = None
        if not self._filename:
            self._input = ByteInput.of_standard_input()

    def poll(self) -> list[SourceRecord] | None:
        deadline = time.monotonic() + _MAX_WAIT_S
        while True:
            source = self._input or self._open()
            if source is not None and self._read(source) and not self._is_rest_held(source):
                return self._next_batch()
            if time.monotonic() >= deadline:
                return None
            time.sleep(_CHECK_INTERVAL_S)

    def stop(self) -> None:
        if self._input is not None:
            self._input.close()
            self._input = None

    def _open(self) -> ByteInput | None:
        """Opens the file and goes to where the last run left off. None while there is no such file."""
        assert self._filename, "standard input is open from the start"
        try:
            source = ByteInput.of_file(self._filename)
        except FileNotFoundError:
            self._log_trouble("Couldn't find file %s for FileStreamSourceTask, waiting for it to be created")
            return None
        except OSError as error:
            raise ConnectError(f"Couldn't open file '{self._filename}' for FileStreamSourceTask: {error}") from error
        self._is_trouble_logged = False
        try:
            position = self._stored_position()
            self._go_to(position, source)
        except BaseException:
            source.close()
            raise
        self._lines = LineCutter(position)
        self._input = source
        logger.debug("Reading %s from position %d", self._filename, position)
        return source

    def _go_to(self, position: int, source: ByteInput) -> None:
        try:
            source.skip(max(position, 0))
        except OSError as error:
            raise ConnectError(f"Couldn't go on at position {position} of file '{self._filename}': {error}") from error

    def _stored_position(self) -> int:
        offset = self.context.offset_storage_reader.offset(self._partition) or {}
        position = offset.get(_POSITION)
        if position is not None and not _is_long(position):
            raise ConnectError("Offset position is the incorrect type")
        return int(position or 0)

    def _read(self, source: ByteInput) -> bool:
        """Reads on until a batch is full. True when there are lines."""
        left = _MAX_BYTES_PER_POLL
        while len(self._lines) < self._batch_size and left > 0 and (count := self._read_chunk(source)):
            left -= count
        return len(self._lines) > 0

    def _read_chunk(self, source: ByteInput) -> int:
        """How many bytes there were to read now."""
        try:
            data = source.read()
        except OSError:
            # As in Kafka Connect, where this is taken for a stream that was closed by stop().
            self._log_trouble("Couldn't read file %s, trying again", is_error=True)
            return 0
        if data:
            self._lines.feed(data)
            self._java_has_read_to = self._held_until = None
        return len(data)

    def _is_rest_held(self, source: ByteInput) -> bool:
        """Whether what a full batch left over has to wait.

        Kafka Connect's task holds such lines back for ever when it has read them already and the file does not go on.
        Here they wait for that too, but not longer than the second for which it would wait at the end of a file.
        """
        if self._java_has_read_to is None:
            return False
        if self._held_until is None:
            if not source.is_exhausted or not self._lines.is_rest_within(self._java_has_read_to):
                return False
            self._held_until = time.monotonic() + _HOLD_S
        has_gone_on = self._read_chunk(source) > 0
        return not has_gone_on and time.monotonic() < self._held_until

    def _next_batch(self) -> list[SourceRecord]:
        start = self._lines.position
        lines, ends = self._lines.take(self._batch_size)
        self._java_has_read_to = None
        if len(self._lines) > 0 and self._input is not None and self._input.is_exhausted:
            self._java_has_read_to, self._java_buffer = end_of_java_buffer(start, ends, self._java_buffer)
        partition, topic, schema, now_ms = (
            self._partition,
            self._topic,
            Schema.STRING_SCHEMA,
            time.time_ns() // 1_000_000,
        )
        if not self._filename:
            return [
                SourceRecord(partition, {_POSITION: None}, topic, None, None, None, schema, line, now_ms)
                for line in lines
            ]
        return [
            SourceRecord(partition, {_POSITION: end}, topic, None, None, None, schema, line, now_ms)
            for line, end in zip(lines, ends, strict=True)
        ]

    def _log_trouble(self, text: str, is_error: bool = False) -> None:
        """Once, not with every look."""
        if not self._is_trouble_logged:
            logger.warning(text, self._filename or "standard input", exc_info=is_error)
            self._is_trouble_logged = True


class FileStreamSourceConnector(SourceConnector):
    """Always one task."""

    class_names = ("org.apache.kafka.connect.file.FileStreamSourceConnector",)
    task_class = FileStreamSourceTask

    FILE_CONFIG: ClassVar[str] = "file"
    TOPIC_CONFIG: ClassVar[str] = "topic"
    TASK_BATCH_SIZE_CONFIG: ClassVar[str] = "batch.size"

    CONFIG: ClassVar[ConfigDef] = (
        ConfigDef()
        .define(
            FILE_CONFIG,
            ConfigDef.Type.STRING,
            default=None,
            importance=ConfigDef.Importance.HIGH,
            documentation="The file to read. Without it the lines come from standard input.",
        )
        .define(
            TOPIC_CONFIG,
            ConfigDef.Type.STRING,
            validator=ConfigDef.NonEmptyString(),
            importance=ConfigDef.Importance.HIGH,
            documentation="The topic to write the lines to.",
        )
        .define(
            TASK_BATCH_SIZE_CONFIG,
            ConfigDef.Type.INT,
            default=2000,
            importance=ConfigDef.Importance.LOW,
            documentation="The most lines the task hands over at once.",
        )
    )

    def config(self) -> ConfigDef:
        return self.CONFIG

    def start(self, props: Mapping[str, str]) -> None:
        self._props = dict(props)
        config = self.CONFIG.parse(props)
        logger.info("Starting file source connector reading from %s", config[self.FILE_CONFIG] or "standard input")

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return [dict(self._props)]

    def exactly_once_support(self, props: Mapping[str, str]) -> ExactlyOnceSupport:
        """Offsets of a file say exactly where to go on; standard input cannot be read twice."""
        has_file = bool(self.CONFIG.parse(props)[self.FILE_CONFIG])
        return ExactlyOnceSupport.SUPPORTED if has_file else ExactlyOnceSupport.UNSUPPORTED

    def alter_offsets(
        self, connector_config: Mapping[str, str], offsets: Sequence[tuple[Mapping[str, Any], Mapping[str, Any] | None]]
    ) -> bool:
        if not self.CONFIG.parse(connector_config)[self.FILE_CONFIG]:
            raise ConnectError(
                "Offsets cannot be modified if the 'file' configuration is unspecified. "
                "This is because stdin is used for input and offsets are not tracked."
            )
        for partition, offset in offsets:
            if offset is not None:  # forgetting is always allowed, so that anything odd can be cleaned up
                _check_offset(partition, offset)
        return True


def _check_offset(partition: Mapping[str, Any] | None, offset: Mapping[str, Any]) -> None:
    if _POSITION not in offset:
        raise ConnectError("Offset objects should either be null or contain the key 'position'")
    if not _is_long(offset[_POSITION]):
        raise ConnectError("The value for the 'position' key in the offset is expected to be a Long value")
    if offset[_POSITION] < 0:
        raise ConnectError("The value for the 'position' key in the offset should be a non-negative value")
    if partition is None:
        raise ConnectError("Partition objects cannot be null")
    if _FILENAME not in partition:
        raise ConnectError("Partition objects should contain the key 'filename'")


def _is_long(value: object) -> bool:
    return (type(value) is int and wrap(value, 64) == value) or isinstance(value, Int64)
