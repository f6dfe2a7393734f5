from __future__ import annotations

from collections.abc import Mapping

import pytest

from isthmus import ConfigError, ConnectError
from workers.clients.override_policy import ensure_allowed, policy_for
from workers.clients.setting import Client

POLICY = "connector.client.config.override.policy"
OVERRIDES = {"linger.ms": "5", "sasl.jaas.config": "secret", "sasl.mechanism": "PLAIN"}


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        (None, []),
        ("All", []),
        ("None", ["linger.ms", "sasl.jaas.config", "sasl.mechanism"]),
        ("Principal", ["linger.ms"]),
        ("Allowlist", ["sasl.jaas.config", "sasl.mechanism"]),
        ("PrincipalConnectorClientConfigOverridePolicy", ["linger.ms"]),
        ("org.apache.kafka.connect.connector.policy.AllConnectorClientConfigOverridePolicy", []),
        ("org.apache.kafka.connect.connector.policy.AllowlistConnectorClientConfigOverridePolicy",
         ["sasl.jaas.config", "sasl.mechanism"]),
    ],
)  # fmt: skip
def test_each_policy_refuses_what_javas_does(name: str | None, refused: list[str]) -> None:
    worker = {"connector.client.config.override.allowlist": "linger.ms, acks"} | ({POLICY: name} if name else {})
    assert list(policy_for(worker).validate("producer", OVERRIDES)) == refused


def test_the_text_of_a_refusal_is_javas_and_has_no_value() -> None:
    with pytest.raises(ConnectError) as caught:
        ensure_allowed(policy_for({POLICY: "None"}), "producer", {"sasl.jaas.config": "secret"})
    assert str(caught.value) == (
        "Client Config Overrides not allowed [The 'None' policy does not allow 'sasl.jaas.config' to be overridden in "
        "the connector configuration.]"
    )


def test_a_policy_of_ones_own_is_loaded_by_whoever_may_load_plug_ins() -> None:
    class Fridays:
        def validate(self, client: Client, overrides: Mapping[str, str]) -> dict[str, str]:
            return {name: "not today" for name in overrides if client == "consumer"}

    own = policy_for({POLICY: "acme.Fridays"}, lambda _name: Fridays())
    assert own.validate("consumer", {"a": "b"}) == {"a": "not today"}
    with pytest.raises(ConfigError, match=f"Invalid value acme.Fridays for configuration {POLICY}"):
        policy_for({POLICY: "acme.Fridays"})
