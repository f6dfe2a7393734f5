"""What every sink connector and its tasks must do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from isthmus.connector import SinkConnector
from isthmus.records import TopicPartition
from isthmus.schema import Schema
from isthmus.task import SinkTask
from isthmus.testing.connector_runner import ConnectorRunner
from isthmus.testing.sink_task_runner import SinkTaskRunner

_FIRST, _SECOND = TopicPartition("topic", 0), TopicPartition("topic", 1)


class SinkTaskContract(ABC):
    """Derive, name the connector, and say how to set up its target and how to look into it.

    Every test calls `make_props` first, on a fresh instance of the test class. `values` and `written` tell about values
    in the same form, whatever that is: `written` gives of each value what `expected` makes of it.
    """

    connector_class: ClassVar[type[SinkConnector]]
    value_schema: ClassVar[Schema | None] = Schema.STRING_SCHEMA

    @abstractmethod
    def make_props(self) -> dict[str, str]:
        """Prepares an empty target (a new file, a new table) and gives the connector's properties for it."""

    @abstractmethod
    def written(self) -> Sequence[Any]:
        """What is in the target now, oldest first where the target has an order."""

    def values(self, count: int) -> list[Any]:
        """That many values of `value_schema`, all different."""
        return [f"value {number}" for number in range(count)]

    def expected(self, value: Any) -> Any:
        """What `written` shows of a value."""
        return value

    def test_the_connector_accepts_its_configuration(self) -> None:
        with ConnectorRunner(self.connector_class, self.make_props()):
            pass

    def test_the_connector_makes_no_more_tasks_than_allowed(self) -> None:
        with ConnectorRunner(self.connector_class, self.make_props()) as connector:
            for max_tasks in (1, 2, 7):
                assert connector.task_configs(max_tasks), f"no task is made of {max_tasks} allowed ones"

    def test_the_task_class_is_a_sink_task(self) -> None:
        task_class = self._task_class()
        assert issubclass(task_class, SinkTask), f"{task_class} is no SinkTask"

    def test_an_empty_put_is_no_trouble(self) -> None:
        with self._started() as task:
            task.put([])
        assert not list(self.written()), f"an empty put has written {list(self.written())}"

    def test_what_was_put_is_in_the_target_once_it_is_committed(self) -> None:
        values = self.values(5)
        with self._started() as task:
            task.put([task.record(value, value_schema=self.value_schema) for value in values[:2]])
            task.put([task.record(value, value_schema=self.value_schema) for value in values[2:]])
            committed = task.commit()
            if committed.get(_FIRST) == len(values):
                self._assert_written(values, "when their offsets were committed")
        self._assert_written(values, "when the task was stopped")

    def test_nothing_is_committed_beyond_what_was_put(self) -> None:
        with self._started() as task:
            task.put([task.record(value, value_schema=self.value_schema) for value in self.values(3)])
            committed = task.commit()
        assert all(offset <= 3 for offset in committed.values()), f"3 records were put, but {committed} was committed"

    def test_a_commit_without_records_is_no_trouble(self) -> None:
        with self._started() as task:
            task.commit()
            task.commit()

    def test_partitions_may_come_and_go(self) -> None:
        values = self.values(4)
        with self._started() as task:
            task.put([task.record(values[0], value_schema=self.value_schema)])
            task.assign([_SECOND])
            task.put([task.record(values[1], value_schema=self.value_schema, partition=_SECOND)])
            task.revoke([_FIRST])
            task.put([task.record(values[2], value_schema=self.value_schema, partition=_SECOND)])
            task.assign([_FIRST])
            task.put([task.record(values[3], value_schema=self.value_schema)])
        self._assert_written(values, "after partitions had come and gone", in_order=False)

    def test_a_restarted_task_keeps_what_is_in_the_target(self) -> None:
        props = self._task_props()
        first, second = self.values(2)
        for value in (first, second):
            with SinkTaskRunner(self._task_class(), props) as task:
                task.put([task.record(value, value_schema=self.value_schema)])
        self._assert_written([first, second], "after a restart", in_order=False)

    def _assert_written(self, values: Sequence[Any], when: str, *, in_order: bool = True) -> None:
        expected, written = list(map(self.expected, values)), list(self.written())
        is_so = expected == written if in_order else sorted(map(repr, expected)) == sorted(map(repr, written))
        assert is_so, f"{written} was in the target {when}, expected was {expected}"

    def _started(self) -> SinkTaskRunner:
        return SinkTaskRunner(self._task_class(), self._task_props())

    def _task_class(self) -> type[SinkTask]:
        return self.connector_class().task_class

    def _task_props(self) -> dict[str, str]:
        with ConnectorRunner(self.connector_class, self.make_props()) as connector:
            return connector.task_configs(1)[0]
