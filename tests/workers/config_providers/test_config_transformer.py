from __future__ import annotations

from collections.abc import Set as AbstractSet

from isthmus import ConfigData, ConfigProvider
from workers.config_providers import ConfigTransformer
from workers.config_providers.config_transformer import with_placeholders_restored


class Answers(ConfigProvider):
    """Knows `key` and `other` at every path, and remembers what it was asked."""

    def __init__(self, ttl_ms: int | None = None) -> None:
        self.asked: list[tuple[str, set[str]]] = []
        self._ttl_ms = ttl_ms

    def get(self, path: str, keys: AbstractSet[str] | None = None) -> ConfigData:
        self.asked.append((path, set(keys or ())))
        return ConfigData({"key": f"<{path}>", "other": "${p:key}"}, self._ttl_ms)


def resolved(value: str | None) -> str | None:
    return ConfigTransformer({"p": Answers()}).transform({"a": value}).data["a"]


def test_placeholders_with_and_without_a_path_are_replaced() -> None:
    assert resolved("x ${p:/a/b:key} y ${p:key}z") == "x </a/b> y <>z"
    assert resolved("no placeholder") == "no placeholder"
    assert resolved(None) is None


def test_what_a_provider_gives_is_not_looked_into_again() -> None:
    assert resolved("${p:other}") == "${p:key}"


def test_unknown_providers_and_keys_stay_as_they_are() -> None:
    assert resolved("${q:key} ${p:absent} ${p} $ {p:key} ${p:a:key}") == "${q:key} ${p:absent} ${p} $ {p:key} <a>"


def test_the_keys_of_a_path_are_asked_for_at_once() -> None:
    provider = Answers()
    ConfigTransformer({"p": provider}).transform({"a": "${p:x:key}${p:x:other}", "b": "${p:x:third}", "c": "${p:key}"})
    assert provider.asked == [("x", {"key", "other", "third"}), ("", {"key"})]


def test_the_time_for_which_a_path_holds_is_passed_on() -> None:
    assert ConfigTransformer({"p": Answers(500)}).transform({"a": "${p:x:key}"}).ttls_ms == {"x": 500}
    assert ConfigTransformer({"p": Answers()}).transform({"a": "${p:x:key}"}).ttls_ms == {}


def test_what_a_task_shares_with_its_connector_goes_back_to_the_raw_form() -> None:
    task = {"password": "secret", "file": "f", "task.class": "T"}
    connector = {"password": "${p:key}", "file": "f", "other": "${p:key}"}
    assert with_placeholders_restored(task, connector) == task | {"password": "${p:key}"}
