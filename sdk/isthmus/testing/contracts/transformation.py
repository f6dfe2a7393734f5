"""What every transformation and predicate must do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from isthmus.records import SinkRecord, SourceRecord
from isthmus.testing.contracts.plugin import assert_is_declaration, assert_not_empty
from isthmus.transform import Predicate, Transformation


class TransformationContract(ABC):
    """Derive, say how to make the transformation and which records it takes."""

    @abstractmethod
    def make_transformation(self) -> Transformation[Any]:
        """A new transformation, configured."""

    @abstractmethod
    def records(self) -> Sequence[SourceRecord | SinkRecord]:
        """Records that it takes, made anew by each call; at least one."""

    def test_it_declares_its_configuration(self) -> None:
        assert_is_declaration(self.make_transformation().config())

    def test_there_is_something_to_try(self) -> None:
        assert_not_empty(self.records(), "records")

    def test_the_record_given_stays_as_it_was(self) -> None:
        transformation = self.make_transformation()
        for given, untouched in zip(self.records(), self.records(), strict=True):
            transformation.apply(given)
            assert given == untouched

    def test_the_kind_of_record_stays(self) -> None:
        transformation = self.make_transformation()
        for record in self.records():
            assert isinstance(transformation.apply(record), type(record) | None)

    def test_where_the_record_comes_from_stays(self) -> None:
        transformation = self.make_transformation()
        for record in self.records():
            changed = transformation.apply(record)
            assert changed is None or _origin(changed) == _origin(record)

    def test_a_batch_gives_what_single_records_give(self) -> None:
        single = [self.make_transformation().apply(record) for record in self.records()]
        batch = self.make_transformation().apply_batch(self.records())
        assert list(batch) == [record for record in single if record is not None]

    def test_an_empty_batch_is_no_trouble(self) -> None:
        assert list(self.make_transformation().apply_batch([])) == []

    def test_it_can_be_closed(self) -> None:
        self.make_transformation().close()


class PredicateContract(ABC):
    """Derive, say how to make the predicate and which records it takes."""

    @abstractmethod
    def make_predicate(self) -> Predicate[Any]:
        """A new predicate, configured."""

    @abstractmethod
    def records(self) -> Sequence[SourceRecord | SinkRecord]:
        """Records that it takes, made anew by each call; at least one."""

    def test_it_declares_its_configuration(self) -> None:
        assert_is_declaration(self.make_predicate().config())

    def test_there_is_something_to_try(self) -> None:
        assert_not_empty(self.records(), "records")

    def test_the_answer_is_yes_or_no_and_always_the_same(self) -> None:
        predicate = self.make_predicate()
        for record in self.records():
            answer = predicate.test(record)
            assert isinstance(answer, bool)
            assert predicate.test(record) is answer

    def test_the_record_given_stays_as_it_was(self) -> None:
        predicate = self.make_predicate()
        for given, untouched in zip(self.records(), self.records(), strict=True):
            predicate.test(given)
            assert given == untouched

    def test_it_can_be_closed(self) -> None:
        self.make_predicate().close()


def _origin(record: SourceRecord | SinkRecord) -> tuple[Any, ...]:
    if isinstance(record, SourceRecord):
        return record.source_partition, record.source_offset
    return record.original_topic, record.original_kafka_partition, record.original_kafka_offset
