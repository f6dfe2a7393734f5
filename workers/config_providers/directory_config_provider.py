"""DirectoryConfigProvider: `${dir:/run/secrets:password}`, a folder with one file for each value."""

from __future__ import annotations

import logging
from collections.abc import Set as AbstractSet
from pathlib import Path

from isthmus.errors import ConfigError
from workers.config_providers.path_config_provider import PathConfigProvider

logger = logging.getLogger(__name__)


class DirectoryConfigProvider(PathConfigProvider):
    """Whole contents (UTF-8, not trimmed) of the files right below a folder, by file name."""

    class_names = ("org.apache.kafka.common.config.provider.DirectoryConfigProvider",)

    def _read(self, path: Path, keys: AbstractSet[str] | None) -> dict[str, str]:
        if not path.is_dir():
            logger.warning("The path %s is not a directory", path)
            return {}
        return {file.name: _content(file) for file in _files(path, keys)}


def _files(folder: Path, keys: AbstractSet[str] | None) -> list[Path]:
    try:
        return [file for file in folder.iterdir() if file.is_file() and (keys is None or file.name in keys)]
    except OSError as error:
        raise ConfigError(f"Could not list directory {folder}") from error


def _content(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"Could not read file {file} for property {file.name}") from (
            error if isinstance(error, OSError) else None
        )
