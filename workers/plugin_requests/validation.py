"""Validates a connector's configuration, and lists what a plug-in can be configured with."""

from __future__ import annotations

from isthmus.config_def import loading_classes_with
from workers.clients.override_policy import policy_for
from workers.errors import BadRequestError
from workers.herder.interface import ConfigInfos, ConfigKey
from workers.plugin_requests.environment import Environment, Spec
from workers.plugins.errors import PluginError
from workers.processes.channel import Channel
from workers.validation import plugin_config, validate


def validate_config(_channel: Channel, spec: Spec) -> ConfigInfos:
    """`spec["config"]` is the configuration. Raises BadRequestError when its class is missing or cannot be loaded."""
    environment = Environment(spec)
    try:
        return validate(
            spec["config"],
            importer=environment.importer,
            worker_config=environment.worker_config,
            policy=policy_for(environment.worker_config),
            resolve=environment.resolver.resolve,
        )
    except PluginError as error:
        raise BadRequestError(str(error)) from error


def config_of_plugin(_channel: Channel, spec: Spec) -> list[ConfigKey]:
    """`spec["plugin"]` is the name, `spec["version"]` a range or null. Raises NotFoundError, BadRequestError."""
    environment = Environment(spec)
    try:
        with loading_classes_with(environment.importer.class_named):
            return plugin_config(spec["plugin"], spec["version"], environment.importer)
    except PluginError as error:
        raise BadRequestError(str(error)) from error
