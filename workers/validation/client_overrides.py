"""Checks the client settings that a connector overrides: `producer.override.*` and the like."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from isthmus import ConfigDef, ConfigError, ConfigKey, ConfigValue
from isthmus.config_def import loading_classes_with, names_only
from workers.clients.override_policy import OverridePolicy
from workers.clients.setting import Client, Setting
from workers.clients.translation import TABLE
from workers.connector_config import keys, uses_topic_creation
from workers.validation.redaction import Redaction
from workers.validation.rendering import Part, prefixed_part

_PREFIXES: Final[Mapping[Client, str]] = {
    "producer": keys.PRODUCER_OVERRIDE_PREFIX,
    "consumer": keys.CONSUMER_OVERRIDE_PREFIX,
    "admin": keys.ADMIN_OVERRIDE_PREFIX,
}
# The importances that Kafka 4.3 gives to client settings; all others are LOW.
_HIGH_NAMES = """
    bootstrap.controllers bootstrap.servers buffer.memory compression.type fetch.min.bytes group.id group.protocol
    heartbeat.interval.ms key.deserializer key.serializer max.partition.fetch.bytes session.timeout.ms
    ssl.key.password ssl.keystore.certificate.chain ssl.keystore.key ssl.keystore.location ssl.keystore.password
    ssl.truststore.certificates ssl.truststore.location ssl.truststore.password value.deserializer value.serializer
"""
_MEDIUM_NAMES = """
    allow.auto.create.topics auto.offset.reset batch.size client.dns.lookup compression.gzip.level
    compression.lz4.level compression.zstd.level connections.max.idle.ms default.api.timeout.ms delivery.timeout.ms
    enable.auto.commit exclude.internal.topics fetch.max.bytes group.instance.id group.remote.assignor
    isolation.level linger.ms max.block.ms max.poll.interval.ms max.poll.records max.request.size
    partition.assignment.strategy partitioner.class partitioner.ignore.keys receive.buffer.bytes request.timeout.ms
    sasl.client.callback.handler.class sasl.jaas.config sasl.kerberos.service.name sasl.login.callback.handler.class
    sasl.login.class sasl.mechanism sasl.oauthbearer.assertion.algorithm sasl.oauthbearer.assertion.claim.aud
    sasl.oauthbearer.assertion.claim.iss sasl.oauthbearer.assertion.claim.jti.include
    sasl.oauthbearer.assertion.claim.sub sasl.oauthbearer.assertion.file sasl.oauthbearer.assertion.private.key.file
    sasl.oauthbearer.assertion.private.key.passphrase sasl.oauthbearer.assertion.template.file
    sasl.oauthbearer.client.credentials.client.id sasl.oauthbearer.client.credentials.client.secret
    sasl.oauthbearer.jwks.endpoint.url sasl.oauthbearer.jwt.retriever.class sasl.oauthbearer.jwt.validator.class
    sasl.oauthbearer.scope sasl.oauthbearer.token.endpoint.url security.protocol send.buffer.bytes
    share.acknowledgement.mode share.acquire.mode socket.connection.setup.timeout.max.ms
    socket.connection.setup.timeout.ms ssl.enabled.protocols ssl.keystore.type ssl.protocol ssl.provider
    ssl.truststore.type
"""
_HIGH: Final = frozenset(_HIGH_NAMES.split())
_MEDIUM: Final = frozenset(_MEDIUM_NAMES.split())
_EXCEPTIONS: Final[Mapping[tuple[str, Client], ConfigDef.Importance]] = {
    ("retries", "producer"): ConfigDef.Importance.HIGH,
    ("client.id", "producer"): ConfigDef.Importance.MEDIUM,
    ("client.id", "admin"): ConfigDef.Importance.MEDIUM,
}
# Kafka's clients are made with these; the table of settings knows what stands in for them.
_REQUIRED: Final = frozenset(
    {
        ("bootstrap.servers", "producer"),
        ("key.serializer", "producer"),
        ("value.serializer", "producer"),
        ("bootstrap.servers", "consumer"),
        ("key.deserializer", "consumer"),
        ("value.deserializer", "consumer"),
    }
)
# Defaults that differ from one kind of client to another.
_DEFAULTS: Final[Mapping[tuple[str, Client], object]] = {
    ("connections.max.idle.ms", "admin"): 300_000,
    ("enable.metrics.push", "admin"): False,
    ("receive.buffer.bytes", "producer"): 32_768,
}


def overrides_parts(
    props: Mapping[str, str | None], *, is_source: bool, policy: OverridePolicy, redaction: Redaction
) -> list[Part]:
    """The parts for the clients that the connector uses, in Connect's order.

    ConfigError when a value does not parse as the setting's type: that ends the whole validation.
    """
    has_dlq = bool((props.get(keys.DLQ_TOPIC) or "").strip())
    uses: dict[Client, bool] = {
        "producer": is_source or has_dlq,
        "consumer": not is_source,
        "admin": uses_topic_creation(props) if is_source else has_dlq,
    }
    return [_part(client, props, policy, redaction) for client, is_used in uses.items() if is_used]


def _part(client: Client, props: Mapping[str, str | None], policy: OverridePolicy, redaction: Redaction) -> Part:
    prefix = _PREFIXES[client]
    given = {name.removeprefix(prefix): text for name, text in props.items() if name.startswith(prefix)}
    refused = policy.validate(client, {name: text for name, text in given.items() if text is not None})
    definitions = _definitions(client)
    values = [
        ConfigValue(
            name,
            _parsed(definitions.get(name), name, text, redaction),
            error_messages=[refused[name]] if name in refused else [],
        )
        for name, text in given.items()
    ]
    return prefixed_part(definitions, values, prefix, redaction)


def _parsed(key: ConfigKey | None, name: str, text: str | None, redaction: Redaction) -> object:
    if key is None:
        return text
    try:
        with loading_classes_with(names_only):
            value: object = ConfigDef.parse_type(name, text, key.type)
    except ConfigError as error:
        if redaction.tells(str(error)):
            raise ConfigError(redaction.hidden(name)) from None
        raise
    return value


@cache
def _definitions(client: Client) -> Mapping[str, ConfigKey]:
    """Declarations of the client's settings, from the table that translates them."""
    definition = ConfigDef()
    with loading_classes_with(names_only):
        for setting in TABLE[client].values():
            definition.define(
                setting.name,
                setting.type,
                _default(setting, client),
                importance=_importance(setting, client),
                documentation=_documentation(setting, client),
            )
    return definition.config_keys


def _default(setting: Setting, client: Client) -> object:
    if (setting.name, client) in _REQUIRED:
        return ConfigDef.NO_DEFAULT_VALUE
    return _DEFAULTS.get((setting.name, client), setting.default)


def _importance(setting: Setting, client: Client) -> ConfigDef.Importance:
    if (setting.name, client) in _EXCEPTIONS:
        return _EXCEPTIONS[setting.name, client]
    if setting.name in _HIGH:
        return ConfigDef.Importance.HIGH
    return ConfigDef.Importance.MEDIUM if setting.name in _MEDIUM else ConfigDef.Importance.LOW


def _documentation(setting: Setting, client: Client) -> str:
    note = f" {setting.note[:1].upper()}{setting.note[1:]}." if setting.note else ""
    return f"Setting of Kafka's {client}, as Apache Kafka's documentation describes it.{note}"
