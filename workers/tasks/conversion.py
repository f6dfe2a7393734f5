"""The converters of one task, applied to whole batches: Connect data to Kafka's bytes and back.

Used by the source and the sink loop on the task's main thread. A record whose conversion is given up (errors.tolerance=all) is left
out of what comes back.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import partial
from itertools import compress, repeat, starmap
from typing import Any, NamedTuple

from isthmus import (
    ConnectHeaders,
    Converter,
    Header,
    HeaderConverter,
    Schema,
    SchemaAndValues,
    SinkBatch,
    SinkRecord,
    SourceRecord,
    TimestampType,
    TopicPartition,
)
from isthmus.plugin import class_name
from workers.tasks.error_handler import ErrorHandler, Stage
from workers.tasks.messages import (
    Message,
    RawHeaders,
    headers_of,
    key_of,
    offset_of,
    partition_of,
    timestamp_of,
    topic_of,
    value_of,
)

log = logging.getLogger(__name__)

Pair = tuple[Schema | None, Any]

_TIMESTAMP_TYPES = (TimestampType.NO_TIMESTAMP_TYPE, TimestampType.CREATE_TIME, TimestampType.LOG_APPEND_TIME)
"""By librdkafka's number."""


class Outgoing(NamedTuple):
    """A converted batch of a source: parallel lists, one item a record."""

    records: Sequence[SourceRecord]
    keys: Sequence[bytes | None]
    values: Sequence[bytes | None]
    headers: Sequence[RawHeaders | None] | None
    originals: Sequence[SourceRecord] | None = None
    """The records as `poll` returned them, where the task hears of each one's fate."""


class Incoming(NamedTuple):
    """A converted batch of a sink, and for each partition the offset behind the last record read, dropped ones included."""

    records: Sequence[SinkRecord]
    next_offsets: dict[TopicPartition, int]


class ConverterSet(NamedTuple):
    """Key, value and header converter of one task, configured."""

    key: Converter
    value: Converter
    header: HeaderConverter

    def close(self) -> None:
        """Closes all three; an error of one does not keep the others open."""
        for converter in self:
            try:
                converter.close()
            except Exception:
                log.exception("%s could not be closed", class_name(type(converter)))


class OutgoingConversion:
    """Source side: headers, keys, values, in Connect's order of stages."""

    def __init__(self, converters: ConverterSet, errors: ErrorHandler[SourceRecord]) -> None:
        self._converters = converters
        self._errors = errors

    def convert(self, records: Sequence[SourceRecord]) -> Outgoing:
        """Raises ConnectError when an error is not tolerated."""
        headers: Sequence[RawHeaders | None] | None = None
        if any(record.headers for record in records):
            headers, records = self._headers(records)
        keys, kept = self._convert(records, is_key=True)
        if kept is not None:
            records = list(compress(records, kept))
            headers = headers and list(compress(headers, kept))
        values, kept = self._convert(records, is_key=False)
        if kept is not None:
            records = list(compress(records, kept))
            keys = list(compress(keys, kept))
            headers = headers and list(compress(headers, kept))
        return Outgoing(records, keys, values, headers)

    def _convert(
        self, records: Sequence[SourceRecord], *, is_key: bool
    ) -> tuple[Sequence[bytes | None], list[bool] | None]:
        """The bytes of the records that could be converted, and which those are (None: all of them)."""
        converter = self._converters.key if is_key else self._converters.value

        def single(i: int) -> bytes | None:
            record = records[i]
            schema, value = (record.key_schema, record.key) if is_key else (record.value_schema, record.value)
            return converter.from_connect_data(record.topic, schema, value, record.headers)

        return self._errors.stage(
            Stage.KEY_CONVERTER if is_key else Stage.VALUE_CONVERTER,
            class_name(type(converter)),
            lambda: (
                _nulls(converter, records)
                if is_key and _have_no_keys(records)
                else converter.from_connect_batch(records, is_key)
            ),
            single,
            lambda: records,
        )

    def _headers(self, records: Sequence[SourceRecord]) -> tuple[Sequence[RawHeaders | None], Sequence[SourceRecord]]:
        converter = self._converters.header

        def single(i: int) -> RawHeaders | None:
            record = records[i]
            return [
                (header.key, converter.from_connect_header(record.topic, header.key, header.schema, header.value))
                for header in record.headers
            ] or None

        raw, kept = self._errors.stage(
            Stage.HEADER_CONVERTER,
            class_name(type(converter)),
            lambda: [single(i) for i in range(len(records))],
            single,
            lambda: records,
        )
        return raw, records if kept is None else list(compress(records, kept))


