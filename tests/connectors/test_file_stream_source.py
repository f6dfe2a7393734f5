from __future__ import annotations

import errno
import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from connectors.file_stream_source import FileStreamSourceConnector, FileStreamSourceTask
from isthmus import ConfigError, ConnectError, ExactlyOnceSupport, Int32, Schema, SourceRecord
from isthmus.testing import MemoryOffsets, SourceTaskContract, SourceTaskRunner


class TestFileStreamSource(SourceTaskContract):
    connector_class = FileStreamSourceConnector

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self._file = tmp_path / "input.txt"
        self._provided = 0

    def make_props(self) -> dict[str, str]:
        self._file.touch()
        return {"file": str(self._file), "topic": "lines"}

    def provide(self, count: int) -> None:
        with self._file.open("a") as file:
            file.writelines(f"line {self._provided + number}\n" for number in range(count))
        self._provided += count


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "input.txt"


def reading(file: Path, offsets: MemoryOffsets | None = None, **props: str) -> SourceTaskRunner:
    settings = {name.replace("_", "."): value for name, value in props.items()}
    return SourceTaskRunner(FileStreamSourceTask, {"file": str(file), "topic": "t", **settings}, offsets or ())


def append(file: Path, data: bytes) -> None:
    with file.open("ab") as opened:
        opened.write(data)


def lines_of(records: list[SourceRecord]) -> list[Any]:
    return [record.value for record in records]


def test_a_line_becomes_a_record(file: Path) -> None:
    append(file, b"first\nsecond\n")
    before_ms = time.time_ns() // 1_000_000

    with reading(file) as task:
        first, second = task.poll()

    assert (first.topic, first.value, first.value_schema) == ("t", "first", Schema.STRING_SCHEMA)
    assert (first.key, first.key_schema, first.kafka_partition) == (None, None, None)
    assert first.source_partition == {"filename": str(file)}
    assert (first.source_offset, second.source_offset) == ({"position": 6}, {"position": 13})
    assert first.timestamp is not None
    assert first.timestamp >= before_ms


def test_all_records_share_the_one_partition_object(file: Path) -> None:
    append(file, b"1\n2\n")

    with reading(file) as task:
        assert len({id(record.source_partition) for record in task.poll()}) == 1


