"""The serialised HashMap<byte[], byte[]> of Java's standalone worker."""

from __future__ import annotations

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.storage.java_map_file import JavaMapError, dump_map, load_map

# The offsets file of a Java worker of Kafka 4.3.0: one connector's offset, and one that was reset.
BY_JAVA = bytes.fromhex(
    "aced0005737200116a6176612e7574696c2e486173684d61700507dac1c31660d103000246000a6c6f6164466163746f724900097468726573"
    "686f6c6478703f4000000000000c77080000001000000002757200025b42acf317f8060854e002000078700000002a5b226f6e65222c7b2266"
    "696c656e616d65223a222f746d702f672f6a6176612f6f6e652e747874227d5d7571007e00020000000f7b22706f736974696f6e223a31307d"
    "7571007e00020000002a5b2274776f222c7b2266696c656e616d65223a222f746d702f672f6a6176612f74776f2e747874227d5d7078"
)
JAVA_ENTRIES = {
    b'["one",{"filename":"/tmp/g/java/one.txt"}]': b'{"position":10}',
    b'["two",{"filename":"/tmp/g/java/two.txt"}]': None,
}
STRING_OBJECT = bytes.fromhex("aced0005740003616263")  # "abc"
OTHER_CLASS = bytes.fromhex("aced000573720011") + b"java.util.TreeMap" + bytes.fromhex("0cc1f63e2d256ae60300017870")

maps = st.dictionaries(st.binary(max_size=40), st.none() | st.binary(max_size=60), max_size=40)


def test_a_file_of_java_is_read() -> None:
    assert load_map(BY_JAVA) == JAVA_ENTRIES


def test_the_bytes_are_those_that_java_writes() -> None:
    assert dump_map(JAVA_ENTRIES) == BY_JAVA


@given(maps)
def test_what_is_written_is_read_back(entries: dict[bytes, bytes | None]) -> None:
    assert load_map(dump_map(entries)) == entries


@given(maps, st.data())
def test_a_truncated_file_is_never_taken_for_a_whole_one(
    entries: dict[bytes, bytes | None], data: st.DataObject
) -> None:
    whole = dump_map(entries)
    length = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(JavaMapError):
        load_map(whole[:length])


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_read_but_nothing_else_happens(data: bytes) -> None:
    for candidate in (data, BY_JAVA[:10] + data, BY_JAVA[:90] + data):
        with contextlib.suppress(JavaMapError):
            load_map(candidate)


def test_equal_arrays_may_be_references_to_an_earlier_one() -> None:
    # Java writes an array object that it has met before as its number: the first array of this stream is 0x7e0003.
    start = dump_map({b"k": b"same", b"l": b"same"})
    again = b"uq\x00~\x00\x02" + struct.pack(">i", 4) + b"same" + b"x"
    assert start.endswith(again)
    shared = start.removesuffix(again) + b"q\x00\x7e\x00\x04" + b"x"
    assert load_map(shared) == {b"k": b"same", b"l": b"same"}


def test_the_size_may_stand_in_a_long_block() -> None:
    assert load_map(BY_JAVA.replace(b"w\x08", b"z\x00\x00\x00\x08", 1)) == JAVA_ENTRIES


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"PK\x03\x04 no", "does not begin as a Java object stream"),
        (STRING_OBJECT, "an object was expected"),
        (OTHER_CLASS, "Expected HashMap but found class java.util.TreeMap"),
        (BY_JAVA + b"more", "more data follows"),
        (BY_JAVA.replace(b"[B\xac", b"[B\xad", 1), "unknown version"),
        (BY_JAVA.replace(b"\x00\x02[B", b"\x00\x02[I", 1), "Expected byte arrays but found class [I"),
    ],
)
def test_anything_else_is_refused_and_said(data: bytes, text: str) -> None:
    with pytest.raises(JavaMapError, match=text.replace("[", r"\[")):
        load_map(data)
