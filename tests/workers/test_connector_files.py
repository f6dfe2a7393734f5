"""Connector configurations from files of the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workers.connector_files import ConnectorFile, ConnectorFileError, read_connector_file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "connector"


def test_properties_are_taken(path: Path) -> None:
    path.write_text("name=a\ntasks.max = 1\nnote=\\u00fc\n")
    assert read_connector_file(str(path)) == ConnectorFile("a", {"name": "a", "tasks.max": "1", "note": "ü"}, None)


def test_scalars_of_a_json_map_become_text_as_they_are_written(path: Path) -> None:
    path.write_text(
        '{"name": "a", "tasks.max": 2, "x": 1.50, "y": 1e3, "on": true, "none": null, "u": "ü", "u": "last"}'
    )
    config = {"name": "a", "tasks.max": "2", "x": "1.50", "y": "1e3", "on": "true", "none": None, "u": "last"}
    assert read_connector_file(str(path)) == ConnectorFile("a", config, None)


@pytest.mark.parametrize(("given", "state"), [("paused", "PAUSED"), ("STOPPED", "STOPPED"), (None, None)])
def test_the_body_of_a_rest_request_is_taken(path: Path, given: str | None, state: str | None) -> None:
    path.write_text(json.dumps({"name": "a", "config": {"tasks.max": 1}, "initial_state": given, "unknown": [1]}))
    assert read_connector_file(str(path)) == ConnectorFile("a", {"name": "a", "tasks.max": "1"}, state)  # type: ignore[arg-type]  # one of the literals


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("connector.class=X\n", "Connector configuration at '{}' is missing the mandatory 'name' configuration"),
        ('{"connector.class": "X"}', "Connector configuration at '{}' is missing the mandatory 'name' configuration"),
        (
            '{"name": "a", "config": {"name": "b"}}',
            "Connector name configuration in 'config' doesn't match the one specified in 'name' at '{}'",
        ),
        (None, "Connector configuration at '{}' cannot be read: No such file or directory"),
    ],
)
def test_a_file_that_names_no_connector_is_refused(path: Path, text: str | None, error: str) -> None:
    if text is not None:
        path.write_text(text)
    with pytest.raises(ConnectorFileError) as raised:
        read_connector_file(str(path))
    assert str(raised.value) == error.format(path)


@pytest.mark.parametrize("text", ['{"name": "a", "list": [1]}', '{"name": "a", "config": {}, "initial_state": "x"}'])
def test_other_json_is_no_configuration(path: Path, text: str) -> None:
    path.write_text(text)
    with pytest.raises(
        ConnectorFileError, match="is JSON, but neither a map of scalar values nor a request with 'name'"
    ):
        read_connector_file(str(path))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b'{\n  "name": "a",\n  "tasks.max": 1', "Expecting ',' delimiter at line 3, column 17"),
        (b' {"name": "a",}', "line 1, column"),
        (b'{"name": "\xff"}', "'utf-8' codec can't decode byte 0xff"),
    ],
)
def test_json_that_does_not_parse_is_told_with_its_place(path: Path, content: bytes, fault: str) -> None:
    path.write_bytes(content)
    with pytest.raises(ConnectorFileError) as raised:
        read_connector_file(str(path))
    assert f"Connector configuration at '{path}' looks like JSON but cannot be parsed: " in str(raised.value)
    assert fault in str(raised.value)


def test_properties_may_begin_with_a_brace(path: Path) -> None:
    path.write_text("{odd=1\nname=a\n")
    assert read_connector_file(str(path)).config == {"{odd": "1", "name": "a"}
