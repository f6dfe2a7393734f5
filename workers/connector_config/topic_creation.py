"""Settings for topics that the tasks of a source create (`topic.creation.*`). Answers to TopicCreationConfig and
TopicCreationGroup.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from isthmus import ConfigDef, ConfigError
from isthmus.java_regex import JavaRegexError, compile_java_regex
from workers.connector_config import keys

logger = logging.getLogger(__name__)

DEFAULT_GROUP: Final = "default"
USE_BROKER_DEFAULT: Final = -1
_OWN_KEYS: Final = ("include", "exclude", "replication.factor", "partitions")


@dataclass(frozen=True, slots=True)
class TopicCreationGroup:
    """How topics of one group are made. -1 partitions or replicas: as the broker's default says."""

    name: str
    include: re.Pattern[str]
    exclude: re.Pattern[str]
    replication_factor: int
    partitions: int
    configs: Mapping[str, str]

    def matches(self, topic: str) -> bool:
        return self.exclude.fullmatch(topic) is None and self.include.fullmatch(topic) is not None


@dataclass(frozen=True, slots=True)
class TopicCreation:
    """All groups of a connector, in the order in which they are tried; the default group matches everything."""

    groups: Sequence[TopicCreationGroup]
    default: TopicCreationGroup

    def group_for(self, topic: str) -> TopicCreationGroup:
        return next((group for group in self.groups if group.matches(topic)), self.default)

    @classmethod
    def parse(cls, props: Mapping[str, str]) -> TopicCreation:
        """Raises ConfigError with the first problem."""
        default = _parse_group(DEFAULT_GROUP, props, _default_group_config_def())
        names = ConfigDef.parse_type(keys.TOPIC_CREATION_GROUPS, props.get(keys.TOPIC_CREATION_GROUPS, ""), _LIST)
        if DEFAULT_GROUP in names:
            logger.warning("The topic creation group 'default' always exists and need not be listed")
        own = dict.fromkeys(name for name in names if name != DEFAULT_GROUP)
        definition = _group_config_def(default.replication_factor, default.partitions)
        return cls(groups=[_parse_group(name, props, definition) for name in own], default=default)


def uses_topic_creation(props: Mapping[str, Any]) -> bool:
    return any(name.startswith(keys.TOPIC_CREATION_PREFIX) for name in props)


def _parse_group(name: str, props: Mapping[str, str], definition: ConfigDef) -> TopicCreationGroup:
    prefix = f"{keys.TOPIC_CREATION_PREFIX}{name}."
    given = {key: value for key, value in props.items() if key.startswith(prefix)}
    prefixed = ConfigDef()
    prefixed.embed(prefix, name, 0, definition)
    config = prefixed.parse(given)
    own = {key.removeprefix(prefix): value for key, value in given.items()}
    is_default = name == DEFAULT_GROUP
    return TopicCreationGroup(
        name=name,
        # Patterns for the default group would make topics fall through all groups: they are left unread.
        include=compile_java_regex(".*") if is_default else _any_of(config[f"{prefix}include"]),
        exclude=_any_of([]) if is_default else _any_of(config[f"{prefix}exclude"]),
        replication_factor=config[f"{prefix}replication.factor"],
        partitions=config[f"{prefix}partitions"],
        configs={key: value for key, value in own.items() if key not in _OWN_KEYS},
    )


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    """Matches what one of the patterns matches; the empty topic name, which does not exist, when there is none."""
    return compile_java_regex("|".join(patterns))


_LIST, _SHORT, _INT = ConfigDef.Type.LIST, ConfigDef.Type.SHORT, ConfigDef.Type.INT
_LOW = ConfigDef.Importance.LOW


def _default_group_config_def() -> ConfigDef:
    return _with_sizes(ConfigDef(), ConfigDef.NO_DEFAULT_VALUE, ConfigDef.NO_DEFAULT_VALUE)


def _group_config_def(default_replication_factor: int, default_partitions: int) -> ConfigDef:
    patterns = ConfigDef.LambdaValidator.with_(_ensure_patterns, "regular expressions in Java's notation")
    definition = (
        ConfigDef()
        .define("include", _LIST, [], patterns, importance=_LOW, documentation="Patterns of topics in this group.")
        .define("exclude", _LIST, [], patterns, importance=_LOW, documentation="Patterns of topics that are not in it.")
    )
    return _with_sizes(definition, default_replication_factor, default_partitions)


def _with_sizes(definition: ConfigDef, default_replication_factor: Any, default_partitions: Any) -> ConfigDef:
    return definition.define(
        "replication.factor",
        _SHORT,
        default_replication_factor,
        ConfigDef.LambdaValidator.with_(
            _ensure_replication_factor,
            "Positive number not larger than the number of brokers in the Kafka cluster, "
            "or -1 to use the broker's default",
        ),
        importance=_LOW,
        documentation="Replicas of new topics.",
    ).define(
        "partitions",
        _INT,
        default_partitions,
        ConfigDef.LambdaValidator.with_(_ensure_partitions, "Positive number, or -1 to use the broker's default"),
        importance=_LOW,
        documentation="Partitions of new topics.",
    )


def _ensure_patterns(name: str, patterns: Any) -> None:
    for pattern in patterns:
        try:
            compile_java_regex(pattern)
        except JavaRegexError as error:
            raise ConfigError(name, patterns, f"Syntax error in regular expression: {error}") from error


def _ensure_partitions(name: str, value: Any) -> None:
    if value is None or (value != USE_BROKER_DEFAULT and value < 1):
        message = "Number of partitions must be positive, or -1 to use the broker's default"
        raise ConfigError(name, value, message)


def _ensure_replication_factor(name: str, value: Any) -> None:
    if value is None or (value != USE_BROKER_DEFAULT and value < 1):
        message = (
            "Replication factor must be positive and not larger than the number of brokers in the Kafka cluster, "
            "or -1 to use the broker's default"
        )
        raise ConfigError(name, value, message)
