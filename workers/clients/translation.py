"""From Java's client settings to librdkafka's. The tables are in the `*_settings` modules; here they are put to use.

Called by `layers` and by whatever makes a Kafka client, in the worker and in task processes. The result holds secrets in
memory only; its repr hides them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Final

from isthmus.config_def import Type
from isthmus.errors import ConfigError
from workers.clients import (
    connection_settings,
    consumer_settings,
    producer_settings,
    sasl_settings,
    tls_settings,
)
from workers.clients.setting import CLIENTS, Client, Draft, Setting

ALL_SETTINGS: Final[tuple[Setting, ...]] = (
    *connection_settings.SETTINGS,
    *producer_settings.SETTINGS,
    *consumer_settings.SETTINGS,
    *tls_settings.SETTINGS,
    *sasl_settings.SETTINGS,
)

TABLE: Final[Mapping[Client, Mapping[str, Setting]]] = {
    client: {setting.name: setting for setting in ALL_SETTINGS if client in setting.clients} for client in CLIENTS
}
"""Every setting that Kafka 4.3 has for each kind of client, by Java's name."""

_BASE: Final[Mapping[Client, Mapping[str, Any]]] = {
    "producer": {**connection_settings.BASE, **producer_settings.BASE},
    "consumer": {**connection_settings.BASE, **consumer_settings.BASE},
    "admin": {**connection_settings.BASE, "enable.metrics.push": False},
}

_SECRETS: Final = frozenset(
    {
        "sasl.password",
        "sasl.oauthbearer.client.secret",
        "sasl.oauthbearer.config",
        "sasl.oauthbearer.extensions",
        "sasl.oauthbearer.assertion.private.key.passphrase",
        "ssl.key.pem",
    }
)


class ClientConfigError(ConfigError):
    """Settings of a Kafka client cannot be used; `errors` has every reason, each naming its key."""

    java_name = ConfigError.java_name

    def __init__(self, client: Client, errors: list[str]) -> None:
        super().__init__(f"The settings of the {client} cannot be used: {'; '.join(errors)}")
        self.errors = errors


@dataclass(frozen=True, slots=True, repr=False)
class ClientSettings:
    """What one client is made with: `settings` go to confluent_kafka; `java` has Java's typed values (given or default, no
    passwords), for what our own loops do in place of the client.
    """

    client: Client
    settings: dict[str, Any]
    java: Mapping[str, Any]
    warnings: tuple[str, ...]

    @property
    def max_poll_records(self) -> int:
        return int(self.java["max.poll.records"])

    @property
    def max_block_s(self) -> float:
        """How long a producer's caller waits for room in the buffer, and for a topic that does not exist."""
        return int(self.java["max.block.ms"]) / 1000

    @property
    def default_api_timeout_s(self) -> float:
        """How long one request may take that has no time-out of its own."""
        return int(self.java["default.api.timeout.ms"]) / 1000

    @property
    def metadata_max_age_s(self) -> float:
        """How often topics are looked for anew."""
        return int(self.java["metadata.max.age.ms"]) / 1000

    def __repr__(self) -> str:
        shown = {name: "[hidden]" if name in _SECRETS else value for name, value in self.settings.items()}
        return f"ClientSettings({self.client!r}, {shown})"


def translate(props: Mapping[str, str | None], client: Client) -> ClientSettings:
    """librdkafka's settings for Java's.

    ClientConfigError with every value that is ill-typed, cannot be translated or refers to a store that cannot be read.
    A key that Kafka's client does not have is a warning, as in Java.
    """
    table = TABLE[client]
    given, errors, warnings = _parse(props, table)
    draft = Draft(client, given, {setting.name: setting.default for setting in table.values()})
    draft.settings.update(_BASE[client])
    draft.errors += errors
    draft.warnings += warnings
    protocol = draft.value("security.protocol").upper()
    for name, value in given.items():
        if _is_used(name, protocol):
            table[name].apply(table[name], value, draft)
    _settle(draft)
    if draft.errors:
        raise ClientConfigError(client, draft.errors)
    java = {name: draft.value(name) for name, setting in table.items() if setting.type is not Type.PASSWORD}
    return ClientSettings(client, draft.settings, MappingProxyType(java), tuple(draft.warnings))


def _parse(
    props: Mapping[str, str | None], table: Mapping[str, Setting]
) -> tuple[dict[str, Any], list[str], list[str]]:
    given: dict[str, Any] = {}
    errors: list[str] = []
    warnings: list[str] = []
    for name, text in props.items():
        setting = table.get(name)
        if setting is None:
            warnings += _unknown(name, table)
        elif text is not None:
            try:
                given[name] = setting.parse(text)
            except ConfigError as error:
                errors.append(str(error))
    return given, errors, warnings


def _is_used(name: str, protocol: str) -> bool:
    """Whether a setting matters: those of TLS and of a login that is not used do not, whatever they say."""
    if name.startswith("ssl."):
        return protocol.endswith("SSL")
    return not name.startswith("sasl.") or protocol.startswith("SASL")


def _unknown(name: str, table: Mapping[str, Setting]) -> list[str]:
    if name.startswith(connection_settings.OWN_PREFIXES):
        return []
    near = get_close_matches(name, table, n=1, cutoff=0.85)
    hint = f" (did you mean {near[0]}?)" if near else ""
    return [f"{name} is not a setting of Kafka's clients, it has no effect{hint}"]


def _settle(draft: Draft) -> None:
    connection_settings.settle(draft)
    if draft.client == "producer":
        producer_settings.settle(draft)
    if draft.client == "consumer":
        consumer_settings.settle(draft)
    tls_settings.settle(draft)
    sasl_settings.settle(draft)
