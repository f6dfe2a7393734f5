"""Asks a source connector what it thinks of new offsets, and puts them into the form in which they are stored."""

from __future__ import annotations

import base64
from typing import Any

from isthmus import DataError, SourceConnector
from workers.errors import BadRequestError
from workers.plugin_requests.environment import Environment, Spec
from workers.processes.channel import Channel
from workers.storage.offset_codec import encode_key, encode_offset


def alter(_channel: Channel, spec: Spec) -> dict[str, Any]:
    """`spec["offsets"]` is [[partition, offset or null], ...].

    Gives the entries for the offset store, and whether the connector has looked at them itself.
    """
    environment = Environment(spec)
    connector: SourceConnector = environment.new_connector()
    offsets = [(partition, offset) for partition, offset in spec["offsets"]]
    is_known = environment.ask_about_offsets("source", lambda: connector.alter_offsets(environment.config, offsets))
    try:
        entries = [[_text(encode_key(environment.connector, p)), _text(encode_offset(offset))] for p, offset in offsets]
    except DataError as error:
        raise BadRequestError(str(error)) from error
    return {"is_known": is_known, "entries": entries}


def _text(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode()
