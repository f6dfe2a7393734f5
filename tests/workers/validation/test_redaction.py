"""Values from config providers stay out of what validation answers."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from isthmus import ConfigError, ConnectError, format_trace
from tests.workers.validation.answers import Validate, entry_of, errors_of

SECRET = "hunter2-really"
SOURCE = {"name": "n", "connector.class": "GoodSource", "table": "t"}


def resolve(config: Mapping[str, str | None]) -> Mapping[str, str | None]:
    return {
        name: value and value.replace("${vault:secret}", SECRET).replace("${vault:empty}", "")
        for name, value in config.items()
    }


def test_a_resolved_value_is_shown_as_its_placeholder(validated: Validate) -> None:
    infos = validated({**SOURCE, "table": "x-${vault:secret}"}, resolve=resolve)
    value = entry_of(infos, "table")["value"]
    assert value is not None
    assert value["value"] == "x-${vault:secret}"
    assert SECRET not in str(infos)


def test_an_error_of_a_resolved_value_does_not_quote_it(validated: Validate) -> None:
    infos = validated({**SOURCE, "size": "${vault:secret}"}, resolve=resolve)
    assert errors_of(infos) == {
        "size": [
            "Invalid value for configuration 'size': "
            "the value resolved from the config provider reference failed validation"
        ]
    }
    assert SECRET not in str(infos)


def test_a_value_that_resolves_to_nothing_is_no_secret(validated: Validate) -> None:
    infos = validated({**SOURCE, "name": "${vault:empty}"}, resolve=resolve)
    assert errors_of(infos) == {"name": ["Invalid value  for configuration name: String may not be empty"]}


def test_an_error_of_another_key_does_not_quote_it_either(validated: Validate) -> None:
    infos = validated(
        {
            "name": "n",
            "connector.class": "GoodSink",
            "topics": SECRET,
            "errors.deadletterqueue.topic.name": "${vault:secret}",
        },
        resolve=resolve,
    )
    [[text]] = errors_of(infos).values()
    assert SECRET not in text


def test_an_error_of_a_client_setting_does_not_quote_it(validated: Validate) -> None:
    with pytest.raises(ConfigError) as info:
        validated({**SOURCE, "producer.override.linger.ms": "${vault:secret}"}, resolve=resolve)
    assert SECRET not in format_trace(info.value)
    assert "linger.ms" in str(info.value)


def test_an_error_raised_by_the_connector_does_not_quote_it(validated: Validate) -> None:
    with pytest.raises(ConnectError, match="RuntimeError") as info:
        validated({**SOURCE, "connector.class": "TellingSource", "password": "${vault:secret}"}, resolve=resolve)
    assert SECRET not in format_trace(info.value)


def test_an_error_without_secrets_comes_through_as_it_is(validated: Validate) -> None:
    with pytest.raises(RuntimeError, match=r"^cannot connect with in the open$"):
        validated({**SOURCE, "connector.class": "TellingSource", "password": "in the open"}, resolve=resolve)
