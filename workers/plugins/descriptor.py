"""What the worker knows of a plug-in without importing it: plain data, made in the scanner's process, sent to every other.

Answers to Connect's PluginDesc and PluginType.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

UNDEFINED_VERSION = "undefined"
CLASSPATH = "classpath"


class PluginKind(StrEnum):
    """The kinds of plug-ins, in the order in which REST lists them."""

    SINK = "sink"
    SOURCE = "source"
    TRANSFORMATION = "transformation"
    PREDICATE = "predicate"
    CONVERTER = "converter"
    HEADER_CONVERTER = "header_converter"
    CONFIG_PROVIDER = "config_provider"

    @property
    def type_name(self) -> str:
        """The name of the class a plug-in of this kind extends, as error texts show it."""
        return _TYPE_NAMES[self]

    @property
    def suffix(self) -> str:
        """What a class name of this kind may end with and a pruned alias leaves out."""
        return "Connector" if self in CONNECTOR_KINDS else _TYPE_NAMES[self]


_TYPE_NAMES = {
    PluginKind.SINK: "SinkConnector",
    PluginKind.SOURCE: "SourceConnector",
    PluginKind.TRANSFORMATION: "Transformation",
    PluginKind.PREDICATE: "Predicate",
    PluginKind.CONVERTER: "Converter",
    PluginKind.HEADER_CONVERTER: "HeaderConverter",
    PluginKind.CONFIG_PROVIDER: "ConfigProvider",
}
CONNECTOR_KINDS = (PluginKind.SINK, PluginKind.SOURCE)
KIND_ORDER = {kind: position for position, kind in enumerate(PluginKind)}


class PluginDesc(msgspec.Struct, frozen=True):
    """One plug-in class.

    `class_name` is the name shown in REST, logs and configurations; `python_name` is `module:QualName`, what gets
    imported; `location` is what people are told, `sys_path` the folder that must be on sys.path for the import (None:
    it is importable as it is); `class_names` are all full names the author gave it.
    """

    class_name: str
    python_name: str
    kind: PluginKind
    version: str = UNDEFINED_VERSION
    location: str = CLASSPATH
    sys_path: str | None = None
    class_names: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        return self.python_name.partition(":")[0]

    @property
    def dotted_name(self) -> str:
        return self.python_name.replace(":", ".")

    @property
    def full_names(self) -> frozenset[str]:
        """Every unabbreviated name the plug-in answers to."""
        return frozenset((self.class_name, *self.class_names, self.dotted_name, self.python_name))

    @property
    def simple_name(self) -> str:
        return simple_name(self.class_name)

    @property
    def pruned_name(self) -> str:
        """The simple name without its kind's suffix (JsonConverter -> Json)."""
        simple = self.simple_name
        position = simple.rfind(self.kind.suffix)
        return simple[:position] if position > 0 else simple

    def __str__(self) -> str:
        """As error texts list it; the words are Connect's."""
        return (
            f"PluginDesc{{klass=class {self.class_name}, name='{self.class_name}', version='{self.version}', "
            f"encodedVersion={self.version}, type={self.kind}, typeName='{self.kind}', location='{self.location}'}}"
        )


class PluginFailure(msgspec.Struct, frozen=True):
    """What a scan found and cannot be used.

    A module of a plug-in location that could not be imported: where it is, which classes it would have had, why. Or an
    abstract class: `class_names` are its names then, and `missing` the methods it lacks.
    """

    module: str
    location: str
    cause: str
    trace: str | None = None
    class_names: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    def answers_to(self, name: str) -> bool:
        """Whether `name` means a class of this module: its dotted path, or one of its class names, also shortened."""
        if not self.missing and name.startswith((f"{self.module}.", f"{self.module}:")):
            return True
        return any(name == known or f"{name}Connector" == known for known in self.class_names)

    def __str__(self) -> str:
        return f"module {self.module} in {self.location}: {self.cause}"


def simple_name(class_name: str) -> str:
    """The last part of a class name, also of one nested in another (`a.b.Cast$Value` -> `Value`)."""
    return class_name.replace("$", ".").replace(":", ".").rpartition(".")[2]


def to_plain(value: msgspec.Struct) -> dict[str, Any]:
    """The value as JSON-able data."""
    plain: dict[str, Any] = msgspec.to_builtins(value)
    return plain
