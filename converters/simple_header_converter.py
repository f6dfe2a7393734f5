"""SimpleHeaderConverter: header values as text, their type guessed when read (org.apache.kafka.connect.storage)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from isthmus import ConfigDef, DataError, HeaderConverter, Schema, SchemaAndValue
from isthmus.java_utf8 import decode_utf8
from isthmus.values import convert_to_string, parse_string

logger = logging.getLogger(__name__)


class SimpleHeaderConverter(HeaderConverter):
    """The default header converter."""

    class_names = ("org.apache.kafka.connect.storage.SimpleHeaderConverter",)

    def config(self) -> ConfigDef:
        return ConfigDef()

    def configure(self, configs: Mapping[str, Any]) -> None:
        """Nothing to configure."""

    def from_connect_header(self, topic: str, header_key: str, schema: Schema | None, value: Any) -> bytes | None:
        if value is None:
            return None
        text = convert_to_string(schema, value)
        return None if text is None else text.encode("utf-8", "replace")

    def to_connect_header(self, topic: str, header_key: str, value: bytes | None) -> SchemaAndValue:
        if value is None:
            return SchemaAndValue.NULL
        try:
            return parse_string(decode_utf8(value))
        except (DataError, ArithmeticError, ValueError, RecursionError):
            logger.warning(
                "Failed to deserialize value for header '%s' on topic '%s', so using byte array",
                header_key,
                topic,
                exc_info=True,
            )
            return SchemaAndValue(Schema.BYTES_SCHEMA, value)
