"""Adds the keys of the transformations and predicates that a configuration names, from their own declarations.

Runs in plug-in processes only, since it makes instances of the plug-ins. Answers to ConnectorConfig.enrich.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from isthmus import ConfigDef, ConfigError, ConnectError, Predicate, Transformation
from isthmus.plugin import class_name
from workers.connector_config import keys
from workers.connector_config.definitions import NO_ADVICE, PREDICATES, TRANSFORMS, KeyAdvice
from workers.connector_config.recommenders import Recommended
from workers.connector_config.validators import PluginVersionValidator, ensure_concrete_subclass

logger = logging.getLogger(__name__)

_IMPLICIT: Final = ("predicate", "negate")


class _Chain(NamedTuple):
    """What differs between transformations and predicates."""

    list_key: str
    group: str
    base: type[Transformation[Any]] | type[Predicate[Any]]

    @property
    def noun(self) -> str:
        return self.base.__name__


_CHAINS: Final = (
    _Chain(keys.TRANSFORMS, TRANSFORMS, Transformation),
    _Chain(keys.PREDICATES, PREDICATES, Predicate),
)


def enrich(base: ConfigDef, props: Mapping[str, str | None], advice: Mapping[str, KeyAdvice]) -> ConfigDef:
    """A copy of `base` with `transforms.<a>.*` and `predicates.<p>.*` for each alias in `props`.

    A class that cannot be loaded is no error here: its keys are missing, and validation finds it wrong. Classes come
    from the class loader that is in place (`loading_classes_with`).
    """
    enriched = ConfigDef(base)
    for chain in _CHAINS:
        aliases = ConfigDef.parse_type(chain.list_key, props.get(chain.list_key), ConfigDef.Type.LIST)
        for alias in dict.fromkeys(aliases or ()):
            _add_plugin(enriched, chain, alias, props, advice)
    return enriched


def _add_plugin(
    enriched: ConfigDef, chain: _Chain, alias: str, props: Mapping[str, str | None], advice: Mapping[str, KeyAdvice]
) -> None:
    prefix = f"{chain.list_key}.{alias}."
    group = f"{chain.group}: {alias}"
    type_key = f"{prefix}type"
    version = advice.get(f"{prefix}{keys.PLUGIN_VERSION}", NO_ADVICE)
    enriched.define(
        type_key,
        ConfigDef.Type.CLASS,
        validator=_PluginTypeValidator(chain, prefix, props),
        importance=ConfigDef.Importance.HIGH,
        documentation=f"Class of the {chain.noun.lower()} '{alias}'.",
        group=group,
        order_in_group=0,
        width=ConfigDef.Width.LONG,
        display_name=f"{chain.noun} type for {alias}",
        recommender=Recommended(advice.get(type_key, NO_ADVICE).recommended),
    ).define(
        f"{prefix}{keys.PLUGIN_VERSION}",
        ConfigDef.Type.STRING,
        version.default,
        PluginVersionValidator(),
        importance=ConfigDef.Importance.HIGH,
        documentation=f"Version of the {chain.noun.lower()} '{alias}': a version or a Maven version range.",
        group=group,
        order_in_group=1,
        width=ConfigDef.Width.LONG,
        display_name=f"{chain.noun} version for {alias}",
        recommender=Recommended(version.recommended),
    )
    try:
        own = _own_config_def(chain, type_key, props.get(type_key))
    except ConfigError:
        # The validator of this key tells what is wrong; the text may quote what a provider resolved (invariant 8).
        logger.debug("No keys of %s: there is no class to ask", type_key)
        return
    enriched.embed(prefix, group, 2, own)


def _own_config_def(chain: _Chain, type_key: str, name: str | None) -> ConfigDef:
    definition = ConfigDef()
    if chain.base is Transformation:
        definition.define(
            "predicate",
            ConfigDef.Type.STRING,
            None,
            importance=ConfigDef.Importance.MEDIUM,
            documentation="Alias of the predicate that decides which records the transformation applies to.",
        ).define(
            "negate",
            ConfigDef.Type.BOOLEAN,
            False,
            importance=ConfigDef.Importance.MEDIUM,
            documentation="Whether it applies to the records for which the predicate does not hold.",
        )
    cls = ConfigDef.parse_type(type_key, name, ConfigDef.Type.CLASS)
    for key in _config_def_of(chain, type_key, cls).config_keys.values():
        if chain.base is Transformation and key.name in _IMPLICIT:
            logger.warning("The key %s of a transformation is masked by Connect's own key of that name", key.name)
        else:
            definition.define_key(key)
    return definition


def _config_def_of(chain: _Chain, type_key: str, cls: type | None) -> ConfigDef:
    if cls is None:
        raise ConfigError(type_key, None, f"Not a {chain.noun}")
    ensure_concrete_subclass(chain.base, cls)
    try:
        plugin = cls()
    except Exception as error:
        raise ConfigError(
            type_key, f"class {class_name(cls)}", f"Error getting config definition from {chain.noun}: {error}"
        ) from error
    definition = plugin.config()
    if definition is None:
        raise ConnectError(f"{class_name(cls)}.config() must return a ConfigDef that is not null.")
    assert isinstance(definition, ConfigDef)
    return definition


class _PluginTypeValidator:
    """Checks the class named by `<prefix>type`, and that a predicate is named where one is negated."""

    def __init__(self, chain: _Chain, prefix: str, props: Mapping[str, str | None]) -> None:
        self._chain, self._prefix, self._props = chain, prefix, props

    def ensure_valid(self, name: str, value: Any) -> None:
        if self._chain.base is Transformation:
            ensure_negated_has_predicate(self._prefix, self._props)
        if value is not None:  # None: the class could not be found, which has been said already
            _config_def_of(self._chain, name, value)

    def __str__(self) -> str:
        alias = self._prefix.split(".")[1]
        return f"valid configs for {alias} {self._chain.noun.lower()}"


def ensure_negated_has_predicate(prefix: str, props: Mapping[str, Any]) -> None:
    negate, predicate = f"{prefix}negate", f"{prefix}predicate"
    if negate in props and predicate not in props:
        raise ConfigError(
            f"Config '{negate}' was provided but there is no config '{predicate}' defining a predicate to be negated."
        )
