"""Keys and values of source offsets."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus import DataError
from workers.storage.offset_codec import canonical, decode_key, decode_offset, encode_key, encode_offset

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False)
)
flat_maps = st.dictionaries(st.text(max_size=12), scalars, max_size=20)


def test_members_of_a_key_stand_in_the_order_of_javas_hash_map() -> None:
    key = encode_key("mirror", {"topic": "t", "partition": 1, "cluster": "a"})
    assert key == b'["mirror",{"cluster":"a","partition":1,"topic":"t"}]'


@given(st.text(max_size=12), flat_maps, st.randoms())
def test_keys_of_equal_partitions_have_one_meaning(connector: str, partition: dict[str, Any], random: Any) -> None:
    members = list(partition.items())
    random.shuffle(members)
    assert canonical(encode_key(connector, dict(members))) == canonical(encode_key(connector, partition))


@given(st.text(max_size=12), flat_maps)
def test_a_key_tells_connector_and_partition(connector: str, partition: dict[str, Any]) -> None:
    assert decode_key(encode_key(connector, partition)) == (connector, partition)


@given(flat_maps)
def test_an_offset_is_read_as_it_was_written(offset: dict[str, Any]) -> None:
    assert decode_offset(encode_offset(offset)) == offset


def test_no_offset_is_no_value() -> None:
    assert encode_offset(None) is None
    assert decode_offset(None) is None


def test_keys_that_differ_in_order_only_have_one_meaning() -> None:
    assert canonical(b'["c",{"a":1,"b":2}]') == canonical(b'["c", {"b": 2, "a": 1}]')
    assert canonical(b'["c",{"a":1}]') != canonical(b'["c",{"a":1.0}]')
    assert canonical(b'["c",{"a":1}]') != canonical(b'["c",{"a":true}]')
    assert canonical(b"not json") is None


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ([1], "Offsets must be specified as a Map"),
        ({1: "x"}, "Offsets may only use String keys"),
        ({"a": {"b": 1}}, "Offsets may only contain primitive types as values, but field a contains MAP"),
        ({"a": [1]}, "Offsets may only contain primitive types as values, but field a contains ARRAY"),
    ],
)
def test_what_is_not_flat_is_refused(data: Any, text: str) -> None:
    with pytest.raises(DataError, match=text):
        encode_offset(data)
    with pytest.raises(DataError, match=text):
        encode_key("c", data)


@pytest.mark.parametrize("stored", [b"[1]", b"5", b'{"a":{"b":1}}', b"{"])
def test_a_stored_value_that_is_no_offset_counts_as_absent(stored: bytes) -> None:
    assert decode_offset(stored) is None
