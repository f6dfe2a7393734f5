"""Settings of producers: acknowledgement, batches, partitioning, transactions."""

from __future__ import annotations

from typing import Any

from isthmus import ConfigDef
from isthmus.config_def import Type
from workers.clients.setting import Client, Draft, Setting, ignored, ours, passed_on, refused, translated

PRODUCER: tuple[Client, ...] = ("producer",)
INT_MAX = 2**31 - 1
LONG_MAX = 2**63 - 1
PACKAGE = "org.apache.kafka.clients.producer."
BYTES = "org.apache.kafka.common.serialization.ByteArraySerializer"

# librdkafka takes up to an hour, but counts in microseconds of 32 bits: more than this is no time at all.
_LONGEST_WAIT_FOR_TOPIC_MS = 2_147_000

BASE: dict[str, Any] = {
    "partitioner": "murmur2_random",  # Java's placement of keys
    "linger.ms": 5,
    "delivery.timeout.ms": 120_000,
    # Java's buffer.memory; librdkafka's own 1 GB costs cache and memory and gains no speed.
    "queue.buffering.max.kbytes": 32_768,
    # Java's max.request.size: a record that fits there has to fit here.
    "message.max.bytes": 1_048_576,
}

_at_least_0 = ConfigDef.Range.at_least(0)
_PARTITIONERS = {
    PACKAGE + "internals.DefaultPartitioner": "murmur2_random",
    PACKAGE + "UniformStickyPartitioner": "random",
    PACKAGE + "RoundRobinPartitioner": "random",
}
_LEVELS = {"gzip": (-1, 9), "lz4": (-1, 12), "zstd": (-1, 12)}


def _batch_size(setting: Setting, value: int, draft: Draft) -> None:
    """Only when given: Java's default of 16384 costs librdkafka half of its rate."""
    draft.settings["batch.size"] = max(value, 1)


