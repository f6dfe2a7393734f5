"""The worker's configuration: declared key by key, read from a property file into a frozen object."""

from workers.config.listeners import Listener
from workers.config.loading import Loaded, load_properties, load_worker_config
from workers.config.response_headers import HeaderRule
from workers.config.worker_config import DistributedConfig, StandaloneConfig, WorkerConfig

__all__ = [
    "DistributedConfig",
    "HeaderRule",
    "Listener",
    "Loaded",
    "StandaloneConfig",
    "WorkerConfig",
    "load_properties",
    "load_worker_config",
]
