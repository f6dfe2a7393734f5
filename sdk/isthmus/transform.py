"""Transformations change or drop single records on their way; predicates decide which records one applies to.

Connect's Transformation and Predicate. Each is configured once and then used by one thread of one task process; every
transformation in a chain, and every use of a predicate, has an instance of its own.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from isthmus.plugin import Plugin
from isthmus.records import ConnectRecord

if TYPE_CHECKING:
    from isthmus.config_def import ConfigDef

R = TypeVar("R", bound=ConnectRecord)


class Transformation(Plugin, ABC, Generic[R]):
    """One step of a connector's `transforms`.

    `Transformation[R]` serves sources and sinks alike, `Transformation[SinkRecord]` sinks only.
    """

    @abstractmethod
    def config(self) -> ConfigDef:
        """Declares the configuration, keys without prefix. Called during validation on instances that are not
        configured. Must not block. Raising makes the validation fail.
        """

    def configure(self, configs: Mapping[str, Any]) -> None:
        """Called once before any record, with the keys below `transforms.<alias>.` without that prefix; values are raw
        text. Raising makes the task FAILED. The default does nothing.
        """

    @abstractmethod
    def apply(self, record: R) -> R | None:
        """Returns the record to go on with (`record.new_record(...)`, or the same one), or None to drop it.

        Called for each record; blocking holds up the task. The record itself is not to be changed: others may hold it.
        A source record's partition and offset and a sink record's original coordinates stay as they are. Errors go by
        `errors.tolerance`; RetriableError is tried again within `errors.retry.timeout`.
        """

    def apply_batch(self, records: Sequence[R]) -> list[R]:
        """What the runtime calls where no predicate is in the way; records that are dropped are left out.

        When it raises, the batch is done again record by record to find the one at fault.
        """
        apply = self.apply
        return [changed for record in records if (changed := apply(record)) is not None]

    def close(self) -> None:
        """Called once when the task ends. Raising is only logged. The default does nothing."""


class Predicate(Plugin, ABC, Generic[R]):
    """A condition on records, named by a transformation's `predicate` key."""

    @abstractmethod
    def config(self) -> ConfigDef:
        """As `Transformation.config`."""

    def configure(self, configs: Mapping[str, Any]) -> None:
        """As `Transformation.configure`, with the keys below `predicates.<alias>.`."""

    @abstractmethod
    def test(self, record: R) -> bool:
        """Whether the transformation applies to this record (`negate=true`: does not). Errors as in `apply`."""

    def close(self) -> None:
        """As `Transformation.close`."""
