"""The settings of a distributed worker's own Kafka clients: group member, internal topics, admin clients."""

from __future__ import annotations

from typing import NamedTuple

from isthmus import ConfigDef, Validator
from isthmus.config_def import Importance, Type

MEDIUM, LOW = Importance.MEDIUM, Importance.LOW
PACKAGE = "org.apache.kafka.common.security.oauthbearer."
JAVA_CODE = "Java code: only Kafka's own can be named."
TICKETS = "Accepted for Kafka's sake: the client renews tickets by its own rules."
TOKENS = "Accepted for Kafka's sake: the client refreshes tokens by its own rules."
CHECKS = "Accepted for Kafka's sake: brokers check tokens, clients do not."

_between = ConfigDef.Range.between
_at_least_0 = ConfigDef.Range.at_least(0)


class Key(NamedTuple):
    name: str
    type: Type
    default: object
    importance: Importance
    documentation: str
    validator: Validator | None = None


CONNECTION = (
    Key(
        "metadata.max.age.ms",
        Type.LONG,
        300_000,
        LOW,
        "After how long what is known of topics and brokers is asked for again.",
        _at_least_0,
    ),
    Key("client.id", Type.STRING, "", LOW, "Name of this worker's clients in the logs and metrics of brokers."),
    Key(
        "send.buffer.bytes",
        Type.INT,
        131_072,
        MEDIUM,
        "Size of the buffer for sending; -1 leaves it to the system.",
        ConfigDef.Range.at_least(-1),
    ),
    Key(
        "receive.buffer.bytes",
        Type.INT,
        32_768,
        MEDIUM,
        "Size of the buffer for receiving; -1 leaves it to the system.",
        ConfigDef.Range.at_least(-1),
    ),
    Key("reconnect.backoff.ms", Type.LONG, 50, LOW, "Wait before the first reconnection to a broker.", _at_least_0),
    Key(
        "reconnect.backoff.max.ms",
        Type.LONG,
        1000,
        LOW,
        "Longest wait before a reconnection; it doubles from one to the next.",
        _at_least_0,
    ),
    Key(
        "socket.connection.setup.timeout.ms",
        Type.LONG,
        10_000,
        LOW,
        "How long a connection may take to be set up.",
        _at_least_0,
    ),
    Key(
        "socket.connection.setup.timeout.max.ms",
        Type.LONG,
        30_000,
        LOW,
        "Accepted for Kafka's sake: the time-out does not grow.",
        _at_least_0,
    ),
    Key("retry.backoff.ms", Type.LONG, 100, LOW, "Wait before a failed request is made again.", _at_least_0),
    Key(
        "retry.backoff.max.ms",
        Type.LONG,
        1000,
        LOW,
        "Longest wait before a failed request is made again; it doubles from one to the next.",
        _at_least_0,
    ),
    Key("request.timeout.ms", Type.INT, 40_000, MEDIUM, "How long an answer to a request may take.", _at_least_0),
    Key(
        "connections.max.idle.ms",
        Type.LONG,
        540_000,
        MEDIUM,
        "After how long an unused connection is closed.",
    ),
    Key(
        "security.protocol",
        Type.STRING,
        "PLAINTEXT",
        MEDIUM,
        "How to speak to brokers: with or without TLS, with or without a login (SASL).",
        ConfigDef.CaseInsensitiveValidString.in_("SASL_SSL", "PLAINTEXT", "SSL", "SASL_PLAINTEXT"),
    ),
)

LOGIN = (
    Key(
        "sasl.kerberos.service.name",
        Type.STRING,
        None,
        MEDIUM,
        "Kerberos name of the service that the brokers run as.",
    ),
    Key("sasl.kerberos.kinit.cmd", Type.STRING, "/usr/bin/kinit", LOW, "Path of Kerberos' kinit."),
    Key("sasl.kerberos.ticket.renew.window.factor", Type.DOUBLE, 0.8, LOW, TICKETS),
    Key("sasl.kerberos.ticket.renew.jitter", Type.DOUBLE, 0.05, LOW, TICKETS),
    Key(
        "sasl.kerberos.min.time.before.relogin",
        Type.LONG,
        60_000,
        LOW,
        "Least time between two attempts to renew a Kerberos ticket.",
    ),
    Key("sasl.login.refresh.window.factor", Type.DOUBLE, 0.8, LOW, TOKENS, _between(0.5, 1.0)),
    Key("sasl.login.refresh.window.jitter", Type.DOUBLE, 0.05, LOW, TOKENS, _between(0.0, 0.25)),
    Key("sasl.login.refresh.min.period.seconds", Type.SHORT, 60, LOW, TOKENS, _between(0, 900)),
    Key("sasl.login.refresh.buffer.seconds", Type.SHORT, 300, LOW, TOKENS, _between(0, 3600)),
    Key(
        "sasl.mechanism",
        Type.STRING,
        "GSSAPI",
        MEDIUM,
        "How to log in: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER or GSSAPI (Kerberos).",
    ),
    Key(
        "sasl.jaas.config",
        Type.PASSWORD,
        None,
        MEDIUM,
        'What to log in with, for example `org.apache.kafka.common.security.scram.ScramLoginModule required username="me" '
        'password="secret";`',
    ),
    Key("sasl.client.callback.handler.class", Type.CLASS, None, MEDIUM, JAVA_CODE),
    Key("sasl.login.callback.handler.class", Type.CLASS, None, MEDIUM, JAVA_CODE),
    Key("sasl.login.class", Type.CLASS, None, MEDIUM, JAVA_CODE),
    Key("sasl.login.connect.timeout.ms", Type.INT, None, LOW, TOKENS),
    Key("sasl.login.read.timeout.ms", Type.INT, None, LOW, TOKENS),
    Key("sasl.login.retry.backoff.max.ms", Type.LONG, 10_000, LOW, TOKENS),
    Key("sasl.login.retry.backoff.ms", Type.LONG, 100, LOW, TOKENS),
)