def test_a_file_that_appears_later_is_read_then(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    with reading(file) as task, caplog.at_level(logging.WARNING):
        assert task.poll() == []
        assert task.poll() == []
        append(file, b"late\n")
        assert lines_of(task.poll()) == ["late"]

    assert [record.getMessage() for record in caplog.records] == [
        f"Couldn't find file {file} for FileStreamSourceTask, waiting for it to be created"
    ]


def test_a_line_is_emitted_once_it_is_finished(file: Path) -> None:
    append(file, b"half ")
    with reading(file) as task:
        assert task.poll() == []
        append(file, "of a liné\nnext".encode())
        assert lines_of(task.poll()) == ["half of a liné"]


def test_a_character_written_in_two_steps_is_read_whole(file: Path) -> None:
    append(file, b"caf\xc3")
    with reading(file) as task:
        assert task.poll() == []
        append(file, b"\xa9\n")
        assert lines_of(task.poll()) == ["café"]


def test_a_line_longer_than_a_chunk_is_one_record(file: Path) -> None:
    append(file, b"x" * 1_000_000 + b"\nend\n")
    with reading(file) as task:
        assert [len(line) for line in lines_of(task.poll_until(2))] == [1_000_000, 3]


def test_a_file_is_read_in_batches(file: Path) -> None:
    append(file, b"".join(b"%d\n" % number for number in range(100_000)))
    with reading(file, batch_size="700") as task:
        sizes: list[int] = []
        lines: list[str] = []
        while len(lines) < 100_000:
            records = task.poll()
            sizes.append(len(records))
            lines += lines_of(records)

    assert max(sizes) == 700
    assert lines == [str(number) for number in range(100_000)]


def test_reading_goes_on_at_the_committed_position(file: Path) -> None:
    append(file, b"1\n2\n3\n")
    offsets = MemoryOffsets([({"filename": str(file)}, {"position": 2})])

    with reading(file, offsets) as task:
        records = task.poll()

    assert [(record.value, record.source_offset) for record in records] == [
        ("2", {"position": 4}),
        ("3", {"position": 6}),
    ]


def test_an_offset_without_position_starts_at_the_front(file: Path) -> None:
    append(file, b"1\n")

    with reading(file, MemoryOffsets([({"filename": str(file)}, {"other": 1})])) as task:
        assert lines_of(task.poll()) == ["1"]


def test_a_position_before_the_front_starts_at_the_front(file: Path) -> None:
    append(file, b"1\n")

    with reading(file, MemoryOffsets([({"filename": str(file)}, {"position": -3})])) as task:
        assert lines_of(task.poll()) == ["1"]


@pytest.mark.parametrize("position", ["2", 2.0, True])
def test_a_position_that_is_no_number_fails_the_task(file: Path, position: object) -> None:
    append(file, b"1\n")

    offsets = MemoryOffsets([({"filename": str(file)}, {"position": position})])

    with reading(file, offsets) as task, pytest.raises(ConnectError, match="Offset position is the incorrect type"):
        task.poll()


def test_a_position_that_the_file_cannot_have_fails_the_task(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append(file, b"1\n")
    offsets = MemoryOffsets([({"filename": str(file)}, {"position": 1 << 62})])

    def refuse(*arguments: int) -> int:  # which positions are refused depends on the file system
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(os, "lseek", refuse)
    with reading(file, offsets) as task, pytest.raises(ConnectError, match=rf"Couldn't go on at position {1 << 62} of"):
        task.poll()


def test_what_a_truncated_file_gets_later_is_read_from_the_old_position(file: Path) -> None:
    append(file, b"12345\n")
    with reading(file) as task:
        assert lines_of(task.poll()) == ["12345"]
        file.write_bytes(b"")
        assert task.poll() == []
        append(file, b"abcdef\nx\n")
        assert lines_of(task.poll()) == ["", "x"]


def test_the_rest_of_a_full_batch_waits_for_the_file_to_go_on_but_not_for_ever(file: Path) -> None:
    append(file, b"1\n2\n3\n4\n5\n")
    with reading(file, batch_size="2") as task:
        assert lines_of(task.poll()) == ["1", "2"]
        assert task.poll() == []
        append(file, b"6\n")
        assert lines_of(task.poll()) == ["3", "4"]
        held_since = time.monotonic()
        assert lines_of(task.poll_until(2)) == ["5", "6"]
        assert 0.5 < time.monotonic() - held_since < 5


def test_waiting_at_the_end_of_the_file_is_short_and_costs_little(file: Path) -> None:
    file.touch()
    with reading(file) as task:
        started, cpu_before = time.monotonic(), time.process_time()
        assert task.poll() == []
        waited, cpu = time.monotonic() - started, time.process_time() - cpu_before

    assert 0.1 < waited < 1
    assert cpu < 0.1 * waited


def test_a_folder_in_place_of_the_file_is_no_reason_to_fail(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with reading(tmp_path) as task, caplog.at_level(logging.WARNING):
        assert task.poll() == []
        assert task.poll() == []

    assert [record.getMessage() for record in caplog.records] == [f"Couldn't read file {tmp_path}, trying again"]


def test_a_path_that_cannot_be_opened_fails_the_task(file: Path) -> None:
    append(file, b"")
    with reading(file / "below") as task, pytest.raises(ConnectError, match=r"Couldn't open file .*below"):
        task.poll()


def test_a_pipe_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with reading(pipe) as task:
        assert task.poll() == []
        writer = os.open(pipe, os.O_WRONLY)
        try:
            os.write(writer, b"through the pipe\n")
            assert lines_of(task.poll()) == ["through the pipe"]
            assert task.poll() == []
        finally:
            os.close(writer)
        assert task.poll() == []


@pytest.fixture
def standard_input() -> Iterator[int]:
    """The writing end of what is standard input meanwhile."""
    kept, (reader, writer) = os.dup(0), os.pipe()
    os.dup2(reader, 0)
    try:
        yield writer
    finally:
        os.dup2(kept, 0)
        for fd in (kept, reader, writer):
            os.close(fd)


@pytest.mark.parametrize("props", [{"topic": "t"}, {"topic": "t", "file": ""}])
def test_without_a_file_standard_input_is_read(standard_input: int, props: dict[str, str]) -> None:
    os.write(standard_input, b"typed\nunfin")
    with SourceTaskRunner(FileStreamSourceTask, props) as task:
        (record,) = task.poll()
        assert (record.value, record.source_offset) == ("typed", {"position": None})
        assert record.source_partition == {"filename": props.get("file")}
        os.write(standard_input, b"ished\n")
        assert lines_of(task.poll()) == ["unfinished"]

    os.fstat(0)  # stopping the task leaves it open


class TestConnector:
    PROPS: ClassVar[dict[str, str]] = {"file": "f", "topic": "t"}

    def test_there_is_one_task_however_many_are_allowed(self) -> None:
        connector = FileStreamSourceConnector()
        connector.start(self.PROPS)

        assert connector.task_configs(5) == [self.PROPS]

    def test_a_topic_is_needed(self) -> None:
        with pytest.raises(ConfigError, match='Missing required configuration "topic"'):
            FileStreamSourceConnector().start({"file": "f"})

    def test_exactly_once_delivery_needs_a_file(self) -> None:
        connector = FileStreamSourceConnector()

        assert connector.exactly_once_support(self.PROPS) is ExactlyOnceSupport.SUPPORTED
        assert connector.exactly_once_support({"topic": "t"}) is ExactlyOnceSupport.UNSUPPORTED

    @pytest.mark.parametrize(
        ("partition", "offset"),
        [({"filename": "f"}, {"position": 0}), ({"filename": None}, {"position": 5}), ({"any": 1}, None)],
    )
    def test_offsets_of_files_may_be_changed(self, partition: dict[str, Any], offset: dict[str, Any] | None) -> None:
        assert FileStreamSourceConnector().alter_offsets(self.PROPS, [(partition, offset)]) is True

    @pytest.mark.parametrize(
        ("partition", "offset", "text"),
        [
            ({"filename": "f"}, {}, "should either be null or contain the key 'position'"),
            ({"filename": "f"}, {"position": "5"}, "is expected to be a Long value"),
            ({"filename": "f"}, {"position": 5.0}, "is expected to be a Long value"),
            ({"filename": "f"}, {"position": 1 << 63}, "is expected to be a Long value"),
            ({"filename": "f"}, {"position": Int32(5)}, "is expected to be a Long value"),
            ({"filename": "f"}, {"position": -1}, "should be a non-negative value"),
            (None, {"position": 5}, "Partition objects cannot be null"),
            ({}, {"position": 5}, "Partition objects should contain the key 'filename'"),
        ],
    )
    def test_offsets_that_make_no_sense_are_refused(self, partition: Any, offset: dict[str, Any], text: str) -> None:
        with pytest.raises(ConnectError, match=text):
            FileStreamSourceConnector().alter_offsets(self.PROPS, [({"filename": "f"}, None), (partition, offset)])

    def test_standard_input_has_no_offsets(self) -> None:
        with pytest.raises(ConnectError, match="because stdin is used for input"):
            FileStreamSourceConnector().alter_offsets({"topic": "t"}, [])
