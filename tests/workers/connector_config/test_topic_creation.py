"""Which topics a source's tasks create, and how."""

from __future__ import annotations

import pytest

from isthmus import ConfigError
from workers.connector_config import TopicCreation, uses_topic_creation

DEFAULT = {"topic.creation.default.partitions": "3", "topic.creation.default.replication.factor": "-1"}


def test_only_keys_below_the_prefix_mean_topic_creation() -> None:
    assert uses_topic_creation(DEFAULT)
    assert not uses_topic_creation({"topics": "t"})


def test_a_topic_of_no_group_is_made_as_the_default_group_says() -> None:
    group = TopicCreation.parse({**DEFAULT, "topic.creation.default.cleanup.policy": "compact"}).group_for("any")
    assert (group.partitions, group.replication_factor, group.configs) == (3, -1, {"cleanup.policy": "compact"})


def test_groups_are_tried_in_order_and_exclusion_wins() -> None:
    creation = TopicCreation.parse(
        {
            **DEFAULT,
            "topic.creation.groups": "logs, all",
            "topic.creation.logs.include": "log.*,audit",
            "topic.creation.logs.exclude": "log-private.*",
            "topic.creation.logs.partitions": "1",
            "topic.creation.all.include": ".*",
            "topic.creation.all.retention.ms": "5",
        }
    )
    assert [creation.group_for(topic).name for topic in ("log-a", "audit", "log-private-x", "x")] == [
        "logs", "logs", "all", "all",
    ]  # fmt: skip
    assert (creation.groups[0].partitions, creation.groups[0].replication_factor) == (1, -1)
    assert creation.groups[1].configs == {"retention.ms": "5"}


def test_a_group_without_patterns_matches_nothing() -> None:
    creation = TopicCreation.parse({**DEFAULT, "topic.creation.groups": "g"})
    assert creation.group_for("t").name == "default"


def test_a_pattern_has_to_match_the_whole_name() -> None:
    creation = TopicCreation.parse({**DEFAULT, "topic.creation.groups": "g", "topic.creation.g.include": "log"})
    assert creation.group_for("logs").name == "default"


def test_patterns_of_the_default_group_are_left_unread() -> None:
    creation = TopicCreation.parse(
        {**DEFAULT, "topic.creation.default.include": "(", "topic.creation.groups": "default"}
    )
    assert creation.groups == []
    assert creation.group_for("t").configs == {}


@pytest.mark.parametrize(
    ("props", "message"),
    [
        (
            {"topic.creation.default.partitions": "3"},
            'Missing required configuration "topic.creation.default.replication.factor" which has no default value.',
        ),
        (
            {**DEFAULT, "topic.creation.default.partitions": "0"},
            "Invalid value 0 for configuration partitions: Number of partitions must be positive, "
            "or -1 to use the broker's default",
        ),
        (
            {**DEFAULT, "topic.creation.default.replication.factor": "0"},
            "Invalid value 0 for configuration replication.factor: Replication factor must be positive and not larger "
            "than the number of brokers in the Kafka cluster, or -1 to use the broker's default",
        ),
        (
            {**DEFAULT, "topic.creation.groups": "g", "topic.creation.g.include": "("},
            "Invalid value [(] for configuration include: Syntax error in regular expression: "
            "Unclosed group near index 1\n(",
        ),
    ],
)
def test_settings_that_cannot_be_used_are_refused(props: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError) as info:
        TopicCreation.parse(props)
    assert str(info.value) == message
