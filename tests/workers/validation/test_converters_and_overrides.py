"""Keys of converters and of overridden client settings in the answer of validation."""

from __future__ import annotations

import pytest

from isthmus import ConfigError
from tests.workers.validation import plugins
from tests.workers.validation.answers import Validate, entry_of, errors_of

SOURCE = {"name": "n", "connector.class": "GoodSource", "table": "t"}
SINK = {"name": "n", "connector.class": "GoodSink", "topics": "t"}


def listed(infos: object) -> list[str]:
    assert isinstance(infos, dict)
    return [(entry["value"] or entry["definition"])["name"] for entry in infos["configs"]]


def test_keys_of_a_converter_are_listed_when_the_connector_names_it(validated: Validate) -> None:
    infos = validated({**SOURCE, "value.converter": "GoodConverter", "value.converter.indent": "x"})
    assert errors_of(infos) == {
        "value.converter.indent": ["Invalid value x for configuration indent: Not a number of type INT"]
    }
    assert infos["groups"][-1] == "Looks"
    assert "value.converter.indent" not in listed(validated({**SOURCE, "value.converter.indent": "x"}))


def test_headers_come_before_keys_and_values(validated: Validate) -> None:
    infos = validated({**SOURCE, **{f"{role}.converter": "GoodConverter" for role in ("key", "value", "header")}})
    assert listed(infos)[-3:] == ["header.converter.indent", "key.converter.indent", "value.converter.indent"]


def test_a_converter_that_cannot_be_found_is_an_error_of_its_key(validated: Validate) -> None:
    infos = validated({**SOURCE, "key.converter": "Nope"})
    assert errors_of(infos) == {
        "key.converter": ["Invalid value Nope for configuration key.converter: Class Nope could not be found."]
    }


def test_a_class_that_is_no_converter_is_an_error_of_the_key(validated: Validate) -> None:
    infos = validated({**SOURCE, "key.converter": "GoodSource"})
    assert errors_of(infos) == {
        "key.converter": [f"Class class {plugins.__name__}.GoodSource does not implement the Converter interface"]
    }


def test_a_converter_whose_declaration_fails_is_an_error_of_its_key(validated: Validate) -> None:
    infos = validated({**SOURCE, "key.converter": "BrokenConverter"})
    assert errors_of(infos) == {"key.converter": ["Failed to load ConfigDef from key converter: out of order"]}


def test_a_converter_that_declares_nothing_is_let_pass(validated: Validate) -> None:
    assert validated({**SOURCE, "key.converter": "UndeclaredConverter"})["error_count"] == 0


@pytest.mark.parametrize(("client", "is_required"), [("producer", True), ("consumer", True), ("admin", False)])
def test_the_settings_without_which_a_client_of_java_is_not_made_are_required(
    validated: Validate, client: str, is_required: bool
) -> None:
    name = f"{client}.override.bootstrap.servers"
    config = {**SINK, "errors.deadletterqueue.topic.name": "d", name: "here:9092"}

    definition = entry_of(validated(config), name)["definition"]

    assert definition is not None
    assert (definition["required"], definition["default_value"]) == (is_required, None if is_required else "")


def test_overridden_settings_of_the_producer_are_listed_for_a_source(validated: Validate) -> None:
    infos = validated({**SOURCE, "producer.override.acks": "7", "producer.override.mine": "x"})
    entry = entry_of(infos, "producer.override.acks")
    assert entry["definition"] is not None
    assert entry["value"] is not None
    assert (entry["definition"]["default_value"], entry["definition"]["display_name"]) == ("all", "acks")
    assert entry["value"]["value"] == "7"
    assert entry_of(infos, "producer.override.mine")["definition"] is None


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (SOURCE, ["producer.override.linger.ms"]),
        ({**SOURCE, "topic.creation.groups": ""}, ["producer.override.linger.ms", "admin.override.retries"]),
        (SINK, ["consumer.override.group.id"]),
        (
            {**SINK, "errors.deadletterqueue.topic.name": "d"},
            ["producer.override.linger.ms", "consumer.override.group.id", "admin.override.retries"],
        ),
    ],
)
def test_only_clients_that_the_connector_uses_are_looked_at(
    validated: Validate, config: dict[str, str], expected: list[str]
) -> None:
    overrides = {
        "admin.override.retries": "1",
        "consumer.override.group.id": "g",
        "producer.override.linger.ms": "1",
    }
    infos = validated({**config, **overrides})
    assert [name for name in listed(infos) if ".override." in name] == expected


def test_what_the_policy_refuses_is_an_error_of_the_setting(validated: Validate) -> None:
    worker = {"connector.client.config.override.policy": "Principal"}
    infos = validated(
        {**SOURCE, "producer.override.sasl.jaas.config": "secret", "producer.override.acks": "all"}, worker=worker
    )
    assert errors_of(infos) == {
        "producer.override.acks": [
            "The 'Principal' policy does not allow 'acks' to be overridden in the connector configuration."
        ]
    }
    assert "secret" not in str(infos["configs"])


def test_a_setting_that_does_not_parse_ends_the_validation(validated: Validate) -> None:
    with pytest.raises(ConfigError, match=r"^Invalid value x for configuration linger\.ms: Not a number of type LONG$"):
        validated({**SOURCE, "producer.override.linger.ms": "x"})
