"""Which client settings a connector may override: `connector.client.config.override.policy` (KIP-458).

Used when a configuration is validated and, once more, when the clients of a task are made. A policy class of a user's own
is plug-in code: it is loaded in plug-in processes only, through the `load` of `policy_for`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Protocol, TypeAlias

from isthmus.config_def import Type, parse_type
from isthmus.errors import ConfigError, ConnectError
from workers.clients.setting import Client

POLICY = "connector.client.config.override.policy"
ALLOWLIST = "connector.client.config.override.allowlist"
PRINCIPAL_SETTINGS = frozenset({"sasl.jaas.config", "sasl.mechanism", "security.protocol"})
PACKAGE = "org.apache.kafka.connect.connector.policy."
SUFFIX = "ConnectorClientConfigOverridePolicy"


class OverridePolicy(Protocol):
    """A policy. Java's interface of this name also tells the connector's class; no policy of Kafka's looks at it."""

    def validate(self, client: Client, overrides: Mapping[str, str]) -> dict[str, str]:
        """The settings (names without `producer.override.` and the like) that are refused, each with the reason."""


PolicyLoader: TypeAlias = Callable[[str], OverridePolicy]
"""Makes the policy of a class name; LookupError when there is none of this name."""


class NamedPolicy:
    """One of Kafka's own. `allowed` None means every setting."""

    def __init__(self, name: str, allowed: Collection[str] | None) -> None:
        self.name = name
        self._allowed = allowed

    def validate(self, client: Client, overrides: Mapping[str, str]) -> dict[str, str]:
        if self._allowed is None:
            return {}
        return {name: self._refusal(name) for name in overrides if name not in self._allowed}

    def _refusal(self, name: str) -> str:
        return f"The '{self.name}' policy does not allow '{name}' to be overridden in the connector configuration."


def policy_for(worker: Mapping[str, str], load: PolicyLoader | None = None) -> OverridePolicy:
    """The policy that a worker's properties name, by alias or class. ConfigError when there is none of this name."""
    class_name = worker.get(POLICY, "All").strip()
    match class_name.removeprefix(PACKAGE).removesuffix(SUFFIX):
        case "All":
            return NamedPolicy("All", None)
        case "None":
            return NamedPolicy("None", ())
        case "Principal":
            return NamedPolicy("Principal", PRINCIPAL_SETTINGS)
        case "Allowlist":
            return NamedPolicy("Allowlist", parse_type(ALLOWLIST, worker.get(ALLOWLIST, ""), Type.LIST))
    if load is None:
        raise ConfigError(
            POLICY, class_name, f"expected All, None, Principal or Allowlist, or a class ending in {SUFFIX}"
        )
    try:
        return load(class_name)
    except LookupError as error:
        raise ConfigError(POLICY, class_name, f"Class {class_name} could not be found.") from error


def ensure_allowed(policy: OverridePolicy, client: Client, overrides: Mapping[str, str]) -> None:
    """ConnectError when any override is refused; its text has names and reasons, no values."""
    refused = policy.validate(client, overrides)
    if refused:
        raise ConnectError(f"Client Config Overrides not allowed [{', '.join(refused.values())}]")
