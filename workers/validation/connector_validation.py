"""The body of `PUT /connector-plugins/{plugin}/config/validate`, which every creation and update goes through too.

Connect: AbstractHerder.validateConnectorConfig. Used in a plug-in process, on its main thread; may block as long as the
connector's own validation does.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

from isthmus import ConfigDef, ConfigValue, ConnectError, Connector, SourceConnector, format_trace, java_class_name
from isthmus.config_def import loading_classes_with, names_only
from isthmus.plugin import class_name
from workers.clients.override_policy import OverridePolicy
from workers.connector_config import enrich, keys, sink_topic_errors
from workers.connector_config.definitions import KeyAdvice, advised_config_def, with_sink_keys, with_source_keys
from workers.errors import BadRequestError
from workers.herder.interface import ConfigInfos
from workers.plugins.errors import PluginVersionError
from workers.plugins.importer import PluginImporter
from workers.plugins.version_range import VersionRangeError, version_requirement
from workers.validation.advice import advice_for, connector_advice
from workers.validation.choice import PluginChoice
from workers.validation.client_overrides import overrides_parts
from workers.validation.converter_validation import converter_parts
from workers.validation.redaction import Redaction
from workers.validation.rendering import connector_part, merged

log = logging.getLogger(__name__)

Props: TypeAlias = Mapping[str, str | None]

_NULL_VALUE = "Null value can not be supplied as the configuration value."


def validate(
    config: Props,
    *,
    importer: PluginImporter,
    worker_config: Mapping[str, str],
    policy: OverridePolicy,
    resolve: Callable[[Props], Props] = dict,
) -> ConfigInfos:
    """All that is to be said about a configuration; errors of it are part of the answer.

    `resolve` replaces placeholders; what it resolves is not shown. Raises BadRequestError when no connector class is
    named or its version is no range, a PluginError when the class cannot be loaded, ConfigError when a client setting
    does not parse, and whatever the connector's own code raises.
    """
    props = resolve(config)
    name = props.get(keys.CONNECTOR_CLASS)
    if name is None:
        raise BadRequestError(f"Connector config {{{', '.join(config)}}} contains no connector type")
    name, version = name.strip(), props.get(keys.CONNECTOR_VERSION)
    redaction = Redaction(config, props)
    shown_name = config.get(keys.CONNECTOR_CLASS) or name
    with _no_secrets_in_errors(redaction):
        _ensure_range(version)
        try:
            desc = importer.use_connector(name, version)
        except PluginVersionError as error:
            # The text may quote what a provider resolved (invariant 8).
            log.warning("%s is not there in the version asked for, nothing else is validated", shown_name)
            with loading_classes_with(PluginChoice(importer, props).class_named):
                return _only_version_errors(shown_name, str(error), props, connector_advice(importer, name), redaction)
        choice = PluginChoice(importer, props)
        with loading_classes_with(choice.class_named):
            advice = advice_for(importer, name, props, worker_config)
            connector = importer.load(desc)()
            return _Validation(connector, shown_name, props, choice, policy, redaction).run(advice)


@contextmanager
def _no_secrets_in_errors(redaction: Redaction) -> Iterator[None]:
    """What the connector's code raises is shown to the user, unless it quotes what a provider resolved."""
    try:
        yield
    except Exception as error:
        if redaction.tells(format_trace(error)):
            raise ConnectError(
                f"The validation failed with {java_class_name(error)}; "
                "its text is not shown, since it has a value from a config provider in it"
            ) from None
        raise


class _Validation:
    def __init__(
        self,
        connector: Connector,
        name: str,
        props: Props,
        choice: PluginChoice,
        policy: OverridePolicy,
        redaction: Redaction,
    ) -> None:
        self._connector = connector
        self._is_source = isinstance(connector, SourceConnector)
        self._name = name
        self._props = props
        self._choice = choice
        self._policy = policy
        self._redaction = redaction

    def run(self, advice: Mapping[str, KeyAdvice]) -> ConfigInfos:
        definition = self._framework_definition(advice)
        found = definition.validate_all(self._props)
        if not self._is_source:
            for name, _, message in sink_topic_errors(self._props):
                found[name].add_error_message(message)
        _add_null_errors(self._props, found)
        own_definition, own_values = self._ask_connector()
        converters = converter_parts(self._choice, self._props, found, self._redaction)
        connector = connector_part(
            {**definition.config_keys, **own_definition.config_keys},
            list(dict.fromkeys([*definition.groups, *own_definition.groups])),
            [*found.values(), *own_values],
            self._redaction,
        )
        overrides = overrides_parts(
            self._props, is_source=self._is_source, policy=self._policy, redaction=self._redaction
        )
        return merged(self._name, [connector, *overrides, *converters])

    def _framework_definition(self, advice: Mapping[str, KeyAdvice]) -> ConfigDef:
        with loading_classes_with(names_only):  # defaults are names here
            base = advised_config_def(advice)
            base = with_source_keys(base) if self._is_source else with_sink_keys(base)
        return enrich(base, self._props, advice, self._choice.in_version)

    def _ask_connector(self) -> tuple[ConfigDef, list[ConfigValue]]:
        # What foreign code returns need not be what it promised.
        definition: Any = self._connector.config()
        shown = class_name(type(self._connector))
        if definition is None:
            raise BadRequestError(f"{shown}.config() must return a ConfigDef that is not null.")
        values: Any = self._connector.validate(self._props)
        if values is None:
            raise BadRequestError(f"{shown}.validate() must return a Config that is not null.")
        return definition, list(values)


def _add_null_errors(props: Props, found: dict[str, ConfigValue]) -> None:
    for name, value in props.items():
        if value is None:
            found.setdefault(name, ConfigValue(name)).add_error_message(_NULL_VALUE)


def _ensure_range(version: str | None) -> None:
    try:
        version_requirement(version)
    except VersionRangeError as error:
        raise BadRequestError(str(error)) from error


def _only_version_errors(
    name: str, misfit: str, props: Props, advice: Mapping[str, KeyAdvice], redaction: Redaction
) -> ConfigInfos:
    with loading_classes_with(names_only):
        definition = advised_config_def(advice)
    found = definition.validate_all(props)
    for key in (keys.CONNECTOR_CLASS, keys.CONNECTOR_VERSION):
        found[key].add_error_message(misfit)
    _add_null_errors(props, found)
    part = connector_part(definition.config_keys, definition.groups, found.values(), redaction)
    return merged(name, [part])
