"""TLS settings of the REST listeners: Java's `ssl.*` keys and stores, turned into what the REST process needs, all PEM text."""

from __future__ import annotations

import logging
from typing import Any

from workers.clients.translation import ClientConfigError, translate
from workers.config.worker_config import WorkerConfig
from workers.errors import WorkerConfigError

MAIN_PREFIX = "listeners.https."
ADMIN_PREFIX = "admin.listeners.https."

log = logging.getLogger(__name__)

_CLIENT_AUTH = ("none", "requested", "required")
_VERSIONS = ("TLSv1.2", "TLSv1.3")


def listener_tls(config: WorkerConfig, prefix: str) -> dict[str, Any]:
    """Settings of one kind of https listener, for `app.settings.TlsSettings`. WorkerConfigError names every wrong key."""
    settings = config.tls_settings(prefix)
    shown = prefix if config.with_prefix(prefix) else ""
    given = {key: value for key, value in settings.items() if key.startswith("ssl.")}
    auth = given.pop("ssl.client.auth", "none").strip().lower()
    versions = [item.strip() for item in given.pop("ssl.enabled.protocols", ",".join(_VERSIONS)).split(",")]
    errors = _errors(shown, auth, versions)
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
        "ciphers": made.get("ssl.cipher.suites"),
    }


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
