"""The configuration of a worker: what the property file says, typed, and frozen.

Read in the worker process, and again in its plug-in processes from what the worker hands them. Classes are only names
here: nothing is imported. Answers to Connect's WorkerConfig, StandaloneConfig and DistributedConfig.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final, Self

from isthmus import ConfigDef
from isthmus.config_def import Importance, Type, loading_classes_with, names_only
from isthmus.errors import ConfigError
from workers.config.common_keys import define_common_keys
from workers.config.distributed_keys import define_distributed_keys
from workers.config.listeners import Listener, advertised_protocol, advertised_url, parse_listener
from workers.config.response_headers import HeaderRule, parse_header_rules
from workers.errors import WorkerConfigError


def _common() -> ConfigDef:
    # The defaults of the keys name Java's classes, which are not there to be imported.
    with loading_classes_with(names_only):
        return define_common_keys()


def _standalone() -> ConfigDef:
    return _common().define(
        "offset.storage.file.filename",
        Type.STRING,
        importance=Importance.HIGH,
        documentation="File with the offsets of source connectors. It is made when it is missing; its folder has to be there.",
    )


def _distributed() -> ConfigDef:
    config = _common()
    with loading_classes_with(names_only):
        define_distributed_keys(config)
    return config


class WorkerConfig:
    """Frozen. `config["offset.flush.interval.ms"]` is the typed value, `originals` all that was given, as text."""

    CONFIG_DEF: ClassVar[ConfigDef]

    def __init__(self, originals: Mapping[str, str], values: Mapping[str, Any]) -> None:
        self.originals: Final[Mapping[str, str]] = MappingProxyType(dict(originals))
        self._values: Final[Mapping[str, Any]] = MappingProxyType(dict(values))

    @classmethod
    def parse(cls, props: Mapping[str, str]) -> Self:
        """From properties without placeholders. WorkerConfigError with an error for each key that is wrong."""
        values, errors = cls.check(props)
        if errors:
            raise WorkerConfigError(list(errors.values()))
        return cls(props, values)

    @classmethod
    def check(cls, props: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
        """Typed values by key, and what is wrong with single keys in Java's words; in the order of definition."""
        values: dict[str, Any] = {}
        errors: dict[str, str] = {}
        with loading_classes_with(names_only):
            for name, key in cls.CONFIG_DEF.config_keys.items():
                try:
                    values |= ConfigDef().define_key(key).parse(props)
                except ConfigError as error:
                    errors[name] = str(error)
        return values, errors

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def with_prefix(self, prefix: str) -> dict[str, str]:
        """What was given below a prefix, without the prefix."""
        return {name.removeprefix(prefix): text for name, text in self.originals.items() if name.startswith(prefix)}

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={ConfigDef.convert_to_string(value)}" for name, value in self._values.items())
        return f"{type(self).__name__}({shown})"

    @property
    def bootstrap_servers(self) -> str:
        return ",".join(self["bootstrap.servers"])

    @property
    def group_id(self) -> str | None:
        """The group of a distributed worker."""
        return None

    @property
    def listeners(self) -> tuple[Listener, ...]:
        return tuple(map(parse_listener, self["listeners"]))

    @property
    def admin_listeners(self) -> tuple[Listener, ...] | None:
        """None: the main listeners serve /admin too; empty: nobody does."""
        urls = self["admin.listeners"]
        return None if urls is None else tuple(map(parse_listener, urls))

    @property
    def header_rules(self) -> tuple[HeaderRule, ...]:
        return parse_header_rules(self["response.http.headers.config"])

    def tls_settings(self, prefix: str) -> dict[str, str]:
        """Settings of https listeners: those below `listeners.https.` (or `admin.listeners.https.`) if there are any,
        otherwise the plain `ssl.` ones.
        """
        own = self.with_prefix(prefix)
        return own or {name: text for name, text in self.originals.items() if name.startswith("ssl.")}

    def advertised_url(self, bound_ports: list[int], local_host: str) -> str:
        """The address others reach this worker at. `bound_ports` are the real ports of `listeners`, in order."""
        protocol = advertised_protocol(self["rest.advertised.listener"], self.originals.get("listeners"))
        host, port = self["rest.advertised.host.name"], self["rest.advertised.port"]
        return advertised_url(protocol, host, port, self.listeners, bound_ports, local_host)


class StandaloneConfig(WorkerConfig):
    CONFIG_DEF = _standalone()


class DistributedConfig(WorkerConfig):
    CONFIG_DEF = _distributed()

    @property
    def group_id(self) -> str:
        return str(self["group.id"])
