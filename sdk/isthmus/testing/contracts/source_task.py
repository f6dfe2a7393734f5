"""What every source connector and its tasks must do."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from typing import Any, ClassVar

from isthmus.connector import SourceConnector
from isthmus.records import SourceRecord
from isthmus.task import SourceTask
from isthmus.testing.connector_runner import ConnectorRunner
from isthmus.testing.source_task_runner import SourceTaskRunner


class SourceTaskContract(ABC):
    """Derive, name the connector, and say how to set up its source.

    Every test calls `make_props` first and then `provide`, on a fresh instance of the test class. A source that never
    runs out (a clock, a generator) sets `is_endless` and has a `provide` that does nothing.
    """

    connector_class: ClassVar[type[SourceConnector]]
    deadline_s: ClassVar[float] = 10.0
    is_endless: ClassVar[bool] = False

    @abstractmethod
    def make_props(self) -> dict[str, str]:
        """Prepares an empty source (a new file, a new table) and gives the connector's properties for it."""

    @abstractmethod
    def provide(self, count: int) -> None:
        """Makes that many more records available in the source, each different from all others."""

    def test_the_connector_accepts_its_configuration(self) -> None:
        with ConnectorRunner(self.connector_class, self.make_props()):
            pass

    def test_the_connector_makes_no_more_tasks_than_allowed(self) -> None:
        with ConnectorRunner(self.connector_class, self.make_props()) as connector:
            for max_tasks in (1, 2, 7):
                assert connector.task_configs(max_tasks), f"no task is made of {max_tasks} allowed ones"

    def test_equal_circumstances_give_equal_tasks(self) -> None:
        with ConnectorRunner(self.connector_class, self.make_props()) as connector:
            first, second = connector.task_configs(3), connector.task_configs(3)
            assert first == second, (
                f"task_configs gave {first}, asked again {second}: tasks would be replaced for nothing"
            )

    def test_the_task_class_is_a_source_task(self) -> None:
        task_class = self._task_class()
        assert issubclass(task_class, SourceTask), f"{task_class} is no SourceTask"

    def test_what_is_in_the_source_arrives_as_records_that_a_worker_takes(self) -> None:
        """With a topic, keys and values that fit their schemas, partitions and offsets that can be stored."""
        with self._started() as task:
            self.provide(3)
            for record in task.poll_until(3, self.deadline_s):
                assert record.source_partition is not None, f"no offset can be kept without a partition: {record}"

    def test_a_source_without_news_gives_nothing_and_does_not_hang(self) -> None:
        """An endless source need only not hang."""
        with self._started() as task:
            began = time.monotonic()
            records = task.poll()
            took_s = time.monotonic() - began
        assert took_s <= self.deadline_s, f"poll took {took_s:.1f} s: stop, pause and commits wait for it"
        assert self.is_endless or not records, (
            f"{len(records)} records came of an empty source, the first is {records[0]}; make_props has to prepare an "
            "empty one, and a source that never runs out sets is_endless = True"
        )

    def test_a_restarted_task_goes_on_where_offsets_were_committed(self) -> None:
        props = self._task_props()
        self.provide(5)
        with SourceTaskRunner(self._task_class(), props) as task:
            first = task.poll_until(5, self.deadline_s)[:5]
            task.acknowledge(first)
        self.provide(2)
        with SourceTaskRunner(self._task_class(), props, task.offsets) as restarted:
            second = restarted.poll_until(2, self.deadline_s)
        again = [record for record in second if _content(record) in list(map(_content, first))]
        assert not again, (
            f"{len(again)} records came again although their offsets are committed, the first is {again[0]}"
        )

    def test_records_without_a_committed_offset_come_again(self) -> None:
        props = self._task_props()
        self.provide(3)
        with SourceTaskRunner(self._task_class(), props) as task:
            first = task.poll_until(3, self.deadline_s)
        with SourceTaskRunner(self._task_class(), props, task.offsets) as restarted:
            second = restarted.poll_until(3, self.deadline_s)
        assert list(map(_content, first[:3])) == list(map(_content, second[:3])), (
            f"without a committed offset a restarted task has to begin with {first[0]}, but began with {second[0]}"
        )

    def test_dropped_records_are_no_trouble(self) -> None:
        with self._started() as task:
            self.provide(2)
            task.drop(task.poll_until(2, self.deadline_s))
            task.acknowledge([])

    def _started(self) -> SourceTaskRunner:
        return SourceTaskRunner(self._task_class(), self._task_props())

    def _task_class(self) -> type[SourceTask]:
        return self.connector_class().task_class

    def _task_props(self) -> dict[str, str]:
        with ConnectorRunner(self.connector_class, self.make_props()) as connector:
            return connector.task_configs(1)[0]


def _content(record: SourceRecord) -> tuple[Any, ...]:
    return record.topic, record.key, record.value, record.source_partition, record.source_offset
