"""Logins: sasl.jaas.config and the settings around it."""

from __future__ import annotations

import pytest
from confluent_kafka.admin import AdminClient

from workers.clients.translation import ClientConfigError, ClientSettings, translate

SECURITY = "org.apache.kafka.common.security."


def translated(**given: str) -> ClientSettings:
    base = {"bootstrap.servers": "localhost:1", "security.protocol": "SASL_PLAINTEXT"}
    return translate(base | {name.replace("_", "."): value for name, value in given.items()}, "admin")


@pytest.mark.parametrize(
    ("mechanism", "module"),
    [
        ("PLAIN", "plain.PlainLoginModule"),
        ("SCRAM-SHA-256", "scram.ScramLoginModule"),
        ("SCRAM-SHA-512", "scram.ScramLoginModule"),
    ],
)
def test_user_and_password_come_from_the_jaas_configuration(mechanism: str, module: str) -> None:
    made = translated(
        sasl_mechanism=mechanism, sasl_jaas_config=f'{SECURITY}{module} required username="me" password="p;\\"w";'
    )
    assert made.settings["sasl.username"] == "me"
    assert made.settings["sasl.password"] == 'p;"w'
    AdminClient(made.settings | {"log_level": 0})


def test_no_text_shows_a_secret() -> None:
    jaas = f'{SECURITY}plain.PlainLoginModule required username="me" password="hush-hush";'
    made = translated(sasl_mechanism="PLAIN", sasl_jaas_config=jaas)
    assert "hush-hush" not in repr(made) + str(made) + str(made.java)
    with pytest.raises(ClientConfigError) as caught:
        translated(sasl_mechanism="PLAIN", sasl_jaas_config=jaas.replace(" required", ""), retry_backoff_ms="x")
    assert "hush-hush" not in str(caught.value)


def test_logins_are_left_alone_where_there_is_no_sasl() -> None:
    made = translated(security_protocol="PLAINTEXT", sasl_mechanism="PLAIN", sasl_jaas_config="nonsense")
    assert not any(name.startswith("sasl.") for name in made.settings)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"sasl_mechanism": "NTLM"}, "sasl.mechanism: String must be one of"),
        ({"sasl_mechanism": "PLAIN"}, "it is not set, and PLAIN needs it"),
        ({"sasl_mechanism": "PLAIN", "sasl_jaas_config": f"{SECURITY}plain.PlainLoginModule required username=a;"},
         "PlainLoginModule needs the option password"),
        ({"sasl_mechanism": "PLAIN", "sasl_jaas_config": "com.sun.security.auth.module.JndiLoginModule required a=b;"},
         "JndiLoginModule does not serve PLAIN"),
        ({"sasl_mechanism": "SCRAM-SHA-256",
          "sasl_jaas_config": f"{SECURITY}scram.ScramLoginModule required username=a password=b tokenauth=true;"},
         "no delegation tokens"),
        ({"sasl_mechanism": "OAUTHBEARER"}, "needs sasl.oauthbearer.token.endpoint.url"),
        ({"sasl_mechanism": "OAUTHBEARER", "sasl_oauthbearer_token_endpoint_url": "file:///etc/token"},
         "expected an address of http or https"),
    ],
)  # fmt: skip
def test_a_login_that_cannot_work_is_refused_with_the_reason(given: dict[str, str], text: str) -> None:
    with pytest.raises(ClientConfigError, match=text):
        translated(**given)


def test_oauth_takes_its_client_from_settings_or_from_the_login_module() -> None:
    jaas = (
        f'{SECURITY}oauthbearer.OAuthBearerLoginModule required clientId="id" clientSecret="s" scope="sc" '
        'extension_logicalCluster="lkc";'
    )
    common = {"sasl_mechanism": "OAUTHBEARER", "sasl_oauthbearer_token_endpoint_url": "https://localhost:1/token"}
    made = translated(
        **common,
        sasl_jaas_config=jaas,
        sasl_login_callback_handler_class=f"{SECURITY}oauthbearer.secured.OAuthBearerLoginCallbackHandler",
    ).settings
    assert (made["sasl.oauthbearer.client.id"], made["sasl.oauthbearer.client.secret"]) == ("id", "s")
    assert (made["sasl.oauthbearer.scope"], made["sasl.oauthbearer.extensions"]) == ("sc", "logicalCluster=lkc")
    own = {
        "sasl_oauthbearer_client_credentials_client_id": "new",
        "sasl_oauthbearer_client_credentials_client_secret": "t",
    }
    made = translated(**common, sasl_jaas_config=jaas, **own).settings
    assert (made["sasl.oauthbearer.client.id"], made["sasl.oauthbearer.client.secret"]) == ("new", "t")
    AdminClient(made | {"log_level": 0})


ASSERTION = {
    "sasl_mechanism": "OAUTHBEARER",
    "sasl_oauthbearer_token_endpoint_url": "https://localhost:1/token",
    "sasl_oauthbearer_jwt_retriever_class": f"{SECURITY}oauthbearer.JwtBearerJwtRetriever",
}


@pytest.mark.parametrize(
    "given",
    [
        {"file": "/run/assertion", "claim_sub": "me"},
        {"private_key_file": "/run/key", "private_key_passphrase": "p", "claim_exp_seconds": "0", "algorithm": "ES256"},
        {"private_key_file": "/run/key", "template_file": "/run/template", "claim_jti_include": "true"},
    ],
)
def test_an_assertion_takes_the_place_of_client_credentials(given: dict[str, str]) -> None:
    made = translated(**ASSERTION, **{f"sasl_oauthbearer_assertion_{name}": value for name, value in given.items()})
    assert made.settings["sasl.oauthbearer.grant.type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    AdminClient(made.settings | {"log_level": 0})


def test_kerberos_runs_kinit_with_the_key_table() -> None:
    jaas = (
        'com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true keyTab="/etc/me.keytab" '
        'principal="me/host@REALM";'
    )
    made = translated(sasl_jaas_config=jaas, sasl_kerberos_service_name="kafka").settings
    assert made["sasl.kerberos.keytab"] == "/etc/me.keytab"
    assert made["sasl.kerberos.principal"] == "me/host@REALM"
    assert made["sasl.kerberos.kinit.cmd"].startswith('/usr/bin/kinit -R -t "%{sasl.kerberos.keytab}"')


@pytest.mark.parametrize(
    ("principal", "keytab", "kinit"),
    [
        ("me; rm -rf /", "/etc/k", "/usr/bin/kinit"),
        ("me", '/etc/k" ; true "', "/usr/bin/kinit"),
        ("me", "/etc/k", "/usr/bin/kinit; true"),
        ("-x", "/etc/k", "/usr/bin/kinit"),
    ],
)
def test_nothing_gets_into_the_shell_command_of_kerberos(principal: str, keytab: str, kinit: str) -> None:
    keytab = keytab.replace('"', '\\"')
    jaas = (
        f'com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true keyTab="{keytab}" '
        f'principal="{principal}" serviceName=kafka;'
    )
    with pytest.raises(ClientConfigError, match="characters that are not allowed"):
        translated(sasl_jaas_config=jaas, sasl_kerberos_kinit_cmd=kinit)
