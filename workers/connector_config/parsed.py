"""A connector's configuration as the task loops and the herder use it: parsed once, frozen.

Classes stay names here (any process may parse it); a plug-in process loads them through the plug-in importer.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from isthmus import ConfigDef, ConfigError, ConnectError, SourceTask
from isthmus.config_def import loading_classes_with, names_only
from workers.connector_config import keys
from workers.connector_config.definitions import (
    connector_config_def,
    sink_connector_config_def,
    source_connector_config_def,
)
from workers.connector_config.enrichment import ensure_negated_has_predicate
from workers.connector_config.sink_topics import check_sink_topics, parse_topics_list
from workers.connector_config.topic_creation import TopicCreation, uses_topic_creation

log = logging.getLogger(__name__)

ConverterKind: TypeAlias = Literal["key", "value", "header"]


class TooManyTasksError(ConnectError):
    """A connector has made more task configurations than it may."""

    java_name = ConnectError.java_name

    def __init__(self, connector: str, count: int, tasks_max: int) -> None:
        super().__init__(
            f"The connector {connector} has generated {count} tasks, which is greater than {tasks_max}, "
            "the maximum number of tasks it is configured to create. This behaviour should be considered a bug and is "
            "disallowed. If necessary, it can be permitted by reconfiguring the connector with 'tasks.max.enforce' set to "
            "false; however, this option will be removed in a future release of Kafka Connect."
        )


@dataclass(frozen=True, slots=True)
class ConverterSpec:
    """Which converter to make, and the mapping for its `configure` (`converter.type` included).

    `is_from_home`: of a connector's own converter the one that comes with the connector is meant, unless it says a version.
    """

    class_name: str
    configs: Mapping[str, str]
    version: str | None = None
    is_from_home: bool = False


@dataclass(frozen=True, slots=True)
class PredicateSpec:
    alias: str
    class_name: str
    version: str | None
    configs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TransformSpec:
    """One step of the chain; with a predicate it applies to records for which the predicate says `not negate`."""

    alias: str
    class_name: str
    version: str | None
    configs: Mapping[str, str]
    predicate: PredicateSpec | None
    negate: bool


@dataclass(frozen=True, slots=True)
class ErrorHandling:
    """`retry_timeout_ms` -1 is without end."""

    retry_timeout_ms: int
    retry_delay_max_ms: int
    tolerates_all: bool
    log_enabled: bool
    log_includes_messages: bool


@dataclass(frozen=True, slots=True)
class DeadLetterQueue:
    topic: str
    replication_factor: int
    has_context_headers: bool


@dataclass(frozen=True, slots=True)
class ConnectorConfig:
    """What both kinds of connectors have. `props` are the raw properties, placeholders resolved as they came."""

    props: Mapping[str, str]
    name: str
    connector_class: str
    connector_version: str | None
    tasks_max: int
    enforces_tasks_max: bool
    restarts_on_reload: bool
    errors: ErrorHandling
    transforms: Sequence[TransformSpec]

    def check_task_count(self, count: int) -> None:
        """Raises TooManyTasksError, unless `tasks.max.enforce=false` makes it a warning."""
        if count <= self.tasks_max:
            return
        error = TooManyTasksError(self.name, count, self.tasks_max)
        if self.enforces_tasks_max:
            raise error
        log.warning("%s", error)

    @classmethod
    def parse(cls, props: Mapping[str, str]) -> ConnectorConfig:
        """Raises ConfigError with the first problem of a common key."""
        return cls(**_common(props, _parse(connector_config_def(), props)))


@dataclass(frozen=True, slots=True)
class SourceConnectorConfig(ConnectorConfig):
    """`topic_creation` is None when the connector has no such keys (and the broker may create topics itself)."""

    requires_exactly_once: bool
    transaction_boundary: SourceTask.TransactionBoundary
    transaction_boundary_interval_ms: int | None
    offsets_topic: str | None
    topic_creation: TopicCreation | None

    @classmethod
    def parse(cls, props: Mapping[str, str], *, creates_topics: bool = True) -> SourceConnectorConfig:
        """Raises ConfigError with the first problem. `creates_topics` is the worker's `topic.creation.enable`."""
        config = _parse(source_connector_config_def(), props)
        creation = TopicCreation.parse(props) if creates_topics and uses_topic_creation(props) else None
        return cls(
            **_common(props, config),
            requires_exactly_once=config[keys.EXACTLY_ONCE_SUPPORT].lower() == "required",
            transaction_boundary=SourceTask.TransactionBoundary.from_property(config[keys.TRANSACTION_BOUNDARY]),
            transaction_boundary_interval_ms=config[keys.TRANSACTION_BOUNDARY_INTERVAL],
            offsets_topic=config[keys.OFFSETS_TOPIC],
            topic_creation=creation,
        )


