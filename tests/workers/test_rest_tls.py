"""TLS settings of https listeners."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme

from tests.app.rest_worker import worker_config
from workers.errors import WorkerConfigError
from workers.rest_tls import ADMIN_PREFIX, MAIN_PREFIX, listener_tls


@pytest.fixture
def key_store(tmp_path: Path) -> str:
    path = str(tmp_path / "key.pem")
    trustme.CA().issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(path)
    return path


def test_plain_ssl_settings_serve_every_listener(key_store: str) -> None:
    config = worker_config(ssl_keystore_type="PEM", ssl_keystore_location=key_store, ssl_client_auth="requested")

    for prefix in (MAIN_PREFIX, ADMIN_PREFIX):
        tls = listener_tls(config, prefix)
        assert tls["private_key"].startswith("-----BEGIN PRIVATE KEY-----")
        assert tls["certificate_chain"].startswith("-----BEGIN CERTIFICATE-----")
        assert (tls["client_auth"], tls["protocols"]) == ("requested", ["TLSv1.2", "TLSv1.3"])


def test_as_soon_as_one_key_has_the_prefix_only_those_count(key_store: str) -> None:
    config = worker_config(
        ssl_keystore_type="PEM", ssl_keystore_location=key_store, listeners_https_ssl_client_auth="required"
    )

    with pytest.raises(WorkerConfigError, match=r"listeners\.https\.ssl\.keystore\.location: an https listener needs"):
        listener_tls(config, MAIN_PREFIX)
    assert listener_tls(config, ADMIN_PREFIX)["client_auth"] == "none"


def test_a_server_may_speak_the_newest_version_alone(key_store: str) -> None:
    config = worker_config(ssl_keystore_type="PEM", ssl_keystore_location=key_store, ssl_enabled_protocols="TLSv1.3")

    assert listener_tls(config, MAIN_PREFIX)["protocols"] == ["TLSv1.3"]


def test_all_errors_come_at_once_and_name_their_keys(tmp_path: Path) -> None:
    config = worker_config(
        listeners_https_ssl_client_auth="maybe",
        listeners_https_ssl_enabled_protocols="SSLv3",
        listeners_https_ssl_keystore_location=str(tmp_path / "none.jks"),
        listeners_https_ssl_keystore_password="s3cret",
    )

    with pytest.raises(WorkerConfigError) as raised:
        listener_tls(config, MAIN_PREFIX)

    text = "\n".join(raised.value.errors)
    for expected in ("https.ssl.client.auth", "https.ssl.enabled.protocols", "none.jks cannot be read"):
        assert expected in text
    assert "s3cret" not in text


def test_suites_have_javas_names_or_openssls(key_store: str) -> None:
    suites = (
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_RSA_WITH_AES_256_CBC_SHA256, TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256,"
        "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,ECDHE-RSA-AES256-GCM-SHA384,TLS_AES_128_GCM_SHA256"
    )
    config = worker_config(ssl_keystore_type="PEM", ssl_keystore_location=key_store, ssl_cipher_suites=suites)

    assert listener_tls(config, MAIN_PREFIX)["ciphers"] == (
        "ECDHE-RSA-AES128-GCM-SHA256:AES256-SHA256:DHE-RSA-CHACHA20-POLY1305:"
        "ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-GCM-SHA384"
    )


@pytest.mark.parametrize(
    ("suites", "reason"),
    [
        ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,NO_SUCH_SUITE", "NO_SUCH_SUITE is none that OpenSSL has"),
        ("TLS_AES_128_GCM_SHA256", "expected some suite of TLSv1.2, or only TLSv1.3 in ssl.enabled.protocols"),
    ],
)
def test_suites_that_leave_nothing_to_offer_are_refused(key_store: str, suites: str, reason: str) -> None:
    config = worker_config(ssl_keystore_type="PEM", ssl_keystore_location=key_store, ssl_cipher_suites=suites)

    with pytest.raises(WorkerConfigError) as refused:
        listener_tls(config, MAIN_PREFIX)

    assert refused.value.errors == [f"Invalid value {suites} for configuration ssl.cipher.suites: {reason}"]


def test_tlsv1_3_alone_needs_no_older_suite(key_store: str) -> None:
    config = worker_config(
        ssl_keystore_type="PEM",
        ssl_keystore_location=key_store,
        ssl_cipher_suites="TLS_AES_128_GCM_SHA256",
        ssl_enabled_protocols="TLSv1.3",
    )

    assert listener_tls(config, MAIN_PREFIX)["ciphers"] is None
