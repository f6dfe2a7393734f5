"""ConfigDef: the declaration of a configuration (Kafka's ConfigDef, ConfigKey and ConfigValue).

Used by plug-ins for their own keys and by the worker for its own. Thread-safe once it is complete.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final, Protocol, TypeAlias

from isthmus.config_def import parsing, validators
from isthmus.config_def.validators import Validator
from isthmus.errors import ConfigError

logger = logging.getLogger(__name__)


class _NoDefault:
    def __repr__(self) -> str:
        return "NO_DEFAULT_VALUE"


class Recommender(Protocol):
    """Advises on the value of a key, knowing the parsed values of the others; called during validation only."""

    def valid_values(self, name: str, parsed_config: Mapping[str, Any]) -> list[Any]:
        """Values to offer. A ConfigError becomes an error of the key."""

    def visible(self, name: str, parsed_config: Mapping[str, Any]) -> bool:
        """Whether the key matters at all, given the others."""


@dataclass(slots=True)
class ConfigValue:
    """What validation found out about one key. `value` is None where it is missing or did not parse."""

    name: str
    value: Any = None
    recommended_values: list[Any] = field(default_factory=list)
    error_messages: list[str] = field(default_factory=list)
    visible: bool = True

    def add_error_message(self, message: str) -> None:
        self.error_messages.append(message)


@dataclass(frozen=True, slots=True)
class ConfigKey:
    """The declaration of one key. `default_value` is parsed already, or `ConfigDef.NO_DEFAULT_VALUE`."""

    name: str
    type: parsing.Type
    default_value: Any
    validator: Validator | None
    importance: parsing.Importance
    documentation: str
    group: str | None
    order_in_group: int
    width: parsing.Width
    display_name: str
    dependents: tuple[str, ...]
    recommender: Recommender | None
    is_internal: bool = False

    @property
    def has_default(self) -> bool:
        return self.default_value is not ConfigDef.NO_DEFAULT_VALUE


class ConfigDef:
    """A set of declared keys, in the order of their definition.

    CONFIG = ConfigDef().define("topic", ConfigDef.Type.STRING, importance=ConfigDef.Importance.HIGH,
                                documentation="Topic to write to.")
    config = CONFIG.parse(props)
    config["topic"]
    """

    Type: TypeAlias = parsing.Type
    Importance: TypeAlias = parsing.Importance
    Width: TypeAlias = parsing.Width
    Range: TypeAlias = validators.Range
    ValidString: TypeAlias = validators.ValidString
    CaseInsensitiveValidString: TypeAlias = validators.CaseInsensitiveValidString
    ValidList: TypeAlias = validators.ValidList
    ListSize: TypeAlias = validators.ListSize
    NonNullValidator: TypeAlias = validators.NonNullValidator
    NonEmptyString: TypeAlias = validators.NonEmptyString
    NonEmptyStringWithoutControlChars: TypeAlias = validators.NonEmptyStringWithoutControlChars
    LambdaValidator: TypeAlias = validators.LambdaValidator
    CompositeValidator: TypeAlias = validators.CompositeValidator

    NO_DEFAULT_VALUE: Final = _NoDefault()
    parse_type: ClassVar = staticmethod(parsing.parse_type)
    convert_to_string: ClassVar = staticmethod(parsing.convert_to_string)

    def __init__(self, base: ConfigDef | None = None) -> None:
        self._keys: dict[str, ConfigKey] = dict(base._keys) if base else {}
        self._groups: list[str] = list(base._groups) if base else []

    @property
    def config_keys(self) -> Mapping[str, ConfigKey]:
        return self._keys

    @property
    def groups(self) -> Sequence[str]:
        """The groups of the keys, in the order in which they first appear."""
        return self._groups

    @property
    def names(self) -> set[str]:
        return set(self._keys)

    @property
    def default_values(self) -> dict[str, Any]:
        return {key.name: key.default_value for key in self._keys.values() if key.has_default}

    def define(
        self,
        name: str,
        type: parsing.Type,
        default: Any = NO_DEFAULT_VALUE,
        validator: Validator | None = None,
        *,
        importance: parsing.Importance,
        documentation: str = "",
        group: str | None = None,
        order_in_group: int = -1,
        width: parsing.Width = parsing.Width.NONE,
        display_name: str | None = None,
        dependents: Iterable[str] = (),
        recommender: Recommender | None = None,
        is_internal: bool = False,
    ) -> ConfigDef:
        """Declares one key and returns the declaration, for chaining. Without `default` the key is required.

        The default is parsed and validated like a value. ConfigError when that fails or the key is there already.
        """
        if default is not self.NO_DEFAULT_VALUE:
            default = parsing.parse_type(name, default, type)
            if validator is not None:
                validator.ensure_valid(name, default)
        return self.define_key(
            ConfigKey(
                name=name,
                type=type,
                default_value=default,
                validator=validator,
                importance=importance,
                documentation=documentation,
                group=group,
                order_in_group=order_in_group,
                width=width,
                display_name=name if display_name is None else display_name,
                dependents=tuple(dependents),
                recommender=recommender,
                is_internal=is_internal,
            )
        )

    def define_internal(
        self,
        name: str,
        type: parsing.Type,
        default: Any = NO_DEFAULT_VALUE,
        validator: Validator | None = None,
        *,
        importance: parsing.Importance,
        documentation: str = "",
    ) -> ConfigDef:
        """Declares a key that documentation leaves out."""
        return self.define(
            name,
            type,
            default,
            validator,
            importance=importance,
            documentation=documentation,
            group="",
            is_internal=True,
        )

    def define_key(self, key: ConfigKey) -> ConfigDef:
        """Takes over a key as it stands in another declaration."""
        if key.name in self._keys:
            raise ConfigError(f"Configuration {key.name} is defined twice.")
        if key.group is not None and key.group not in self._groups:
            self._groups.append(key.group)
        self._keys[key.name] = key
        return self

    def embed(self, key_prefix: str, group_prefix: str, starting_order: int, child: ConfigDef) -> None:
        """Takes over all keys of another declaration below a prefix; its validators go on naming keys without it."""
        for order, key in enumerate(child.sorted_keys(), starting_order):
            self.define_key(
                replace(
                    key,
                    name=key_prefix + key.name,
                    validator=_EmbeddedValidator(key_prefix, key.validator) if key.validator else None,
                    group=group_prefix if key.group is None else f"{group_prefix}: {key.group}",
                    order_in_group=order,
                    dependents=tuple(key_prefix + dependent for dependent in key.dependents),
                    recommender=_EmbeddedRecommender(key_prefix, key.recommender) if key.recommender else None,
                )
            )

    def sorted_keys(self) -> list[ConfigKey]:
        """The keys in the order in which documentation lists them: by group, order, required first, importance, name."""
        groups: dict[str | None, int] = {group: index for index, group in enumerate(self._groups)}
        importances = list(parsing.Importance)

        def order(key: ConfigKey) -> tuple[object, ...]:
            group = -1 if key.group is None else groups[key.group]
            return group, key.order_in_group, key.has_default, importances.index(key.importance), key.name

        return sorted(self._keys.values(), key=order)

    def parse(self, props: Mapping[str, Any]) -> dict[str, Any]:
        """Typed values of all declared keys; others are left out. ConfigError with the first problem, in the order of
        definition.
        """
        undefined = self._undefined_dependents()
        if undefined:
            raise ConfigError(
                f"Some configurations in are referred in the dependents, but not defined: {','.join(undefined)}"
            )
        return {name: self._parse_value(key, props) for name, key in self._keys.items()}

    def validate(self, props: Mapping[str, str | None]) -> list[ConfigValue]:
        """Checks all keys without raising: a ConfigValue for each, with all of its errors."""
        return list(self.validate_all(props).values())

    def validate_all(self, props: Mapping[str, str | None]) -> dict[str, ConfigValue]:
        """As `validate`, by key."""
        found = {name: ConfigValue(name) for name in self._keys}
        for name in self._undefined_dependents():
            message = f"{name} is referred in the dependents, but not defined."
            found[name] = ConfigValue(name, error_messages=[message], visible=False)
        # A key that others depend on is looked at right before them; the children of no one start.
        children = {dependent for key in self._keys.values() for dependent in key.dependents}
        roots = [key for name, key in self._keys.items() if name not in children]
        parsed: dict[str, Any] = {}
        for key in roots:
            self._parse_for_validate(key, props, parsed, found)
        for key in roots:
            self._recommend(key, parsed, found)
        return found

    def _undefined_dependents(self) -> list[str]:
        dependents = dict.fromkeys(dependent for key in self._keys.values() for dependent in key.dependents)
        return [name for name in dependents if name not in self._keys]

    def _parse_value(self, key: ConfigKey, props: Mapping[str, Any]) -> Any:
        value = self._value_or_default(key, props)
        if key.validator is not None:
            if isinstance(key.validator, validators.ValidList) and isinstance(value, list):
                value = _without_duplicates(key.name, value)
            key.validator.ensure_valid(key.name, value)
        return value

    def _value_or_default(self, key: ConfigKey, props: Mapping[str, Any]) -> Any:
        if key.name in props:
            return parsing.parse_type(key.name, props[key.name], key.type)
        if not key.has_default:
            raise ConfigError(f'Missing required configuration "{key.name}" which has no default value.')
        # A list that the caller changes must not change the default of everybody else.
        return list(key.default_value) if isinstance(key.default_value, list) else key.default_value

    def _parse_for_validate(
        self, key: ConfigKey, props: Mapping[str, Any], parsed: dict[str, Any], found: dict[str, ConfigValue]
    ) -> None:
        value: Any = None
        outcome = found[key.name]
        try:
            value = self._value_or_default(key, props)
        except ConfigError as error:
            outcome.add_error_message(str(error))
        if key.validator is not None:
            try:
                key.validator.ensure_valid(key.name, value)
            except ConfigError as error:
                outcome.add_error_message(str(error))
        outcome.value = parsed[key.name] = value
        for dependent in key.dependents:
            if dependent in self._keys:
                self._parse_for_validate(self._keys[dependent], props, parsed, found)

    def _recommend(self, key: ConfigKey, parsed: Mapping[str, Any], found: dict[str, ConfigValue]) -> None:
        outcome = found[key.name]
        if key.recommender is not None:
            try:
                values = key.recommender.valid_values(key.name, parsed)
                if outcome.recommended_values:
                    values = [value for value in values if value in outcome.recommended_values]
                outcome.recommended_values = values
                outcome.visible = key.recommender.visible(key.name, parsed)
            except ConfigError as error:
                outcome.add_error_message(str(error))
        for dependent in key.dependents:
            if dependent in self._keys:
                self._recommend(self._keys[dependent], parsed, found)


def _without_duplicates(name: str, values: list[Any]) -> list[Any]:
    distinct = list(dict.fromkeys(values))
    if len(distinct) != len(values):
        logger.warning(
            'Configuration key "%s" contains duplicate values. Duplicates will be removed. '
            "The original value is: %s, the updated value is: %s",
            name,
            parsing.convert_to_string(values),
            parsing.convert_to_string(distinct),
        )
    return distinct


class _EmbeddedValidator:
    def __init__(self, key_prefix: str, base: Validator) -> None:
        self._key_prefix = key_prefix
        self._base = base

    def ensure_valid(self, name: str, value: Any) -> None:
        self._base.ensure_valid(name.removeprefix(self._key_prefix), value)

    def __str__(self) -> str:
        return str(self._base)


class _EmbeddedRecommender:
    def __init__(self, key_prefix: str, base: Recommender) -> None:
        self._key_prefix = key_prefix
        self._base = base

    def valid_values(self, name: str, parsed_config: Mapping[str, Any]) -> list[Any]:
        return self._base.valid_values(name.removeprefix(self._key_prefix), self._own(parsed_config))

    def visible(self, name: str, parsed_config: Mapping[str, Any]) -> bool:
        return self._base.visible(name.removeprefix(self._key_prefix), self._own(parsed_config))

    def _own(self, parsed_config: Mapping[str, Any]) -> dict[str, Any]:
        prefix = self._key_prefix
        return {name.removeprefix(prefix): value for name, value in parsed_config.items() if name.startswith(prefix)}
