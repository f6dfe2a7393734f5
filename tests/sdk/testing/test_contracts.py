"""The contracts pass a plug-in that keeps them, and find the one that breaks a rule."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from isthmus import (
    ConfigDef,
    ConnectHeaders,
    ConnectRecord,
    Converter,
    DataError,
    Header,
    HeaderConverter,
    Predicate,
    Schema,
    SchemaAndValue,
    SinkConnector,
    SinkRecord,
    SinkTask,
    SourceConnector,
    SourceRecord,
    SourceTask,
    Transformation,
)
from isthmus.testing import (
    ConverterContract,
    HeaderConverterContract,
    PredicateContract,
    SinkTaskContract,
    SourceTaskContract,
    TransformationContract,
)

STRING = Schema.STRING_SCHEMA


class Utf8(Converter):
    """A text converter that keeps the contract."""

    def from_connect_data(
        self, topic: str, schema: Schema | None, value: Any, headers: ConnectHeaders | None = None
    ) -> bytes | None:
        if not isinstance(value, str | None):
            raise DataError("not text")
        return value if value is None else value.encode()

    def to_connect_data(self, topic: str, data: bytes | None, headers: ConnectHeaders | None = None) -> SchemaAndValue:
        try:
            return SchemaAndValue(STRING, None if data is None else data.decode())
        except UnicodeDecodeError as error:
            raise DataError("not UTF-8") from error


class LossyBatch(Utf8):
    def from_connect_batch(self, records: Sequence[Any], is_key: bool) -> list[bytes | None]:
        return super().from_connect_batch(records, is_key)[:1]


class WrongError(Utf8):
    def from_connect_data(
        self, topic: str, schema: Schema | None, value: Any, headers: ConnectHeaders | None = None
    ) -> bytes | None:
        return str(value).encode()


class TestUtf8(ConverterContract):
    converter_class: type[Converter] = Utf8

    def make_converter(self, *, is_key: bool = False) -> Converter:
        converter = self.converter_class()
        converter.configure({}, is_key)
        return converter

    def values(self) -> Sequence[tuple[Schema | None, Any]]:
        return [(STRING, "a"), (STRING, "")]

    def bad_values(self) -> Sequence[tuple[Schema | None, Any]]:
        return [(STRING, 5)]

    def bad_bytes(self) -> Sequence[bytes]:
        return [b"\xff"]


class TextHeaders(HeaderConverter):
    def from_connect_header(self, topic: str, header_key: str, schema: Schema | None, value: Any) -> bytes | None:
        return Utf8().from_connect_data(topic, schema, value)

    def to_connect_header(self, topic: str, header_key: str, value: bytes | None) -> SchemaAndValue:
        return Utf8().to_connect_data(topic, value)


class TestTextHeaders(HeaderConverterContract):
    def make_converter(self) -> HeaderConverter:
        return TextHeaders()

    def values(self) -> Sequence[tuple[Schema | None, Any]]:
        return [(STRING, "a")]

    def bad_bytes(self) -> Sequence[bytes]:
        return [b"\xff"]


class Rename(Transformation[ConnectRecord]):
    """Puts every record into another topic, and drops those without a value."""

    def config(self) -> ConfigDef:
        return ConfigDef()

    def apply(self, record: ConnectRecord) -> ConnectRecord | None:
        return None if record.value is None else record.new_record(topic="other")


class ChangesItsArgument(Rename):
    def apply(self, record: ConnectRecord) -> ConnectRecord | None:
        record.headers.append(Header("h", STRING, "v"))
        return record


class ForgetsTheOrigin(Rename):
    def apply(self, record: ConnectRecord) -> ConnectRecord | None:
        return SourceRecord({}, {}, "other") if isinstance(record, SourceRecord) else record


class TestRename(TransformationContract):
    transformation_class: type[Transformation[Any]] = Rename

    def make_transformation(self) -> Transformation[Any]:
        return self.transformation_class()

    def records(self) -> Sequence[SourceRecord | SinkRecord]:
        return [
            SourceRecord({"p": 1}, {"o": 2}, "t", value="a"),
            SourceRecord({"p": 1}, {"o": 3}, "t"),
            SinkRecord("t", 0, None, None, None, "b", 7, original_topic="t", original_kafka_offset=7),
        ]


class HasValue(Predicate[ConnectRecord]):
    def config(self) -> ConfigDef:
        return ConfigDef()

    def test(self, record: ConnectRecord) -> bool:
        return record.value is not None


class TestHasValue(PredicateContract):
    def make_predicate(self) -> Predicate[Any]:
        return HasValue()

    def records(self) -> Sequence[SourceRecord | SinkRecord]:
        return [SourceRecord({}, {}, "t"), SourceRecord({}, {}, "t", value="a")]


@dataclasses.dataclass
class Outside:
    """The world that the connectors below read from and write to."""

    lines: list[str] = dataclasses.field(default_factory=list)


WORLD = Outside()


class LinesTask(SourceTask):
    """Reads WORLD.lines."""

    def start(self, props: Mapping[str, str]) -> None:
        offset = self.context.offset_storage_reader.offset({"lines": "all"})
        self.next = offset["next"] if offset else 0

    def poll(self) -> list[SourceRecord] | None:
        first, self.next = self.next, len(WORLD.lines)
        return [self.record(number) for number in range(first, self.next)] or None

    def record(self, number: int) -> SourceRecord:
        return SourceRecord({"lines": "all"}, {"next": number + 1}, "t", value_schema=STRING, value=WORLD.lines[number])


class Lines(SourceConnector):
    task_class = LinesTask

    def config(self) -> ConfigDef:
        return ConfigDef()

    def start(self, props: Mapping[str, str]) -> None:
        self.props = dict(props)

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return [self.props]


class ForgetfulTask(LinesTask):
    def start(self, props: Mapping[str, str]) -> None:
        self.next = 0


class Forgetful(Lines):
    task_class = ForgetfulTask


class BadSchemaTask(LinesTask):
    def record(self, number: int) -> SourceRecord:
        return SourceRecord({"lines": "all"}, {"next": number + 1}, "t", value_schema=STRING, value=number)


class BadSchema(Lines):
    task_class = BadSchemaTask


class EndlessTask(LinesTask):
    def poll(self) -> list[SourceRecord] | None:
        WORLD.lines.append(f"line {len(WORLD.lines)}")
        return super().poll()


class Endless(Lines):
    task_class = EndlessTask


class TooManyTasks(Lines):
    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return [self.props] * 3


class TestLines(SourceTaskContract):
    connector_class = Lines
    deadline_s = 0.2

    def make_props(self) -> dict[str, str]:
        WORLD.lines.clear()
        return {}

    def provide(self, count: int) -> None:
        WORLD.lines += [f"line {len(WORLD.lines) + number}" for number in range(count)]


class KeepTask(SinkTask):
    """Writes to WORLD.lines."""

    def start(self, props: Mapping[str, str]) -> None:
        pass

    def put(self, records: Sequence[SinkRecord]) -> None:
        WORLD.lines.extend(record.value for record in records)


class Keep(SinkConnector):
    task_class = KeepTask

    def config(self) -> ConfigDef:
        return ConfigDef()

    def start(self, props: Mapping[str, str]) -> None:
        self.props = dict(props)

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return [self.props] * max_tasks


class LosesTask(KeepTask):
    """Promises at the commit what it has not written."""

    def put(self, records: Sequence[SinkRecord]) -> None:
        super().put(records[:-1])


class Loses(Keep):
    task_class = LosesTask


class TestKeep(SinkTaskContract):
    connector_class = Keep

    def make_props(self) -> dict[str, str]:
        WORLD.lines.clear()
        return {}

    def written(self) -> Sequence[Any]:
        return list(WORLD.lines)


def test_an_empty_source_that_gives_records_is_told_in_words() -> None:
    broken: TestLines = type("Broken", (TestLines,), {"connector_class": Endless})()
    with pytest.raises(AssertionError, match=r"1 records came of an empty source, .* sets is_endless = True"):
        broken.test_a_source_without_news_gives_nothing_and_does_not_hang()


@pytest.mark.parametrize(
    ("suite", "method"),
    [(TestUtf8, "values"), (TestTextHeaders, "values"), (TestRename, "records"), (TestHasValue, "records")],
)
def test_a_suite_that_has_nothing_to_try_says_so(suite: type[Any], method: str) -> None:
    empty = type("Empty", (suite,), {method: lambda self: []})()
    with pytest.raises(AssertionError, match=f"{method}\\(\\) gave nothing"):
        empty.test_there_is_something_to_try()


@pytest.mark.parametrize(
    ("suite", "attribute", "plug_in", "broken_rule"),
    [
        (TestUtf8, "converter_class", LossyBatch, TestUtf8.test_a_batch_gives_what_single_values_give),
        (TestUtf8, "converter_class", WrongError, TestUtf8.test_values_that_do_not_fit_are_refused),
        (
            TestRename,
            "transformation_class",
            ChangesItsArgument,
            TestRename.test_the_record_given_stays_as_it_was,
        ),
        (TestRename, "transformation_class", ForgetsTheOrigin, TestRename.test_where_the_record_comes_from_stays),
        (
            TestLines,
            "connector_class",
            Forgetful,
            TestLines.test_a_restarted_task_goes_on_where_offsets_were_committed,
        ),
        (
            TestLines,
            "connector_class",
            BadSchema,
            TestLines.test_what_is_in_the_source_arrives_as_records_that_a_worker_takes,
        ),
        (
            TestLines,
            "connector_class",
            Endless,
            TestLines.test_a_source_without_news_gives_nothing_and_does_not_hang,
        ),
        (TestLines, "connector_class", TooManyTasks, TestLines.test_the_connector_makes_no_more_tasks_than_allowed),
        (TestKeep, "connector_class", Loses, TestKeep.test_what_was_put_is_in_the_target_once_it_is_committed),
    ],
)
def test_a_broken_rule_is_found(
    suite: type[Any], attribute: str, plug_in: type, broken_rule: Callable[[Any], None]
) -> None:
    broken = type("Broken", (suite,), {attribute: plug_in})()
    with pytest.raises((AssertionError, DataError)):
        broken_rule(broken)
