"""One line per request in the extended NCSA format that Connect's RestServer writes, followed by the latency in ms."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Mapping
from typing import Any

log = logging.getLogger("org.apache.kafka.connect.runtime.rest.RestServer")

_UNSAFE = re.compile(r'[^\x20-\x7e]|["\\]')


def log_access(environ: Mapping[str, Any], status: str, sent_bytes: int, latency_s: float) -> None:
    log.info(
        '%s - - [%s] "%s %s %s" %s %d "%s" "%s" %d',
        str(environ.get("REMOTE_ADDR", "-")).removeprefix("::ffff:"),  # IPv4 on a socket for both
        time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime()),
        environ.get("REQUEST_METHOD", "-"),
        _safe(environ.get("RAW_URI", "-")),
        environ.get("SERVER_PROTOCOL", "-"),
        status.split(" ", 1)[0],
        sent_bytes,
        _safe(environ.get("HTTP_REFERER", "-")),
        _safe(environ.get("HTTP_USER_AGENT", "-")),
        round(latency_s * 1000),
    )


def _safe(text: str) -> str:
    """Text of the client that cannot forge or break a line."""
    return _UNSAFE.sub(lambda match: f"\\x{ord(match.group()):02x}", text)
