"""Offsets of connectors over the herder: sources in their store, what a connector has to say about it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workers.herder.conftest import Lab
from workers.errors import BadRequestError, InternalError, NotFoundError
from workers.herder.connector_offsets import parse_sink_offsets
from workers.herder.interface import PartitionOffset
from workers.herder.standalone import StandaloneHerder
from workers.storage.file_offset_store import FileOffsetStore
from workers.storage.offset_codec import encode_key, encode_offset

FRAMEWORK_ONLY = (
    "The Connect framework-managed offsets for this connector have been {0} successfully. However, if this connector manages "
    "offsets externally, they will need to be manually {0} in the system that the connector uses."
)


def pair(partition: Any, offset: Any) -> PartitionOffset:
    return {"partition": partition, "offset": offset}


def shown(herder: StandaloneHerder) -> list[tuple[Any, Any]]:
    return [(item["partition"], item["offset"]) for item in herder.connector_offsets("lab")["offsets"]]


@pytest.fixture
def stopped(herder: StandaloneHerder, lab: Lab) -> Lab:
    herder.put_connector_config("lab", lab.config(), False, "STOPPED")
    return lab


def test_stored_offsets_are_shown_in_any_state(herder: StandaloneHerder, lab: Lab, offsets: FileOffsetStore) -> None:
    lab.create()
    key = encode_key("lab", {"f": "a"})
    offsets.set(
        {key: encode_offset({"n": 3}), encode_key("other", {"f": "a"}): b"{}", encode_key("lab", {"f": "b"}): None}
    )

    assert shown(herder) == [({"f": "a"}, {"n": 3})]


@pytest.mark.parametrize("state", ["RUNNING", "PAUSED"])
def test_offsets_are_changed_only_while_the_connector_is_stopped(
    herder: StandaloneHerder, lab: Lab, state: Any
) -> None:
    herder.put_connector_config("lab", lab.config(), False, state)
    with pytest.raises(BadRequestError, match="Connectors must be in the STOPPED state"):
        herder.alter_connector_offsets("lab", [pair({"f": "a"}, {"n": 1})])
    with pytest.raises(BadRequestError, match="Connectors must be in the STOPPED state"):
        herder.reset_connector_offsets("lab")
    assert shown(herder) == []


def test_offsets_of_an_unknown_connector_are_not_found(herder: StandaloneHerder) -> None:
    with pytest.raises(NotFoundError, match="Connector lab not found"):
        herder.reset_connector_offsets("lab")


def test_altered_offsets_are_stored(herder: StandaloneHerder, stopped: Lab) -> None:
    message = herder.alter_connector_offsets("lab", [pair({"f": "a"}, {"n": 1}), pair({"f": "b"}, {"n": 2})])
    assert message == FRAMEWORK_ONLY.format("altered")
    assert shown(herder) == [({"f": "a"}, {"n": 1}), ({"f": "b"}, {"n": 2})]

    herder.alter_connector_offsets("lab", [pair({"f": "a"}, None)])
    assert shown(herder) == [({"f": "b"}, {"n": 2})]


def test_of_several_offsets_for_a_partition_the_last_one_counts(herder: StandaloneHerder, stopped: Lab) -> None:
    first = pair({"f": "a", "g": 1}, {"n": 1})
    herder.alter_connector_offsets("lab", [first, pair({"g": 1, "f": "a"}, {"n": 2})])

    assert [offset for _, offset in shown(herder)] == [{"n": 2}]


def test_a_reset_forgets_all_offsets(herder: StandaloneHerder, stopped: Lab) -> None:
    herder.alter_connector_offsets("lab", [pair({"f": "a"}, {"n": 1}), pair({"f": "b"}, {"n": 2})])

    assert herder.reset_connector_offsets("lab") == FRAMEWORK_ONLY.format("reset")
    assert shown(herder) == []
    assert herder.reset_connector_offsets("lab") == FRAMEWORK_ONLY.format("reset")


def test_a_connector_that_knows_of_offsets_gives_another_message(herder: StandaloneHerder, lab: Lab) -> None:
    herder.put_connector_config("lab", lab.config(offsets_known="true"), False, "STOPPED")

    message = herder.alter_connector_offsets("lab", [pair({"f": "a"}, {"n": 1})])
    assert message == "The offsets for this connector have been altered successfully"


@pytest.mark.parametrize(
    ("misbehave", "error", "text"),
    [
        ("offsets:raise", BadRequestError, "told to fail in offsets"),
        ("offsets:unsupported", InternalError, "because it doesn't support external modification of offsets"),
        ("offsets:exit", InternalError, "exited with status 7"),
    ],
)
def test_a_connector_may_refuse_and_then_nothing_changes(
    herder: StandaloneHerder, lab: Lab, misbehave: str, error: type[Exception], text: str
) -> None:
    herder.put_connector_config("lab", lab.config(misbehave=misbehave), False, "STOPPED")

    with pytest.raises(error, match=text):
        herder.alter_connector_offsets("lab", [pair({"f": "a"}, {"n": 1})])
    assert shown(herder) == []


def test_offsets_that_cannot_be_stored_are_refused(herder: StandaloneHerder, stopped: Lab) -> None:
    with pytest.raises(
        BadRequestError, match="Offsets may only contain primitive types as values, but field n contains MAP"
    ):
        herder.alter_connector_offsets("lab", [pair({"f": "a"}, {"n": {}})])


def test_sink_offsets_are_taken_as_numbers_and_as_text() -> None:
    parsed = parse_sink_offsets(
        [
            pair({"kafka_topic": "t", "kafka_partition": 0}, {"kafka_offset": 5}),
            pair({"kafka_topic": "t", "kafka_partition": "1"}, {"kafka_offset": "6"}),
            pair({"kafka_topic": 7, "kafka_partition": 2, "more": 1}, None),
        ]
    )
    assert parsed == {("t", 0): 5, ("t", 1): 6, ("7", 2): None}


@pytest.mark.parametrize(
    ("partition", "offset", "text"),
    [
        (None, None, "The partition for a sink connector offset cannot be null or missing"),
        ({"kafka_topic": "t", "kafka_partition": -1}, None, "partitions are numbered from 0, but .* there is '-1'"),
        (
            {"kafka_topic": "t", "kafka_partition": 0},
            {"kafka_offset": "-7"},
            "offsets are numbered from 0, but .* there is '-7'",
        ),
        ({"kafka_topic": "t"}, None, "must contain the keys 'kafka_topic' and 'kafka_partition'"),
        (
            {"kafka_topic": None, "kafka_partition": 0},
            None,
            "Kafka topic names must be valid strings and may not be null",
        ),
        (
            {"kafka_topic": "t", "kafka_partition": None},
            None,
            "Kafka partitions must be valid numbers and may not be null",
        ),
        (
            {"kafka_topic": "t", "kafka_partition": 1.5},
            None,
            "partition value in the provided offsets: '1.5'. Partition",
        ),
        (
            {"kafka_topic": "t", "kafka_partition": 2**31},
            None,
            "Partition values for sink connectors need to be integers",
        ),
        ({"kafka_topic": "t", "kafka_partition": 0}, {}, "should either be null or contain the key 'kafka_offset'"),
        (
            {"kafka_topic": "t", "kafka_partition": 0},
            {"kafka_offset": None},
            "offset value in the provided offsets: 'null'",
        ),
        ({"kafka_topic": "t", "kafka_partition": 0}, {"kafka_offset": True}, "in the provided offsets: 'true'. Offset"),
    ],
)
def test_malformed_sink_offsets_are_refused(partition: Any, offset: Any, text: str) -> None:
    with pytest.raises(BadRequestError, match=text):
        parse_sink_offsets([pair(partition, offset)])
