"""A plug-in whose connectors and tasks break their promises. The tests copy this file into a folder of plugin.path."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from isthmus import ConfigDef, ConnectError, SourceConnector, SourceRecord, SourceTask, Transformation


class Task(SourceTask):
    """Gives what it is told to give."""

    def start(self, props: Mapping[str, str]) -> None:
        self.gives = props["gives"]

    def poll(self) -> Any:
        threading.Event().wait(0.01)
        record = SourceRecord({}, {}, "t", value="a")
        return {"text": "record", "dict": {"a": 1}, "texts": ["a"], "mixed": [record, record, {"a": 1}]}[self.gives]


class Look(Transformation[Any]):
    """Fails on what is no record."""

    def config(self) -> ConfigDef:
        return ConfigDef()

    def apply(self, record: Any) -> Any:
        return record if record.topic else None


class HalfTask(SourceTask):
    def start(self, props: Mapping[str, str]) -> None: ...


class Source(SourceConnector):
    task_class = Task

    def config(self) -> ConfigDef:
        return ConfigDef()

    def start(self, props: Mapping[str, str]) -> None:
        self.props = dict(props)

    def task_configs(self, max_tasks: int) -> Any:
        return [self.props]


class Half(SourceConnector):
    def config(self) -> ConfigDef:
        return ConfigDef()


class NoStart(Source):
    def start(self, props: Mapping[str, str]) -> None:
        if "gives" in props:
            raise ConnectError(props["gives"]) if props["gives"] else KeyError


class NoTaskClass(SourceConnector):
    def config(self) -> ConfigDef:
        return ConfigDef()

    def start(self, props: Mapping[str, str]) -> None: ...

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return [{}]


class OddTaskClass(Source):
    task_class = ConfigDef  # type: ignore[assignment]  # that is the fault


class HalfTaskClass(Source):
    task_class = HalfTask  # type: ignore[assignment]  # that of Source is another one


class NoList(Source):
    def task_configs(self, max_tasks: int) -> Any:
        return None


class OneMapping(Source):
    def task_configs(self, max_tasks: int) -> Any:
        return {"a": "b"}


class ListOfText(Source):
    def task_configs(self, max_tasks: int) -> Any:
        return [{}, "a"]


class NumberAsValue(Source):
    def task_configs(self, max_tasks: int) -> Any:
        return [{"a": "b"}, {"a": "b", "port": 5432}]


class NumberAsKey(Source):
    def task_configs(self, max_tasks: int) -> Any:
        return [{1: "b"}]
