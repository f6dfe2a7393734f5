from __future__ import annotations

import datetime
import decimal
import math
import zoneinfo
from typing import Any

import pytest

from isthmus import Float32, Float64, Int8, Int16, Int32, Int64, Schema
from isthmus.civil_time import TIME_ZONE
from isthmus.equality import same_value
from isthmus.keys import as_key
from isthmus.logical import Instant
from isthmus.numbers import BigInteger, java_class, wrap
from isthmus.text import to_text


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (1, "java.lang.Long"),
        (2**63, "java.math.BigInteger"),
        (BigInteger(1), "java.math.BigInteger"),
        (Int8(1), "java.lang.Byte"),
        (Int16(1), "java.lang.Short"),
        (Int32(1), "java.lang.Integer"),
        (Int64(1), "java.lang.Long"),
        (Float32(1), "java.lang.Float"),
        (Float64(1), "java.lang.Double"),
        (1.0, "java.lang.Double"),
        (True, "java.lang.Boolean"),
        (b"", "[B"),
        (memoryview(b""), "java.nio.HeapByteBuffer"),
        ({}, "java.util.LinkedHashMap"),
        (Instant(0), "java.util.Date"),
        (datetime.time(1), "java.util.Date"),
        (object(), "object"),
        (ValueError(), "ValueError"),
    ],
)
def test_a_value_is_named_as_in_java(value: Any, name: str) -> None:
    assert java_class(value) == name


def test_a_tagged_number_is_a_number_like_any_other() -> None:
    assert Int8(5) + 1 == 6
    assert f"{Int8(5)} {Float32(0.1)!r}" == "5 Float32(0.10000000149011612)"


def test_a_number_beyond_its_width_is_refused() -> None:
    with pytest.raises(OverflowError, match="128 does not fit Int8"):
        Int8(128)


def test_a_single_is_rounded_when_it_is_made() -> None:
    assert Float32(0.1) != 0.1
    assert Float32(1e300) == math.inf


def test_wrapping_keeps_the_lowest_bits() -> None:
    assert [wrap(number, 8) for number in (127, 128, 300, -129)] == [127, -128, 44, 127]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (1.0, "1.0"),
        (1e7, "1.0E7"),
        (123456789.0, "1.23456789E8"),
        (0.001, "0.001"),
        (0.0001, "1.0E-4"),
        (-0.00012345, "-1.2345E-4"),
        (5e-324, "4.9E-324"),
        (1e22, "1.0E22"),
        (-0.0, "-0.0"),
        (math.inf, "Infinity"),
        (math.nan, "NaN"),
        (Float32(0.1), "0.1"),
        (Float32(16777216), "1.6777216E7"),
        (Float32(3.4028235e38), "3.4028235E38"),
        (decimal.Decimal("1E+3"), "1E+3"),
        (decimal.Decimal("-0.00"), "0.00"),
        ([1, "a", None], "[1, a, null]"),
        ({"a": 1, "b": {}}, "{a=1, b={}}"),
        (memoryview(b"abc"), "java.nio.HeapByteBuffer[pos=0 lim=3 cap=3]"),
    ],
)
def test_a_value_is_shown_as_in_java(value: Any, text: str) -> None:
    assert to_text(value) == text


def test_the_schema_tells_the_precision_of_a_plain_float() -> None:
    single = float(Float32(0.1))

    assert to_text(single) == "0.10000000149011612"
    assert to_text(single, Schema.FLOAT32_SCHEMA) == "0.1"
    assert to_text(Float64(single), Schema.FLOAT32_SCHEMA) == "0.10000000149011612"


@pytest.mark.parametrize(
    ("zone", "value", "text"),
    [
        ("UTC", datetime.date(1970, 1, 1), "Thu Jan 01 00:00:00 UTC 1970"),
        ("UTC", datetime.time(1, 2, 3), "Thu Jan 01 01:02:03 UTC 1970"),
        ("America/New_York", datetime.datetime(2024, 7, 1, tzinfo=datetime.UTC), "Sun Jun 30 20:00:00 EDT 2024"),
        ("America/New_York", datetime.datetime(1943, 7, 1, tzinfo=datetime.UTC), "Wed Jun 30 20:00:00 EDT 1943"),
        ("America/New_York", datetime.datetime(1800, 7, 1, tzinfo=datetime.UTC), "Mon Jun 30 19:00:00 EST 1800"),
        ("America/New_York", Instant(-62_135_596_800_000 - 183 * 86_400_000), "Sat Jul 03 19:00:00 EST 1"),
        (
            "America/Sao_Paulo",
            datetime.datetime(2001, 1, 14, tzinfo=datetime.UTC),
            "Sat Jan 13 22:00:00 GMT-02:00 2001",
        ),
        ("UTC", datetime.date(1582, 10, 14), "Thu Oct 04 00:00:00 UTC 1582"),
        ("UTC", Instant(2**63 - 1), "Sun Aug 17 07:12:55 UTC 292278994"),
        ("UTC", Instant(-(2**63)), "Sun Dec 02 16:47:04 UTC 292269055"),
    ],
)
def test_dates_are_shown_by_the_clock_of_the_default_zone(zone: str, value: Any, text: str) -> None:
    token = TIME_ZONE.set(zoneinfo.ZoneInfo(zone))
    try:
        assert to_text(value) == text
    finally:
        TIME_ZONE.reset(token)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (math.nan, float("nan"), True),
        (0.0, -0.0, False),
        (1, True, False),
        (b"x", bytearray(b"x"), True),
        (b"x", memoryview(b"x"), False),
        ([1, [2.0]], [1, [2.0]], True),
        ({"a": math.nan}, {"a": float("nan")}, True),
        (decimal.Decimal("1.0"), decimal.Decimal("1.00"), False),
    ],
)
def test_values_are_equal_as_in_java(left: Any, right: Any, expected: bool) -> None:
    assert same_value(left, right) is expected


def test_any_value_can_be_made_a_key() -> None:
    key = as_key({"a": [1, bytearray(b"x")]})

    assert {key: 1}[as_key({"a": [1, b"x"]})] == 1
