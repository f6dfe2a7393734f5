"""Questions that only a plug-in's own code can answer: asked in a process made for it, answered as data or RequestError.

Shared by both herders; called on the threads of requests. Connect: the validation part of AbstractHerder.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from workers.errors import (
    BadRequestError,
    InternalError,
    NotFoundError,
    ProcessDiedError,
    ProcessTimeoutError,
    RemoteError,
    RequestError,
)
from workers.herder.interface import REQUEST_TIMEOUT_S, Config, ConfigInfos, ConfigKey, RequestTimeoutError
from workers.herder.worker import Worker

log = logging.getLogger(__name__)

_REFUSALS: Mapping[str, type[RequestError]] = {
    f"{cls.__module__}.{cls.__qualname__}": cls for cls in (BadRequestError, NotFoundError)
}
_LONGEST_NAME = 200


class PluginCalls:
    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def validate(self, config: Config) -> ConfigInfos:
        """For the endpoint that lists errors; as in Java, what ends the whole validation is shown with its class there. Raises
        BadRequestError when no class is named or it cannot be loaded.
        """
        return self._validate(config, shows_class=True)

    def require_valid(self, config: Config) -> None:
        """Raises BadRequestError with all errors of the configuration."""
        infos = self._validate(config, shows_class=False)
        count = infos["error_count"]
        if count > 0:
            errors = [text for entry in infos["configs"] if (value := entry["value"]) for text in value["errors"]]
            lines = "\n".join(errors)
            raise BadRequestError(
                f"Connector configuration is invalid and contains the following {count} error(s):\n{lines}\n"
                "You can also find the above list of errors at the endpoint "
                "`/connector-plugins/{connectorType}/config/validate`"
            )

    def _validate(self, config: Config, *, shows_class: bool) -> ConfigInfos:
        args, name = {"config": dict(config)}, _name(config)
        infos: ConfigInfos = self.ask("validation:validate_config", args, name, shows_class=shows_class)
        return infos

    def plugin_config(self, plugin: str, version: str | None) -> list[ConfigKey]:
        args = {"plugin": plugin, "version": version}
        keys: list[ConfigKey] = self.ask("validation:config_of_plugin", args, "plugin-config")
        return keys

    def ask(self, function: str, args: Mapping[str, Any], name: str, *, shows_class: bool = False) -> Any:
        """Runs a function of workers.plugin_requests; what it raises becomes the answer to the request."""
        spec = {**self._worker.common_spec(), **args}
        entry = f"workers.plugin_requests.{function}"
        try:
            return self._worker.supervisor.call(entry, spec, name=name, timeout_s=REQUEST_TIMEOUT_S)
        except RemoteError as error:
            if error.class_name in _REFUSALS:
                raise _REFUSALS[error.class_name](error.message) from error
            log.error("A request to %s failed: %s", name, error.trace.rstrip())
            shown = f"{error.class_name}: {error.message}" if shows_class else error.message
            raise InternalError(shown) from error
        except ProcessTimeoutError as error:
            raise RequestTimeoutError(
                f"The worker is currently waiting for an answer of the plug-in ({name})."
            ) from error
        except ProcessDiedError as error:
            raise InternalError(str(error)) from error


def _name(config: Config) -> str:
    """The logging context of a validation: the connector's name, when there is one. It is not validated yet, so it may hold
    what would break a line of the log or no process could be called.
    """
    name = (config.get("name") or "unnamed")[:_LONGEST_NAME]
    shown = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in name)
    return f"{shown}|validation"