OAUTH = (
    Key("jwt.retriever.class", Type.CLASS, PACKAGE + "DefaultJwtRetriever", MEDIUM, JAVA_CODE),
    Key("jwt.validator.class", Type.CLASS, PACKAGE + "DefaultJwtValidator", MEDIUM, JAVA_CODE),
    Key("scope", Type.STRING, None, MEDIUM, "Scope to ask tokens for."),
    Key("client.credentials.client.id", Type.STRING, None, MEDIUM, "Who asks for tokens."),
    Key("client.credentials.client.secret", Type.PASSWORD, None, MEDIUM, "The secret of who asks for tokens."),
    Key(
        "assertion.algorithm",
        Type.STRING,
        "RS256",
        MEDIUM,
        "Algorithm that assertions are signed with.",
        ConfigDef.CaseInsensitiveValidString.in_("ES256", "RS256"),
    ),
    Key("assertion.claim.aud", Type.STRING, None, MEDIUM, "Audience in assertions."),
    Key(
        "assertion.claim.exp.seconds",
        Type.INT,
        300,
        LOW,
        "For how long assertions hold.",
        _between(0, 86_400),
    ),
    Key("assertion.claim.iss", Type.STRING, None, MEDIUM, "Issuer in assertions."),
    Key("assertion.claim.jti.include", Type.BOOLEAN, False, MEDIUM, "Whether assertions get an identifier."),
    Key(
        "assertion.claim.nbf.seconds",
        Type.INT,
        60,
        LOW,
        "How far in the past assertions begin to hold, for clocks that differ.",
        _between(0, 3600),
    ),
    Key("assertion.claim.sub", Type.STRING, None, MEDIUM, "Subject in assertions."),
    Key("assertion.file", Type.STRING, None, MEDIUM, "File with a ready-made assertion."),
    Key("assertion.private.key.file", Type.STRING, None, MEDIUM, "File with the key that signs assertions, PEM."),
    Key("assertion.private.key.passphrase", Type.PASSWORD, None, MEDIUM, "Password of that key."),
    Key("assertion.template.file", Type.STRING, None, MEDIUM, "File with further claims for assertions."),
    Key("scope.claim.name", Type.STRING, "scope", LOW, CHECKS),
    Key("sub.claim.name", Type.STRING, "sub", LOW, "Claim that has the subject of a token."),
    Key("token.endpoint.url", Type.STRING, None, MEDIUM, "Where to ask for tokens."),
    Key("jwks.endpoint.url", Type.STRING, None, MEDIUM, CHECKS),
    Key("jwks.endpoint.refresh.ms", Type.LONG, 3_600_000, LOW, CHECKS),
    Key("jwks.endpoint.retry.backoff.max.ms", Type.LONG, 10_000, LOW, CHECKS),
    Key("jwks.endpoint.retry.backoff.ms", Type.LONG, 100, LOW, CHECKS),
    Key("clock.skew.seconds", Type.INT, 30, LOW, CHECKS),
    Key(
        "expected.audience",
        Type.LIST,
        [],
        LOW,
        CHECKS,
        ConfigDef.ValidList.any_non_duplicate_values(is_empty_allowed=True, is_null_allowed=False),
    ),
    Key("expected.issuer", Type.STRING, None, LOW, CHECKS),
    Key("header.urlencode", Type.BOOLEAN, False, LOW, "Only false can be had: credentials are sent as they are."),
)


def define_group_client_keys(config: ConfigDef) -> None:
    """In Java's order."""
    for key in (*CONNECTION, *LOGIN, *(oauth._replace(name=f"sasl.oauthbearer.{oauth.name}") for oauth in OAUTH)):
        config.define(
            key.name,
            key.type,
            key.default,
            key.validator,
            importance=key.importance,
            documentation=key.documentation,
        )
