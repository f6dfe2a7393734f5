"""Key and trust stores in Java's formats, made from PEM files with libraries."""

from __future__ import annotations

from pathlib import Path

import jks
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import pkcs12

Key = EllipticCurvePrivateKey


def private_key(pem: Path) -> Key:
    key = serialization.load_pem_private_key(pem.read_bytes(), None)
    assert isinstance(key, EllipticCurvePrivateKey)
    return key


def certificates(pem: Path) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(pem.read_bytes())


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def write_jks_key_store(path: Path, pem: Path, password: str, key_password: str | None = None) -> None:
    key = private_key(pem).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    entry = jks.PrivateKeyEntry.new("client", [der(one) for one in certificates(pem)], key)
    if key_password is not None:
        entry.encrypt(key_password)
    jks.KeyStore.new("jks", [entry]).save(str(path), password)


def write_jks_trust_store(path: Path, ca: Path, password: str) -> None:
    entries = [jks.TrustedCertEntry.new(f"ca{i}", der(one)) for i, one in enumerate(certificates(ca))]
    jks.KeyStore.new("jks", entries).save(str(path), password)


def write_pkcs12_key_store(path: Path, pem: Path, password: str) -> None:
    first, *others = certificates(pem)
    encryption = serialization.BestAvailableEncryption(password.encode())
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"client", private_key(pem), first, others, encryption))


def write_pkcs12_trust_store(path: Path, ca: Path, password: str) -> None:
    encryption = serialization.BestAvailableEncryption(password.encode())
    path.write_bytes(
        pkcs12.serialize_java_truststore(
            [pkcs12.PKCS12Certificate(one, f"ca{i}".encode()) for i, one in enumerate(certificates(ca))], encryption
        )
    )


def encrypted_key(pem: Path, password: str) -> str:
    encryption = serialization.BestAvailableEncryption(password.encode())
    encoded = private_key(pem).private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
    return encoded.decode()
