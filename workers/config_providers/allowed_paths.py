"""The `allowed.paths` of the providers that read files: where they may look. Answers to Kafka's AllowedPaths."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from isthmus import ConfigDef
from isthmus.config_def import Importance, Type
from isthmus.errors import ConfigError

NAME = "allowed.paths"
CONFIG_DEF = ConfigDef().define(
    NAME,
    Type.STRING,
    None,
    importance=Importance.MEDIUM,
    documentation="Folders and files, separated by commas, that this provider may read. Unset: any.",
)


class AllowedPaths:
    """ConfigError when a path is not absolute or does not exist."""

    def __init__(self, configs: Mapping[str, Any]) -> None:
        text = configs.get(NAME)
        self._roots = [_root(part) for part in text.split(",")] if text else None

    def permits(self, path: str) -> bool:
        """Whether a path, after `..` has been worked out, is one of the allowed ones or below one."""
        normal = Path(os.path.normpath(path))
        return self._roots is None or any(normal.is_relative_to(root) for root in self._roots)


def _root(text: str) -> Path:
    if not Path(text).is_absolute():
        raise ConfigError(f"Path {text} is not absolute")
    if not Path(text).exists():
        raise ConfigError(f"Path {text} does not exist")
    return Path(os.path.normpath(text))
