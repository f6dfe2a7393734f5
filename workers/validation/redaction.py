"""Keeps what configuration providers resolved out of validation's answers: they go to whoever asks over REST."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from isthmus import ConfigValue

_SHORTEST_SECRET: Final = 4  # a shorter text turns up by accident: "1" in "Value must be at least 1"


class Redaction:
    """Knows the submitted configuration and the resolved one; a value that differs is secret."""

    def __init__(self, submitted: Mapping[str, str | None], resolved: Mapping[str, str | None]) -> None:
        self._placeholders = {
            name: text for name, text in submitted.items() if text is not None and resolved.get(name) != text
        }
        values = [resolved.get(name) or "" for name in self._placeholders]
        self._secrets = [value.strip() for value in values if len(value.strip()) >= _SHORTEST_SECRET]
        self._blanks = {name for name in self._placeholders if not (resolved.get(name) or "").strip()}

    def of(self, value: ConfigValue) -> ConfigValue:
        """The finding as it may be shown: the placeholder as value, and no text that quotes what it stands for."""
        placeholder = self._placeholders.get(value.name)
        errors = self._errors_of(value.name, value.error_messages)
        if placeholder is None:
            return replace(value, error_messages=errors)
        return replace(value, value=placeholder, recommended_values=[], error_messages=errors)

    def tells(self, text: str) -> bool:
        return any(secret in text for secret in self._secrets)

    def hidden(self, name: str) -> str:
        return f"Invalid value for configuration '{name}': the value resolved from the config provider reference failed validation"

    def _errors_of(self, name: str, errors: list[str]) -> list[str]:
        if name in self._placeholders and name not in self._blanks:
            return [self.hidden(name)] if errors else []
        return [self.hidden(name) if self.tells(error) else error for error in errors]
