"""Points in time beyond what Python's datetime can hold."""

from __future__ import annotations

from typing import ClassVar

import msgspec


class Instant(msgspec.Struct, frozen=True, order=True):
    """A point in time in milliseconds since 1970-01-01T00:00:00Z, for years outside 1 to 9999.

    Java's dates reach 292 million years to either side, and such values do turn up (9223372036854775807 as "never").
    Kafka Connect's logical types give `datetime` values wherever it can hold them, and an Instant otherwise.
    """

    java_name: ClassVar[str] = "java.util.Date"

    epoch_ms: int
