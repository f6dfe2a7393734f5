"""Declarations of the keys that every connector, every source and every sink has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from isthmus import ConfigDef, Converter, HeaderConverter
from workers.connector_config import keys
from workers.connector_config.recommenders import Recommended, RecommendedVersions
from workers.connector_config.validators import (
    OPTIONAL_AT_LEAST_ZERO,
    PluginClassValidator,
    RegexValidator,
    unique_aliases,
)
from workers.plugins.version_range import PluginVersionValidator

COMMON, TRANSFORMS, PREDICATES = "Common", "Transforms", "Predicates"
ERRORS, TOPIC_CREATION = "Error Handling", "Topic Creation"
EXACTLY_ONCE, OFFSETS_TOPIC = "Exactly Once Support", "offsets.topic"

Type, Importance, Width = ConfigDef.Type, ConfigDef.Importance, ConfigDef.Width


@dataclass(frozen=True, slots=True)
class KeyAdvice:
    """What validation adds to a bare declaration: a default that depends on the worker, and values to recommend."""

    default: str | None = None
    recommended: Sequence[str] = ()


NO_ADVICE = KeyAdvice()


@cache
def connector_config_def() -> ConfigDef:
    return advised_config_def({})


def advised_config_def(advice: Mapping[str, KeyAdvice]) -> ConfigDef:
    """The keys every connector has, with advice for those that name plug-ins and versions."""
    definition = ConfigDef()
    _define_identity(definition, advice)
    _define_converters(definition, advice)
    _define_chains(definition)
    _define_error_handling(definition)
    return definition


@cache
def source_connector_config_def() -> ConfigDef:
    return with_source_keys(connector_config_def())


@cache
def sink_connector_config_def() -> ConfigDef:
    return with_sink_keys(connector_config_def())


def _define_identity(definition: ConfigDef, advice: Mapping[str, KeyAdvice]) -> None:
    version = advice.get(keys.CONNECTOR_VERSION, NO_ADVICE)
    definition.define(
        keys.NAME,
        Type.STRING,
        validator=ConfigDef.NonEmptyStringWithoutControlChars(),
        importance=Importance.HIGH,
        documentation="Name of the connector, unique among all connectors of the cluster.",
        group=COMMON,
        order_in_group=1,
        width=Width.MEDIUM,
        display_name="Connector name",
    ).define(
        keys.CONNECTOR_CLASS,
        Type.STRING,
        importance=Importance.HIGH,
        documentation="Class of the connector: its full name, its simple name, or the simple name without "
        '"Connector" at the end.',
        group=COMMON,
        order_in_group=2,
        width=Width.LONG,
        display_name="Connector class",
    ).define(
        keys.CONNECTOR_VERSION,
        Type.STRING,
        version.default,
        PluginVersionValidator(),
        importance=Importance.MEDIUM,
        documentation="Version of the connector: a version or a Maven version range; the newest one when not given.",
        group=COMMON,
        order_in_group=3,
        width=Width.MEDIUM,
        display_name="Connector version",
        recommender=RecommendedVersions(keys.CONNECTOR_CLASS, version.recommended),
    ).define(
        keys.TASKS_MAX,
        Type.INT,
        1,
        ConfigDef.Range.at_least(1),
        importance=Importance.HIGH,
        documentation="How many tasks the connector may have at most.",
        group=COMMON,
        order_in_group=4,
        width=Width.SHORT,
        display_name="Tasks max",
    ).define(
        keys.TASKS_MAX_ENFORCE,
        Type.BOOLEAN,
        True,
        importance=Importance.LOW,
        documentation=f"Whether a connector that makes more tasks than {keys.TASKS_MAX} fails (true) or only causes a "
        "warning (false). Deprecated: later versions will always let it fail.",
        group=COMMON,
        order_in_group=5,
        width=Width.SHORT,
        display_name="Enforce tasks max",
    )


def _define_converters(definition: ConfigDef, advice: Mapping[str, KeyAdvice]) -> None:
    order = 6
    for kind, base in (("key", Converter), ("value", Converter), ("header", HeaderConverter)):
        name = f"{kind}.converter"
        own, version = advice.get(name, NO_ADVICE), advice.get(f"{name}.{keys.PLUGIN_VERSION}", NO_ADVICE)
        definition.define(
            name,
            Type.CLASS,
            own.default,
            PluginClassValidator(base),
            importance=Importance.LOW,
            documentation=f"Converter of the record {kind}s between Connect's data and the bytes in Kafka. Keys that "
            f"start with {name}. configure it. Without it the worker's converter and its configuration apply.",
            group=COMMON,
            order_in_group=order,
            width=Width.SHORT,
            display_name=f"{kind.capitalize()} converter class",
            recommender=Recommended(own.recommended),
        ).define(
            f"{name}.{keys.PLUGIN_VERSION}",
            Type.STRING,
            version.default,
            PluginVersionValidator(),
            importance=Importance.LOW,
            documentation=f"Version of the {kind} converter: a version or a Maven version range. When not given: the "
            "one that comes with the connector, else the newest.",
            group=COMMON,
            order_in_group=order + 1,
            width=Width.SHORT,
            display_name=f"{kind.capitalize()} converter version",
            recommender=RecommendedVersions(name, version.recommended),
        )
        order += 2


def _define_chains(definition: ConfigDef) -> None:
    definition.define(
        keys.TRANSFORMS,
        Type.LIST,
        [],
        unique_aliases("transformation aliases"),
        importance=Importance.LOW,
        documentation="Aliases of the transformations that records pass through, in this order. "
        "transforms.<alias>.type names the class; other keys below transforms.<alias>. configure it.",
        group=TRANSFORMS,
        order_in_group=12,
        width=Width.LONG,
        display_name="Transforms",
    ).define(
        keys.PREDICATES,
        Type.LIST,
        [],
        unique_aliases("predicate aliases"),
        importance=Importance.LOW,
        documentation="Aliases of the predicates that transformations refer to. predicates.<alias>.type names the "
        "class; other keys below predicates.<alias>. configure it.",
        group=PREDICATES,
        order_in_group=13,
        width=Width.LONG,
        display_name="Predicates",
    ).define(
        keys.CONFIG_RELOAD_ACTION,
        Type.STRING,
        "restart",
        ConfigDef.ValidString.in_("none", "restart"),
        importance=Importance.LOW,
        documentation="What to do when a value from a configuration provider expires: restart the connector, or none.",
        group=COMMON,
        order_in_group=14,
        width=Width.MEDIUM,
        display_name="Reload Action",
    )


def _define_error_handling(definition: ConfigDef) -> None:
    definition.define(
        keys.ERRORS_RETRY_TIMEOUT,
        Type.LONG,
        0,
        importance=Importance.MEDIUM,
        documentation="For how many milliseconds in all a failed operation is tried again; 0 is not at all, -1 without "
        "end.",
        group=ERRORS,
        order_in_group=1,
        width=Width.MEDIUM,
        display_name="Retry Timeout for Errors",
    ).define(
        keys.ERRORS_RETRY_MAX_DELAY,
        Type.LONG,
        60000,
        importance=Importance.MEDIUM,
        documentation="The longest pause between two attempts, in milliseconds; beyond it the pause is random.",
        group=ERRORS,
        order_in_group=2,
        width=Width.MEDIUM,
        display_name="Maximum Delay Between Retries for Errors",
    ).define(
        keys.ERRORS_TOLERANCE,
        Type.STRING,
        "none",
        ConfigDef.ValidString.in_("none", "all"),
        importance=Importance.MEDIUM,
        documentation="none: an error of a converter or transformation makes the task fail. all: the record is left "
        "out.",
        group=ERRORS,
        order_in_group=3,
        width=Width.SHORT,
        display_name="Error Tolerance",
    ).define(
        keys.ERRORS_LOG_ENABLE,
        Type.BOOLEAN,
        False,
        importance=Importance.MEDIUM,
        documentation="Whether each error is logged, also a tolerated one.",
        group=ERRORS,
        order_in_group=4,
        width=Width.SHORT,
        display_name="Log Errors",
    ).define(
        keys.ERRORS_LOG_INCLUDE_MESSAGES,
        Type.BOOLEAN,
        False,
        importance=Importance.MEDIUM,
        documentation="Whether the log of an error describes the record: for a sink its place in Kafka, for a source "
        "the whole record.",
        group=ERRORS,
        order_in_group=5,
        width=Width.SHORT,
        display_name="Log Error Details",
    )


def with_source_keys(base: ConfigDef) -> ConfigDef:
    """A copy of `base` with the keys of source connectors."""
    return (
        ConfigDef(base)
        .define(
            keys.TOPIC_CREATION_GROUPS,
            Type.LIST,
            [],
            unique_aliases("topic creation groups"),
            importance=Importance.LOW,
            documentation="Groups of settings for topics that the connector's tasks create. "
            'The group "default" always exists.',
            group=TOPIC_CREATION,
            order_in_group=1,
            width=Width.LONG,
            display_name="Topic Creation Groups",
        )
        .define(
            keys.EXACTLY_ONCE_SUPPORT,
            Type.STRING,
            "requested",
            ConfigDef.CaseInsensitiveValidString.in_("REQUIRED", "REQUESTED"),
            importance=Importance.MEDIUM,
            documentation="required: the configuration is refused unless worker and connector can deliver exactly once. "
            "requested: no such check.",
            group=EXACTLY_ONCE,
            order_in_group=2,
            width=Width.SHORT,
            display_name="Exactly once support",
        )
        .define(
            keys.TRANSACTION_BOUNDARY,
            Type.STRING,
            "poll",
            ConfigDef.CaseInsensitiveValidString.in_("INTERVAL", "POLL", "CONNECTOR"),
            importance=Importance.MEDIUM,
            documentation="Where transactions end, with exactly-once delivery: after each poll, after an interval, or "
            "where the connector says so.",
            group=EXACTLY_ONCE,
            order_in_group=3,
            width=Width.SHORT,
            display_name="Transaction Boundary",
        )
        .define(
            keys.TRANSACTION_BOUNDARY_INTERVAL,
            Type.LONG,
            None,
            OPTIONAL_AT_LEAST_ZERO,
            importance=Importance.LOW,
            documentation="The interval of transaction.boundary=interval in milliseconds; the worker's "
            "offset.flush.interval.ms when not given.",
            group=EXACTLY_ONCE,
            order_in_group=4,
            width=Width.SHORT,
            display_name="Transaction boundary interval",
        )
        .define(
            keys.OFFSETS_TOPIC,
            Type.STRING,
            None,
            ConfigDef.NonEmptyString(),
            importance=Importance.LOW,
            documentation="A topic of the connector's own for its source offsets; the worker's when not given.",
            group=OFFSETS_TOPIC,
            order_in_group=1,
            width=Width.LONG,
            display_name="Offsets topic",
        )
    )


def with_sink_keys(base: ConfigDef) -> ConfigDef:
    """A copy of `base` with the keys of sink connectors."""
    return (
        ConfigDef(base)
        .define(
            keys.TOPICS,
            Type.LIST,
            [],
            ConfigDef.ValidList.any_non_duplicate_values(is_empty_allowed=True, is_null_allowed=False),
            importance=Importance.HIGH,
            documentation="Topics to read, separated by commas.",
            group=COMMON,
            order_in_group=4,
            width=Width.LONG,
            display_name="Topics",
        )
        .define(
            keys.TOPICS_REGEX,
            Type.STRING,
            "",
            RegexValidator(),
            importance=Importance.HIGH,
            documentation="Regular expression in Java's notation that the names of the topics to read match as a whole; "
            f"instead of {keys.TOPICS}.",
            group=COMMON,
            order_in_group=4,
            width=Width.LONG,
            display_name="Topics regex",
        )
        .define(
            keys.DLQ_TOPIC,
            Type.STRING,
            "",
            importance=Importance.MEDIUM,
            documentation="Topic that takes the records which the connector, a converter or a transformation could not "
            "process. Empty: there is none.",
            group=ERRORS,
            order_in_group=6,
            width=Width.MEDIUM,
            display_name="Dead Letter Queue Topic Name",
        )
        .define(
            keys.DLQ_REPLICATION_FACTOR,
            Type.SHORT,
            3,
            importance=Importance.MEDIUM,
            documentation="Replication factor of the dead letter queue's topic when it has to be created.",
            group=ERRORS,
            order_in_group=7,
            width=Width.MEDIUM,
            display_name="Dead Letter Queue Topic Replication Factor",
        )
        .define(
            keys.DLQ_CONTEXT_HEADERS,
            Type.BOOLEAN,
            False,
            importance=Importance.MEDIUM,
            documentation="Whether records in the dead letter queue carry headers that tell what went wrong; their "
            "names start with __connect.errors.",
            group=ERRORS,
            order_in_group=8,
            width=Width.MEDIUM,
            display_name="Enable Error Context Headers",
        )
    )
