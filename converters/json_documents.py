"""Reading of JsonConverter: JSON documents to values, in the envelope with their schema or without."""

from __future__ import annotations

import decimal
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, Final, NamedTuple

import msgspec

from converters import jackson
from converters.errors import SerializationError
from converters.json_envelopes import is_plain_text
from converters.json_reading import ReadSettings, needs_digits, reader_for
from converters.json_scalars import NeedsDigitsError, Reader
from converters.json_schemas import schema_from_tree
from converters.lru_cache import LruCache
from isthmus import DataError, Schema, SchemaAndValues

_decode: Final = msgspec.json.Decoder().decode
_decode_texts: Final = msgspec.json.Decoder(list[str]).decode
# Refuses what is beyond Java's BigDecimal, and some numbers near to that: their documents are read exactly.
_DECIMALS: Final = decimal.Context(
    prec=jackson.MAX_DIGITS,
    Emin=-2_000_000_000,
    Emax=2_000_000_000,
    traps=[decimal.InvalidOperation, decimal.Overflow, decimal.Inexact, decimal.Subnormal, decimal.Clamped],
)
_decode_digits: Final = msgspec.json.Decoder(float_hook=_DECIMALS.create_decimal).decode
# What is raised for a document that is not the plain case. Jackson may still take it, and what is wrong is told by the
# exact reading: Connect looks at the whole text before it looks for a meaning.
_REFUSED: Final = (
    *(msgspec.MsgspecError, UnicodeDecodeError, RecursionError),
    *(decimal.DecimalException, NeedsDigitsError, DataError),
)
_BAD_DOCUMENT: Final = "Converting byte[] to Kafka Connect data failed due to serialization error: "
_NO_ENVELOPE: Final = (
    'JsonConverter with schemas.enable requires "schema" and "payload" fields and may not contain additional fields. '
    "If you are trying to deserialize plain JSON data, set schemas.enable=false in your converter configuration."
)


class _Envelope(msgspec.Struct, forbid_unknown_fields=True):
    schema: msgspec.Raw
    payload: msgspec.Raw


class Form(NamedTuple):
    """What all documents of one schema have in common: the bytes in front of the payload and the way to read that."""

    schema: Schema | None
    prefix: bytes
    suffix: bytes
    decode: Callable[[bytes], Any]
    read: Reader
    is_plain_text: bool


class DocumentReader:
    """Reads documents that all have the one form (no envelope), or each its own by the schema in its envelope."""

    def __init__(self, settings: ReadSettings, has_envelope: bool, schema: Schema | None, cache_size: int) -> None:
        self._settings = settings
        self._has_envelope = has_envelope
        self._known: LruCache[bytes, Form] = LruCache(cache_size)
        # With an envelope this first form fits no document of Connect's own, which all have a schema member in front.
        self._last = self._form(
            schema, b'{"schema":null,"payload":' if has_envelope else b"", b"}" if has_envelope else b""
        )

    def read(self, data: bytes) -> tuple[Schema | None, Any]:
        form = self._last
        if data.startswith(form.prefix) and data.endswith(form.suffix):
            try:
                payload = data[len(form.prefix) : -1] if form.suffix else data
                return form.schema, form.read(form.decode(payload))
            except _REFUSED:
                pass  # not the plain case after all
        return self._read_envelope(data) if self._has_envelope else self._read_exactly(data)

    def read_batch(self, raw: Sequence[bytes | None]) -> Sequence[tuple[Schema | None, Any]]:
        form = self._last
        payloads = _payloads(raw, form.prefix, form.suffix)
        if payloads:
            try:
                if form.is_plain_text and payloads[0].startswith(b'"'):
                    return SchemaAndValues(form.schema, _texts(payloads))
                decode, read = form.decode, form.read
                return SchemaAndValues(form.schema, [read(decode(payload)) for payload in payloads])
            except _REFUSED:
                pass  # one of them is not the plain case
        read = self.read
        return [(None, None) if data is None else read(data) for data in raw]

    def _read_envelope(self, data: bytes) -> tuple[Schema | None, Any]:
        """A schema other than that of the document before, or one that is not written as Connect writes it."""
        try:
            envelope = _decode_envelope(data)
            form = self._form_of(bytes(envelope.schema))
            value = form.read(form.decode(bytes(envelope.payload)))
        except _REFUSED:
            return self._read_exactly(data)
        self._last = form
        return form.schema, value

    def _form_of(self, schema_json: bytes) -> Form:
        form = self._known.get(schema_json)
        if form is None:
            schema = schema_from_tree(_decode_digits(schema_json), self._settings)
            form = self._form(schema, b'{"schema":' + schema_json + b',"payload":', b"}")
            self._known.put(schema_json, form)
        return form

    def _form(self, schema: Schema | None, prefix: bytes, suffix: bytes) -> Form:
        decode = _decode_digits if needs_digits(schema) else _decode
        return Form(schema, prefix, suffix, decode, reader_for(schema, self._settings), is_plain_text(schema))

    def _read_exactly(self, data: bytes) -> tuple[Schema | None, Any]:
        """As Jackson would: slowly, with every leniency, and with the error that Connect raises when it is none."""
        try:
            return self._read_tree(parse_document(data))
        except RecursionError as error:
            raise DataError(_BAD_DOCUMENT) from error

    def _read_tree(self, tree: Any) -> tuple[Schema | None, Any]:
        if not self._has_envelope:
            return self._last.schema, self._last.read(tree)
        if not isinstance(tree, dict) or tree.keys() != {"schema", "payload"}:
            raise DataError(_NO_ENVELOPE)
        schema = schema_from_tree(tree["schema"], self._settings)
        return schema, reader_for(schema, self._settings)(tree["payload"])


_decode_envelope: Final = msgspec.json.Decoder(_Envelope).decode


def parse_document(data: bytes) -> Any:
    try:
        return jackson.parse(data)
    except ValueError as error:
        raise DataError(_BAD_DOCUMENT) from SerializationError(str(error))


def _texts(payloads: Sequence[bytes]) -> list[str]:
    """JSON strings, read as one array; raises one of _REFUSED when some are none.

    No string may go on over a line feed and no place between two commas may be empty. So an array of as many texts as there
    are payloads has one whole text of each.
    """
    texts = _decode_texts(b"[" + b",\n".join(payloads) + b"]")
    if len(texts) != len(payloads):
        raise msgspec.ValidationError("several documents in one")
    return texts


def _payloads(raw: Sequence[bytes | None], prefix: bytes, suffix: bytes) -> Sequence[bytes] | None:
    """What stands between prefix and suffix, when every document has both; otherwise None."""
    try:
        joined = b"".join(raw)  # type: ignore[arg-type]  # None: see below
    except TypeError:
        return None  # a null among them
    if not prefix:
        return raw  # type: ignore[return-value]  # no null among them
    start, end = len(prefix), -len(suffix)
    payloads = list(map(itemgetter(slice(start, end)), raw))  # type: ignore[arg-type]  # no null among them
    # Put together again they are the same bytes only if what was cut off was prefix and suffix every time.
    is_alike = len(raw) > 0 and prefix + (suffix + prefix).join(payloads) + suffix == joined
    return payloads if is_alike else None
