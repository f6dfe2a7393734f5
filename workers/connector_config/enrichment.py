"""Adds the keys of the transformations and predicates that a configuration names, from their own declarations.

Runs in plug-in processes only, since it makes instances of the plug-ins. Answers to ConnectorConfig.enrich.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Final, NamedTuple, TypeAlias

from isthmus import ConfigDef, ConfigError, ConnectError, Predicate, Transformation
from isthmus.plugin import class_name
from workers.connector_config import keys
from workers.connector_config.definitions import NO_ADVICE, PREDICATES, TRANSFORMS, KeyAdvice
from workers.connector_config.recommenders import Recommended
from workers.connector_config.validators import ensure_concrete_subclass
from workers.plugins.errors import PluginVersionError

logger = logging.getLogger(__name__)

VersionLoader: TypeAlias = Callable[[str, type[Any]], type[Any]]
"""Of the class that a `...type` key names, the version that is asked for; PluginVersionError when there is none."""

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


def _as_named(_type_key: str, cls: type[Any]) -> type[Any]:
    return cls


def enrich(
    base: ConfigDef,
    props: Mapping[str, str | None],
    advice: Mapping[str, KeyAdvice],
    in_version: VersionLoader = _as_named,
) -> ConfigDef:
    """A copy of `base` with `transforms.<a>.*` and `predicates.<p>.*` for each alias in `props`.

    A class that cannot be loaded is no error here: its keys are missing, and validation finds it wrong. Classes come
    from the class loader that is in place (`loading_classes_with`), then `in_version` may take another version.
    """
    enriched = ConfigDef(base)
    for chain in _CHAINS:
        aliases = ConfigDef.parse_type(chain.list_key, props.get(chain.list_key), ConfigDef.Type.LIST)
        for alias in dict.fromkeys(aliases or ()):
            _add_plugin(enriched, _AliasedPlugin(chain, alias, props, in_version), advice)
    return enriched


class _AliasedPlugin:
    """One transformation or predicate of a configuration, and the validators of the keys that choose its class."""

    def __init__(self, chain: _Chain, alias: str, props: Mapping[str, str | None], in_version: VersionLoader) -> None:
        self.chain, self.alias, self._props, self._in_version = chain, alias, props, in_version
        self.prefix = f"{chain.list_key}.{alias}."
        self.type_key = f"{self.prefix}type"

    def declaration(self) -> ConfigDef:
        """The plug-in's own. Raises ConfigError when there is no class to ask, or not in that version."""
        if isinstance(self._declaration, ConfigError):
            raise self._declaration
        return self._declaration

    @cached_property
    def _declaration(self) -> ConfigDef | ConfigError:
        """Asked for once, although two validators need it: it takes an instance of the plug-in."""
        try:
            return self._declared()
        except ConfigError as error:
            return error

    def _declared(self) -> ConfigDef:
        chain = self.chain
        cls = ConfigDef.parse_type(self.type_key, self._props.get(self.type_key), ConfigDef.Type.CLASS)
        if cls is None:
            raise ConfigError(self.type_key, None, f"Not a {chain.noun}")
        ensure_concrete_subclass(chain.base, cls)
        cls = self._in_version(self.type_key, cls)
        try:
            plugin = cls()
        except Exception as error:
            raise ConfigError(
                self.type_key, f"class {class_name(cls)}", f"Error getting config definition from {chain.noun}: {error}"
            ) from error
        definition = plugin.config()
        if definition is None:
            raise ConnectError(f"{class_name(cls)}.config() must return a ConfigDef that is not null.")
        assert isinstance(definition, ConfigDef)
        return definition

    def ensure_type_valid(self, name: str, value: Any) -> None:
        """Checks the class, and that a predicate is named where one is negated."""
        if self.chain.base is Transformation:
            ensure_negated_has_predicate(self.prefix, self._props)
        if value is not None:  # None: the class could not be found, which has been said already
            self.declaration()

    def ensure_version_valid(self, name: str, value: Any) -> None:
        asked = self._props.get(name)  # not the default, which is looked at when the key is declared
        if asked is not None and value == asked.strip() and isinstance(self._declaration, PluginVersionError):
            raise self._declaration


def _add_plugin(enriched: ConfigDef, plugin: _AliasedPlugin, advice: Mapping[str, KeyAdvice]) -> None:
    chain, alias, prefix, type_key = plugin.chain, plugin.alias, plugin.prefix, plugin.type_key
    group = f"{chain.group}: {alias}"
    version = advice.get(f"{prefix}{keys.PLUGIN_VERSION}", NO_ADVICE)
    enriched.define(
        type_key,
        ConfigDef.Type.CLASS,
        validator=ConfigDef.LambdaValidator.with_(
            plugin.ensure_type_valid, f"valid configs for {alias} {chain.noun.lower()}"
        ),
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
        ConfigDef.LambdaValidator.with_(plugin.ensure_version_valid, "version or version range"),
        importance=ConfigDef.Importance.HIGH,
        documentation=f"Version of the {chain.noun.lower()} '{alias}': a version or a Maven version range.",
        group=group,
        order_in_group=1,
        width=ConfigDef.Width.LONG,
        display_name=f"{chain.noun} version for {alias}",
        recommender=Recommended(version.recommended),
    )
    try:
        own = _own_config_def(plugin)
    except ConfigError:
        # The validator of this key tells what is wrong; the text may quote what a provider resolved (invariant 8).
        logger.debug("No keys of %s: there is no class to ask", type_key)
        return
    enriched.embed(prefix, group, 2, own)


def _own_config_def(plugin: _AliasedPlugin) -> ConfigDef:
    definition = ConfigDef()
    is_transformation = plugin.chain.base is Transformation
    if is_transformation:
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
    for key in plugin.declaration().config_keys.values():
        if is_transformation and key.name in _IMPLICIT:
            logger.warning("The key %s of a transformation is masked by Connect's own key of that name", key.name)
        else:
            definition.define_key(key)
    return definition


def ensure_negated_has_predicate(prefix: str, props: Mapping[str, Any]) -> None:
    negate, predicate = f"{prefix}negate", f"{prefix}predicate"
    if negate in props and predicate not in props:
        raise ConfigError(
            f"Config '{negate}' was provided but there is no config '{predicate}' defining a predicate to be negated."
        )
