"""Settings that every Kafka client has: where the cluster is, time-outs and waits, metrics."""

from __future__ import annotations

from typing import Any

from isthmus import ConfigDef
from isthmus.config_def import Type
from workers.clients.setting import (
    Client,
    Draft,
    Fate,
    Setting,
    ignored,
    lowered,
    ours,
    passed_on,
    refused,
    translated,
)

JMX_REPORTER = "org.apache.kafka.common.metrics.JmxReporter"
METRICS = "metrics of the clients are shown by the worker, not by Java's reporters"
INT_MAX = 2**31 - 1

BASE: dict[str, Any] = {
    # Java's defaults, where librdkafka's own would make a worker slower to come back after an outage.
    "reconnect.backoff.ms": 50,
    "reconnect.backoff.max.ms": 1000,
    "socket.timeout.ms": 30_000,
    # Brokers close idle connections by design; a line in the log each time tells nobody anything.
    "log.connection.close": False,
}

DATA_CLIENTS: tuple[Client, ...] = ("producer", "consumer")
_at_least_0 = ConfigDef.Range.at_least(0)


def _request_timeout(setting: Setting, value: int, draft: Draft) -> None:
    draft.settings["socket.timeout.ms"] = draft.within(setting.name, value, 10, 300_000)
    if draft.client == "producer":
        draft.settings["request.timeout.ms"] = min(max(value, 1), 900_000)


def _interceptors(setting: Setting, value: list[str], draft: Draft) -> None:
    """Those that only watch are left out; any other may change or hide records, so it must not be lost in silence."""
    for name in value:
        if name.startswith(("io.confluent.monitoring.", "io.opentelemetry.", "brave.kafka.")):
            draft.warn(f"{setting.name}: {name} is left out, it is Java code that only watches")
        else:
            draft.refuse(setting.name, name, setting.note)


SETTINGS: tuple[Setting, ...] = (
    translated(
        "bootstrap.servers",
        Type.LIST,
        [],
        passed_on(),
        validator=ConfigDef.ValidList.any_non_duplicate_values(is_empty_allowed=False, is_null_allowed=False),
    ),
    refused(
        "bootstrap.controllers", Type.LIST, [], "the client cannot speak to controllers directly", clients=("admin",)
    ),
    translated("client.id", Type.STRING, "", passed_on()),
    translated(
        "client.dns.lookup",
        Type.STRING,
        "use_all_dns_ips",
        passed_on(),
        validator=ConfigDef.ValidString.in_("use_all_dns_ips", "resolve_canonical_bootstrap_servers_only"),
    ),
    translated(
        "connections.max.idle.ms",
        Type.LONG,
        540_000,
        passed_on(low=0, high=INT_MAX),
        "unset: the broker's limit applies",
    ),
    ours(
        "default.api.timeout.ms",
        Type.INT,
        60_000,
        "bounds each blocking request that the worker makes",
        clients=("consumer", "admin"),
        validator=_at_least_0,
    ),
    translated("enable.metrics.push", Type.BOOLEAN, True, passed_on()),
    translated(
        "metadata.max.age.ms",
        Type.LONG,
        300_000,
        passed_on("topic.metadata.refresh.interval.ms", low=1, high=3_600_000),
        "topic.metadata.refresh.interval.ms",
        validator=_at_least_0,
    ),
    translated(
        "metadata.recovery.strategy",
        Type.STRING,
        "rebootstrap",
        lowered(),
        validator=ConfigDef.CaseInsensitiveValidString.in_("REBOOTSTRAP", "NONE"),
    ),
    translated(
        "metadata.recovery.rebootstrap.trigger.ms",
        Type.LONG,
        300_000,
        passed_on(low=0, high=INT_MAX),
        validator=_at_least_0,
    ),
    translated(
        "receive.buffer.bytes",
        Type.INT,
        65_536,
        passed_on("socket.receive.buffer.bytes", low=0, high=100_000_000),
        "socket.receive.buffer.bytes; unset: the system's size",
        validator=ConfigDef.Range.at_least(-1),
    ),
    translated(
        "send.buffer.bytes",
        Type.INT,
        131_072,
        passed_on("socket.send.buffer.bytes", low=0, high=100_000_000),
        "socket.send.buffer.bytes; unset: the system's size",
        validator=ConfigDef.Range.at_least(-1),
    ),
    translated("reconnect.backoff.ms", Type.LONG, 50, passed_on(low=0, high=3_600_000), validator=_at_least_0),
    translated("reconnect.backoff.max.ms", Type.LONG, 1000, passed_on(low=0, high=3_600_000), validator=_at_least_0),
    translated(
        "request.timeout.ms",
        Type.INT,
        30_000,
        _request_timeout,
        "socket.timeout.ms, and a producer's request.timeout.ms",
        validator=_at_least_0,
    ),
    translated("retry.backoff.ms", Type.LONG, 100, passed_on(low=1, high=300_000), validator=_at_least_0),
    translated("retry.backoff.max.ms", Type.LONG, 1000, passed_on(low=1, high=300_000), validator=_at_least_0),
    ignored(
        "retries",
        Type.INT,
        INT_MAX,
        "requests of an admin client are repeated until default.api.timeout.ms",
        clients=("admin",),
        validator=ConfigDef.Range.between(0, INT_MAX),
    ),
    translated(
        "socket.connection.setup.timeout.ms", Type.LONG, 10_000, passed_on(low=1000, high=INT_MAX), "at least 1000"
    ),
    ignored(
        "socket.connection.setup.timeout.max.ms",
        Type.LONG,
        30_000,
        "the time-out does not grow from one attempt to the next",
    ),
    ignored("metric.reporters", Type.LIST, [JMX_REPORTER], METRICS),
    ignored("metrics.num.samples", Type.INT, 2, METRICS, validator=ConfigDef.Range.at_least(1)),
    ignored(
        "metrics.recording.level",
        Type.STRING,
        "INFO",
        METRICS,
        validator=ConfigDef.ValidString.in_("INFO", "DEBUG", "TRACE"),
    ),
    ignored("metrics.sample.window.ms", Type.LONG, 30_000, METRICS, validator=_at_least_0),
    Setting(
        "interceptor.classes",
        Type.LIST,
        [],
        Fate.REFUSED,
        "an interceptor is Java code that may change records; the known ones that only watch are left out instead",
        clients=DATA_CLIENTS,
        apply=_interceptors,
    ),
    ours("config.providers", Type.LIST, [], "placeholders are resolved before the client gets its settings"),
    refused("security.providers", Type.STRING, None, "a security provider is Java code"),
)

OWN_PREFIXES = ("metrics.context.", "config.providers.")
"""Keys below these are for the worker; they come along in a client's layers and mean nothing to it."""


def settle(draft: Draft) -> None:
    """A longest wait that is shorter than the first one: Java then uses one value for both."""
    for base in ("reconnect.backoff", "retry.backoff"):
        first, longest = f"{base}.ms", f"{base}.max.ms"
        if first in draft.given and longest not in draft.given:
            draft.settings[longest] = max(draft.settings[first], draft.value(longest))
        elif longest in draft.given and draft.settings[longest] < draft.value(first):
            draft.settings[first] = draft.settings[longest]
