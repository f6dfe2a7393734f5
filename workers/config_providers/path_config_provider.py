"""What the providers that read files share: where they may look (`allowed.paths`). Answers to Kafka's AllowedPaths."""

from __future__ import annotations

import logging
import os
from abc import abstractmethod
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from isthmus import ConfigData, ConfigDef, ConfigProvider
from isthmus.config_def import Importance, Type
from isthmus.errors import ConfigError

logger = logging.getLogger(__name__)

ALLOWED_PATHS = "allowed.paths"


class PathConfigProvider(ConfigProvider):
    """Gives nothing without a path, or for one that is not allowed; that is a warning in the log, as in Java."""

    def __init__(self) -> None:
        self._roots: list[Path] | None = None

    def config(self) -> ConfigDef:
        return ConfigDef().define(
            ALLOWED_PATHS,
            Type.STRING,
            None,
            importance=Importance.MEDIUM,
            documentation="Folders and files, separated by commas, that this provider may read. Unset: any.",
        )

    def configure(self, configs: Mapping[str, Any]) -> None:
        """ConfigError when a path is not absolute or does not exist."""
        text = configs.get(ALLOWED_PATHS)
        self._roots = [_root(part) for part in text.split(",")] if text else None

    def get(self, path: str, keys: AbstractSet[str] | None = None) -> ConfigData:
        if not path:
            return ConfigData({})
        if not self._permits(path):
            logger.warning("The path %s is not permitted to be accessed", path)
            return ConfigData({})
        return ConfigData(self._read(Path(path), keys))

    @abstractmethod
    def _read(self, path: Path, keys: AbstractSet[str] | None) -> dict[str, str]:
        """The values at a path that is allowed: those of `keys`, or all. ConfigError when they cannot be read."""

    def _permits(self, path: str) -> bool:
        """Whether a path, after `..` has been worked out, is one of the allowed ones or below one."""
        normal = Path(os.path.normpath(path))
        return self._roots is None or any(normal.is_relative_to(root) for root in self._roots)


def _root(text: str) -> Path:
    if not Path(text).is_absolute():
        raise ConfigError(f"Path {text} is not absolute")
    if not Path(text).exists():
        raise ConfigError(f"Path {text} does not exist")
    return Path(os.path.normpath(text))
