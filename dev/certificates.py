"""A certificate authority of our own, with one certificate for a broker or worker on localhost and one for a client."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import trustme
from cryptography.hazmat.primitives import serialization


@dataclass(frozen=True)
class Certificates:
    """PEM files. A `*_pem` holds the private key (PKCS#8, the only form Kafka reads) followed by the chain."""

    ca: Path
    server_pem: Path
    client_pem: Path
    client_key: Path
    client_certificate: Path


def at(folder: Path) -> Certificates:
    """Where the files of an authority in this folder are."""
    return Certificates(
        ca=folder / "ca.pem",
        server_pem=folder / "server.pem",
        client_pem=folder / "client.pem",
        client_key=folder / "client-key.pem",
        client_certificate=folder / "client-certificate.pem",
    )


def issue(folder: Path) -> Certificates:
    """Makes a new authority and writes all files."""
    folder.mkdir(parents=True)
    authority, made = trustme.CA(), at(folder)
    authority.cert_pem.write_to_path(made.ca)
    key, chain = _pkcs8(authority.issue_cert("localhost", "127.0.0.1"))
    made.server_pem.write_bytes(key + chain)
    key, chain = _pkcs8(authority.issue_cert("client", common_name="client"))
    made.client_pem.write_bytes(key + chain)
    made.client_key.write_bytes(key)
    made.client_certificate.write_bytes(chain)
    return made


def _pkcs8(certificate: trustme.LeafCert) -> tuple[bytes, bytes]:
    key = serialization.load_pem_private_key(certificate.private_key_pem.bytes(), None)
    encoded = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return encoded, b"".join(part.bytes() for part in certificate.cert_chain_pems)
