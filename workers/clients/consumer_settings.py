"""Settings of consumers: group membership, where to start, how much to fetch."""

from __future__ import annotations

from typing import Any

from isthmus import ConfigDef
from isthmus.config_def import Type
from workers.clients.setting import Client, Draft, Setting, ignored, lowered, ours, passed_on, refused, translated

CONSUMER: tuple[Client, ...] = ("consumer",)
PACKAGE = "org.apache.kafka.clients.consumer."
BYTES = "org.apache.kafka.common.serialization.ByteArrayDeserializer"
SHARE = "only share consumers have it, and no sink is one"

BASE: dict[str, Any] = {
    # Java's defaults, where librdkafka's differ in what a sink gets to see.
    "auto.offset.reset": "latest",
    "isolation.level": "read_uncommitted",
    "allow.auto.create.topics": True,
    "check.crcs": True,
    "partition.assignment.strategy": "range",
    # The sink commits what its task has flushed, nothing else does.
    "enable.auto.commit": False,
    "enable.auto.offset.store": False,
    # With librdkafka's 1000 ms a sink that has emptied the local queue sits idle for most of a second.
    "fetch.queue.backoff.ms": 10,
    "queued.max.messages.kbytes": 32_768,
    # A quarter of Java's: what one fetch brings then stays in the processor's cache until the task has taken it, which
    # saves a quarter of the CPU of consuming. A larger batch still comes whole. See docs/decisions.
    "fetch.message.max.bytes": 262_144,
}

_at_least_0 = ConfigDef.Range.at_least(0)
_EAGER = {PACKAGE + "RangeAssignor": "range", PACKAGE + "RoundRobinAssignor": "roundrobin"}
_COOPERATIVE = {PACKAGE + "CooperativeStickyAssignor": "cooperative-sticky"}
_BROKER_SIDE = ("partition.assignment.strategy", "heartbeat.interval.ms", "session.timeout.ms")


def _auto_commit(setting: Setting, value: bool, draft: Draft) -> None:
    if value:
        draft.warn(f"{setting.name}=true has no effect: {setting.note}")


def _offset_reset(setting: Setting, value: str, draft: Draft) -> None:
    if value.startswith("by_duration:"):
        draft.refuse(setting.name, value, "the client cannot start at a time; use earliest, latest or none")
    elif value not in ("earliest", "latest", "none"):
        draft.refuse(setting.name, value, "String must be one of: latest, earliest, none")
    else:
        draft.settings["auto.offset.reset"] = "error" if value == "none" else value


def _assignors(setting: Setting, value: list[str], draft: Draft) -> None:
    """librdkafka takes eager assignors or a cooperative one, never both; Java runs a mixed list as eager."""
    names = [name.removeprefix("class ") for name in value]
    unknown = [name for name in names if name not in _EAGER and name not in _COOPERATIVE]
    known = [name for name in names if name not in unknown]
    if unknown and not known:
        draft.refuse(setting.name, ",".join(names), f"the client has only {', '.join([*_EAGER, *_COOPERATIVE])}")
        return
    for name in unknown:
        draft.warn(f"{setting.name}: {name} is left out, the client does not have it")
    eager = [_EAGER[name] for name in known if name in _EAGER]
    draft.settings[setting.name] = ",".join(eager or [_COOPERATIVE[name] for name in known])


def _max_fetch(setting: Setting, value: int, draft: Draft) -> None:
    limit = draft.within(setting.name, value, 1000, 2_147_483_135)
    draft.settings["fetch.max.bytes"] = limit
    if limit < 1_000_000:
        draft.settings["message.max.bytes"] = limit  # which must not be larger


def _deserializer(name: str) -> Setting:
    note = "converters read bytes: only ByteArrayDeserializer can be set"
    return refused(name, Type.CLASS, None, note, BYTES, clients=CONSUMER)


