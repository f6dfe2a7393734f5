"""EnvVarConfigProvider: `${env:DATABASE_PASSWORD}`, an environment variable of the worker."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from isthmus import ConfigData, ConfigDef, ConfigProvider
from isthmus.config_def import Importance, Type
from isthmus.errors import ConfigError

PATTERN = "allowlist.pattern"


class EnvVarConfigProvider(ConfigProvider):
    """Environment variables, as they were when the process started."""

    class_names = ("org.apache.kafka.common.config.provider.EnvVarConfigProvider",)

    def __init__(self) -> None:
        self._variables = dict(os.environ)

    def config(self) -> ConfigDef:
        return ConfigDef().define(
            PATTERN,
            Type.STRING,
            ".*",
            importance=Importance.LOW,
            documentation="A regular expression; variables whose whole name matches can be used.",
        )

    def configure(self, configs: Mapping[str, Any]) -> None:
        text = configs.get(PATTERN)
        if text is None:
            return
        try:
            pattern = re.compile(text)
        except re.error as error:
            raise ConfigError(PATTERN, text, f"not a regular expression: {error}") from error
        self._variables = {name: value for name, value in self._variables.items() if pattern.fullmatch(name)}

    def get(self, path: str, keys: AbstractSet[str] | None = None) -> ConfigData:
        if path:
            raise ConfigError(f"Path is not supported for EnvVarConfigProvider, invalid value '{path}'")
        return ConfigData({name: value for name, value in self._variables.items() if keys is None or name in keys})
