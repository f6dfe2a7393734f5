"""Connector configurations from files of the command line: properties, a JSON map, or the JSON of a REST request.

Connect: ConnectStandalone.parseConnectorConfigurationFile.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast

from workers.config import load_properties
from workers.errors import WorkerConfigError, WorkerError
from workers.herder.interface import Config, TargetState

NAME = "name"
_STATES = ("RUNNING", "PAUSED", "STOPPED")


class ConnectorFileError(WorkerError):
    """The file does not hold a connector's configuration."""


class ConnectorFile(NamedTuple):
    name: str
    config: Config
    initial_state: TargetState | None


def read_connector_file(path: str) -> ConnectorFile:
    """The three forms are tried in order, whatever the file is called."""
    content = _content(path)
    data = _as_json(content)
    if data is not None and all(_is_scalar(value) for value in data.values()):
        return _from_map(path, {key: _text(value) for key, value in data.items()})
    if data is not None and (request := _from_request(path, data)) is not None:
        return request
    config: Config = dict(_properties(path))
    if NAME not in config and content.lstrip().startswith(b"{"):
        raise ConnectorFileError(f"Connector configuration at '{path}' {_fault_of_json(content)}")
    return _from_map(path, config)


def _content(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ConnectorFileError(f"Connector configuration at '{path}' cannot be read: {error.strerror}") from error


def _as_json(content: bytes) -> dict[str, Any] | None:
    """The file's JSON object with numbers as they are written; None when it is not one."""
    try:
        # Numbers keep their text, as in a request to the REST API.
        data = json.loads(content, parse_int=str, parse_float=str)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None


def _fault_of_json(content: bytes) -> str:
    """Why what looks like JSON is no configuration."""
    try:
        json.loads(content)
    except json.JSONDecodeError as error:
        return f"looks like JSON but cannot be parsed: {error.msg} at line {error.lineno}, column {error.colno}"
    except ValueError as error:  # not UTF-8
        return f"looks like JSON but cannot be parsed: {error}"
    return "is JSON, but neither a map of scalar values nor a request with 'name' and 'config'"


def _from_map(path: str, config: Config) -> ConnectorFile:
    name = config.get(NAME)
    if name is None:
        raise ConnectorFileError(f"Connector configuration at '{path}' is missing the mandatory 'name' configuration")
    return ConnectorFile(name, config, None)


def _from_request(path: str, data: Mapping[str, Any]) -> ConnectorFile | None:
    """The body of POST /connectors, further members ignored; None when it is something else."""
    name, given, state = data.get(NAME), data.get("config"), data.get("initial_state")
    if not _is_scalar(name) or not isinstance(given, dict) or not all(map(_is_scalar, given.values())):
        return None
    if state is not None and str(state).upper() not in _STATES:
        return None
    config = {key: _text(value) for key, value in given.items()}
    if config.get(NAME, name) != _text(name):
        raise ConnectorFileError(
            f"Connector name configuration in 'config' doesn't match the one specified in 'name' at '{path}'"
        )
    return _from_map(path, {NAME: _text(name), **config})._replace(
        initial_state=None if state is None else cast(TargetState, str(state).upper())
    )


def _properties(path: str) -> Mapping[str, str]:
    try:
        return load_properties(path)
    except WorkerConfigError as error:
        raise ConnectorFileError(str(error)) from error


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, str | bool)


def _text(value: str | bool | None) -> str | None:
    return str(value).lower() if isinstance(value, bool) else value
