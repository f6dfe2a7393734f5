"""Java's key and trust stores (JKS, PKCS12, PEM) turned into PEM text, in memory only: no key is written to a file.

Used by `tls_settings`. Answers to the stores of Kafka's DefaultSslEngineFactory.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

TYPES = ("JKS", "PKCS12", "PEM")
_JKS_MAGIC = bytes.fromhex("feedfeed")
_BLOCK = re.compile(r"-----BEGIN (?P<label>[A-Z0-9 ]+)-----.*?-----END (?P=label)-----", re.DOTALL)


class StoreError(Exception):
    """A store cannot be used; the text names the reason, never a password or a key."""


@dataclass(frozen=True, slots=True, repr=False)
class KeyPair:
    """A private key (PKCS#8, not encrypted) and its certificates, the key's own first; both PEM."""

    key: str
    certificates: str


def key_pair_from_store(path: str, password: str, key_password: str | None) -> KeyPair:
    """The private key of a JKS or PKCS12 file, whichever it is: Java's loaders take each for the other too."""
    data = _read(path)
    if data.startswith(_JKS_MAGIC):
        return _jks_key_pair(data, path, password, key_password or password)
    store = _pkcs12(data, path, password)
    if store.key is None or store.cert is None:
        raise StoreError(f"{path} has no private key with a certificate")
    chain = [store.cert.certificate, *(item.certificate for item in store.additional_certs)]
    return KeyPair(_key_pem(store.key), _certificates_pem(_ordered(chain)))


def key_pair_from_pem(text: str, chain: str, key_password: str | None, source: str) -> KeyPair:
    """`text` has the private key, `chain` the certificates; of a PEM file both are the whole file."""
    keys = [block for label, block in _blocks(text) if label.endswith("PRIVATE KEY")]
    if len(keys) != 1:
        raise StoreError(f"{source} has {len(keys) or 'no'} private key{'s' if keys else ''}, one is needed")
    is_encrypted = "ENCRYPTED" in keys[0]
    if is_encrypted and not key_password:
        raise StoreError(f"the private key in {source} is encrypted: ssl.key.password is needed")
    password = key_password.encode() if key_password and is_encrypted else None
    try:
        key = serialization.load_pem_private_key(keys[0].encode(), password)
    except (ValueError, TypeError) as error:
        reason = "ssl.key.password may be wrong" if is_encrypted else "it is not a PEM private key"
        raise StoreError(f"the private key in {source} cannot be read: {reason}") from error
    return KeyPair(_key_pem(key), certificates_from_pem(chain, source))


def certificates_from_pem(text: str, source: str) -> str:
    certificates = [block for label, block in _blocks(text) if label == "CERTIFICATE"]
    if not certificates:
        raise StoreError(f"{source} has no certificate in PEM form")
    try:
        return _certificates_pem([x509.load_pem_x509_certificate(block.encode()) for block in certificates])
    except ValueError as error:
        raise StoreError(f"a certificate in {source} cannot be read: {error}") from error


def certificates_from_store(path: str, password: str | None) -> str:
    """The trusted certificates of a JKS or PKCS12 file. Without a password its integrity is not checked, as in Java."""
    data = _read(path)
    if data.startswith(_JKS_MAGIC):
        store = _jks(data, path, password)
        trusted = [x509.load_der_x509_certificate(entry.cert) for entry in store.certs.values()]
    else:
        store = _pkcs12(data, path, password)
        trusted = [item.certificate for item in store.additional_certs]
    if not trusted:
        raise StoreError(f"{path} has no trusted certificate")
    return _certificates_pem(trusted)


def read_pem(path: str) -> str:
    try:
        return _read(path).decode("ascii")
    except UnicodeDecodeError as error:
        raise StoreError(f"{path} is not a PEM file") from error


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}") from error


def _blocks(text: str) -> list[tuple[str, str]]:
    return [(match["label"], match[0] + "\n") for match in _BLOCK.finditer(text)]


def _jks(data: bytes, path: str, password: str | None) -> Any:
    # Imported here: few workers have such a store, and the library and what it needs cost each process 6 MB.
    import jks

    try:
        return jks.KeyStore.loads(data, password, try_decrypt_keys=False)
    except jks.KeystoreSignatureException as error:
        raise StoreError(f"{path} was changed, or its password is wrong") from error
    except (jks.KeystoreException, ValueError, IndexError) as error:
        raise StoreError(f"{path} is not a usable JKS file: {error}") from error


def _jks_key_pair(data: bytes, path: str, password: str, key_password: str) -> KeyPair:
    import jks.sun_crypto
    from pyasn1.codec.ber import decoder  # type: ignore[import-untyped]  # comes without types, as jks does
    from pyasn1_modules import rfc5208  # type: ignore[import-untyped]  # likewise

    entries = _jks(data, path, password).private_keys
    if len(entries) != 1:
        raise StoreError(f"{path} has {len(entries)} private keys, one is needed")
    entry = next(iter(entries.values()))
    # Not entry.decrypt(): it wants a NULL among the parameters of the cipher, which a Java of today leaves out.
    encrypted, _rest = decoder.decode(entry._encrypted, asn1Spec=rfc5208.EncryptedPrivateKeyInfo())
    try:
        key = jks.sun_crypto.jks_pkey_decrypt(encrypted["encryptedData"].asOctets(), key_password)
    except jks.KeystoreException as error:
        raise StoreError(f"the private key in {path} cannot be read: ssl.key.password may be wrong") from error
    chain = [x509.load_der_x509_certificate(der) for _kind, der in entry.cert_chain]
    return KeyPair(_key_pem(serialization.load_der_private_key(key, None)), _certificates_pem(chain))


def _pkcs12(data: bytes, path: str, password: str | None) -> pkcs12.PKCS12KeyAndCertificates:
    try:
        return pkcs12.load_pkcs12(data, password.encode() if password is not None else None)
    except ValueError as error:
        raise StoreError(f"{path} is neither a JKS nor a PKCS12 file, or its password is wrong") from error


def _ordered(chain: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """The key's certificate, then each one's issuer: PKCS12 keeps no order, TLS needs it."""
    first, *rest = chain
    ordered = [first]
    while issuer := next((c for c in rest if c.subject == ordered[-1].issuer and c not in ordered), None):
        ordered.append(issuer)
    return ordered


def _key_pem(key: PrivateKeyTypes) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _certificates_pem(certificates: Sequence[x509.Certificate]) -> str:
    return "".join(certificate.public_bytes(serialization.Encoding.PEM).decode() for certificate in certificates)
