"""The `ssl.*` settings. Stores of every kind reach librdkafka as PEM text in memory (see `key_stores`)."""

from __future__ import annotations

from isthmus import ConfigDef
from isthmus.config_def import Type
from workers.clients.setting import Draft, Setting, ignored, lowered, refused, translated

VERSIONS = ["TLSv1.2", "TLSv1.3"]
TLS13_SUITES = "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_GCM_SHA256"
JAVA_CODE = "it would be Java code"
KEY_STORE = "ssl.key.pem and ssl.certificate.pem, in memory"
TRUST_STORE = "ssl.ca.pem, in memory; unset: the certificate authorities of the system"

SETTINGS: tuple[Setting, ...] = (
    translated(
        "security.protocol",
        Type.STRING,
        "PLAINTEXT",
        lowered(),
        validator=ConfigDef.CaseInsensitiveValidString.in_("SASL_SSL", "PLAINTEXT", "SSL", "SASL_PLAINTEXT"),
    ),
    translated("ssl.keystore.type", Type.STRING, "JKS", note="JKS, PKCS12 or PEM"),
    translated("ssl.keystore.location", Type.STRING, None, note=KEY_STORE),
    translated("ssl.keystore.password", Type.PASSWORD, None, note=KEY_STORE),
    translated("ssl.keystore.key", Type.PASSWORD, None, note=KEY_STORE),
    translated("ssl.keystore.certificate.chain", Type.PASSWORD, None, note=KEY_STORE),
    translated("ssl.key.password", Type.PASSWORD, None, note=KEY_STORE),
    translated("ssl.truststore.type", Type.STRING, "JKS", note="JKS, PKCS12 or PEM"),
    translated("ssl.truststore.location", Type.STRING, None, note=TRUST_STORE),
    translated("ssl.truststore.password", Type.PASSWORD, None, note=TRUST_STORE),
    translated("ssl.truststore.certificates", Type.PASSWORD, None, note=TRUST_STORE),
    translated(
        "ssl.endpoint.identification.algorithm",
        Type.STRING,
        "https",
        note="https, or empty for none; others are refused",
    ),
    translated(
        "ssl.enabled.protocols",
        Type.LIST,
        VERSIONS,
        note="TLSv1.2 and TLSv1.3 are both offered; a list without TLSv1.2 is refused, since it could not be kept",
    ),
    translated(
        "ssl.cipher.suites",
        Type.LIST,
        [],
        note="the suites of TLSv1.2; those of TLSv1.3 cannot be chosen, so a list with them alone is refused",
    ),
    ignored("ssl.protocol", Type.STRING, "TLSv1.3", "ssl.enabled.protocols is what counts"),
    refused("ssl.provider", Type.STRING, None, JAVA_CODE, "SunJSSE"),
    ignored("ssl.keymanager.algorithm", Type.STRING, "SunX509", "OpenSSL chooses the key by its own rules"),
    refused(
        "ssl.trustmanager.algorithm",
        Type.STRING,
        "PKIX",
        "OpenSSL checks certificates by the rules of PKIX, others cannot be had",
        "SunX509",
        "SunPKIX",
        "X509",
    ),
    ignored("ssl.secure.random.implementation", Type.STRING, None, "OpenSSL's generator is used"),
    refused("ssl.engine.factory.class", Type.CLASS, None, JAVA_CODE),
)


def settle(draft: Draft) -> None:
    """Reads the stores, but only for connections that use TLS: Java leaves them alone otherwise."""
    if draft.value("security.protocol").upper() not in ("SSL", "SASL_SSL"):
        return
    _host_check(draft)
    _versions(draft)
    _cipher_suites(draft)
    # Imported here: most workers speak to brokers without TLS, and cryptography costs a process 50 ms and 6 MB.
    from workers.clients import tls_stores

    tls_stores.settle(draft)


def _host_check(draft: Draft) -> None:
    name = "ssl.endpoint.identification.algorithm"
    wanted = draft.value(name) or ""
    if wanted.lower() not in ("https", ""):
        draft.refuse(name, wanted, "expected https, or nothing for no check of the host name")
    else:
        draft.settings[name] = "https" if wanted else "none"


def _versions(draft: Draft) -> None:
    name = "ssl.enabled.protocols"
    wanted = draft.value(name)
    if "TLSv1.2" not in wanted:
        reason = "the client always offers TLSv1.2 as well as TLSv1.3; let the broker allow the wanted version only"
        draft.refuse(name, ",".join(wanted), reason)
    elif set(wanted) != set(VERSIONS):
        draft.warn(f"{name}={','.join(wanted)}: the client offers {' and '.join(VERSIONS)}")


def _cipher_suites(draft: Draft) -> None:
    name = "ssl.cipher.suites"
    wanted = draft.value(name)
    selectable = [suite for suite in wanted if suite not in TLS13_SUITES]
    if wanted and not selectable:
        draft.refuse(
            name, ",".join(wanted), "the client can choose suites of TLSv1.2 only, and would offer all of them"
        )
    elif selectable:
        # OpenSSL knows the standard names, which are Java's.
        draft.settings[name] = ":".join(selectable)
        draft.warn(f"{name}: chooses the suites of TLSv1.2; for TLSv1.3 the client offers {', '.join(TLS13_SUITES)}")
