"""Operations on source offsets: keys and values as they are stored, what is read back, the order of Java's HashMap."""

from __future__ import annotations

from typing import Any

from isthmus.java_hash_map import iteration_order, string_hash
from tests.conformance.codec import decode_value, encode_bytes, encode_value
from workers.storage.offset_codec import decode_key, decode_offset, encode_key, encode_offset, validate_offset_map
from workers.storage.offset_store import OffsetMap

Vector = dict[str, Any]


def _write(vector: Vector) -> Any:
    partition, offset = decode_value(vector["partition"]), decode_value(vector["offset"])
    validate_offset_map(partition)
    key = encode_key(vector["connector"], partition, in_hash_order=vector["partitionIsHashMap"])
    return {"records": [{"key": encode_bytes(key), "value": encode_bytes(encode_offset(offset))}]}


def _read(vector: Vector) -> Any:
    stored = vector["stored"]
    value = None if stored["value"] is None else stored["value"].encode()
    # Keys are compared by their bytes, as Java's reader does; that our stores also match by meaning is a matter of theirs.
    offsets = {stored["key"].encode(): value}
    found = offsets.get(encode_key(vector["connector"], decode_value(vector["partition"])))
    return encode_value(decode_offset(found))


def _validate(vector: Vector) -> str:
    validate_offset_map(decode_value(vector["value"]))
    return "valid"


def _process_key(vector: Vector) -> Any:
    offsets = OffsetMap({b'["c",{"f":"a"}]': b"{}", b'["c",{"pre":"set"}]': b"{}"})
    value = vector["value"]
    offsets.update({vector["key"].encode(): None if value is None else value.encode()})
    key = decode_key(vector["key"].encode())
    connectors = {"c"} if key is None else {"c", key.connector}
    after = {name: sorted(map(_java_text, offsets.partitions(name))) for name in connectors}
    return {"before": "c: {f=a} {pre=set}", "after": after}


def _java_text(value: Any) -> str:
    """As Java's toString, for maps in the order of HashMap."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}={_java_text(value[name])}" for name in iteration_order(value)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_java_text, value)) + "]"
    return "null" if value is None else str(value)


def _signed(number: int) -> int:
    return number - 2**32 if number >= 2**31 else number


OPS = {
    ("OffsetStorageWriter", "offset+flush"): _write,
    ("OffsetStorageReaderImpl", "offset"): _read,
    ("OffsetUtils", "validateFormat"): _validate,
    ("OffsetUtils", "processPartitionKey"): _process_key,
    ("HashMap", "iterationOrder"): lambda vector: iteration_order(vector["insert"]),
    ("String", "hashCode"): lambda vector: _signed(string_hash(vector["text"])),
}
