"""Configuration providers that come with Isthmus, and the resolution of placeholders by providers."""

from workers.config_providers.config_transformer import ConfigTransformer, TransformResult
from workers.config_providers.directory_config_provider import DirectoryConfigProvider
from workers.config_providers.env_var_config_provider import EnvVarConfigProvider
from workers.config_providers.file_config_provider import FileConfigProvider
from workers.config_providers.providers import BUILT_IN, ProviderLoader, configured_providers

__all__ = [
    "BUILT_IN",
    "ConfigTransformer",
    "DirectoryConfigProvider",
    "EnvVarConfigProvider",
    "FileConfigProvider",
    "ProviderLoader",
    "TransformResult",
    "configured_providers",
]
