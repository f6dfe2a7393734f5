"""The transformations of one task, in the order listed, each with its predicate. Answers to Connect's TransformationChain.

Used by the source and the sink loop on the task's main thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

from isthmus import Predicate, SinkRecord, SourceRecord, Transformation
from isthmus.plugin import class_name
from workers.tasks.error_handler import ErrorHandler, Failed, Stage

log = logging.getLogger(__name__)

R = TypeVar("R", SourceRecord, SinkRecord)


class TransformationStage(NamedTuple):
    """One transformation; with a predicate it applies where that one's answer is not `negate`."""

    transformation: Transformation[Any]
    predicate: Predicate[Any] | None = None
    negate: bool = False

    @property
    def class_name(self) -> str:
        return class_name(type(self.transformation))

    def apply(self, record: R) -> R | None:
        """The record to go on with; None drops it."""
        if self.predicate is not None and self.predicate.test(record) is self.negate:
            return record
        changed: R | None = self.transformation.apply(record)
        return changed

    def apply_batch(self, records: Sequence[R]) -> list[R]:
        if self.predicate is None:
            return self.transformation.apply_batch(records)
        return [changed for record in records if (changed := self.apply(record)) is not None]

    def close(self) -> None:
        for plugin in (self.transformation, self.predicate):
            if plugin is not None:
                _close(plugin)


class TransformationChain(Generic[R]):
    """Runs a batch through all stages. `original_of` gives the record that an error report is about."""

    def __init__(
        self,
        stages: Sequence[TransformationStage],
        errors: ErrorHandler[Any],
        original_of: Callable[[R], Any] = lambda r: r,
    ) -> None:
        self._stages = stages
        self._errors = errors
        self._original_of: Callable[[R], Any] = original_of

    @property
    def is_empty(self) -> bool:
        return not self._stages

    def apply_batch(self, records: Sequence[R]) -> Sequence[R]:
        """The records that are left, changed. Raises ConnectError when an error is not tolerated."""
        for stage in self._stages:
            records = self._apply_stage(stage, records)
        return records

    def apply(self, record: R) -> R | None:
        """One record through all stages; None when it was dropped or given up. For tasks that hear of each record's fate."""
        current: R | None = record
        for stage in self._stages:
            if current is None:
                return None
            result = self._errors.execute(
                Stage.TRANSFORMATION, stage.class_name, partial(stage.apply, current), self._original_of(record)
            )
            current = None if isinstance(result, Failed) else result
        return current

    def close(self) -> None:
        for stage in self._stages:
            stage.close()

    def _apply_stage(self, stage: TransformationStage, records: Sequence[R]) -> Sequence[R]:
        try:
            return stage.apply_batch(records)
        except Exception:  # noqa: BLE001  # the same error comes again, for its own record, from the loop below
            results = [
                self._errors.execute(
                    Stage.TRANSFORMATION, stage.class_name, partial(stage.apply, record), self._original_of(record)
                )
                for record in records
            ]
        return [result for result in results if result is not None and not isinstance(result, Failed)]


def _close(plugin: Transformation[Any] | Predicate[Any]) -> None:
    try:
        plugin.close()
    except Exception:
        log.exception("%s could not be closed", class_name(type(plugin)))
