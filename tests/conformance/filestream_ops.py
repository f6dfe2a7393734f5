"""Operations of the FileStream connectors."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from connectors.file_stream_sink import FileStreamSinkTask
from connectors.file_stream_source import FileStreamSourceTask
from isthmus import PluginMetrics, Schema, SinkRecord, SourceRecord
from tests.conformance.codec import decode_schema, decode_value, encode_bytes, encode_schema, encode_value

Vector = dict[str, Any]


class _Context:
    """A source task's context whose store gives one offset back, with the exact class of its position."""

    transaction_context = None

    def __init__(self, configs: Mapping[str, str], offset: dict[str, Any] | None) -> None:
        self.configs = configs
        self.plugin_metrics = PluginMetrics()
        self.offset_storage_reader = self
        self._offset = offset

    def offset(self, partition: Mapping[str, Any]) -> dict[str, Any] | None:
        return self._offset

    def offsets(self, partitions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any] | None]:
        return [self._offset for _ in partitions]


class _Scenario:
    """Plays the steps of a vector on a real file."""

    def __init__(self, file: Path, config: Mapping[str, str]) -> None:
        self._file = file
        self._config = {**config, "file": str(file)}
        self._task: FileStreamSourceTask | None = None
        self.polled: list[Any] = []

    def start_at(self, position: Any) -> None:
        self.stop()
        self._task = FileStreamSourceTask()
        self._task.initialize(_Context(self._config, None if position is None else {"position": position}))
        self._task.start(self._config)

    def stop(self) -> None:
        if self._task is not None:
            self._task.stop()

    def play(self, step: Any) -> None:
        if step == "poll":
            assert self._task is not None
            records = self._task.poll()
            self.polled.append(None if records is None else [_encode_source_record(record) for record in records])
        elif step == "truncate":
            self._file.write_bytes(b"")
        elif step == "delete":
            self._file.unlink()
        elif "append" in step:
            with self._file.open("ab") as file:
                file.write(base64.b64decode(step["append"]))
        else:
            self.start_at(_position(step["restartAt"]))


def _position(json: Any) -> Any:
    return decode_value(json) if isinstance(json, dict) else json


def _encode_source_record(record: SourceRecord) -> Any:
    return {
        "topic": record.topic,
        "kafkaPartition": record.kafka_partition,
        "keySchema": encode_schema(record.key_schema),
        "key": encode_value(record.key),
        "valueSchema": encode_schema(record.value_schema),
        "value": encode_value(record.value),
        "sourcePartitionKeys": list(record.source_partition or {}),
        "sourceOffset": encode_value(record.source_offset),
        "hasTimestamp": record.timestamp is not None,
    }


def _source_scenario(vector: Vector) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        scenario = _Scenario(Path(folder, "input.txt"), vector["config"])
        try:
            scenario.start_at(_position(vector["startPosition"]))
            for step in vector["steps"]:
                scenario.play(step)
        finally:
            scenario.stop()
    return scenario.polled


def _sink_put(vector: Vector) -> Any:
    schema = decode_schema(vector["schema"])
    value = decode_value(vector["value"], schema)
    second = SinkRecord("t", 0, None, None, Schema.STRING_SCHEMA, "second", 1)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "output.txt")
        task = FileStreamSinkTask()
        task.start({**vector.get("config", {}), "file": str(file)})
        try:
            task.put([SinkRecord("t", 0, None, None, schema, value, 0)])
            task.put([second])
            task.flush({})
        finally:
            task.stop()
        return encode_bytes(file.read_bytes())


OPS: dict[tuple[str, str], Callable[[Vector], Any]] = {
    ("FileStreamSourceTask", "scenario"): _source_scenario,
    ("FileStreamSinkTask", "put"): _sink_put,
}
