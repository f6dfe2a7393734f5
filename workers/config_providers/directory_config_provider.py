"""DirectoryConfigProvider: `${dir:/run/secrets:password}`, a folder with one file for each value."""

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


class DirectoryConfigProvider(ConfigProvider):
    """Whole contents (UTF-8, not trimmed) of the files right below a folder, by file name."""

    class_names = ("org.apache.kafka.common.config.provider.DirectoryConfigProvider",)

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
        folder = Path(path)
        if not folder.is_dir():
            logger.warning("The path %s is not a directory", path)
            return ConfigData({})
        files = _files(folder, keys)
        return ConfigData({file.name: _read(file) for file in files})


def _files(folder: Path, keys: AbstractSet[str] | None) -> list[Path]:
    try:
        return [file for file in folder.iterdir() if file.is_file() and (keys is None or file.name in keys)]
    except OSError as error:
        raise ConfigError(f"Could not list directory {folder}") from error


def _read(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"Could not read file {file} for property {file.name}") from (
            error if isinstance(error, OSError) else None
        )
