"""The keys that only distributed workers have: the group, its topics, the signatures between workers."""

from __future__ import annotations

import hashlib
from typing import Any

from isthmus import ConfigDef
from isthmus.config_def import Importance, Type
from isthmus.errors import ConfigError
from workers.config.group_client_keys import define_group_client_keys

HIGH, MEDIUM, LOW = Importance.HIGH, Importance.MEDIUM, Importance.LOW
PARTITIONS = "Number of partitions must be positive, or -1 to use the broker's default"
REPLICATION = (
    "Replication factor must be positive and not larger than the number of brokers in the Kafka cluster, or -1 to use "
    "the broker's default"
)
PROTOCOLS = ("eager", "compatible", "sessioned")

MACS = {
    "HmacMD5": "md5",
    "HmacSHA1": "sha1",
    "HmacSHA224": "sha224",
    "HmacSHA256": "sha256",
    "HmacSHA384": "sha384",
    "HmacSHA512": "sha512",
    "HmacSHA512/224": "sha512_224",
    "HmacSHA512/256": "sha512_256",
    "HmacSHA3-224": "sha3_224",
    "HmacSHA3-256": "sha3_256",
    "HmacSHA3-384": "sha3_384",
    "HmacSHA3-512": "sha3_512",
}
"""Java's names of the signatures that can be had, and hashlib's of what they hash with."""


def define_distributed_keys(config: ConfigDef) -> None:
    """In Java's order."""
    _group_keys(config)
    define_group_client_keys(config)
    _sync_keys(config)
    _topic_keys(config)
    _rebalance_keys(config)
    _signature_keys(config)
    _metadata_keys(config)


def _group_keys(config: ConfigDef) -> None:
    config.define(
        "group.id",
        Type.STRING,
        importance=HIGH,
        documentation="Name of the group of workers; all workers of one Connect cluster have the same.",
    )
    for name, default, documentation in (
        ("session.timeout.ms", 10_000, "After how long without a heartbeat a worker counts as gone."),
        ("rebalance.timeout.ms", 60_000, "How long a worker may take to join when the group is formed anew."),
        ("heartbeat.interval.ms", 3000, "How often a worker tells the group that it is alive."),
    ):
        config.define(name, Type.INT, default, importance=HIGH, documentation=documentation)
    config.define(
        "exactly.once.source.support",
        Type.STRING,
        "disabled",
        ConfigDef.CaseInsensitiveValidString.in_("DISABLED", "ENABLED", "PREPARING"),
        importance=HIGH,
        documentation="Exactly-once delivery for source connectors. A running cluster goes through `preparing` on all "
        "workers before `enabled`.",
    )


def _sync_keys(config: ConfigDef) -> None:
    config.define(
        "worker.sync.timeout.ms",
        Type.INT,
        3000,
        importance=MEDIUM,
        documentation="How long a worker that lags behind the config topic tries to catch up before it leaves the group.",
    )
    config.define(
        "worker.unsync.backoff.ms",
        Type.INT,
        300_000,
        importance=MEDIUM,
        documentation="How long a worker that did not catch up stays out of the group.",
    )


def _topic_keys(config: ConfigDef) -> None:
    for kind, partitions, holds in (
        ("offset", 25, "offsets of source connectors"),
        ("config", None, "configurations of connectors and tasks"),
        ("status", 5, "states of connectors and tasks"),
    ):
        prefix = f"{kind}.storage."
        config.define(
            prefix + "topic",
            Type.STRING,
            importance=HIGH,
            documentation=f"Topic with the {holds}. Further settings below `{prefix}` are given to the topic when it is "
            "created.",
        )
        if partitions is not None:
            config.define(
                prefix + "partitions",
                Type.INT,
                partitions,
                ConfigDef.LambdaValidator.with_(
                    _positive(PARTITIONS), _text(PARTITIONS, "Number of partitions must be")
                ),
                importance=LOW,
                documentation="Its partitions when it is created.",
            )
        config.define(
            prefix + "replication.factor",
            Type.SHORT,
            3,
            ConfigDef.LambdaValidator.with_(_positive(REPLICATION), _text(REPLICATION, "Replication factor must be")),
            importance=LOW,
            documentation="Its replication factor when it is created.",
        )


