"""What every source connector and its tasks must do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from isthmus.connector import SourceConnector
from isthmus.records import SourceRecord
from isthmus.task import SourceTask
from isthmus.testing.connector_runner import ConnectorRunner
from isthmus.testing.contexts import MemoryOffsets
from isthmus.testing.source_task_runner import SourceTaskRunner


class SourceTaskContract(ABC):
    """Derive, name the connector, and say how to set up its source.

    Every test calls `make_props` first and then `provide`, on a fresh instance of the test class.
    """

    connector_class: ClassVar[type[SourceConnector]]
    deadline_s: ClassVar[float] = 10.0

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
                assert 0 < len(connector.task_configs(max_tasks)) <= max_tasks

    def test_equal_circumstances_give_equal_tasks(self) -> None:
        with ConnectorRunner(self.connector_class, self.make_props()) as connector:
            assert connector.task_configs(3) == connector.task_configs(3)

    def test_the_task_class_is_a_source_task(self) -> None:
        assert issubclass(self.connector_class().task_class, SourceTask)

    def test_what_is_in_the_source_arrives_as_records_with_a_topic(self) -> None:
        with self._started() as task:
            self.provide(3)
            for record in task.poll_until(3, self.deadline_s):
                assert isinstance(record, SourceRecord)
                assert record.topic

    def test_keys_and_values_fit_their_schemas(self) -> None:
        with self._started() as task:
            self.provide(3)
            for record in task.poll_until(3, self.deadline_s):
                if record.key_schema is not None:
                    record.key_schema.validate(record.key)
                if record.value_schema is not None:
                    record.value_schema.validate(record.value)

    def test_partitions_and_offsets_can_be_stored(self) -> None:
        with self._started() as task:
            self.provide(3)
            for record in task.poll_until(3, self.deadline_s):
                assert record.source_partition is not None
                MemoryOffsets([(record.source_partition, record.source_offset)])

    def test_a_source_without_news_gives_nothing_and_does_not_hang(self) -> None:
        with self._started() as task:
            assert task.poll() == []

    def test_a_restarted_task_goes_on_where_offsets_were_committed(self) -> None:
        props = self._task_props()
        self.provide(5)
        with SourceTaskRunner(self._task_class(), props) as task:
            first = task.poll_until(5, self.deadline_s)[:5]
            task.acknowledge(first)
        self.provide(2)
        with SourceTaskRunner(self._task_class(), props, task.offsets) as restarted:
            second = restarted.poll_until(2, self.deadline_s)
        assert [_content(record) for record in second if _content(record) in list(map(_content, first))] == []

    def test_records_without_a_committed_offset_come_again(self) -> None:
        props = self._task_props()
        self.provide(3)
        with SourceTaskRunner(self._task_class(), props) as task:
            first = task.poll_until(3, self.deadline_s)
        with SourceTaskRunner(self._task_class(), props, task.offsets) as restarted:
            second = restarted.poll_until(3, self.deadline_s)
        assert list(map(_content, first[:3])) == list(map(_content, second[:3]))

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
