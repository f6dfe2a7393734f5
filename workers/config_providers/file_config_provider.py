"""FileConfigProvider: `${file:/path/to/secrets.properties:password}`."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from pathlib import Path

from isthmus.errors import ConfigError
from workers.config_providers.path_config_provider import PathConfigProvider


class FileConfigProvider(PathConfigProvider):
    """Values of a properties file (UTF-8)."""

    class_names = ("org.apache.kafka.common.config.provider.FileConfigProvider",)

    def _read(self, path: Path, keys: AbstractSet[str] | None) -> dict[str, str]:
        # Imported here: it brings urllib and XML along, which no task that has no secrets in files should pay for.
        import javaproperties

        try:
            with path.open(encoding="utf-8") as file:
                found = dict(javaproperties.load(file))
        except (OSError, ValueError) as error:
            # The parser's own text may quote a line of the file, so it is not passed on.
            raise ConfigError(f"Could not read properties from file {path}") from (
                error if isinstance(error, OSError) else None
            )
        return {key: value for key, value in found.items() if keys is None or key in keys}