SETTINGS: tuple[Setting, ...] = (
    translated("group.id", Type.STRING, None, passed_on(), clients=CONSUMER),
    translated(
        "group.instance.id", Type.STRING, None, passed_on(), clients=CONSUMER, validator=ConfigDef.NonEmptyString()
    ),
    translated(
        "group.protocol",
        Type.STRING,
        "classic",
        lowered(),
        clients=CONSUMER,
        validator=ConfigDef.CaseInsensitiveValidString.in_("CONSUMER", "CLASSIC"),
    ),
    translated("group.remote.assignor", Type.STRING, None, passed_on(), clients=CONSUMER),
    translated("session.timeout.ms", Type.INT, 45_000, passed_on(low=1, high=3_600_000), clients=CONSUMER),
    translated("heartbeat.interval.ms", Type.INT, 3000, passed_on(low=1, high=3_600_000), clients=CONSUMER),
    translated(
        "max.poll.interval.ms",
        Type.INT,
        300_000,
        passed_on(low=1, high=86_400_000),
        "at least session.timeout.ms",
        clients=CONSUMER,
        validator=ConfigDef.Range.at_least(1),
    ),
    ours(
        "max.poll.records",
        Type.INT,
        500,
        "the most records of one put",
        clients=CONSUMER,
        validator=ConfigDef.Range.at_least(1),
    ),
    translated(
        "partition.assignment.strategy",
        Type.LIST,
        [*_EAGER][:1] + [*_COOPERATIVE],
        _assignors,
        "RangeAssignor, RoundRobinAssignor or CooperativeStickyAssignor; of a list that mixes eager and cooperative "
        "ones, the eager; others are refused",
        clients=CONSUMER,
    ),
    translated(
        "auto.offset.reset",
        Type.STRING,
        "latest",
        _offset_reset,
        "sinks start with earliest; by_duration is refused",
        clients=CONSUMER,
    ),
    ours(
        "enable.auto.commit",
        Type.BOOLEAN,
        True,
        "the worker commits what the task has flushed",
        _auto_commit,
        clients=CONSUMER,
    ),
    ours(
        "auto.commit.interval.ms",
        Type.INT,
        5000,
        "offset.flush.interval.ms of the worker takes its place",
        clients=CONSUMER,
        validator=_at_least_0,
    ),
    translated("allow.auto.create.topics", Type.BOOLEAN, True, passed_on(), clients=CONSUMER),
    translated("check.crcs", Type.BOOLEAN, True, passed_on(), clients=CONSUMER),
    translated("client.rack", Type.STRING, "", passed_on(), clients=CONSUMER),
    ours(
        "exclude.internal.topics",
        Type.BOOLEAN,
        True,
        "topics.regex does not match Kafka's own topics",
        clients=CONSUMER,
    ),
    translated(
        "fetch.min.bytes", Type.INT, 1, passed_on(low=1, high=100_000_000), clients=CONSUMER, validator=_at_least_0
    ),
    translated(
        "fetch.max.bytes", Type.INT, 52_428_800, _max_fetch, "at least 1000", clients=CONSUMER, validator=_at_least_0
    ),
    translated(
        "fetch.max.wait.ms",
        Type.INT,
        500,
        passed_on("fetch.wait.max.ms", low=0, high=300_000),
        "fetch.wait.max.ms",
        clients=CONSUMER,
        validator=_at_least_0,
    ),
    translated(
        "max.partition.fetch.bytes",
        Type.INT,
        1_048_576,
        passed_on(low=1, high=1_000_000_000),
        clients=CONSUMER,
        validator=_at_least_0,
    ),
    translated(
        "isolation.level",
        Type.STRING,
        "read_uncommitted",
        passed_on(),
        clients=CONSUMER,
        validator=ConfigDef.ValidString.in_("read_committed", "read_uncommitted"),
    ),
    _deserializer("key.deserializer"),
    _deserializer("value.deserializer"),
    ignored("share.acknowledgement.mode", Type.STRING, "implicit", SHARE, clients=CONSUMER),
    ignored("share.acquire.mode", Type.STRING, "BATCH_OPTIMIZED", SHARE, clients=CONSUMER),
)


def settle(draft: Draft) -> None:
    """The rules between several settings."""
    if draft.value("group.protocol").upper() == "CONSUMER":
        _broker_side_group(draft)
    else:
        _classic_group(draft)


def _broker_side_group(draft: Draft) -> None:
    for name in _BROKER_SIDE:
        if name in draft.given:
            draft.errors.append(f"{name} cannot be set when group.protocol=CONSUMER")
        draft.settings.pop(name, None)


def _classic_group(draft: Draft) -> None:
    if draft.given.get("group.remote.assignor"):
        draft.errors.append("group.remote.assignor cannot be set when group.protocol=CLASSIC")
    session = draft.settings.get("session.timeout.ms", draft.value("session.timeout.ms"))
    poll = draft.value("max.poll.interval.ms")
    if draft.value("heartbeat.interval.ms") >= session:
        draft.errors.append("heartbeat.interval.ms must be lower than session.timeout.ms")
    if poll < session:
        draft.settings["max.poll.interval.ms"] = session
        draft.warn(f"max.poll.interval.ms={poll}: the client needs at least session.timeout.ms, {session} is used")
