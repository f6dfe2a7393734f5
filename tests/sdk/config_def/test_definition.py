"""ConfigDef: declaring, parsing, validating."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import pytest

from isthmus import ConfigDef, ConfigError, ConfigValue, Password

Type, LOW, HIGH = ConfigDef.Type, ConfigDef.Importance.LOW, ConfigDef.Importance.HIGH


def declared() -> ConfigDef:
    return (
        ConfigDef()
        .define("topic", Type.STRING, importance=HIGH, documentation="Where to.")
        .define("size", Type.INT, 10, ConfigDef.Range.between(1, 100), importance=LOW, group="Sizes", order_in_group=2)
        .define("names", Type.LIST, "a,b", importance=LOW, group="Names")
        .define("password", Type.PASSWORD, None, importance=HIGH)
    )


class Colours:
    """Recommends by what else is configured."""

    def valid_values(self, name: str, parsed_config: Mapping[str, Any]) -> list[Any]:
        if parsed_config["size"] is None:
            raise ConfigError(name, None, "depends on size")
        return ["red", "blue"][: parsed_config["size"]]

    def visible(self, name: str, parsed_config: Mapping[str, Any]) -> bool:
        return bool(parsed_config["size"] != 10)


def by_name(values: list[ConfigValue]) -> dict[str, ConfigValue]:
    return {value.name: value for value in values}


def test_parsing_gives_typed_values_of_all_declared_keys() -> None:
    parsed = declared().parse({"topic": " t ", "size": "7", "password": "p", "other": "x"})
    assert parsed == {"topic": "t", "size": 7, "names": ["a", "b"], "password": Password("p")}


def test_a_required_key_has_to_be_there() -> None:
    with pytest.raises(ConfigError, match=r'^Missing required configuration "topic" which has no default value\.$'):
        declared().parse({})


def test_parsing_stops_at_the_first_error_in_the_order_of_definition() -> None:
    with pytest.raises(ConfigError, match=r"^Invalid value 0 for configuration size: Value must be at least 1$"):
        declared().parse({"topic": "t", "size": "0", "names": None, "password": 5})


def test_a_caller_who_changes_a_list_does_not_change_the_default() -> None:
    definition = declared()
    definition.parse({"topic": "t"})["names"].append("c")
    assert definition.parse({"topic": "t"})["names"] == ["a", "b"]


def test_a_default_has_to_pass_its_own_validator() -> None:
    with pytest.raises(ConfigError, match="at least 1"):
        ConfigDef().define("n", Type.INT, 0, ConfigDef.Range.at_least(1), importance=LOW)


def test_a_key_is_defined_once() -> None:
    with pytest.raises(ConfigError, match=r"^Configuration topic is defined twice\.$"):
        declared().define("topic", Type.STRING, importance=LOW)


def test_validation_tells_all_errors_of_all_keys() -> None:
    found = by_name(declared().validate({"size": "x", "names": "c"}))
    assert found["topic"].error_messages == ['Missing required configuration "topic" which has no default value.']
    assert found["size"].error_messages == [
        "Invalid value x for configuration size: Not a number of type INT",
        "Invalid value null for configuration size: Value must be non-null",
    ]
    assert found["names"] == ConfigValue("names", ["c"])
    assert found["password"].value is None


def test_a_recommender_knows_the_other_values() -> None:
    definition = declared().define("colour", Type.STRING, "red", importance=LOW, recommender=Colours())
    found = by_name(definition.validate({"topic": "t", "size": "1"}))["colour"]
    assert (found.recommended_values, found.visible) == (["red"], True)
    assert not by_name(definition.validate({"topic": "t"}))["colour"].visible


def test_what_a_recommender_cannot_say_is_an_error_of_the_key() -> None:
    definition = declared().define("colour", Type.STRING, "red", importance=LOW, recommender=Colours())
    found = by_name(definition.validate({"topic": "t", "size": "x"}))["colour"]
    assert found.error_messages == ["Invalid value null for configuration colour: depends on size"]


def test_dependents_are_validated_after_the_key_they_depend_on() -> None:
    definition = (
        ConfigDef()
        .define("child", Type.INT, importance=LOW)
        .define("parent", Type.STRING, "p", importance=LOW, dependents=("child",))
    )
    found = by_name(definition.validate({"child": "x"}))
    assert found["child"].error_messages == ["Invalid value x for configuration child: Not a number of type INT"]


def test_a_dependent_that_is_not_defined_is_an_error() -> None:
    definition = ConfigDef().define("parent", Type.STRING, "p", importance=LOW, dependents=("child",))
    found = by_name(definition.validate({}))["child"]
    assert found.error_messages == ["child is referred in the dependents, but not defined."]
    assert not found.visible
    with pytest.raises(ConfigError, match=r"not defined: child$"):
        definition.parse({})


def test_duplicates_in_a_list_without_duplicates_are_dropped_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    lists = ConfigDef.ValidList.any_non_duplicate_values(is_empty_allowed=False, is_null_allowed=False)
    definition = ConfigDef().define("l", Type.LIST, validator=lists, importance=LOW)
    with caplog.at_level(logging.WARNING, "isthmus"):
        assert definition.parse({"l": "a,b,a"}) == {"l": ["a", "b"]}
    assert 'Configuration key "l" contains duplicate values. Duplicates will be removed.' in caplog.text


def test_groups_come_in_the_order_of_their_first_key() -> None:
    assert declared().groups == ["Sizes", "Names"]


def test_a_copy_is_independent() -> None:
    copy = ConfigDef(declared()).define("more", Type.STRING, "x", importance=LOW, group="More")
    assert "more" not in declared().config_keys
    assert copy.groups == ["Sizes", "Names", "More"]
    assert copy.default_values["more"] == "x"


def test_embedded_keys_carry_prefix_and_group_and_name_errors_without_the_prefix() -> None:
    outer = ConfigDef()
    outer.embed("a.", "Transforms: a", 5, declared())
    keys = list(outer.config_keys.values())
    assert [(key.name, key.group, key.order_in_group) for key in keys] == [
        ("a.topic", "Transforms: a", 5),
        ("a.password", "Transforms: a", 6),
        ("a.size", "Transforms: a: Sizes", 7),
        ("a.names", "Transforms: a: Names", 8),
    ]
    found = by_name(outer.validate({"a.topic": "t", "a.size": "0"}))["a.size"]
    assert found.error_messages == ["Invalid value 0 for configuration size: Value must be at least 1"]


def test_an_internal_key_is_embedded_in_a_group_of_its_own() -> None:
    outer = ConfigDef()
    outer.embed("a.", "A", 0, ConfigDef().define_internal("i", Type.INT, 1, importance=LOW))
    assert outer.groups == ["A: "]


def test_embedded_recommenders_see_keys_without_the_prefix() -> None:
    outer = ConfigDef()
    outer.embed("a.", "A", 0, declared().define("colour", Type.STRING, "red", importance=LOW, recommender=Colours()))
    assert by_name(outer.validate({"a.topic": "t", "a.size": "1"}))["a.colour"].recommended_values == ["red"]


def test_sorted_keys_put_the_required_and_important_first() -> None:
    assert [key.name for key in declared().sorted_keys()] == ["topic", "password", "size", "names"]


def test_an_internal_key_says_so() -> None:
    key = ConfigDef().define_internal("i", Type.INT, 1, importance=LOW).config_keys["i"]
    assert (key.is_internal, key.display_name, key.has_default) == (True, "i", True)
