"""What a request works with: the plug-ins and one connector's configuration, with its placeholders resolved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from isthmus import ConnectError
from isthmus.config_def import loading_classes_with
from workers.errors import BadRequestError
from workers.plugins.config_resolution import ConfigResolver
from workers.plugins.importer import PluginImporter
from workers.plugins.registry import PluginRegistry

Spec = Mapping[str, Any]
T = TypeVar("T")


class Environment:
    """Made on the main thread of the request's process."""

    def __init__(self, spec: Spec) -> None:
        self.connector: str = spec.get("connector", "")
        self.worker_config: Mapping[str, str] = spec["worker_config"]
        self.importer = PluginImporter(PluginRegistry.from_dict(spec["plugins"]))
        self.resolver = ConfigResolver(self.importer, self.worker_config)
        self.config: dict[str, Any] = self.resolver.resolve(spec.get("connector_config", {}))

    def new_connector(self) -> Any:
        """An instance of the connector's class that is never started."""
        version = self.config.get("connector.plugin.version")
        return self.importer.connector_class(self.config["connector.class"], version)()

    def ask_about_offsets(self, kind: str, alter_offsets: Callable[[], bool]) -> bool:
        """Calls the connector's `alter_offsets`; what it raises becomes what Connect says then.

        A ConnectError is the connector's way to say that the offsets are not acceptable: BadRequestError.
        """
        try:
            with loading_classes_with(self.importer.class_named):
                return bool(alter_offsets())
        except NotImplementedError as error:
            raise ConnectError(
                f"Failed to modify offsets for connector {self.connector} because it doesn't support external "
                "modification of offsets"
            ) from error
        except ConnectError as error:
            raise BadRequestError(str(error)) from error
        # The outermost edge of the user's code.
        except Exception as error:
            raise ConnectError(f"Failed to modify offsets for {kind} connector {self.connector}") from error
