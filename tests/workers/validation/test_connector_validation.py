"""The answer to PUT /connector-plugins/{plugin}/config/validate."""

from __future__ import annotations

import pytest

from tests.workers.validation import plugins
from tests.workers.validation.answers import Validate, entry_of, errors_of
from workers.errors import BadRequestError
from workers.plugins.errors import PluginNotFoundError

SOURCE = {"name": "n", "connector.class": "GoodSource", "table": "t"}
SINK = {"name": "n", "connector.class": "GoodSink", "topics": "t"}


def test_a_good_configuration_has_no_errors(validated: Validate) -> None:
    infos = validated(SOURCE)
    assert (infos["name"], infos["error_count"], errors_of(infos)) == ("GoodSource", 0, {})


def test_keys_of_the_framework_come_before_those_of_the_connector(validated: Validate) -> None:
    names = [entry["value"]["name"] for entry in validated(SOURCE)["configs"] if entry["value"]]
    assert names[:4] == ["name", "connector.class", "connector.plugin.version", "tasks.max"]
    assert names[-4:] == ["offsets.storage.topic", "table", "password", "size"]


def test_groups_of_the_connector_come_last(validated: Validate) -> None:
    assert validated(SOURCE)["groups"][-2:] == ["offsets.topic", "Reading"]


def test_a_key_is_described_as_it_was_declared(validated: Validate) -> None:
    assert entry_of(validated(SOURCE), "table")["definition"] == {
        "name": "table",
        "type": "STRING",
        "required": True,
        "default_value": None,
        "importance": "HIGH",
        "documentation": "What to read.",
        "group": "Reading",
        "order_in_group": -1,
        "width": "NONE",
        "display_name": "table",
        "dependents": [],
    }


def test_passwords_stay_hidden_also_as_defaults(validated: Validate) -> None:
    entry = entry_of(validated({**SOURCE, "password": "top secret"}), "password")
    assert entry["definition"] is not None
    assert entry["value"] is not None
    assert (entry["definition"]["default_value"], entry["value"]["value"]) == ("[hidden]", "[hidden]")


def test_every_text_is_an_error_and_counts(validated: Validate) -> None:
    infos = validated({"connector.class": "GoodSource", "tasks.max": "x", "size": "0"})
    assert infos["error_count"] == 5
    assert errors_of(infos) == {
        "name": ['Missing required configuration "name" which has no default value.'],
        "tasks.max": [
            "Invalid value x for configuration tasks.max: Not a number of type INT",
            "Invalid value null for configuration tasks.max: Value must be non-null",
        ],
        "table": ['Missing required configuration "table" which has no default value.'],
        "size": ["Invalid value 0 for configuration size: Value must be at least 1"],
    }


def test_the_connectors_own_checks_count(validated: Validate) -> None:
    infos = validated({**SOURCE, "connector.class": "CheckingSource", "table": "huge", "size": "1"})
    assert errors_of(infos) == {"size": ["too small for that table"]}


@pytest.mark.parametrize(
    ("topics", "errors"),
    [
        ("a,a", ["Configuration 'topics' values must not be duplicated."]),
        ("a,,b", ["Configuration 'topics' values must not be empty."]),
        (
            None,
            [
                "Configuration 'topics' values must not be null.",
                "Must configure one of topics or topics.regex",
                "Null value can not be supplied as the configuration value.",
            ],
        ),
    ],
)
def test_each_topic_is_named_once(validated: Validate, topics: str | None, errors: list[str]) -> None:
    assert errors_of(validated({**SINK, "topics": topics}))["topics"] == errors


def test_a_sink_is_told_what_is_wrong_with_its_topics(validated: Validate) -> None:
    infos = validated({**SINK, "topics.regex": "t.*"})
    text = "topics and topics.regex are mutually exclusive options, but both are set."
    assert errors_of(infos) == {"topics": [text], "topics.regex": [text]}


def test_null_values_are_errors_of_framework_keys_and_of_unknown_ones(validated: Validate) -> None:
    infos = validated({**SOURCE, "tasks.max": None, "table": None, "unknown": None})
    null = "Null value can not be supplied as the configuration value."
    assert errors_of(infos) == {
        "unknown": [null],
        "tasks.max": ["Invalid value null for configuration tasks.max: Value must be non-null", null],
    }
    assert entry_of(infos, "unknown")["definition"] is None
    assert infos["configs"][0] == entry_of(infos, "unknown")


