"""Keys of transformations and predicates, taken from their own declarations."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from isthmus import ConfigDef, ConfigValue, ConnectError, ConnectRecord, Predicate, Transformation
from isthmus.config_def import loading_classes_with
from workers.connector_config import enrich

LOW = ConfigDef.Importance.LOW


class Prefix(Transformation[ConnectRecord]):
    def config(self) -> ConfigDef:
        return (
            ConfigDef()
            .define("text", ConfigDef.Type.STRING, importance=LOW, validator=ConfigDef.NonEmptyString())
            .define("negate", ConfigDef.Type.STRING, "mine", importance=LOW)
        )

    def apply(self, record: ConnectRecord) -> ConnectRecord | None:
        return record


class NoDeclaration(Prefix):
    def config(self) -> ConfigDef:
        return None  # type: ignore[return-value]  # what a careless author may do


class CannotBeMade(Prefix):
    def __init__(self) -> None:
        raise RuntimeError("no such luck")


class Never(Predicate[ConnectRecord]):
    def config(self) -> ConfigDef:
        return ConfigDef()

    def test(self, record: ConnectRecord) -> bool:
        return False


CLASSES = {cls.__name__: cls for cls in (Prefix, NoDeclaration, CannotBeMade, Never)}


def validated(props: dict[str, str | None]) -> dict[str, ConfigValue]:
    with loading_classes_with(CLASSES.__getitem__):
        return enrich(ConfigDef(), props, {}).validate_all(props)


def errors(props: dict[str, str | None]) -> dict[str, list[str]]:
    return {name: value.error_messages for name, value in validated(props).items() if value.error_messages}


def test_keys_of_each_alias_stand_below_its_prefix_and_in_its_group() -> None:
    props: dict[str, Any] = {"transforms": "a", "transforms.a.type": "Prefix", "predicates": "p"}
    with loading_classes_with(CLASSES.__getitem__):
        definition = enrich(ConfigDef(), {**props, "predicates.p.type": "Never"}, {})
    assert list(definition.config_keys) == [
        "transforms.a.type",
        "transforms.a.plugin.version",
        "transforms.a.text",
        "transforms.a.negate",
        "transforms.a.predicate",
        "predicates.p.type",
        "predicates.p.plugin.version",
    ]
    assert definition.groups == ["Transforms: a", "Predicates: p"]


def test_errors_of_embedded_keys_name_them_without_prefix() -> None:
    found = errors({"transforms": "a", "transforms.a.type": "Prefix", "transforms.a.text": ""})
    assert found == {"transforms.a.text": ["Invalid value  for configuration text: String must be non-empty"]}


def test_connects_own_keys_mask_those_of_the_transformation(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        found = validated({"transforms": "a", "transforms.a.type": "Prefix", "transforms.a.text": "t"})
    assert found["transforms.a.negate"].value is False
    assert "negate" in caplog.text


@pytest.mark.parametrize(
    ("type_", "text"),
    [
        (None, 'Missing required configuration "transforms.a.type" which has no default value.'),
        ("Nope", "Invalid value Nope for configuration transforms.a.type: Class Nope could not be found."),
        ("Never", f"Class class {__name__}.Never does not implement the Transformation interface"),
        (
            "CannotBeMade",
            f"Invalid value class {__name__}.CannotBeMade for configuration transforms.a.type: "
            "Error getting config definition from Transformation: no such luck",
        ),
    ],
)
def test_a_class_that_cannot_be_used_is_an_error_of_the_type_key(type_: str | None, text: str) -> None:
    props: dict[str, str | None] = {"transforms": "a"}
    if type_ is not None:
        props["transforms.a.type"] = type_
    assert errors(props) == {"transforms.a.type": [text]}


def test_a_negated_predicate_has_to_be_named() -> None:
    found = errors(
        {"transforms": "a", "transforms.a.type": "Prefix", "transforms.a.text": "t", "transforms.a.negate": "true"}
    )
    assert found == {
        "transforms.a.type": [
            "Config 'transforms.a.negate' was provided but there is no config 'transforms.a.predicate' "
            "defining a predicate to be negated."
        ]
    }


def test_a_transformation_without_declaration_is_a_fault_of_its_author() -> None:
    with pytest.raises(ConnectError, match=r"NoDeclaration\.config\(\) must return a ConfigDef that is not null\.$"):
        validated({"transforms": "a", "transforms.a.type": "NoDeclaration"})
