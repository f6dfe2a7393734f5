"""What the base classes do for an author who overrides as little as possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from isthmus import (
    ConfigDef,
    ConfigError,
    ConnectHeaders,
    ConnectorTransactionBoundaries,
    Converter,
    ConverterConfig,
    ConverterType,
    OffsetAndMetadata,
    Schema,
    SchemaAndValue,
    SinkConnector,
    SinkRecord,
    SinkTask,
    SourceConnector,
    SourceRecord,
    SourceTask,
    TopicPartition,
    Transformation,
    group_partitions,
)
from isthmus.plugin import class_name
from isthmus.testing import ConnectorContextDouble

TOPIC = ConfigDef().define("topic", ConfigDef.Type.STRING, importance=ConfigDef.Importance.HIGH)


class SmallSourceTask(SourceTask):
    def start(self, props: Mapping[str, str]) -> None: ...

    def poll(self) -> None: ...


class SmallSource(SourceConnector):
    task_class = SmallSourceTask

    def __init__(self) -> None:
        self.calls: list[str] = []

    def config(self) -> ConfigDef:
        return TOPIC

    def start(self, props: Mapping[str, str]) -> None:
        self.calls.append(f"start {props['topic']}")

    def stop(self) -> None:
        self.calls.append("stop")

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return []


class SmallSinkTask(SinkTask):
    def __init__(self) -> None:
        self.flushed: list[Mapping[TopicPartition, OffsetAndMetadata]] = []

    def start(self, props: Mapping[str, str]) -> None: ...

    def put(self, records: Sequence[SinkRecord]) -> None: ...

    def flush(self, current_offsets: Mapping[TopicPartition, OffsetAndMetadata]) -> None:
        self.flushed.append(current_offsets)


class SmallSink(SinkConnector):
    task_class = SmallSinkTask

    def config(self) -> ConfigDef:
        return ConfigDef()

    def start(self, props: Mapping[str, str]) -> None: ...

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return []


class Shout(Converter):
    class_names = ("org.example.ShoutConverter", "org.example.Shout")

    def from_connect_data(
        self, topic: str, schema: Schema | None, value: Any, headers: ConnectHeaders | None = None
    ) -> bytes | None:
        return f"{topic}:{value}:{len(headers or ())}".encode()

    def to_connect_data(self, topic: str, data: bytes | None, headers: ConnectHeaders | None = None) -> SchemaAndValue:
        return SchemaAndValue(None, (topic, data, len(headers or ())))


class OnlySource(Transformation[SourceRecord]):
    def config(self) -> ConfigDef:
        return ConfigDef()

    def apply(self, record: SourceRecord) -> SourceRecord | None:
        return record if record.value else None


def test_a_connector_without_its_required_methods_cannot_be_made() -> None:
    class Incomplete(SourceConnector):
        pass

    with pytest.raises(TypeError, match="abstract"):
        Incomplete()  # type: ignore[abstract]  # that it cannot be made is the point


def test_a_connector_validates_by_its_declaration() -> None:
    [topic] = SmallSource().validate({})
    assert topic.error_messages == ['Missing required configuration "topic" which has no default value.']


def test_a_connector_keeps_its_context() -> None:
    connector, context = SmallSource(), ConnectorContextDouble()
    connector.initialize(context, [{"topic": "t"}])
    assert connector.context is context


def test_a_connector_is_reconfigured_by_stopping_and_starting_it() -> None:
    connector = SmallSource()
    connector.reconfigure({"topic": "new"})
    assert connector.calls == ["stop", "start new"]


def test_a_source_connector_promises_nothing_that_it_was_not_asked_to() -> None:
    connector = SmallSource()
    assert connector.exactly_once_support({}) is None
    assert connector.can_define_transaction_boundaries({}) is ConnectorTransactionBoundaries.UNSUPPORTED
    assert not connector.alter_offsets({}, [({"p": 1}, None)])


def test_a_sink_connector_knows_nothing_of_changed_offsets() -> None:
    assert not SmallSink().alter_offsets({}, {TopicPartition("t", 0): 1})


def test_a_source_task_need_not_care_for_commits_and_stop() -> None:
    task = SmallSourceTask()
    task.commit_record(SourceRecord({}, {}, "t"), None)
    task.commit()
    task.stop()


def test_a_sink_task_flushes_before_offsets_are_committed_and_commits_them_all() -> None:
    task = SmallSinkTask()
    offsets = {TopicPartition("t", 0): OffsetAndMetadata(5)}
    assert task.pre_commit(offsets) == offsets
    assert task.flushed == [offsets]


def test_transactions_end_with_each_poll_by_default() -> None:
    assert str(SourceTask.TransactionBoundary.DEFAULT) == "poll"
    assert [str(boundary) for boundary in SourceTask.TransactionBoundary] == ["poll", "interval", "connector"]


@pytest.mark.parametrize(
    ("elements", "count", "groups"),
    [
        ("abcdefg", 3, [["a", "b", "c"], ["d", "e"], ["f", "g"]]),
        ("ab", 3, [["a"], ["b"], []]),
        ("", 2, [[], []]),
    ],
)
def test_elements_are_shared_out_evenly_among_tasks(elements: str, count: int, groups: list[list[str]]) -> None:
    assert group_partitions(elements, count) == groups


def test_elements_cannot_be_shared_out_among_no_tasks() -> None:
    with pytest.raises(ValueError, match="Number of groups must be positive"):
        group_partitions("ab", 0)


@pytest.mark.parametrize(("text", "shown"), [("POLL", "poll"), (" Interval ", "interval"), ("connector", "connector")])
def test_a_transaction_boundary_is_read_in_any_case(text: str, shown: str) -> None:
    assert str(SourceTask.TransactionBoundary.from_property(text)) == shown


def test_an_unknown_transaction_boundary_is_refused() -> None:
    with pytest.raises(ValueError, match="never"):
        SourceTask.TransactionBoundary.from_property("never")


def test_a_batch_is_converted_value_by_value_unless_the_converter_knows_better() -> None:
    headers = ConnectHeaders().add_string("h", "v")
    records = [SourceRecord({}, {}, "t", key="k", value="v"), SourceRecord({}, {}, "u", value="w", headers=headers)]
    assert Shout().from_connect_batch(records, True) == [b"t:k:0", b"u:None:1"]
    assert Shout().from_connect_batch(records, False) == [b"t:v:0", b"u:w:1"]


def test_a_batch_of_bytes_is_converted_with_or_without_headers() -> None:
    headers = [ConnectHeaders(), ConnectHeaders().add_string("h", "v")]
    assert [value for _, value in Shout().to_connect_batch("t", [b"a", None])] == [("t", b"a", 0), ("t", None, 0)]
    assert [value for _, value in Shout().to_connect_batch("t", [b"a", None], headers)] == [
        ("t", b"a", 0),
        ("t", None, 1),
    ]


def test_a_transformed_batch_leaves_out_what_was_dropped() -> None:
    kept, dropped = SourceRecord({}, {}, "t", value="v"), SourceRecord({}, {}, "t")
    assert OnlySource().apply_batch([kept, dropped]) == [kept]


def test_a_plug_in_is_known_by_the_first_of_its_names() -> None:
    assert class_name(Shout) == "org.example.ShoutConverter"
    assert class_name(SmallSource) == f"{__name__}.SmallSource"


def test_names_are_not_inherited() -> None:
    class Louder(Shout):
        pass

    assert class_name(Louder).endswith("Louder")


def test_every_converter_is_told_what_it_is_used_for() -> None:
    declaration = ConverterConfig.new_config_def()
    assert declaration.parse({ConverterConfig.TYPE_CONFIG: "header"}) == {"converter.type": str(ConverterType.HEADER)}
    with pytest.raises(ConfigError, match="String must be one of: key, value, header"):
        declaration.parse({ConverterConfig.TYPE_CONFIG: "body"})


def test_nothing_is_a_pair_of_nothing() -> None:
    assert SchemaAndValue.NULL == (None, None)
