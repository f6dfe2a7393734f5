"""The `ssl.*` keys: TLS of the REST server and, where no more specific keys are set, of Kafka clients."""

from __future__ import annotations

from isthmus import ConfigDef
from isthmus.config_def import Importance, Type

HIGH, MEDIUM, LOW = Importance.HIGH, Importance.MEDIUM, Importance.LOW
_any_list = ConfigDef.ValidList.any_non_duplicate_values


def define_ssl_keys(config: ConfigDef) -> None:
    """In Java's order (its ConfigDef.withClientSslSupport)."""
    _protocol_keys(config)
    _store_keys(config)
    _algorithm_keys(config)


def _protocol_keys(config: ConfigDef) -> None:
    config.define(
        "ssl.protocol",
        Type.STRING,
        "TLSv1.3",
        importance=MEDIUM,
        documentation="Accepted for Kafka's sake; `ssl.enabled.protocols` is what counts.",
    )
    config.define(
        "ssl.provider",
        Type.STRING,
        None,
        importance=MEDIUM,
        documentation="Java's security provider. Another than Java's own default is refused: TLS is OpenSSL's here.",
    )
    config.define(
        "ssl.cipher.suites",
        Type.LIST,
        [],
        _any_list(is_empty_allowed=True, is_null_allowed=False),
        importance=LOW,
        documentation="Cipher suites to allow for TLSv1.2, by their standard names. Empty: OpenSSL's own choice.",
    )
    config.define(
        "ssl.enabled.protocols",
        Type.LIST,
        ["TLSv1.2", "TLSv1.3"],
        _any_list(is_empty_allowed=True, is_null_allowed=False),
        importance=MEDIUM,
        documentation="Versions of TLS to allow.",
    )


def _store_keys(config: ConfigDef) -> None:
    config.define(
        "ssl.keystore.type",
        Type.STRING,
        "JKS",
        importance=MEDIUM,
        documentation="Format of the key store: JKS, PKCS12 or PEM.",
    )
    config.define(
        "ssl.keystore.location",
        Type.STRING,
        None,
        importance=HIGH,
        documentation="File with the private key and its certificates.",
    )
    for name, documentation in (
        ("ssl.keystore.password", "Password of the key store; not for PEM."),
        ("ssl.key.password", "Password of the private key in the key store or in `ssl.keystore.key`."),
        ("ssl.keystore.key", "The private key itself, PEM with PKCS#8, when `ssl.keystore.type` is PEM."),
        ("ssl.keystore.certificate.chain", "The certificates of `ssl.keystore.key`, PEM, its own first."),
        ("ssl.truststore.certificates", "Trusted certificates themselves, PEM, when `ssl.truststore.type` is PEM."),
    ):
        config.define(name, Type.PASSWORD, None, importance=HIGH, documentation=documentation)
    config.define(
        "ssl.truststore.type",
        Type.STRING,
        "JKS",
        importance=MEDIUM,
        documentation="Format of the trust store: JKS, PKCS12 or PEM.",
    )
    config.define(
        "ssl.truststore.location",
        Type.STRING,
        None,
        importance=HIGH,
        documentation="File with the trusted certificates. Unset: the certificate authorities of the system.",
    )
    config.define(
        "ssl.truststore.password",
        Type.PASSWORD,
        None,
        importance=HIGH,
        documentation="Password of the trust store. Without it the integrity of a JKS file is not checked.",
    )


def _algorithm_keys(config: ConfigDef) -> None:
    for name, default, documentation in (
        ("ssl.keymanager.algorithm", "SunX509", "Accepted for Kafka's sake, without effect."),
        ("ssl.trustmanager.algorithm", "PKIX", "Only the rules of PKIX can be had; others are refused."),
        (
            "ssl.endpoint.identification.algorithm",
            "https",
            "How a server's host name is checked against its certificate: `https`, or empty for not at all.",
        ),
        ("ssl.secure.random.implementation", None, "Accepted for Kafka's sake, without effect."),
    ):
        config.define(name, Type.STRING, default, importance=LOW, documentation=documentation)
    config.define(
        "ssl.engine.factory.class",
        Type.CLASS,
        None,
        importance=LOW,
        documentation="Java code that makes TLS engines: refused.",
    )
