"""Source offsets as bytes: keys `["<connector>",{partition}]` and values `{offset}`, in files, topics and messages.

Answers to Connect's OffsetStorageWriter, OffsetUtils and the internal JSON converter. Used by tasks to write and read, by
the herder for the offsets endpoints.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any, NamedTuple

from converters.json_converter import JsonConverter
from isthmus import DataError, Struct
from isthmus.java_hash_map import iteration_order
from isthmus.numbers import BigInteger, java_class

log = logging.getLogger(__name__)

_PRIMITIVES = (bool, int, float, str, bytes, bytearray, memoryview)
_TOPIC = ""  # the converter does not look at it


class OffsetKey(NamedTuple):
    connector: str
    partition: dict[str, Any] | None


def validate_offset_map(data: object) -> None:
    """Source partitions and offsets are flat maps from strings to primitives. Raises DataError with Connect's texts."""
    if data is None:
        return
    if not isinstance(data, Mapping):
        raise DataError("Offsets must be specified as a Map")
    for name, value in data.items():
        if not isinstance(name, str):
            raise DataError("Offsets may only use String keys")
        _validate_value(name, value)


def encode_key(connector: str, partition: Mapping[str, Any] | None, *, in_hash_order: bool = True) -> bytes:
    """The key under which the offset of a source partition is kept.

    Members stand in the order of Java's HashMap, so that the keys of a Java connector are met (as there, only members of
    one bucket keep the order in which they were given); or all as they are given.
    """
    validate_offset_map(partition)
    members = None
    if partition is not None:
        names = iteration_order(partition) if in_hash_order else partition
        members = {name: partition[name] for name in names}
    data = _converter().from_connect_data(_TOPIC, None, [connector, members])
    assert data is not None, "a list is never null"
    return data


def encode_offset(offset: Mapping[str, Any] | None) -> bytes | None:
    """The value for an offset; None removes it."""
    validate_offset_map(offset)
    return None if offset is None else _converter().from_connect_data(_TOPIC, None, dict(offset))


def decode_offset(data: bytes | None) -> dict[str, Any] | None:
    """What a stored value says. One that is no offset counts as absent: it costs a line in the log, not the task."""
    if data is None:
        return None
    try:
        value: dict[str, Any] | None = _converter().to_connect_data(_TOPIC, data).value
        validate_offset_map(value)
    except DataError as error:
        log.error("CRITICAL: Failed to deserialize offset data %r: %s", data[:200], error)
        return None
    return value


def decode_key(data: bytes) -> OffsetKey | None:
    """What a stored key says; None (and a warning) when it is not one. Foreign records cost a line in the log, no more."""
    try:
        key = json.loads(data)
    except ValueError:
        key = None
    match key:
        case [str(connector), dict() | None as partition]:
            return OffsetKey(connector, partition)
    log.warning("Ignoring an offset whose key is not a list of a connector's name and a partition: %r", data[:200])
    return None


def _validate_value(name: str, value: object) -> None:
    if isinstance(value, list | tuple):
        kind = "ARRAY"
    elif isinstance(value, Mapping):
        kind = "MAP"
    elif isinstance(value, Struct):
        kind = "STRUCT"
    elif value is None or (isinstance(value, _PRIMITIVES) and not isinstance(value, BigInteger)):
        return
    else:
        kind = f"class {java_class(value)}"
    raise DataError(f"Offsets may only contain primitive types as values, but field {name} contains {kind}")


def canonical(data: bytes) -> str | None:
    """Equal for keys that mean the same partition, whatever the order of members; None when it is not JSON."""
    try:
        return json.dumps(json.loads(data), sort_keys=True)
    except ValueError:
        return None


def _converter() -> JsonConverter:
    converter = JsonConverter()
    converter.configure({"schemas.enable": "false"}, False)
    return converter
