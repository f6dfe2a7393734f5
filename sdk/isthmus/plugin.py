"""What every plug-in class has: a version and the names under which it answers."""

from __future__ import annotations

from typing import ClassVar


class Plugin:
    """Base of connectors, tasks, converters, transformations, predicates and configuration providers.

    The runtime loads a plug-in by a class name in a configuration and makes one instance, without arguments, for each
    use. This happens in a process of the plug-in's own: never in the worker process.
    """

    version: ClassVar[str] = "undefined"
    """Shown by `GET /connector-plugins` and in metrics; "undefined" is left out there."""

    class_names: ClassVar[tuple[str, ...]] = ()
    """Further full class names under which the plug-in answers besides `module.QualName`.

    The first one is the name shown in REST answers, logs and `task.class`. Built-ins put their Java name here.
    A subclass that is a plug-in of its own has to set its own names: the runtime reads them from the class itself.
    """


def class_name(cls: type) -> str:
    """The name of a class that users see: the first of its own `class_names`, otherwise `module.QualName`."""
    names = vars(cls).get("class_names")
    return str(names[0]) if names else f"{cls.__module__}.{cls.__qualname__}"
