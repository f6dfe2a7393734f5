"""Users know Kafka Connect's errors: traces of the worker's own ones carry Java's names."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import converters
import workers
from isthmus import ConnectError, java_class_name


def subclasses(cls: type[ConnectError]) -> Iterator[type[ConnectError]]:
    for sub in cls.__subclasses__():
        yield sub
        yield from subclasses(sub)


def test_every_connect_error_of_the_worker_has_the_name_of_a_java_class() -> None:
    for package in (workers, converters):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)

    ours = [cls for cls in subclasses(ConnectError) if cls.__module__.startswith(("workers.", "converters."))]

    assert ours
    assert [cls for cls in ours if not java_class_name(cls).startswith("org.apache.kafka.")] == []
