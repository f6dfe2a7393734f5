"""Checks the keys of the converters that a configuration names itself."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final

from isthmus import ConfigDef, ConfigValue
from workers.connector_config import keys
from workers.plugins.descriptor import PluginKind
from workers.plugins.errors import PluginVersionError
from workers.validation.choice import PluginChoice, version_key
from workers.validation.redaction import Redaction
from workers.validation.rendering import Part, prefixed_part

logger = logging.getLogger(__name__)

_CONVERTERS: Final = (
    ("header", keys.HEADER_CONVERTER, PluginKind.HEADER_CONVERTER),
    ("key", keys.KEY_CONVERTER, PluginKind.CONVERTER),
    ("value", keys.VALUE_CONVERTER, PluginKind.CONVERTER),
)


def converter_parts(
    choice: PluginChoice,
    props: Mapping[str, str | None],
    values: Mapping[str, ConfigValue],
    redaction: Redaction,
) -> list[Part]:
    """The parts of the converters, in Connect's order. What goes wrong with one is added to its key in `values`."""
    parts = []
    for role, name, kind in _CONVERTERS:
        class_name, outcome, version = props.get(name), values[name], values[version_key(name)]
        if class_name is None or outcome.error_messages or version.error_messages:
            continue  # the worker's is used, or what is wrong with this one has been said
        try:
            part = _Validation(choice, role, name, kind, props).run(class_name, redaction)
        except PluginVersionError as error:
            outcome.add_error_message(str(error))
            version.add_error_message(str(error))
        except ConverterValidationError as error:
            outcome.add_error_message(str(error))
        else:
            parts += [part] if part is not None else []
    return parts


class ConverterValidationError(Exception):
    """A converter's own code failed; the text is the error of its key."""


class _Validation:
    def __init__(
        self, choice: PluginChoice, role: str, name: str, kind: PluginKind, props: Mapping[str, str | None]
    ) -> None:
        self._choice = choice
        self._role, self._name, self._kind = role, name, kind
        self._props = props

    def run(self, class_name: str, redaction: Redaction) -> Part | None:
        """None when the converter declares nothing at all (config() gives None), which is let pass."""
        prefix = f"{self._name}."
        converter = self._guarded(f"load class {class_name}", self._new)
        definition: ConfigDef | None = self._guarded(f"load ConfigDef from {self._role} converter", converter.config)
        if definition is None:
            logger.warning("%s.config() gives None; the keys of this converter are not validated", class_name)
            return None
        own = {key.removeprefix(prefix): value for key, value in self._props.items() if key.startswith(prefix)}
        own.setdefault("converter.type", self._role)
        found: list[ConfigValue] = self._guarded(
            f"perform config validation for {self._role} converter", lambda: definition.validate(own)
        )
        return prefixed_part(definition.config_keys, found, prefix, redaction)

    def _new(self) -> Any:
        return self._choice.load(self._name, self._kind)()

    def _guarded(self, what: str, step: Any) -> Any:
        try:
            return step()
        except PluginVersionError:
            raise
        except Exception as error:  # the converter's code is foreign: its failure is an error of its key
            why = f": {error}" if str(error) else ""
            raise ConverterValidationError(f"Failed to {what}{why}") from error