class IncomingConversion:
    """Sink side: keys, values, headers, and from them the records."""

    def __init__(self, converters: ConverterSet, errors: ErrorHandler[Message]) -> None:
        self._converters = converters
        self._errors = errors

    def convert(self, messages: Sequence[Message], assigned: Collection[TopicPartition]) -> Incoming:
        """Records of different topics come one topic after the other; within a partition the order stays.

        `messages` are of partitions `assigned` only, at least one; where that is a single one, none has to be asked for its place.
        """
        if len(assigned) == 1:
            (partition,) = assigned
            return self._convert_topic(partition.topic, messages, {partition: offset_of(messages[-1]) + 1})
        parts = [
            self._convert_topic(topic, of_topic, _next_offsets(topic, of_topic))
            for topic, of_topic in _by_topic(messages)
        ]
        if len(parts) == 1:
            return parts[0]
        return Incoming(
            [record for part in parts for record in part.records],
            {partition: offset for part in parts for partition, offset in part.next_offsets.items()},
        )

    def _convert_topic(
        self, topic: str, messages: Sequence[Message], next_offsets: dict[TopicPartition, int]
    ) -> Incoming:
        headers: Sequence[ConnectHeaders] | None = None
        if any(map(headers_of, messages)):
            headers = [_raw_headers(headers_of(message)) for message in messages]
        keys, kept = self._convert(topic, messages, headers, is_key=True)
        if kept is not None:
            messages, headers = _compressed(messages, headers, kept)
        values, kept = self._convert(topic, messages, headers, is_key=False)
        if kept is not None:
            keys = list(compress(keys, kept))
            messages, headers = _compressed(messages, headers, kept)
        converted: Iterable[ConnectHeaders] = starmap(
            ConnectHeaders, repeat((), len(messages))
        )  # empty ones, made on the way
        if headers is not None:
            converted, kept = self._headers(topic, messages, headers)
            if kept is not None:
                keys, values = list(compress(keys, kept)), list(compress(values, kept))
                messages, headers = _compressed(messages, headers, kept)
        make = partial(_records, topic, messages, keys, values, converted)
        column = values.values if isinstance(values, SchemaAndValues) else [value for _schema, value in values]
        return Incoming(SinkBatch(column, make), next_offsets)

    def _convert(
        self, topic: str, messages: Sequence[Message], headers: Sequence[ConnectHeaders] | None, *, is_key: bool
    ) -> tuple[Sequence[Pair], list[bool] | None]:
        converter = self._converters.key if is_key else self._converters.value
        raw = list(map(key_of if is_key else value_of, messages))

        def batch() -> Sequence[Pair]:
            if raw.count(None) == len(raw):  # the rule for keys: converted once for all
                return [converter.to_connect_data(topic, None)] * len(raw)
            return converter.to_connect_batch(topic, raw)

        return self._errors.stage(
            Stage.KEY_CONVERTER if is_key else Stage.VALUE_CONVERTER,
            class_name(type(converter)),
            lambda: batch() if headers is None else converter.to_connect_batch(topic, raw, headers),
            lambda i: converter.to_connect_data(topic, raw[i], headers[i] if headers else None),
            lambda: messages,
        )

    def _headers(
        self, topic: str, messages: Sequence[Message], headers: Sequence[ConnectHeaders]
    ) -> tuple[Sequence[ConnectHeaders], list[bool] | None]:
        converter = self._converters.header

        def single(i: int) -> ConnectHeaders:
            converted = ConnectHeaders()
            for header in headers[i]:
                schema, value = converter.to_connect_header(topic, header.key, header.value)
                converted.append(Header(header.key, schema, value))
            return converted

        return self._errors.stage(
            Stage.HEADER_CONVERTER,
            class_name(type(converter)),
            lambda: [single(i) for i in range(len(messages))],
            single,
            lambda: messages,
        )


def _raw_headers(raw: RawHeaders | None) -> ConnectHeaders:
    """A message's headers as converters see them: values are bytes, without a schema."""
    return ConnectHeaders(Header(key, None, value) for key, value in raw or ())


def _have_no_keys(records: Sequence[SourceRecord]) -> bool:
    """The rule for many sources; then one conversion is enough."""
    keys = [record.key for record in records]
    return keys.count(None) == len(keys) and not any(record.key_schema or record.headers for record in records)


def _nulls(converter: Converter, records: Sequence[SourceRecord]) -> list[bytes | None]:
    return [converter.from_connect_data(records[0].topic, None, None)] * len(records) if records else []


def _by_topic(messages: Sequence[Message]) -> Iterator[tuple[str, Sequence[Message]]]:
    topics = list(map(topic_of, messages))
    if topics.count(topics[0]) == len(topics):
        yield topics[0], messages
        return
    for topic in sorted(set(topics)):
        yield topic, [message for message, own_topic in zip(messages, topics, strict=True) if own_topic == topic]


def _next_offsets(topic: str, messages: Sequence[Message]) -> dict[TopicPartition, int]:
    """Behind the last record of each partition. Records that are dropped later have been consumed all the same."""
    last = dict(zip(map(partition_of, messages), map(offset_of, messages), strict=True))  # the last one wins
    return {TopicPartition(topic, partition): offset + 1 for partition, offset in last.items()}


def _compressed(
    messages: Sequence[Message], headers: Sequence[ConnectHeaders] | None, kept: list[bool]
) -> tuple[Sequence[Message], Sequence[ConnectHeaders] | None]:
    """The parallel lists without the records that were given up."""
    return list(compress(messages, kept)), None if headers is None else list(compress(headers, kept))


def _records(
    topic: str,
    messages: Sequence[Message],
    keys: Sequence[Pair],
    values: Sequence[Pair],
    headers: Iterable[ConnectHeaders],
) -> list[SinkRecord]:
    """Positional on purpose: this runs for every record."""
    places = zip(map(partition_of, messages), map(offset_of, messages), map(timestamp_of, messages), strict=True)
    return [
        SinkRecord(
            topic,
            partition,
            key_schema,
            key,
            value_schema,
            value,
            offset,
            timestamp if kind else None,
            _TIMESTAMP_TYPES[kind],
            own_headers,
            topic,
            partition,
            offset,
        )
        for (partition, offset, (kind, timestamp)), (key_schema, key), (value_schema, value), own_headers in zip(
            places, keys, values, headers, strict=True
        )
    ]
