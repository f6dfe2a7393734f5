"""Accessors of consumed messages, for `map` over a batch: the cheapest loop there is.

The client's own types allow for absent topics, partitions and offsets, which messages without an error do not have.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, cast

from confluent_kafka import Message as _Message

Message: TypeAlias = "_Message[bytes, bytes]"
RawHeaders: TypeAlias = list[tuple[str, bytes | None]]

topic_of = cast(Callable[[Message], str], _Message.topic)
partition_of = cast(Callable[[Message], int], _Message.partition)
offset_of = cast(Callable[[Message], int], _Message.offset)
key_of = cast(Callable[[Message], bytes | None], _Message.key)
value_of = cast(Callable[[Message], bytes | None], _Message.value)
timestamp_of = cast(Callable[[Message], tuple[int, int]], _Message.timestamp)
headers_of = cast(Callable[[Message], RawHeaders | None], _Message.headers)
error_of = cast(Callable[[Message], Any], _Message.error)
