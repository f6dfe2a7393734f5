from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.lines import JAVA_BUFFER, LineCutter, end_of_java_buffer


def cut(*chunks: bytes, start: int = 0) -> list[tuple[str, int]]:
    cutter = LineCutter(start)
    for chunk in chunks:
        cutter.feed(chunk)
    return list(zip(*cutter.take(1_000_000), strict=True))


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"a\nb\n", [("a", 2), ("b", 4)]),
        (b"a\r\nb\r\n", [("a", 3), ("b", 6)]),
        (b"a\rb\rc", [("a", 2), ("b", 4)]),
        (b"\n\r\n\n", [("", 1), ("", 3), ("", 4)]),
        (b"a\nunfinished", [("a", 2)]),
        (b"a\r", []),
        (b"a\n\r", [("a", 2)]),
        ("a\u2028b\x85c\x0bd\x1ce\n".encode(), [("a\u2028b\x85c\x0bd\x1ce", 10)]),
        ("é\n".encode(), [("é", 2)]),
        ("😀a\nb\n".encode(), [("😀a", 4), ("b", 6)]),
        ("😀a\r\nb\n".encode(), [("😀a", 5), ("b", 7)]),
        (b"\xff\xfe\n\xc3\n\xed\xa0\xbd\n", [("\ufffd\ufffd", 3), ("\ufffd", 5), ("\ufffd", 7)]),
    ],
    ids=repr,
)
def test_lines_end_where_java_ends_them(data: bytes, lines: list[tuple[str, int]]) -> None:
    assert cut(data) == lines


def test_positions_go_on_from_the_start() -> None:
    assert cut(b"a\nb\n", start=100) == [("a", 102), ("b", 104)]


pieces = st.lists(
    st.sampled_from([b"a", b"\n", b"\r", b"\r\n", "é".encode(), "😀".encode(), b"long line "]), max_size=30
)


@given(pieces, st.data())
def test_it_does_not_matter_how_the_bytes_come(parts: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=5)))
    chunks = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]

    assert cut(*chunks) == cut(whole)


@given(pieces)
def test_every_character_of_a_finished_line_is_counted(parts: list[bytes]) -> None:
    whole = b"".join(parts) + b"\n"

    lines = cut(whole)

    assert lines[-1][1] == len(whole.decode().encode("utf-16-le")) // 2


def test_lines_are_taken_in_portions() -> None:
    cutter = LineCutter(0)
    cutter.feed(b"1\n2\n3\n")

    assert cutter.take(2) == (["1", "2"], [2, 4])
    assert (len(cutter), cutter.position) == (1, 4)
    assert cutter.take(2) == (["3"], [6])


@pytest.mark.parametrize(
    ("start", "ends", "end"),
    [
        (0, [2, 4], 1024),
        (500, [505], 1524),
        (0, [1000, 1030], 2024),
        (0, [1030], 2048),
        (0, [5000], 8192),
        (0, [10, 5000], 8202),
    ],
)
def test_javas_buffer_is_filled_from_the_first_unfinished_line(start: int, ends: list[int], end: int) -> None:
    read_to, size = end_of_java_buffer(start, ends, JAVA_BUFFER)

    assert read_to == end
    assert end_of_java_buffer(end, [end + 1], size) == (end + size, size)  # it never shrinks
