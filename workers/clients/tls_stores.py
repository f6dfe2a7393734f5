"""The stores that the `ssl.*` settings name, read and handed to librdkafka as PEM text (Kafka's DefaultSslEngineFactory)."""

from __future__ import annotations

from workers.clients import key_stores
from workers.clients.key_stores import KeyPair, StoreError
from workers.clients.setting import Draft


def settle(draft: Draft) -> None:
    """Adds an error for each store that cannot be used."""
    for name, part in (("ssl.keystore", _client_certificate), ("ssl.truststore", _trusted_certificates)):
        try:
            part(draft)
        except StoreError as error:
            draft.errors.append(f"{name}: {error}")


def _store_type(draft: Draft, name: str) -> str:
    wanted = str(draft.value(name)).upper()
    if wanted not in key_stores.TYPES:
        raise StoreError(f"{name}={wanted} is not supported, expected one of {', '.join(key_stores.TYPES)}")
    return wanted


def _client_certificate(draft: Draft) -> None:
    pair = _inline_pair(draft) or _stored_pair(draft)
    if pair is not None:
        draft.settings["ssl.key.pem"] = pair.key
        draft.settings["ssl.certificate.pem"] = pair.certificates


def _inline_pair(draft: Draft) -> KeyPair | None:
    key, chain = draft.secret("ssl.keystore.key"), draft.secret("ssl.keystore.certificate.chain")
    if key is None and chain is None:
        return None
    if key is None:
        raise StoreError("SSL certificate chain is specified, but private key is not specified")
    if chain is None:
        raise StoreError("SSL private key is specified, but certificate chain is not specified.")
    if _store_type(draft, "ssl.keystore.type") != "PEM":
        raise StoreError("SSL private key can be specified only for PEM, set ssl.keystore.type=PEM")
    return key_stores.key_pair_from_pem(key, chain, draft.secret("ssl.key.password"), "ssl.keystore.key")


def _stored_pair(draft: Draft) -> KeyPair | None:
    path, password = draft.value("ssl.keystore.location"), draft.secret("ssl.keystore.password")
    if not path:
        if password:
            raise StoreError("SSL key store is not specified, but key store password is specified.")
        return None
    key_password = draft.secret("ssl.key.password")
    if _store_type(draft, "ssl.keystore.type") == "PEM":
        if password:
            raise StoreError(
                "SSL key store password cannot be specified with PEM format, only key password may be specified."
            )
        text = key_stores.read_pem(path)
        return key_stores.key_pair_from_pem(text, text, key_password, path)
    if password is None:
        raise StoreError("SSL key store is specified, but key store password is not specified.")
    return key_stores.key_pair_from_store(path, password, key_password)


def _trusted_certificates(draft: Draft) -> None:
    trusted = _certificates(draft)
    if trusted is not None:
        draft.settings["ssl.ca.pem"] = trusted


def _certificates(draft: Draft) -> str | None:
    """PEM text of the trust store that is configured; None leaves it to the system."""
    inline, path = draft.secret("ssl.truststore.certificates"), draft.value("ssl.truststore.location")
    password = draft.secret("ssl.truststore.password")
    is_pem = _store_type(draft, "ssl.truststore.type") == "PEM"
    if password and (is_pem or inline):
        raise StoreError("SSL trust store password cannot be specified for PEM format.")
    if inline:
        if not is_pem:
            raise StoreError("SSL trust store certs can be specified only for PEM, set ssl.truststore.type=PEM")
        return key_stores.certificates_from_pem(inline, "ssl.truststore.certificates")
    if path:
        if is_pem:
            return key_stores.certificates_from_pem(key_stores.read_pem(path), path)
        return key_stores.certificates_from_store(path, password)
    if password:
        raise StoreError("SSL trust store is not specified, but trust store password is specified.")
    return None
