from __future__ import annotations

import datetime
import decimal

import pytest

from isthmus import Float32, Int32, Schema, SchemaBuilder
from isthmus.java_hash_map import hash_code, iteration_order


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, 0),
        ("", 0),
        ("Aa", 2112),
        ("BB", 2112),
        ("é😀", 1_996_812),
        (True, 1231),
        (False, 1237),
        (5, 5),
        (-1, 0),
        (1 << 32, 1),
        (1.5, 0x3FF80000),
        (Float32(1.5), 0x3FC00000),
        ([1, 2], 994),
        ({"a": 1}, 96),
        (decimal.Decimal("1.25"), 3877),
        (decimal.Decimal("-1.25"), 4294963423),
        (datetime.datetime(1970, 1, 1, 0, 0, 1, tzinfo=datetime.UTC), 1000),
    ],
    ids=repr,
)
def test_hash_codes_are_javas(value: object, code: int) -> None:
    assert hash_code(value) == code


def test_a_schema_tells_the_width_of_a_number() -> None:
    assert hash_code(-1, Schema.INT32_SCHEMA) == 0xFFFFFFFF
    assert hash_code([-1], SchemaBuilder.array(Schema.INT32_SCHEMA).build()) == 30
    assert hash_code(1.5, Schema.FLOAT32_SCHEMA) == 0x3FC00000


@pytest.mark.parametrize(
    ("keys", "order"),
    [
        (["filename", "position"], ["filename", "position"]),
        (
            ["server", "database", "table", "schema", "snapshot", "lsn", "txId", "ts_usec"],
            ["schema", "server", "database", "lsn", "txId", "ts_usec", "table", "snapshot"],
        ),
        (["Aa", "BB", "AaAa", "BBBB", "AaBB", "BBAa"], ["Aa", "BB", "AaAa", "BBBB", "AaBB", "BBAa"]),
        (
            [f"k{number}" for number in range(15)],
            ["k0", "k1", "k2", "k3", "k4", "k5", "k11", "k6", "k10", "k7", "k13", "k8", "k12", "k9", "k14"],
        ),
    ],
)
def test_strings_come_out_in_the_order_of_a_hash_map(keys: list[str], order: list[str]) -> None:
    assert iteration_order(keys) == order


def test_numbers_come_out_in_the_order_of_a_hash_map() -> None:
    assert iteration_order([17, 1, 16, 0]) == [16, 0, 17, 1]
    assert iteration_order([Int32(3), Int32(2)]) == [2, 3]