def _buffer_memory(setting: Setting, value: int, draft: Draft) -> None:
    draft.settings["queue.buffering.max.kbytes"] = draft.within(setting.name, -(-value // 1024), 1, INT_MAX)


def _delivery_timeout(setting: Setting, value: int, draft: Draft) -> None:
    draft.settings["delivery.timeout.ms"] = max(value, 1)  # 0 means "never" to librdkafka


def _max_block(setting: Setting, value: int, draft: Draft) -> None:
    """For a topic that disappears while it is written to; librdkafka's default would fail the task after 30 s."""
    draft.settings["topic.metadata.propagation.max.ms"] = min(value, _LONGEST_WAIT_FOR_TOPIC_MS)


def _partitioner(setting: Setting, value: str, draft: Draft) -> None:
    if value in _PARTITIONERS:
        draft.settings["partitioner"] = _PARTITIONERS[value]
        if value.endswith("RoundRobinPartitioner"):
            draft.settings["sticky.partitioning.linger.ms"] = 0
            draft.warn(f"{setting.name}: partitions are chosen at random rather than in turn")
    elif value:
        draft.refuse(setting.name, value, "a partitioner is Java code, and another one would place records elsewhere")


def _ignore_keys(setting: Setting, value: bool, draft: Draft) -> None:
    if value:
        draft.settings["partitioner"] = "random"


def _serializer(name: str) -> Setting:
    note = "connectors hand over bytes: only ByteArraySerializer can be set"
    return refused(name, Type.CLASS, None, note, BYTES, clients=PRODUCER)


def _level(codec: str, default: int, low: int, high: int) -> Setting:
    valid = ConfigDef.Range.between(low, high)
    note = "compression.level, for the codec in use"
    return translated(f"compression.{codec}.level", Type.INT, default, note=note, clients=PRODUCER, validator=valid)


SETTINGS: tuple[Setting, ...] = (
    translated(
        "acks",
        Type.STRING,
        "all",
        passed_on(),
        clients=PRODUCER,
        validator=ConfigDef.ValidString.in_("all", "-1", "0", "1"),
    ),
    translated(
        "batch.size",
        Type.INT,
        16_384,
        _batch_size,
        "unset: librdkafka's 1000000, since Java's default would halve its rate",
        clients=PRODUCER,
        validator=_at_least_0,
    ),
    translated(
        "buffer.memory",
        Type.LONG,
        33_554_432,
        _buffer_memory,
        "queue.buffering.max.kbytes",
        clients=PRODUCER,
        validator=_at_least_0,
    ),
    translated(
        "compression.type",
        Type.STRING,
        "none",
        passed_on(),
        clients=PRODUCER,
        validator=ConfigDef.ValidString.in_("none", "gzip", "snappy", "lz4", "zstd"),
    ),
    _level("gzip", -1, -1, 9),
    _level("lz4", 9, 1, 17),
    _level("zstd", 3, -131_072, 22),
    translated(
        "delivery.timeout.ms",
        Type.INT,
        120_000,
        _delivery_timeout,
        "in a transaction at most transaction.timeout.ms",
        clients=PRODUCER,
        validator=_at_least_0,
    ),
    translated("enable.idempotence", Type.BOOLEAN, True, passed_on(), clients=PRODUCER),
    translated("linger.ms", Type.LONG, 5, passed_on(low=0, high=900_000), clients=PRODUCER, validator=_at_least_0),
    ours(
        "max.block.ms",
        Type.LONG,
        60_000,
        "how long a task waits for room in the producer's buffer, and for a topic that does not exist",
        _max_block,
        clients=PRODUCER,
        validator=_at_least_0,
    ),
    translated(
        "max.in.flight.requests.per.connection",
        Type.INT,
        5,
        passed_on(low=1, high=1_000_000),
        clients=PRODUCER,
        validator=ConfigDef.Range.at_least(1),
    ),
    translated(
        "max.request.size",
        Type.INT,
        1_048_576,
        passed_on("message.max.bytes", low=1000, high=1_000_000_000),
        "message.max.bytes",
        clients=PRODUCER,
        validator=_at_least_0,
    ),
    ignored(
        "metadata.max.idle.ms",
        Type.LONG,
        300_000,
        "topics that are no longer written to stay known",
        clients=PRODUCER,
        validator=ConfigDef.Range.at_least(5000),
    ),
    translated(
        "partitioner.class",
        Type.CLASS,
        None,
        _partitioner,
        "unset: Java's placement of keys (murmur2_random); RoundRobinPartitioner: random; others are refused",
        clients=PRODUCER,
    ),
    translated("partitioner.ignore.keys", Type.BOOLEAN, False, _ignore_keys, "partitioner=random", clients=PRODUCER),
    ignored(
        "partitioner.adaptive.partitioning.enable",
        Type.BOOLEAN,
        True,
        "records without a key go to partitions at random, slow brokers included",
        clients=PRODUCER,
    ),
    ignored(
        "partitioner.availability.timeout.ms",
        Type.LONG,
        0,
        "records without a key go to partitions at random, slow brokers included",
        clients=PRODUCER,
        validator=_at_least_0,
    ),
    translated(
        "retries",
        Type.INT,
        INT_MAX,
        passed_on(),
        clients=PRODUCER,
        validator=ConfigDef.Range.between(0, INT_MAX),
    ),
    translated("transaction.timeout.ms", Type.INT, 60_000, passed_on(low=1000, high=INT_MAX), clients=PRODUCER),
    refused(
        "transaction.two.phase.commit.enable",
        Type.BOOLEAN,
        False,
        "the client has no two-phase commit",
        clients=PRODUCER,
    ),
    translated(
        "transactional.id", Type.STRING, None, passed_on(), clients=PRODUCER, validator=ConfigDef.NonEmptyString()
    ),
    _serializer("key.serializer"),
    _serializer("value.serializer"),
)


def settle(draft: Draft) -> None:
    """The rules between several settings that Java checks when it makes a producer."""
    _compression_level(draft)
    _delivery_time(draft)
    _idempotence(draft)


def _compression_level(draft: Draft) -> None:
    codec = draft.value("compression.type")
    name = f"compression.{codec}.level"
    if name in draft.given:
        draft.settings["compression.level"] = draft.within(name, draft.value(name), *_LEVELS[codec])


def _delivery_time(draft: Draft) -> None:
    shortest = draft.value("linger.ms") + draft.value("request.timeout.ms")
    given = draft.given.get("delivery.timeout.ms")
    if given is not None and given < shortest:
        reason = "should be equal to or larger than linger.ms + request.timeout.ms"
        draft.errors.append(f"delivery.timeout.ms {reason}")
    if given is None and shortest > draft.settings["delivery.timeout.ms"]:
        draft.settings["delivery.timeout.ms"] = min(shortest, INT_MAX)
    if "transactional.id" in draft.given:
        # librdkafka refuses more; a transaction cannot outlive its time-out anyway.
        limit = max(draft.value("transaction.timeout.ms"), 1000)
        draft.settings["delivery.timeout.ms"] = min(draft.settings["delivery.timeout.ms"], limit)


def _idempotence(draft: Draft) -> None:
    wanted = draft.given.get("enable.idempotence")
    if "transactional.id" in draft.given and wanted is False:
        draft.errors.append("Cannot set a transactional.id without also enabling idempotence.")
    if not wanted:
        # librdkafka's default is off, Java's is on where nothing speaks against it: a caller says what it wants.
        return
    if draft.value("acks") not in ("all", "-1"):
        draft.errors.append("Must set acks to all in order to use the idempotent producer.")
    if draft.value("retries") == 0:
        draft.errors.append("Must set retries to non-zero when using the idempotent producer.")
    if draft.value("max.in.flight.requests.per.connection") > 5:
        name = "max.in.flight.requests.per.connection"
        draft.errors.append(f"Must set {name} to at most 5 to use the idempotent producer.")
