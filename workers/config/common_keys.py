"""The keys that standalone and distributed workers share (Connect's WorkerConfig)."""

from __future__ import annotations

from isthmus import ConfigDef
from isthmus.config_def import Importance, Type
from workers.config.rest_keys import define_rest_keys
from workers.config.ssl_keys import define_ssl_keys

HIGH, MEDIUM, LOW = Importance.HIGH, Importance.MEDIUM, Importance.LOW
_any_list = ConfigDef.ValidList.any_non_duplicate_values

CONVERTER_VERSION = "Version of that class: `1.2`, a range as in Maven (`[1.0,2.0)`), or `latest`. Unset: the newest."


def define_common_keys() -> ConfigDef:
    """In Java's order."""
    config = ConfigDef()
    _cluster_keys(config)
    _converter_keys(config)
    _commit_keys(config)
    _plugin_keys(config)
    _metrics_keys(config)
    _later_keys(config)
    define_ssl_keys(config)
    _topic_tracking_keys(config)
    define_rest_keys(config)
    return config


def _cluster_keys(config: ConfigDef) -> None:
    config.define(
        "bootstrap.servers",
        Type.LIST,
        validator=_any_list(is_empty_allowed=False, is_null_allowed=False),
        importance=HIGH,
        documentation="Brokers to ask first, `host:port` separated by commas; the others become known from them.",
    )
    config.define(
        "client.dns.lookup",
        Type.STRING,
        "use_all_dns_ips",
        ConfigDef.ValidString.in_("use_all_dns_ips", "resolve_canonical_bootstrap_servers_only"),
        importance=MEDIUM,
        documentation="How host names of brokers are looked up.",
    )


def _converter_keys(config: ConfigDef) -> None:
    for part in ("key", "value"):
        config.define(
            f"{part}.converter",
            Type.CLASS,
            importance=HIGH,
            documentation=f"Converter of {part}s for connectors that do not name their own. Its settings follow below "
            f"`{part}.converter.`, for example `{part}.converter.schemas.enable`.",
        )
        _converter_version(config, part)


def _converter_version(config: ConfigDef, part: str) -> None:
    config.define(
        f"{part}.converter.plugin.version",
        Type.STRING,
        None,
        importance=LOW,
        documentation=CONVERTER_VERSION,
    )


def _commit_keys(config: ConfigDef) -> None:
    config.define(
        "task.shutdown.graceful.timeout.ms",
        Type.LONG,
        5000,
        importance=LOW,
        documentation="How long all tasks together may take to stop before they are killed.",
    )
    config.define(
        "offset.flush.interval.ms",
        Type.LONG,
        60_000,
        importance=LOW,
        documentation="How often tasks commit their offsets.",
    )
    config.define(
        "offset.flush.timeout.ms",
        Type.LONG,
        5000,
        importance=LOW,
        documentation="How long one commit of offsets may take before it is given up and tried again next time.",
    )


def _plugin_keys(config: ConfigDef) -> None:
    config.define(
        "plugin.path",
        Type.LIST,
        None,
        _any_list(is_empty_allowed=False, is_null_allowed=True),
        importance=LOW,
        documentation="Folders with plug-ins, separated by commas. One that does not exist is a warning. Placeholders "
        "are not for here.",
    )
    config.define(
        "plugin.discovery",
        Type.STRING,
        "hybrid_warn",
        ConfigDef.CaseInsensitiveValidString.in_("ONLY_SCAN", "SERVICE_LOAD", "HYBRID_WARN", "HYBRID_FAIL"),
        importance=LOW,
        documentation="Accepted for Kafka's sake: Python plug-ins have one way of being found.",
    )


def _metrics_keys(config: ConfigDef) -> None:
    config.define(
        "metrics.sample.window.ms",
        Type.LONG,
        30_000,
        ConfigDef.Range.at_least(0),
        importance=LOW,
        documentation="The window over which a metric's samples are taken.",
    )
    config.define(
        "metrics.num.samples",
        Type.INT,
        2,
        ConfigDef.Range.at_least(1),
        importance=LOW,
        documentation="How many samples a metric keeps.",
    )
    config.define(
        "metrics.recording.level",
        Type.STRING,
        "INFO",
        ConfigDef.ValidString.in_("INFO", "DEBUG"),
        importance=LOW,
        documentation="The highest level of metrics that are kept.",
    )
    config.define(
        "metric.reporters",
        Type.LIST,
        "org.apache.kafka.common.metrics.JmxReporter",
        _any_list(is_empty_allowed=True, is_null_allowed=False),
        importance=LOW,
        documentation="Accepted for Kafka's sake: reporters are Java code.",
    )


def _later_keys(config: ConfigDef) -> None:
    config.define(
        "header.converter",
        Type.CLASS,
        "org.apache.kafka.connect.storage.SimpleHeaderConverter",
        importance=LOW,
        documentation="Converter of headers for connectors that do not name their own.",
    )
    _converter_version(config, "header")
    config.define(
        "config.providers",
        Type.LIST,
        [],
        _any_list(is_empty_allowed=True, is_null_allowed=False),
        importance=LOW,
        documentation="Names of configuration providers, which resolve `${name:path:key}` in this file and in "
        "configurations of connectors. Each has `config.providers.<name>.class` and settings below "
        "`config.providers.<name>.param.`.",
    )
    config.define(
        "connector.client.config.override.policy",
        Type.STRING,
        "All",
        importance=MEDIUM,
        documentation="Which settings of Kafka clients connectors may change through `producer.override.`, "
        "`consumer.override.` and `admin.override.`: `All`, `None`, `Principal` (the login only) or `Allowlist` (those "
        "in `connector.client.config.override.allowlist`).",
    )
    config.define(
        "topic.creation.enable",
        Type.BOOLEAN,
        True,
        importance=LOW,
        documentation="Whether source connectors with `topic.creation.` settings create the topics they write to.",
    )


def _topic_tracking_keys(config: ConfigDef) -> None:
    config.define(
        "topic.tracking.enable",
        Type.BOOLEAN,
        True,
        importance=LOW,
        documentation="Whether the topics that connectors use are remembered.",
    )
    config.define(
        "topic.tracking.allow.reset",
        Type.BOOLEAN,
        True,
        importance=LOW,
        documentation="Whether users may have the topics of a connector forgotten.",
    )
