"""Writing of JsonConverter: values to JSON documents, in the envelope with their schema or without."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from converters.json_schemas import schema_to_tree
from converters.json_text import to_json, to_json_batch
from converters.json_writing import Writer, WriteSettings, writer_for
from converters.lru_cache import LruCache
from isthmus import DataError, Schema
from isthmus.logical import Date, Decimal, Time, Timestamp

_LOGICAL_NAMES: Final = {Decimal.LOGICAL_NAME, Date.LOGICAL_NAME, Time.LOGICAL_NAME, Timestamp.LOGICAL_NAME}
_TOO_DEEP: Final = "Converting Kafka Connect data to byte[] failed due to serialization error: nested too deeply"


def is_plain_text(schema: Schema | None) -> bool:
    """Whether the text itself is the JSON string. Without a schema it is so when the value is a text."""
    return schema is None or (schema.type is Schema.Type.STRING and schema.name not in _LOGICAL_NAMES)


class Envelope(NamedTuple):
    """What all documents of one schema have in common: the bytes around the payload and the way to write that."""

    schema: Schema | None
    prefix: bytes
    suffix: bytes
    write: Writer
    is_plain_text: bool


class EnvelopeWriter:
    """Makes an Envelope for each schema once, and remembers the last one: records of one kind come in a row."""

    def __init__(self, settings: WriteSettings, has_envelope: bool, cache_size: int) -> None:
        self._settings = settings
        self._has_envelope = has_envelope
        self._known: LruCache[Schema | None, Envelope] = LruCache(cache_size)
        self._last = self._make(None)

    def write(self, schema: Schema | None, value: Any) -> bytes:
        try:
            envelope = self.envelope(schema)
            return envelope.prefix + to_json(envelope.write(value)) + envelope.suffix
        except RecursionError as error:
            raise DataError(_TOO_DEEP) from error

    def write_batch(self, schema: Schema | None, values: Sequence[Any]) -> list[bytes]:
        """Values of one schema, at least one of them."""
        _, prefix, suffix, write, is_plain_text = self.envelope(schema)
        trees = values if is_plain_text and set(map(type, values)) == {str} else list(map(write, values))
        return to_json_batch(trees, prefix, suffix)

    def envelope(self, schema: Schema | None) -> Envelope:
        if schema is self._last.schema:
            return self._last
        envelope = self._known.get(schema)
        if envelope is None:
            envelope = self._make(schema)
            self._known.put(schema, envelope)
        # The caller's schema object may be another one than the equal one that was cached; the next look is by identity.
        self._last = envelope if envelope.schema is schema else envelope._replace(schema=schema)
        return self._last

    def _make(self, schema: Schema | None) -> Envelope:
        prefix, suffix = b"", b""
        if self._has_envelope:
            prefix = b'{"schema":' + to_json(schema_to_tree(schema, self._settings)) + b',"payload":'
            suffix = b"}"
        return Envelope(schema, prefix, suffix, writer_for(schema, self._settings), is_plain_text(schema))
