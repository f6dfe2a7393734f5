"""What the table of client settings is made of: one `Setting` for each of Java's, and the `Draft` that they fill in.

A setting has one of four fates, so that nothing a user wrote is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, TypeAlias

from isthmus import Validator
from isthmus.config_def import Password, Type, parse_type
from isthmus.errors import ConfigError

Client: TypeAlias = Literal["producer", "consumer", "admin"]
CLIENTS: tuple[Client, ...] = ("producer", "consumer", "admin")


class Fate(Enum):
    """What becomes of a setting that a user gives."""

    TRANSLATED = "translated"
    OURS = "done by Isthmus"
    IGNORED = "ignored, with a warning"
    REFUSED = "refused"


class Draft:
    """The settings of one client while they are being made: Java's typed values in, librdkafka's settings out."""

    def __init__(self, client: Client, given: Mapping[str, Any], defaults: Mapping[str, Any]) -> None:
        self.client: Client = client
        self.given = given
        self._defaults = defaults
        self.settings: dict[str, Any] = {}
        self.warnings: list[str] = []
        self.errors: list[str] = []

    def value(self, name: str) -> Any:
        """Java's value of a key: the one that was given, else Java's default."""
        return self.given.get(name, self._defaults.get(name))

    def secret(self, name: str) -> Any:
        """As `value`, and the text itself where the value is a password."""
        value = self.value(name)
        return value.value if isinstance(value, Password) else value

    def warn(self, text: str) -> None:
        self.warnings.append(text)

    def refuse(self, name: str, value: object, reason: str) -> None:
        self.errors.append(str(ConfigError(name, value, reason)))

    def within(self, name: str, value: int, low: int, high: int) -> int:
        """The value, moved into the range that librdkafka has for it."""
        moved = min(max(value, low), high)
        # -1 and 0 are Java's ways to say "none" or "at once", and the nearest value says the same: no warning.
        if moved != value and value > 0:
            self.warn(f"{name}={value} is outside of what the client can do ({low} to {high}); {moved} is used")
        return moved


Rule: TypeAlias = Callable[["Setting", Any, Draft], None]


def _nothing(_setting: Setting, _value: Any, _draft: Draft) -> None:
    """For settings that a module looks at together with others."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One of Java's client settings. `note` says in the documentation what becomes of it, or why nothing does."""

    name: str
    type: Type
    default: Any
    fate: Fate
    note: str
    clients: tuple[Client, ...] = CLIENTS
    validator: Validator | None = None
    apply: Rule = _nothing

    def parse(self, value: object) -> Any:
        """Java's typed value. A class stays a name: it would be Java's, and is not loaded here."""
        type_ = Type.STRING if self.type is Type.CLASS else self.type
        parsed = parse_type(self.name, value, type_)
        if isinstance(parsed, list):
            parsed = list(dict.fromkeys(parsed))
        if self.validator is not None:
            self.validator.ensure_valid(self.name, parsed)
        return parsed


def passed_on(target: str | None = None, *, low: int | None = None, high: int | None = None) -> Rule:
    """Given to librdkafka as it is, under its own name there (or `target`), moved into librdkafka's range."""

    def apply(setting: Setting, value: Any, draft: Draft) -> None:
        if low is not None and high is not None:
            value = draft.within(setting.name, value, low, high)
        draft.settings[target or setting.name] = ",".join(value) if isinstance(value, list) else value

    return apply


def lowered(target: str | None = None) -> Rule:
    """Words that Java takes in any case."""

    def apply(setting: Setting, value: str, draft: Draft) -> None:
        draft.settings[target or setting.name] = value.lower()

    return apply


def without_effect(setting: Setting, value: Any, draft: Draft) -> None:
    if value != setting.default:
        draft.warn(f"{setting.name} has no effect: {setting.note}")


def refused_unless(*harmless: object) -> Rule:
    """Refused, but for values that ask for nothing (Java's default is always one of them)."""

    def apply(setting: Setting, value: Any, draft: Draft) -> None:
        if value not in (setting.default, *harmless, "", []):
            draft.refuse(setting.name, value, setting.note)

    return apply


def translated(name: str, type_: Type, default: Any, rule: Rule = _nothing, note: str = "", **more: Any) -> Setting:
    return Setting(name, type_, default, Fate.TRANSLATED, note, apply=rule, **more)


def ours(name: str, type_: Type, default: Any, note: str, rule: Rule = _nothing, **more: Any) -> Setting:
    return Setting(name, type_, default, Fate.OURS, note, apply=rule, **more)


def ignored(name: str, type_: Type, default: Any, note: str, **more: Any) -> Setting:
    return Setting(name, type_, default, Fate.IGNORED, note, apply=without_effect, **more)


def refused(name: str, type_: Type, default: Any, note: str, *harmless: object, **more: Any) -> Setting:
    return Setting(name, type_, default, Fate.REFUSED, note, apply=refused_unless(*harmless), **more)
