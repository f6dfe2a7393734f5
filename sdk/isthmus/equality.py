"""Equality of values as Kafka Connect means it, where Python's `==` sees less or more."""

from __future__ import annotations

import decimal
import math
from collections.abc import Mapping
from typing import Any


def same_value(left: Any, right: Any) -> bool:
    """Whether two values are equal, containers compared inside.

    Unlike `==`: decimals of different scale differ (1.0 and 1.00), NaN equals NaN, 0.0 differs from -0.0, True differs
    from 1, and bytes differ from a memoryview of the same bytes.
    """
    if left is right:
        return True
    if isinstance(left, bool) or isinstance(right, bool):
        return False
    if isinstance(left, float):
        return isinstance(right, float) and _same_float(left, right)
    if isinstance(left, decimal.Decimal):
        return isinstance(right, decimal.Decimal) and left.as_tuple() == right.as_tuple()
    if isinstance(left, list | tuple):
        return isinstance(right, list | tuple) and len(left) == len(right) and all(map(same_value, left, right))
    if isinstance(left, Mapping):
        return isinstance(right, Mapping) and _same_mapping(left, right)
    if isinstance(left, memoryview) is not isinstance(right, memoryview):
        return False
    return bool(left == right)


def _same_float(left: float, right: float) -> bool:
    if left == right:
        return math.copysign(1.0, left) == math.copysign(1.0, right)
    return math.isnan(left) and math.isnan(right)


def _same_mapping(left: Mapping[Any, Any], right: Mapping[Any, Any]) -> bool:
    return len(left) == len(right) and all(key in right and same_value(left[key], right[key]) for key in left)
