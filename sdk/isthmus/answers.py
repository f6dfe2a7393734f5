"""What connectors and tasks give back, checked where it is handed over: foreign code need not keep its promises.

Used by the runtime and by isthmus.testing, so that both refuse the same with the same words. A ConnectError names the class
and what came; values are not shown, since they may be secrets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from isthmus.connector import Connector
from isthmus.errors import ConnectError
from isthmus.plugin import class_name
from isthmus.records import SourceRecord
from isthmus.task import SourceTask, Task


def checked_task_class(connector: Connector) -> type[Task]:
    """The class of the connector's tasks. ConnectError when there is none, or it cannot be one."""
    owner = type(connector)
    if not hasattr(owner, "task_class") and "task_class" not in vars(connector):
        raise ConnectError(f"{class_name(owner)} has no task_class: the attribute has to name the class of its tasks")
    task_class: Any = connector.task_class
    if not isinstance(task_class, type):
        raise ConnectError(f"{class_name(owner)}.task_class has to be a class, but is of type {_type(task_class)}")
    if not issubclass(task_class, Task):
        raise ConnectError(f"{class_name(owner)}.task_class is {class_name(task_class)}, which is no Task")
    ensure_concrete(task_class)
    return task_class


def ensure_concrete(plugin_class: type) -> None:
    """ConnectError for a class that has abstract methods left."""
    if missing := missing_methods(plugin_class):
        raise ConnectError(abstract_text(class_name(plugin_class), missing))


def missing_methods(plugin_class: type) -> tuple[str, ...]:
    """The abstract methods that the class has not overridden."""
    return tuple(sorted(getattr(plugin_class, "__abstractmethods__", ())))


def abstract_text(name: str, missing: tuple[str, ...]) -> str:
    return f"{name} is abstract: missing {', '.join(missing)}"


def checked_task_configs(connector: Connector, configs: Any) -> list[Mapping[str, str]]:
    """What `task_configs` gave. ConnectError unless it is a list of mappings of text to text (or None)."""
    called = f"{class_name(type(connector))}.task_configs()"
    if not isinstance(configs, list | tuple):
        raise ConnectError(f"{called} has to give a list of mappings, but gave {_type(configs)}")
    for index, config in enumerate(configs):
        if not isinstance(config, Mapping):
            raise ConnectError(f"{called} has to give a list of mappings, but entry {index} is of type {_type(config)}")
        for key, value in config.items():
            if not isinstance(key, str):
                raise ConnectError(
                    f"{called} gave a key that is not text in entry {index}: {key!r} is of type {_type(key)}"
                )
            if not isinstance(value, str | None):
                raise ConnectError(
                    f"{called} gave a value that is not text: '{key}' of entry {index} is of type {_type(value)}"
                )
    return list(configs)


def ensure_batch(task: SourceTask, batch: Any) -> None:
    """ConnectError unless `poll` gave a list (or None). Of its elements only the first is looked at: this runs for each
    batch, and must not cost a look at each record.
    """
    if batch is not None and not isinstance(batch, list | tuple):
        raise ConnectError(f"{_poll_of(task)} has to give a list of SourceRecord or None, but gave {_type(batch)}")
    if batch and not isinstance(batch[0], SourceRecord):
        ensure_records(task, batch)


def ensure_records(task: SourceTask, batch: list[Any] | tuple[Any, ...]) -> None:
    """ConnectError unless each element is a SourceRecord. For a good batch cheap, though not free."""
    if set(map(type, batch)) <= {SourceRecord}:
        return
    for index, record in enumerate(batch):
        if not isinstance(record, SourceRecord):
            raise ConnectError(f"{_poll_of(task)} gave a list whose entry {index} is {_type(record)}, not SourceRecord")


def _poll_of(task: SourceTask) -> str:
    return f"{class_name(type(task))}.poll()"


def _type(value: object) -> str:
    return "None" if value is None else class_name(type(value)).removeprefix("builtins.")
