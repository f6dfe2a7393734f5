"""Stores in each of Java's formats, and what becomes of the other `ssl.` settings."""

from __future__ import annotations

from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient

from dev import certificates as authority
from dev.certificates import Certificates
from tests.workers.clients import stores
from workers.clients.translation import ClientConfigError, ClientSettings, translate

BASE = {"bootstrap.servers": "localhost:1", "security.protocol": "SSL"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return authority.issue(tmp_path_factory.mktemp("authority") / "tls")


def translated(given: dict[str, str]) -> ClientSettings:
    settings = translate(BASE | given, "admin")
    AdminClient(settings.settings | {"log_level": 0})
    return settings


def key_store(kind: str, path: Path, password: str = "store-pass") -> dict[str, str]:
    return {
        "ssl.keystore.type": kind,
        "ssl.keystore.location": str(path),
        "ssl.keystore.password": password,
    }


def trust_store(kind: str, path: Path, password: str = "store-pass") -> dict[str, str]:
    return {
        "ssl.truststore.type": kind,
        "ssl.truststore.location": str(path),
        "ssl.truststore.password": password,
    }


def expected(made: Certificates) -> tuple[str, str]:
    return made.client_key.read_text(), made.client_certificate.read_text()


def given_to_librdkafka(settings: ClientSettings) -> tuple[str, str]:
    return settings.settings["ssl.key.pem"], settings.settings["ssl.certificate.pem"]


@pytest.mark.parametrize("declared", ["JKS", "PKCS12"])
def test_a_key_store_is_read_whatever_of_the_two_formats_it_is_declared_as(
    made: Certificates, tmp_path: Path, declared: str
) -> None:
    stores.write_jks_key_store(tmp_path / "k.jks", made.client_pem, "store-pass")
    stores.write_pkcs12_key_store(tmp_path / "k.p12", made.client_pem, "store-pass")
    for name in ("k.jks", "k.p12"):
        assert given_to_librdkafka(translated(key_store(declared, tmp_path / name))) == expected(made)


def test_the_key_of_a_jks_store_may_have_a_password_of_its_own(made: Certificates, tmp_path: Path) -> None:
    stores.write_jks_key_store(tmp_path / "k.jks", made.client_pem, "store-pass", key_password="key-pass")
    given = key_store("JKS", tmp_path / "k.jks") | {"ssl.key.password": "key-pass"}
    assert given_to_librdkafka(translated(given)) == expected(made)


def test_pem_may_be_a_file_or_written_in_the_settings(made: Certificates) -> None:
    file = {"ssl.keystore.type": "PEM", "ssl.keystore.location": str(made.client_pem)}
    inline = {
        "ssl.keystore.type": "PEM",
        "ssl.keystore.key": stores.encrypted_key(made.client_key, "key-pass"),
        "ssl.keystore.certificate.chain": made.client_certificate.read_text(),
        "ssl.key.password": "key-pass",
    }
    assert given_to_librdkafka(translated(file)) == given_to_librdkafka(translated(inline)) == expected(made)


def test_trust_stores_of_every_format_give_the_same_authority(made: Certificates, tmp_path: Path) -> None:
    stores.write_jks_trust_store(tmp_path / "t.jks", made.ca, "store-pass")
    stores.write_pkcs12_trust_store(tmp_path / "t.p12", made.ca, "store-pass")
    without_check = {"ssl.truststore.location": str(tmp_path / "t.jks")}
    for given in (
        trust_store("JKS", tmp_path / "t.jks"),
        trust_store("PKCS12", tmp_path / "t.p12"),
        without_check,
        {"ssl.truststore.type": "PEM", "ssl.truststore.location": str(made.ca)},
        {"ssl.truststore.type": "PEM", "ssl.truststore.certificates": made.ca.read_text()},
    ):
        assert translated(given).settings["ssl.ca.pem"] == made.ca.read_text()


def test_no_key_is_shown_or_written_to_a_file(made: Certificates, tmp_path: Path) -> None:
    folder = tmp_path / "stores"
    folder.mkdir()
    stores.write_jks_key_store(folder / "k.jks", made.client_pem, "store-pass")
    settings = translated(key_store("JKS", folder / "k.jks"))
    assert "PRIVATE KEY" not in repr(settings) + str(settings.java)
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["k.jks"]


@pytest.mark.parametrize("name", ["k.jks", "k.p12"])
def test_a_wrong_password_is_said_to_be_one(made: Certificates, tmp_path: Path, name: str) -> None:
    stores.write_jks_key_store(tmp_path / "k.jks", made.client_pem, "store-pass")
    stores.write_pkcs12_key_store(tmp_path / "k.p12", made.client_pem, "store-pass")
    with pytest.raises(ClientConfigError, match="password is wrong") as caught:
        translated(key_store("JKS", tmp_path / name, "guessed-pass"))
    assert "guessed-pass" not in str(caught.value)


def test_all_stores_that_cannot_be_used_are_reported_at_once(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    given = key_store("JKS", tmp_path / "absent.jks") | trust_store("JKS", tmp_path / "empty")
    with pytest.raises(ClientConfigError) as caught:
        translated(given | {"ssl.provider": "BCJSSE"})
    assert caught.value.errors == [
        "Invalid value BCJSSE for configuration ssl.provider: it would be Java code",
        f"ssl.keystore: {tmp_path / 'absent.jks'} cannot be read: No such file or directory",
        f"ssl.truststore: {tmp_path / 'empty'} is neither a JKS nor a PKCS12 file, or its password is wrong",
    ]


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"ssl.keystore.location": "/k.jks"}, "key store password is not specified"),
        ({"ssl.keystore.password": "x"}, "SSL key store is not specified"),
        ({"ssl.truststore.password": "x"}, "SSL trust store is not specified"),
        ({"ssl.keystore.type": "PEM", "ssl.keystore.key": "x"}, "certificate chain is not specified"),
        ({"ssl.keystore.key": "x", "ssl.keystore.certificate.chain": "y"}, "only for PEM"),
        ({"ssl.keystore.type": "PEM", "ssl.keystore.key": "x", "ssl.keystore.certificate.chain": "y"},
         "has no private key"),
        ({"ssl.keystore.type": "BCFKS", "ssl.keystore.location": "/k", "ssl.keystore.password": "x"}, "JKS, PKCS12, PEM"),
        ({"ssl.truststore.type": "PEM", "ssl.truststore.certificates": "x"}, "no certificate in PEM form"),
        ({"ssl.endpoint.identification.algorithm": "ldaps"}, "expected https"),
        ({"ssl.enabled.protocols": "TLSv1.3"}, "let the broker allow the wanted version only"),
        ({"ssl.cipher.suites": "TLS_AES_128_GCM_SHA256"}, "suites of TLSv1.2 only"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_kept_are_refused(given: dict[str, str], text: str) -> None:
    with pytest.raises(ClientConfigError, match=text):
        translated(given)


def test_the_host_name_is_checked_unless_that_is_switched_off() -> None:
    name = "ssl.endpoint.identification.algorithm"
    assert translated({}).settings[name] == "https"
    assert translated({name: ""}).settings[name] == "none"


def test_suites_have_javas_names() -> None:
    suites = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_AES_128_GCM_SHA256"
    settings = translated({"ssl.cipher.suites": suites})
    assert settings.settings["ssl.cipher.suites"] == "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
    assert settings.warnings


def test_stores_are_left_alone_where_there_is_no_tls() -> None:
    settings = translate(BASE | {"security.protocol": "PLAINTEXT", "ssl.keystore.location": "/absent"}, "admin")
    assert not any(name.startswith("ssl.") for name in settings.settings)
