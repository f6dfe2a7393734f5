from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from connectors.file_stream_sink import FileStreamSinkConnector, FileStreamSinkTask
from isthmus import ConnectError, Schema, TopicPartition
from isthmus.testing import SinkTaskContract, SinkTaskRunner


class TestFileStreamSink(SinkTaskContract):
    connector_class = FileStreamSinkConnector

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self._file = tmp_path / "output.txt"

    def make_props(self) -> dict[str, str]:
        return {"file": str(self._file)}

    def written(self) -> Sequence[Any]:
        return self._file.read_text().splitlines()


def put(file: Path, *values: Any, schema: Schema | None = None) -> bytes:
    with SinkTaskRunner(FileStreamSinkTask, {"file": str(file)}) as task:
        task.put([task.record(value, value_schema=schema) for value in values])
    return file.read_bytes()


def test_values_are_written_as_their_text_in_java(tmp_path: Path) -> None:
    assert put(tmp_path / "f", "text", None, 5, 1e10, True, ["a", None], {"k": 1.0}) == (
        b"text\nnull\n5\n1.0E10\ntrue\n[a, null]\n{k=1.0}\n"
    )


def test_the_schema_tells_the_width_of_a_number(tmp_path: Path) -> None:
    assert put(tmp_path / "f", 0.1, schema=Schema.FLOAT32_SCHEMA) == b"0.1\n"


def test_half_a_surrogate_pair_becomes_a_question_mark(tmp_path: Path) -> None:
    assert put(tmp_path / "f", "é😀\ud83d") == "é😀?\n".encode()


def test_what_is_in_the_file_stays(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"before\n")

    assert put(file, "after") == b"before\nafter\n"


def test_lines_are_in_the_file_when_put_returns(tmp_path: Path) -> None:
    file = tmp_path / "f"
    with SinkTaskRunner(FileStreamSinkTask, {"file": str(file)}) as task:
        task.put([task.record("now")])
        assert file.read_bytes() == b"now\n"


@pytest.mark.parametrize("props", [{}, {"file": ""}])
def test_without_a_file_lines_go_to_standard_output(props: dict[str, str], capfd: pytest.CaptureFixture[str]) -> None:
    with SinkTaskRunner(FileStreamSinkTask, props) as task:
        task.put([task.record("to the terminal")])

    print("still open", flush=True)
    assert capfd.readouterr().out == "to the terminal\nstill open\n"


def test_a_file_that_cannot_be_made_fails_the_task(tmp_path: Path) -> None:
    file = tmp_path / "no folder" / "f"

    with pytest.raises(ConnectError, match=f"Couldn't find or create file '{file}' for FileStreamSinkTask"):
        FileStreamSinkTask().start({"file": str(file)})


def test_a_full_disk_fails_the_task() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    task = FileStreamSinkTask()
    task.start({"file": "/dev/full"})
    try:
        with (
            SinkTaskRunner(FileStreamSinkTask, {"file": "/dev/full"}) as runner,
            pytest.raises(ConnectError, match="full"),
        ):
            runner.put([runner.record("x")])
    finally:
        task.stop()


def test_every_task_writes_to_the_one_file() -> None:
    connector = FileStreamSinkConnector()
    connector.start({"file": "f", "topics": "t"})

    assert connector.task_configs(3) == [{"file": "f", "topics": "t"}] * 3
    assert connector.alter_offsets({"file": "f"}, {TopicPartition("t", 0): 5}) is True