def test_converters_default_to_the_workers_and_versions_to_the_plug_ins(validated: Validate) -> None:
    infos = validated(SOURCE)
    defaults = {
        name: definition["default_value"]
        for name in ("key.converter", "key.converter.plugin.version", "connector.plugin.version", "header.converter")
        if (definition := entry_of(infos, name)["definition"])
    }
    assert defaults == {
        "key.converter": f"{plugins.__name__}.GoodConverter",
        "key.converter.plugin.version": "2.0",
        "connector.plugin.version": "1.5",
        "header.converter": None,
    }


def test_classes_to_choose_from_are_recommended(validated: Validate) -> None:
    value = entry_of(validated(SOURCE), "value.converter")["value"]
    assert value is not None
    assert f"{plugins.__name__}.UndeclaredConverter" in value["recommended_values"]


def test_a_version_that_is_not_there_is_the_only_thing_said(validated: Validate) -> None:
    infos = validated({**SOURCE, "connector.plugin.version": "[2.0,)", "size": "0"})
    text = (
        f"Plugin {plugins.__name__}.GoodSource not found that matches the version range [2.0,), "
        "available versions: [1.5]"
    )
    assert errors_of(infos) == {"connector.class": [text], "connector.plugin.version": [text]}


def test_a_version_that_is_there_is_fine(validated: Validate) -> None:
    assert validated({**SOURCE, "connector.plugin.version": "[1.0,2.0)"})["error_count"] == 0


def test_a_version_of_the_connector_that_is_no_range_is_a_bad_request(validated: Validate) -> None:
    with pytest.raises(BadRequestError, match=r"^Unbounded range: \[1\.0$"):
        validated({**SOURCE, "connector.plugin.version": "[1.0"})


def test_a_version_of_a_converter_that_is_no_range_is_an_error_of_its_key(validated: Validate) -> None:
    infos = validated({**SOURCE, "key.converter": "GoodConverter", "key.converter.plugin.version": "[1.0"})
    assert errors_of(infos) == {"key.converter.plugin.version": ["Unbounded range: [1.0"]}


def test_a_version_of_a_converter_that_is_not_there_is_an_error_of_class_and_version(validated: Validate) -> None:
    infos = validated({**SOURCE, "key.converter": "GoodConverter", "key.converter.plugin.version": "3"})
    text = (
        f"Plugin {plugins.__name__}.GoodConverter not found that matches the version range [3,3], "
        "available versions: [2.0]"
    )
    assert errors_of(infos) == {"key.converter": [text], "key.converter.plugin.version": [text]}


def test_the_version_that_the_worker_asks_for_is_the_default_where_its_converter_is_used(validated: Validate) -> None:
    worker = {"key.converter": "GoodConverter", "key.converter.plugin.version": "[1.0,3.0)"}
    defaults = [
        definition["default_value"]
        for config in (SOURCE, {**SOURCE, "key.converter": "GoodConverter"})
        if (definition := entry_of(validated(config, worker=worker), "key.converter.plugin.version")["definition"])
    ]
    assert defaults == ["[1.0,3.0)", "2.0"]


def test_a_configuration_without_class_cannot_be_validated(validated: Validate) -> None:
    with pytest.raises(BadRequestError, match=r"^Connector config \{\} contains no connector type$"):
        validated({})
    with pytest.raises(BadRequestError) as info:
        validated({"name": "n", "password": "top secret"})
    assert "secret" not in str(info.value)


def test_an_unknown_class_cannot_be_validated(validated: Validate) -> None:
    with pytest.raises(PluginNotFoundError, match=r"^Failed to find any class that implements Connector .* Nope"):
        validated({"connector.class": "Nope"})


@pytest.mark.parametrize(
    ("name", "method", "kind"),
    [("NoConfigSource", "config", "ConfigDef"), ("NoValidationSource", "validate", "Config")],
)
def test_a_connector_that_answers_nothing_is_a_bad_request(
    validated: Validate, name: str, method: str, kind: str
) -> None:
    with pytest.raises(BadRequestError) as info:
        validated({**SOURCE, "connector.class": name})
    assert str(info.value) == f"{plugins.__name__}.{name}.{method}() must return a {kind} that is not null."
