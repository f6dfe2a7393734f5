"""Reads and changes the offsets of connectors for REST: sources in the offset store, sinks as consumer groups in Kafka.

Shared by both herders; called on the threads of requests. User code and Kafka clients run in a process made for the
question, since their configuration may hold secrets. Connect: the offsets part of Worker, SinkUtils.
"""

from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from workers.errors import BadRequestError
from workers.herder.interface import Offsets, PartitionOffset
from workers.herder.plugin_calls import PluginCalls
from workers.storage.config_store import Config
from workers.storage.offset_codec import decode_offset, encode_key
from workers.storage.offset_store import OffsetStore

log = logging.getLogger(__name__)

_EXTERNALLY = "The offsets for this connector have been {} successfully"
_FRAMEWORK_ONLY = (
    "The Connect framework-managed offsets for this connector have been {} successfully. However, if this connector manages "
    "offsets externally, they will need to be manually {} in the system that the connector uses."
)
_INT32 = range(-(2**31), 2**31)
_INT64 = range(-(2**63), 2**63)

Guard = Callable[[Callable[[], None]], None]
"""Runs a write, after it has made sure once more that the connector is stopped."""


class ConnectorOffsets:
    def __init__(self, calls: PluginCalls, offsets: OffsetStore) -> None:
        self._calls = calls
        self._offsets = offsets

    def read(self, connector: str, config: Config, kind: str) -> Offsets:
        if kind == "sink":
            return {"offsets": self._ask("sink_offsets:read", connector, config, {})}
        partitions = self._offsets.partitions(connector)
        values = self._offsets.get([encode_key(connector, partition) for partition in partitions])
        pairs = zip(partitions, map(decode_offset, values), strict=True)
        return {"offsets": [{"partition": p, "offset": offset} for p, offset in pairs if offset is not None]}

    def alter(self, connector: str, config: Config, kind: str, offsets: Sequence[PartitionOffset], guard: Guard) -> str:
        """The message for the user."""
        if kind == "sink":
            args = {"offsets": [[*key, value] for key, value in parse_sink_offsets(offsets).items()]}
            is_known = self._ask("sink_offsets:alter", connector, config, args)
        else:
            is_known = self._alter_source(connector, config, _last_of_each(offsets), guard)
        return _message(is_known, "altered")

    def reset(self, connector: str, config: Config, kind: str, guard: Guard) -> str:
        """The message for the user."""
        if kind == "sink":
            is_known = self._ask("sink_offsets:reset", connector, config, {})
        else:
            known = self._offsets.partitions(connector)
            is_known = self._alter_source(connector, config, [[partition, None] for partition in known], guard)
        return _message(is_known, "reset")

    def _alter_source(self, connector: str, config: Config, pairs: list[list[Any]], guard: Guard) -> bool:
        answer = self._ask("source_offsets:alter", connector, config, {"offsets": pairs})
        entries = {
            base64.b64decode(key): None if value is None else base64.b64decode(value)
            for key, value in answer["entries"]
        }
        if entries:
            guard(lambda: self._offsets.set(entries))
        return bool(answer["is_known"])

    def _ask(self, function: str, connector: str, config: Config, args: Mapping[str, Any]) -> Any:
        spec = {"connector": connector, "connector_config": dict(config), **args}
        return self._calls.ask(function, spec, f"{connector}|offsets")


def parse_sink_offsets(offsets: Sequence[PartitionOffset]) -> dict[tuple[str, int], int | None]:
    """The consumer offsets of a request, by topic and partition. Raises BadRequestError with Connect's texts."""
    return {_sink_partition(item.get("partition")): _sink_offset(item.get("offset")) for item in offsets}


def _sink_partition(partition: Mapping[str, Any] | None) -> tuple[str, int]:
    if partition is None:
        raise BadRequestError("The partition for a sink connector offset cannot be null or missing")
    if "kafka_topic" not in partition or "kafka_partition" not in partition:
        raise BadRequestError(
            "The partition for a sink connector offset must contain the keys 'kafka_topic' and 'kafka_partition'"
        )
    topic, number = partition["kafka_topic"], partition["kafka_partition"]
    if topic is None:
        raise BadRequestError("Kafka topic names must be valid strings and may not be null")
    if number is None:
        raise BadRequestError("Kafka partitions must be valid numbers and may not be null")
    parsed = _integer(number, _INT32)
    if parsed is None:
        raise BadRequestError(
            f"Failed to parse the following Kafka partition value in the provided offsets: '{_text(number)}'. "
            "Partition values for sink connectors need to be integers."
        )
    if parsed < 0:
        raise BadRequestError(f"Kafka partitions are numbered from 0, but in the provided offsets there is '{parsed}'")
    return _text(topic), parsed


def _sink_offset(offset: Mapping[str, Any] | None) -> int | None:
    if offset is None:
        return None
    if "kafka_offset" not in offset:
        raise BadRequestError("The offset for a sink connector should either be null or contain the key 'kafka_offset'")
    parsed = _integer(offset["kafka_offset"], _INT64)
    if parsed is None:
        raise BadRequestError(
            f"Failed to parse the following Kafka offset value in the provided offsets: '{_text(offset['kafka_offset'])}'. "
            "Offset values for sink connectors need to be integers."
        )
    if parsed < 0:
        raise BadRequestError(f"Kafka offsets are numbered from 0, but in the provided offsets there is '{parsed}'")
    return parsed


def _integer(value: object, valid: range) -> int | None:
    """A number, also as text: both 10 and "10" are taken."""
    text = _text(value)
    if not re.fullmatch(r"[+-]?[0-9]{1,19}", text) or int(text) not in valid:
        return None
    return int(text)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _last_of_each(offsets: Sequence[PartitionOffset]) -> list[list[Any]]:
    """Of several entries for one partition the last one counts."""
    last = {
        json.dumps(item.get("partition"), sort_keys=True): [item.get("partition"), item.get("offset")]
        for item in offsets
    }
    return list(last.values())


def _message(is_known: bool, done: str) -> str:
    return _EXTERNALLY.format(done) if is_known else _FRAMEWORK_ONLY.format(done, done)
