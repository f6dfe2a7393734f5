"""Makes the providers that a worker's configuration names: `config.providers` and `config.providers.<name>.*`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from isthmus import ConfigProvider
from isthmus.config_def import Type, parse_type
from isthmus.errors import ConfigError
from workers.config_providers.directory_config_provider import DirectoryConfigProvider
from workers.config_providers.env_var_config_provider import EnvVarConfigProvider
from workers.config_providers.file_config_provider import FileConfigProvider

ProviderLoader: TypeAlias = Callable[[str], type[ConfigProvider]]
"""Takes a class name; LookupError when there is no such provider, and whatever importing it raises."""

_CLASSES: tuple[type[ConfigProvider], ...] = (DirectoryConfigProvider, EnvVarConfigProvider, FileConfigProvider)

BUILT_IN: Mapping[str, type[ConfigProvider]] = {
    name: cls
    for cls in _CLASSES
    for name in (
        *cls.class_names,
        f"{cls.__module__}.{cls.__qualname__}",
        cls.__name__,
        cls.__name__.removesuffix("ConfigProvider"),
    )
}
"""The providers of our own, by every name they answer to."""


def built_in(class_name: str) -> type[ConfigProvider]:
    """The loader for the worker process, which runs no code of others."""
    return BUILT_IN[class_name]


def configured_providers(props: Mapping[str, str], load: ProviderLoader = built_in) -> dict[str, ConfigProvider]:
    """The providers by the names that placeholders use. ConfigError when one cannot be made."""
    providers: dict[str, ConfigProvider] = {}
    for name in parse_type("config.providers", props.get("config.providers"), Type.LIST) or []:
        key = f"config.providers.{name}.class"
        if class_name := props.get(key):
            providers[name] = _provider(key, class_name.strip(), load)
            providers[name].configure(_parameters(props, name))
    return providers


def _provider(key: str, class_name: str, load: ProviderLoader) -> ConfigProvider:
    try:
        return load(class_name)()
    except (LookupError, ImportError) as error:
        reason = "Could not load config provider class or one of its dependencies"
        raise ConfigError(key, class_name, reason) from error


def _parameters(props: Mapping[str, str], name: str) -> dict[str, str]:
    prefix = f"config.providers.{name}.param."
    return {key.removeprefix(prefix): value for key, value in props.items() if key.startswith(prefix)}
