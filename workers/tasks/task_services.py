"""What the runners of sources and sinks have in common."""

from __future__ import annotations

from typing import Any, NamedTuple

from workers.tasks.active_topics import ActiveTopics
from workers.tasks.control import TaskControl
from workers.tasks.conversion import ConverterSet
from workers.tasks.error_handler import ErrorHandler
from workers.tasks.recorder import Recorder
from workers.tasks.transformation_chain import TransformationChain


class TaskServices(NamedTuple):
    """The pieces that TaskAssembly makes for one task, and its runner closes."""

    converters: ConverterSet
    transformations: TransformationChain[Any]
    errors: ErrorHandler[Any]
    active_topics: ActiveTopics
    control: TaskControl
    recorder: Recorder
