"""Validators of single values. `str(validator)` is the text for "valid values" in documentation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from isthmus.errors import ConfigError, java_text


class Validator(Protocol):
    def ensure_valid(self, name: str, value: Any) -> None:
        """Raises ConfigError when the parsed value of key `name` is refused. Called during parsing and validation, also
        with None where the value is missing or did not parse; must not block.
        """


class Range:
    """A number between limits, both inclusive; either may be None."""

    def __init__(self, minimum: float | None, maximum: float | None) -> None:
        self._min, self._max = minimum, maximum

    @classmethod
    def at_least(cls, minimum: float) -> Range:
        return cls(minimum, None)

    @classmethod
    def between(cls, minimum: float, maximum: float) -> Range:
        return cls(minimum, maximum)

    def ensure_valid(self, name: str, value: Any) -> None:
        if value is None:
            raise ConfigError(name, None, "Value must be non-null")
        if self._min is not None and value < self._min:
            raise ConfigError(name, value, f"Value must be at least {java_text(self._min)}")
        if self._max is not None and value > self._max:
            raise ConfigError(name, value, f"Value must be no more than {java_text(self._max)}")

    def __str__(self) -> str:
        limits = (self._min, "...", self._max)
        return f"[{','.join(java_text(limit) for limit in limits if limit is not None)}]"


class ValidString:
    """One of some texts."""

    def __init__(self, valid: Sequence[str]) -> None:
        self._valid = list(valid)

    @classmethod
    def in_(cls, *valid: str) -> ValidString:
        return cls(valid)

    def ensure_valid(self, name: str, value: Any) -> None:
        if value not in self._valid:
            raise ConfigError(name, value, f"String must be one of: {', '.join(self._valid)}")

    def __str__(self) -> str:
        return f"[{', '.join(self._valid)}]"


class CaseInsensitiveValidString:
    """One of some texts, in any case."""

    def __init__(self, valid: Sequence[str]) -> None:
        self._valid = [text.upper() for text in valid]

    @classmethod
    def in_(cls, *valid: str) -> CaseInsensitiveValidString:
        return cls(valid)

    def ensure_valid(self, name: str, value: Any) -> None:
        if value is None or value.upper() not in self._valid:
            raise ConfigError(name, value, f"String must be one of (case insensitive): {', '.join(self._valid)}")

    def __str__(self) -> str:
        return f"(case insensitive) [{', '.join(self._valid)}]"


class ValidList:
    """A list without null or empty elements, maybe each one of some texts. Duplicates are dropped before, with a warning."""

    def __init__(self, valid: Sequence[str], is_empty_allowed: bool, is_null_allowed: bool) -> None:
        self._elements = ValidString(valid) if valid else None
        self._is_empty_allowed = is_empty_allowed
        self._is_null_allowed = is_null_allowed

    @classmethod
    def in_(cls, *valid: str, is_empty_allowed: bool = True) -> ValidList:
        return cls(valid, is_empty_allowed, is_null_allowed=False)

    @classmethod
    def any_non_duplicate_values(cls, is_empty_allowed: bool, is_null_allowed: bool) -> ValidList:
        return cls((), is_empty_allowed, is_null_allowed)

    def ensure_valid(self, name: str, value: Any) -> None:
        if value is None:
            if not self._is_null_allowed:
                raise ConfigError(f"Configuration '{name}' values must not be null.")
            return
        if not value and not self._is_empty_allowed:
            valid = self._elements or "any non-empty value"
            raise ConfigError(f"Configuration '{name}' must not be empty. Valid values include: {valid}")
        if len(set(value)) != len(value):
            raise ConfigError(f"Configuration '{name}' values must not be duplicated.")
        for element in value:
            self._ensure_valid_element(name, element)

    def _ensure_valid_element(self, name: str, element: Any) -> None:
        if element == "":
            raise ConfigError(f"Configuration '{name}' values must not be empty.")
        if self._elements is not None:
            self._elements.ensure_valid(name, element)

    def __str__(self) -> str:
        return "" if self._elements is None else str(self._elements)


class ListSize:
    """A list of limited length."""

    def __init__(self, max_size: int) -> None:
        self._max_size = max_size

    @classmethod
    def at_most_of_size(cls, max_size: int) -> ListSize:
        return cls(max_size)

    def ensure_valid(self, name: str, value: Any) -> None:
        if value is not None and len(value) > self._max_size:
            raise ConfigError(name, value, f"exceeds maximum list size of [{self._max_size}].")

    def __str__(self) -> str:
        return f"List containing maximum of {self._max_size} elements"


class NonNullValidator:
    def ensure_valid(self, name: str, value: Any) -> None:
        if value is None:
            raise ConfigError(name, None, "entry must be non null")

    def __str__(self) -> str:
        return "non-null string"


class NonEmptyString:
    """Not "" (but None passes)."""

    def ensure_valid(self, name: str, value: Any) -> None:
        if value == "":
            raise ConfigError(name, value, "String must be non-empty")

    def __str__(self) -> str:
        return "non-empty string"


class NonEmptyStringWithoutControlChars:
    """Neither "" nor with ISO control characters (but None passes); for names."""

    def ensure_valid(self, name: str, value: Any) -> None:
        if value is None:
            return
        if value == "":
            raise ConfigError(name, value, "String may not be empty")
        codes = [str(ord(char)) for char in value if ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0]
        if codes:
            raise ConfigError(
                name,
                value,
                f"String may not contain control sequences but had the following ASCII chars: {', '.join(codes)}",
            )

    def __str__(self) -> str:
        return "non-empty string without ISO control characters"


class LambdaValidator:
    """A function as validator, with the text that documents it."""

    def __init__(self, ensure_valid: Callable[[str, Any], None], text: str) -> None:
        self._ensure_valid = ensure_valid
        self._text = text

    @classmethod
    def with_(cls, ensure_valid: Callable[[str, Any], None], text: str) -> LambdaValidator:
        return cls(ensure_valid, text)

    def ensure_valid(self, name: str, value: Any) -> None:
        self._ensure_valid(name, value)

    def __str__(self) -> str:
        return self._text


class CompositeValidator:
    """All of several, in order."""

    def __init__(self, validators: Sequence[Validator]) -> None:
        self._validators = list(validators)

    @classmethod
    def of(cls, *validators: Validator) -> CompositeValidator:
        return cls(validators)

    def ensure_valid(self, name: str, value: Any) -> None:
        for validator in self._validators:
            validator.ensure_valid(name, value)

    def __str__(self) -> str:
        return ", ".join(text for text in map(str, self._validators) if text)
