"""SSLContext of an HTTPS listener from PEM texts. Python loads certificates from files only, hence the file in memory."""

from __future__ import annotations

import contextlib
import os
import ssl
import tempfile
from collections.abc import Iterator

from app.connections import TlsSocket
from app.settings import TlsSettings

_CLIENT_AUTH = {"none": ssl.CERT_NONE, "requested": ssl.CERT_OPTIONAL, "required": ssl.CERT_REQUIRED}
_VERSIONS = {"TLSv1.2": ssl.TLSVersion.TLSv1_2, "TLSv1.3": ssl.TLSVersion.TLSv1_3}


class TlsError(Exception):
    """OpenSSL does not take the settings of an https listener; the text says why."""


def server_context(tls: TlsSettings) -> ssl.SSLContext:
    try:
        return _server_context(tls)
    except (ssl.SSLError, ValueError) as error:  # such as a key that is not the certificate's, or one that is too short
        reason = getattr(error, "reason", None) or str(error)
        raise TlsError(f"OpenSSL refuses the key store or trust store of an https listener: {reason}") from error


def _server_context(tls: TlsSettings) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sslsocket_class = TlsSocket
    enabled = sorted(_VERSIONS[name] for name in tls.protocols if name in _VERSIONS)
    context.minimum_version, context.maximum_version = enabled[0], enabled[-1]
    if tls.ciphers:
        context.set_ciphers(tls.ciphers)
    with _pem_file(tls.certificate_chain + "\n" + tls.private_key) as path:
        # An empty password instead of None: OpenSSL would ask for one on the terminal.
        context.load_cert_chain(path, password=tls.key_password or "")
    context.verify_mode = _CLIENT_AUTH[tls.client_auth]
    if tls.trusted_certificates:
        context.load_verify_locations(cadata=tls.trusted_certificates)
    elif tls.client_auth != "none":
        context.load_default_certs(ssl.Purpose.CLIENT_AUTH)
    return context


@contextlib.contextmanager
def _pem_file(text: str) -> Iterator[str]:
    """A path under which the text can be read while the block runs; on Linux it never reaches a file system."""
    if hasattr(os, "memfd_create"):
        with os.fdopen(os.memfd_create("pem"), "wb") as memory:
            memory.write(text.encode())
            memory.flush()
            yield f"/proc/self/fd/{memory.fileno()}"
        return
    with tempfile.NamedTemporaryFile("wb") as file:  # mode 0600, gone after the block
        file.write(text.encode())
        file.flush()
        yield file.name