def _positive(reason: str) -> Any:
    def ensure_valid(name: str, value: int) -> None:
        if value != -1 and value < 1:
            raise ConfigError(name, value, reason)

    return ensure_valid


def _text(reason: str, subject: str) -> str:
    """What Java's documentation says of these values: "Positive number, or ..."."""
    return "Positive number" + reason.removeprefix(f"{subject} positive").replace(" and not", " not", 1)


def _rebalance_keys(config: ConfigDef) -> None:
    config.define(
        "connect.protocol",
        Type.STRING,
        "sessioned",
        ConfigDef.LambdaValidator.with_(_ensure_protocol, f"[{', '.join(PROTOCOLS)}]"),
        importance=LOW,
        documentation="How the group assigns work: `sessioned` and `compatible` move as little as they can, and the first "
        "signs what workers say to each other; `eager` stops everything each time.",
    )
    config.define(
        "scheduled.rebalance.max.delay.ms",
        Type.INT,
        300_000,
        ConfigDef.Range.between(0, 2**31 - 1),
        importance=LOW,
        documentation="How long the work of a worker that left waits for it to come back before others get it.",
    )


def _ensure_protocol(name: str, value: str) -> None:
    if value.lower() not in PROTOCOLS:
        raise ConfigError(name, value, "Invalid Connect protocol compatibility")


def _signature_keys(config: ConfigDef) -> None:
    config.define(
        "inter.worker.key.ttl.ms",
        Type.INT,
        3_600_000,
        ConfigDef.Range.between(0, 2**31 - 1),
        importance=LOW,
        documentation="How long a key for the signatures between workers is used before the leader makes a new one.",
    )
    config.define(
        "inter.worker.key.generation.algorithm",
        Type.STRING,
        "HmacSHA256",
        ConfigDef.LambdaValidator.with_(_ensure_mac, "Any KeyGenerator algorithm supported by the worker JVM"),
        importance=LOW,
        documentation="Algorithm that the keys are made for.",
    )
    config.define(
        "inter.worker.key.size",
        Type.INT,
        None,
        importance=LOW,
        documentation="Bits of the keys. Unset: what suits the algorithm.",
    )
    config.define(
        "inter.worker.signature.algorithm",
        Type.STRING,
        "HmacSHA256",
        ConfigDef.LambdaValidator.with_(_ensure_mac, "Any MAC algorithm supported by the worker JVM"),
        importance=LOW,
        documentation="Algorithm of the signatures that this worker makes.",
    )
    config.define(
        "inter.worker.verification.algorithms",
        Type.LIST,
        ["HmacSHA256"],
        ConfigDef.LambdaValidator.with_(
            _ensure_macs, "A list of one or more MAC algorithms, each supported by the worker JVM"
        ),
        importance=LOW,
        documentation="Algorithms of the signatures that this worker accepts; the one it signs with is among them.",
    )


def _ensure_macs(name: str, value: list[str]) -> None:
    if not value:
        raise ConfigError(name, value, "At least one signature verification algorithm must be provided")
    for algorithm in value:
        _ensure_mac(name, algorithm)


def _ensure_mac(name: str, value: str) -> None:
    known = [mac for mac, hash_name in MACS.items() if hash_name in hashlib.algorithms_available]
    if value.lower() not in (mac.lower() for mac in known):
        reason = f"the algorithm is not supported by this JVM; the supported algorithms are: [{', '.join(known)}]"
        raise ConfigError(name, value, reason)


def _metadata_keys(config: ConfigDef) -> None:
    config.define(
        "metadata.recovery.strategy",
        Type.STRING,
        "rebootstrap",
        ConfigDef.CaseInsensitiveValidString.in_("REBOOTSTRAP", "NONE"),
        importance=LOW,
        documentation="Whether a client that has lost all brokers starts again from `bootstrap.servers`.",
    )
    config.define(
        "metadata.recovery.rebootstrap.trigger.ms",
        Type.LONG,
        300_000,
        ConfigDef.Range.at_least(0),
        importance=LOW,
        documentation="After how long without any broker it does so.",
    )
