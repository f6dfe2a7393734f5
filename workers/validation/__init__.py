"""Validation of connector configurations. Runs in a plug-in process, since it executes what authors wrote."""

from workers.validation.connector_validation import validate
from workers.validation.plugin_config import plugin_config

__all__ = ["plugin_config", "validate"]
