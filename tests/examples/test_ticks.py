"""The example that shows the surface of the SDK."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from examples.ticks import TICK, TickSink, TickSinkTask, TickSource, TickSourceTask
from isthmus import ConfigError, RetriableError, Struct
from isthmus.testing import ConnectorRunner, SinkTaskContract, SinkTaskRunner, SourceTaskContract, SourceTaskRunner


def test_clocks_are_shared_out_among_the_tasks() -> None:
    with ConnectorRunner(TickSource, {"topic": "t", "clocks": "a,b,c"}) as connector:
        assert [config["clocks"] for config in connector.task_configs(2)] == ["a,c", "b"]


def test_each_clock_goes_on_where_it_was() -> None:
    props = {"topic": "t", "clocks": "a,b", "interval.ms": "1"}
    with SourceTaskRunner(TickSourceTask, props, offsets=[({"clock": "b"}, {"number": 41})]) as task:
        assert [(record.key, record.value["number"]) for record in task.poll()] == [("a", 0), ("b", 42)]


def test_a_wrong_interval_is_refused() -> None:
    runner = ConnectorRunner(TickSource, {"topic": "t", "interval.ms": "0"})
    with pytest.raises(ConfigError, match="Value must be at least 1"), runner:
        pass


class TestTickSource(SourceTaskContract):
    connector_class = TickSource
    is_endless = True

    def make_props(self) -> dict[str, str]:
        return {"topic": "t", "clocks": "a,b", "interval.ms": "1"}

    def provide(self, count: int) -> None:
        """Clocks tick by themselves."""


class TestTickSink(SinkTaskContract):
    connector_class = TickSink
    value_schema = TICK

    @pytest.fixture(autouse=True)
    def _file(self, tmp_path: Path) -> None:
        self.file = tmp_path / "ticks.txt"

    def make_props(self) -> dict[str, str]:
        return {"file": str(self.file)}

    def values(self, count: int) -> list[Any]:
        return [Struct(TICK, clock="a", number=number) for number in range(count)]

    def expected(self, value: Any) -> Any:
        return f"a {value['number']}"

    def written(self) -> list[str]:
        if not self.file.exists():
            return []
        return [line.partition(" ")[2] for line in self.file.read_text(encoding="utf-8").splitlines()]


def test_a_file_that_cannot_be_written_is_tried_again_by_the_runtime(tmp_path: Path) -> None:
    with SinkTaskRunner(TickSinkTask, {"file": str(tmp_path)}) as task:
        record = task.record(Struct(TICK, clock="a", number=1), value_schema=TICK)
        with pytest.raises(RetriableError, match="cannot write"):
            task.put([record])
