"""TLS settings of the REST listeners: Java's `ssl.*` keys and stores, turned into what the REST process needs, all PEM text."""

from __future__ import annotations

import logging
import re
from typing import Any

from workers.clients.tls_settings import TLS13_SUITES
from workers.clients.translation import ClientConfigError, translate
from workers.config.worker_config import WorkerConfig
from workers.errors import WorkerConfigError

MAIN_PREFIX = "listeners.https."
ADMIN_PREFIX = "admin.listeners.https."

log = logging.getLogger(__name__)

_CLIENT_AUTH = ("none", "requested", "required")
_VERSIONS = ("TLSv1.2", "TLSv1.3")
_STANDARD_NAME = re.compile(r"TLS_(?P<exchange>\w+?)_WITH_(?P<cipher>\w+)")
_KEY_LENGTH = re.compile(r"(AES|ARIA|CAMELLIA)_(\d+)")


def listener_tls(config: WorkerConfig, prefix: str) -> dict[str, Any]:
    """Settings of one kind of https listener, for `app.settings.TlsSettings`. WorkerConfigError names every wrong key."""
    settings = config.tls_settings(prefix)
    shown = prefix if config.with_prefix(prefix) else ""
    given = {key: value for key, value in settings.items() if key.startswith("ssl.")}
    auth = given.pop("ssl.client.auth", "none").strip().lower()
    versions = _listed(given.pop("ssl.enabled.protocols", ",".join(_VERSIONS)))
    suites = _listed(given.pop("ssl.cipher.suites", ""))
    errors = [*_errors(shown, auth, versions), *_suite_errors(shown, suites, versions)]
    made: dict[str, Any] = {}
    try:
        # The stores are read, and their errors worded, as for a client; a server has no host name to check.
        client = translate({**given, "security.protocol": "SSL", "ssl.endpoint.identification.algorithm": ""}, "admin")
        made = client.settings
        for warning in client.warnings:
            log.warning("%s%s", shown, warning)
        if "ssl.key.pem" not in made:
            errors.append(f"{shown}ssl.keystore.location: an https listener needs a key store")
    except ClientConfigError as error:
        errors += [f"{shown}{text}" for text in error.errors]
    if errors:
        raise WorkerConfigError(errors)
    return {
        "certificate_chain": made["ssl.certificate.pem"],
        "private_key": made["ssl.key.pem"],
        "trusted_certificates": made.get("ssl.ca.pem"),
        "client_auth": auth,
        "protocols": versions,
        "ciphers": ":".join(_openssl_name(suite) for suite in suites if suite not in TLS13_SUITES) or None,
    }


def _listed(text: str) -> list[str]:
    return [item for item in (part.strip() for part in text.split(",")) if item]


def _errors(shown: str, auth: str, versions: list[str]) -> list[str]:
    errors = []
    if auth not in _CLIENT_AUTH:
        errors.append(
            f"Invalid value {auth} for configuration {shown}ssl.client.auth: "
            f"String must be one of: {', '.join(_CLIENT_AUTH)}"
        )
    if not versions or any(version not in _VERSIONS for version in versions):
        errors.append(
            f"Invalid value {','.join(versions)} for configuration {shown}ssl.enabled.protocols: "
            f"Entries must be of: {', '.join(_VERSIONS)}"
        )
    return errors


def _suite_errors(shown: str, suites: list[str], versions: list[str]) -> list[str]:
    """Python lets a server choose the suites of TLSv1.2; with TLSv1.3 it always has all three."""
    if not suites:
        return []
    import ssl  # only here: a worker has no other use for OpenSSL

    prefix = f"Invalid value {','.join(suites)} for configuration {shown}ssl.cipher.suites"
    older = [suite for suite in suites if suite not in TLS13_SUITES]
    if not older and "TLSv1.2" in versions:
        return [f"{prefix}: expected some suite of TLSv1.2, or only TLSv1.3 in {shown}ssl.enabled.protocols"]
    context, errors = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), []
    for suite in older:
        try:
            context.set_ciphers(_openssl_name(suite))
        except ssl.SSLError:
            errors.append(f"{prefix}: {suite} is none that OpenSSL has")
    if "TLSv1.3" in versions and not set(TLS13_SUITES) <= set(suites):
        log.warning(
            "%sssl.cipher.suites: chooses the suites of TLSv1.2; TLSv1.3 has %s", shown, ", ".join(TLS13_SUITES)
        )
    return errors


def _openssl_name(suite: str) -> str:
    """`ECDHE-RSA-AES128-GCM-SHA256` for Java's `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`."""
    match = _STANDARD_NAME.fullmatch(suite)
    if match is None:
        return suite
    exchange = "" if match["exchange"] == "RSA" else f"{match['exchange']}_"
    cipher = _KEY_LENGTH.sub(r"\1\2", match["cipher"]).replace("_CBC_", "_").replace("POLY1305_SHA256", "POLY1305")
    return f"{exchange}{cipher}".replace("_", "-")
