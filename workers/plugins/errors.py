"""Errors of plug-in loading.

ConnectError
 └── PluginError
      ├── PluginNotFoundError     no plug-in answers to that name
      ├── PluginVersionError      the plug-in is there, but not in a version that is asked for; a ConfigError, too
      ├── AmbiguousPluginError    more than one connector answers to that short name
      ├── AbstractPluginError     the class is there, but lacks methods
      └── PluginImportError       the plug-in is there, but its own code could not be imported; carries the cause
"""

from __future__ import annotations

from isthmus import ConfigError, ConnectError


class PluginError(ConnectError):
    """Root of the errors of plug-in loading."""

    java_name = ConnectError.java_name


class PluginNotFoundError(PluginError):
    """No plug-in answers to that name."""

    java_name = ConnectError.java_name


class PluginVersionError(PluginError, ConfigError):
    """No version of the plug-in meets the requirement, or the requirement is no version range.

    As in Connect it counts as an error of the configuration's key when a validator raises it.
    """

    java_name = "org.apache.kafka.connect.runtime.isolation.VersionedPluginLoadingException"


class AmbiguousPluginError(PluginError):
    """More than one connector answers to that short name; the full class name is needed."""

    java_name = ConnectError.java_name


class AbstractPluginError(PluginError):
    """The class is no plug-in yet: methods that it has to have are missing."""

    java_name = ConnectError.java_name


class PluginImportError(PluginError):
    """The plug-in was found, but its own import failed: a fault of the plug-in, not of the name given."""

    java_name = ConnectError.java_name
