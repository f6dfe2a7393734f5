"""Validators of the keys that every connector has."""

from __future__ import annotations

import inspect
from typing import Any

from isthmus import ConfigDef, ConfigError
from isthmus.java_regex import JavaRegexError, compile_java_regex
from isthmus.plugin import class_name


class PluginClassValidator:
    """The value has to be a class of one kind of plug-in that can be instantiated.

    A name (in processes that do not import plug-ins) passes: it is checked where the class is loaded.
    """

    def __init__(self, base: type) -> None:
        self._base = base

    def ensure_valid(self, name: str, value: Any) -> None:
        if value is not None and not isinstance(value, str):
            ensure_concrete_subclass(self._base, value)

    def __str__(self) -> str:
        java_name = f"org.apache.kafka.connect.storage.{self._base.__name__}"
        return f"A concrete subclass of {java_name}, A class with a public, no-argument constructor"


def ensure_concrete_subclass(base: type, cls: type) -> None:
    """ConfigError in Kafka's words unless `cls` is a `base` without abstract methods."""
    if not issubclass(cls, base):
        kind = "interface" if inspect.isabstract(cls) else "class"  # as Java shows a Class
        raise ConfigError(f"Class {kind} {class_name(cls)} does not implement the {base.__name__} interface")
    if inspect.isabstract(cls):
        raise ConfigError("This class is abstract and cannot be created.")


class RegexValidator:
    """A regular expression in Java's notation."""

    def ensure_valid(self, name: str, value: Any) -> None:
        if value is None:
            return
        try:
            compile_java_regex(value)
        except JavaRegexError as error:
            raise ConfigError(name, value, f"Invalid regex: {error}") from error

    def __str__(self) -> str:
        return "valid regex"


def unique_aliases(what: str) -> ConfigDef.CompositeValidator:
    def ensure_unique(name: str, aliases: Any) -> None:
        if len(set(aliases)) < len(aliases):
            raise ConfigError(name, aliases, "Duplicate alias provided.")

    return ConfigDef.CompositeValidator.of(
        ConfigDef.NonNullValidator(), ConfigDef.LambdaValidator.with_(ensure_unique, f"unique {what}")
    )


def _ensure_at_least_zero(name: str, value: Any) -> None:
    if value is not None:
        ConfigDef.Range.at_least(0).ensure_valid(name, value)


OPTIONAL_AT_LEAST_ZERO = ConfigDef.LambdaValidator.with_(_ensure_at_least_zero, "[0,...]")