@dataclass(frozen=True, slots=True)
class SinkConnectorConfig(ConnectorConfig):
    """Exactly one of `topics` and `topics_regex` is not empty."""

    topics: Sequence[str]
    topics_regex: str
    dead_letter_queue: DeadLetterQueue | None

    @property
    def has_errant_record_reporter(self) -> bool:
        return self.dead_letter_queue is not None or self.errors.log_enabled

    @classmethod
    def parse(cls, props: Mapping[str, str]) -> SinkConnectorConfig:
        """Raises ConfigError with the first problem, that of `topics` and `topics.regex` included."""
        config = _parse(sink_connector_config_def(), props)
        check_sink_topics(props)
        return cls(
            **_common(props, config),
            topics=parse_topics_list(props),
            topics_regex=config[keys.TOPICS_REGEX],
            dead_letter_queue=DeadLetterQueue(
                topic=config[keys.DLQ_TOPIC],
                replication_factor=config[keys.DLQ_REPLICATION_FACTOR],
                has_context_headers=config[keys.DLQ_CONTEXT_HEADERS],
            )
            if config[keys.DLQ_TOPIC]
            else None,
        )


def converter_spec(
    kind: ConverterKind, connector_props: Mapping[str, str], worker_props: Mapping[str, str]
) -> ConverterSpec:
    """The converter a task uses: the connector's own, with the connector's keys only, otherwise the worker's with the
    worker's keys only.
    """
    name = f"{kind}.converter"
    is_own = name in connector_props
    props = connector_props if is_own else worker_props
    version = props.get(f"{name}.{keys.PLUGIN_VERSION}")
    class_name = props.get(name)
    if class_name is None:
        if kind != "header":
            raise ConfigError(f'Missing required configuration "{name}" which has no default value.')
        class_name = "org.apache.kafka.connect.storage.SimpleHeaderConverter"
    return ConverterSpec(
        class_name.strip(),
        {**_below(f"{name}.", props), "converter.type": kind},
        version=version,
        is_from_home=is_own and version is None,
    )


def _parse(definition: ConfigDef, props: Mapping[str, str]) -> dict[str, Any]:
    with loading_classes_with(names_only):
        return definition.parse(props)


def _common(props: Mapping[str, str], config: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "props": dict(props),
        "name": config[keys.NAME],
        "connector_class": config[keys.CONNECTOR_CLASS],
        "connector_version": config[keys.CONNECTOR_VERSION],
        "tasks_max": config[keys.TASKS_MAX],
        "enforces_tasks_max": config[keys.TASKS_MAX_ENFORCE],
        "restarts_on_reload": config[keys.CONFIG_RELOAD_ACTION] == "restart",
        "errors": ErrorHandling(
            retry_timeout_ms=config[keys.ERRORS_RETRY_TIMEOUT],
            retry_delay_max_ms=config[keys.ERRORS_RETRY_MAX_DELAY],
            tolerates_all=config[keys.ERRORS_TOLERANCE] == "all",
            log_enabled=config[keys.ERRORS_LOG_ENABLE],
            log_includes_messages=config[keys.ERRORS_LOG_INCLUDE_MESSAGES],
        ),
        "transforms": [_transform_spec(alias, props) for alias in config[keys.TRANSFORMS]],
    }


def _transform_spec(alias: str, props: Mapping[str, str]) -> TransformSpec:
    prefix = f"{keys.TRANSFORMS}.{alias}."
    ensure_negated_has_predicate(prefix, props)
    configs = _below(prefix, props)
    predicate_alias = configs.pop("predicate", None)
    negate = configs.pop("negate", "false")
    return TransformSpec(
        alias=alias,
        class_name=_class_of(prefix, props, "Transformation"),
        version=props.get(f"{prefix}{keys.PLUGIN_VERSION}"),
        configs=configs,
        predicate=None if predicate_alias is None else _predicate_spec(predicate_alias.strip(), props),
        negate=ConfigDef.parse_type(f"{prefix}negate", negate, ConfigDef.Type.BOOLEAN),
    )


def _predicate_spec(alias: str, props: Mapping[str, str]) -> PredicateSpec:
    prefix = f"{keys.PREDICATES}.{alias}."
    aliases = ConfigDef.parse_type(keys.PREDICATES, props.get(keys.PREDICATES, ""), ConfigDef.Type.LIST)
    if alias not in aliases:
        raise ConnectError(f"Unknown configuration '{prefix}type'")
    version = props.get(f"{prefix}{keys.PLUGIN_VERSION}")
    return PredicateSpec(alias, _class_of(prefix, props, "Predicate"), version, _below(prefix, props))


def _class_of(prefix: str, props: Mapping[str, str], noun: str) -> str:
    name = props.get(f"{prefix}type")
    if name is None:
        raise ConfigError(f"{prefix}type", None, f"Not a {noun}")
    return name.strip()


def _below(prefix: str, props: Mapping[str, str]) -> dict[str, str]:
    return {key.removeprefix(prefix): value for key, value in props.items() if key.startswith(prefix)}
