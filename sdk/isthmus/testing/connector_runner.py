"""Runs a connector in a unit test: what happens to it before and beside its tasks."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Any

from isthmus.answers import checked_task_class, checked_task_configs
from isthmus.config_def import ConfigValue
from isthmus.connector import Connector
from isthmus.errors import ConfigError
from isthmus.testing.contexts import ConnectorContextDouble, MemoryOffsets


class ConnectorRunner:
    """Initialises and starts a connector on entry, stops it on exit.

        with ConnectorRunner(TickSource, {"topic": "ticks"}) as connector:
            assert len(connector.task_configs(2)) == 2

    A configuration that validation refuses is a ConfigError with all texts, as a creation over REST would be.
    """

    def __init__(
        self, connector_class: type[Connector], props: Mapping[str, str], offsets: MemoryOffsets | None = None
    ) -> None:
        self.connector = connector_class()
        self.props = dict(props)
        self.context = ConnectorContextDouble(offsets)

    def __enter__(self) -> ConnectorRunner:
        errors = [message for value in self.validate() for message in value.error_messages]
        if errors:
            raise ConfigError("\n".join(errors))
        self.connector.initialize(self.context)
        self.connector.start(self.props)
        return self

    def __exit__(
        self, error_type: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connector.stop()

    def validate(self) -> list[ConfigValue]:
        """What validation finds out about each declared key."""
        return self.connector.validate(self.props)

    def task_configs(self, max_tasks: int = 1) -> list[dict[str, str]]:
        """The tasks' properties, checked as the runtime checks them: ConnectError for what it would refuse."""
        given: Any = self.connector.task_configs(max_tasks)  # what foreign code really gives
        checked_task_class(self.connector)
        configs = checked_task_configs(self.connector, given)
        assert len(configs) <= max_tasks, f"{len(configs)} tasks were made of {max_tasks} allowed ones"
        return [dict(config) for config in configs]
