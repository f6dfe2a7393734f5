"""FileConfigProvider: `${file:/path/to/secrets.properties:password}`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from isthmus import ConfigData, ConfigDef, ConfigProvider
from isthmus.errors import ConfigError
from workers.config_providers import allowed_paths
from workers.config_providers.allowed_paths import AllowedPaths

logger = logging.getLogger(__name__)


class FileConfigProvider(ConfigProvider):
    """Values of a properties file (UTF-8)."""

    class_names = ("org.apache.kafka.common.config.provider.FileConfigProvider",)

    def __init__(self) -> None:
        self._allowed = AllowedPaths({})

    def config(self) -> ConfigDef:
        return allowed_paths.CONFIG_DEF

    def configure(self, configs: Mapping[str, Any]) -> None:
        self._allowed = AllowedPaths(configs)

    def get(self, path: str, keys: AbstractSet[str] | None = None) -> ConfigData:
        if not path:
            return ConfigData({})
        if not self._allowed.permits(path):
            logger.warning("The path %s is not permitted to be accessed", path)
            return ConfigData({})
        found = _read(path)
        return ConfigData({key: value for key, value in found.items() if keys is None or key in keys})


def _read(path: str) -> dict[str, str]:
    # Imported here: it brings urllib and XML along, which no task that has no secrets in files should pay for.
    import javaproperties

    try:
        with Path(path).open(encoding="utf-8") as file:
            return dict(javaproperties.load(file))
    except (OSError, ValueError) as error:
        # The parser's own text may quote a line of the file, so it is not passed on.
        raise ConfigError(f"Could not read properties from file {path}") from (
            error if isinstance(error, OSError) else None
        )
