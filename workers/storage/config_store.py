"""Connector and task configurations and target states. Connect: ConfigBackingStore, ClusterConfigState, MemoryConfigBackingStore."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import NamedTuple

Config = Mapping[str, str | None]


class TargetState(StrEnum):
    """What a user wants a connector to do."""

    STARTED = "STARTED"
    PAUSED = "PAUSED"
    STOPPED = "STOPPED"


class ConnectorTaskId(NamedTuple):
    connector: str
    task: int

    def __str__(self) -> str:
        return f"{self.connector}-{self.task}"


@dataclass(frozen=True)
class ConnectorState:
    """All that is stored of one connector.

    `applied_config` is the configuration its present tasks were made from; None when they are out of date or absent.
    """

    config: Config
    target_state: TargetState = TargetState.STARTED
    task_configs: tuple[Mapping[str, str], ...] = ()
    applied_config: Config | None = None


@dataclass(frozen=True)
class ClusterConfigState:
    """One moment of the store; never changes. Configurations are raw: placeholders are not resolved."""

    connectors: Mapping[str, ConnectorState] = field(default_factory=dict)

    def contains(self, connector: str) -> bool:
        return connector in self.connectors

    def config(self, connector: str) -> Config | None:
        state = self.connectors.get(connector)
        return state.config if state is not None else None

    def target_state(self, connector: str) -> TargetState | None:
        state = self.connectors.get(connector)
        return state.target_state if state is not None else None

    def task_configs(self, connector: str) -> Sequence[Mapping[str, str]]:
        state = self.connectors.get(connector)
        return state.task_configs if state is not None else ()

    def tasks(self, connector: str) -> list[ConnectorTaskId]:
        return [ConnectorTaskId(connector, number) for number in range(len(self.task_configs(connector)))]


class ConfigListener:
    """Told of every change after it is in the snapshot, on the thread of the store. Must not block.

    A herder overrides what it has to act on.
    """

    def on_config_removed(self, connector: str) -> None:
        """The connector is gone, with its tasks."""

    def on_config_updated(self, connector: str) -> None:
        """The connector is new, or has another configuration."""

    def on_task_configs_updated(self, connector: str) -> None:
        """The connector has another set of tasks."""

    def on_target_state_changed(self, connector: str) -> None:
        """The connector is to run, pause or stop."""


class ConfigStore(ABC):
    """Written by the herder only, on its thread; `snapshot` may be called from any thread."""

    @abstractmethod
    def start(self, listener: ConfigListener) -> None:
        """Reads what is there, then tells `listener` of each change. Called once, before anything else."""

    @abstractmethod
    def stop(self) -> None:
        """No listener is called after it."""

    @abstractmethod
    def snapshot(self) -> ClusterConfigState:
        """The present state; never blocks."""

    @abstractmethod
    def put_connector_config(self, connector: str, config: Config, target_state: TargetState | None = None) -> None:
        """Creates or replaces; without `target_state` the present one stays, a new connector is STARTED."""

    @abstractmethod
    def remove_connector_config(self, connector: str) -> None:
        """Forgets the connector, its target state and its tasks."""

    @abstractmethod
    def put_task_configs(self, connector: str, configs: Sequence[Mapping[str, str]]) -> None:
        """Replaces the whole set of tasks; it counts as made from the connector's present configuration."""

    @abstractmethod
    def put_target_state(self, connector: str, state: TargetState) -> None:
        """Listeners hear of it when it differs from the present one."""


class MemoryConfigStore(ConfigStore):
    """The standalone worker's: gone with the worker. Listeners are called on the writing thread before a write returns.

    No lock: one thread writes, and a snapshot is replaced as a whole.
    """

    def __init__(self) -> None:
        self._state = ClusterConfigState()
        self._listener: ConfigListener | None = None

    def start(self, listener: ConfigListener) -> None:
        self._listener = listener

    def stop(self) -> None:
        self._listener = None

    def snapshot(self) -> ClusterConfigState:
        return self._state

    def put_connector_config(self, connector: str, config: Config, target_state: TargetState | None = None) -> None:
        old = self._state.connectors.get(connector) or ConnectorState(config)
        self._put(connector, replace(old, config=dict(config), target_state=target_state or old.target_state))
        if self._listener is not None:
            self._listener.on_config_updated(connector)

    def remove_connector_config(self, connector: str) -> None:
        self._state = ClusterConfigState({n: s for n, s in self._state.connectors.items() if n != connector})
        if self._listener is not None:
            self._listener.on_config_removed(connector)

    def put_task_configs(self, connector: str, configs: Sequence[Mapping[str, str]]) -> None:
        old = self._known(connector)
        tasks = tuple(dict(config) for config in configs)
        self._put(connector, replace(old, task_configs=tasks, applied_config=old.config))
        if self._listener is not None:
            self._listener.on_task_configs_updated(connector)

    def put_target_state(self, connector: str, state: TargetState) -> None:
        old = self._known(connector)
        self._put(connector, replace(old, target_state=state))
        if self._listener is not None and state != old.target_state:
            self._listener.on_target_state_changed(connector)

    def _known(self, connector: str) -> ConnectorState:
        state = self._state.connectors.get(connector)
        if state is None:
            raise UnknownConnectorError(f"No connector `{connector}` configured")
        return state

    def _put(self, connector: str, state: ConnectorState) -> None:
        self._state = ClusterConfigState({**self._state.connectors, connector: state})


class UnknownConnectorError(LookupError):
    """A write names a connector that has no configuration."""
