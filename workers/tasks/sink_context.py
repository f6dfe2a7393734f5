"""What a sink task may ask of the runtime while it runs: Connect's SinkTaskContext.

Any thread of the task may ask; the sink loop obeys on the main thread in its next turn.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

from isthmus import IllegalWorkerStateError, TopicPartition
from isthmus.metrics import PluginMetrics
from isthmus.task import ErrantRecordReporter

log = logging.getLogger(__name__)


class SinkContext:
    """Requests wait here until the loop takes them. `assignment` is None until the task is initialized and polling."""

    def __init__(
        self,
        configs: Callable[[], Mapping[str, str]],
        errant_record_reporter: ErrantRecordReporter | None,
        plugin_metrics: PluginMetrics,
    ) -> None:
        self.plugin_metrics = plugin_metrics
        self._configs = configs
        self._reporter = errant_record_reporter
        self._lock = threading.Lock()
        self._assignment: set[TopicPartition] | None = None
        self._offsets: dict[TopicPartition, int] = {}
        self._timeout_ms: int | None = None
        self._is_commit_requested = False
        self.paused: set[TopicPartition] = set()
        """Partitions that the task itself has paused."""
        self.pause_changes = 0
        """Grows when `paused` changes, so that the loop sees it in one comparison."""

    # --- the task's side --------------------------------------------------------------------------------------------------

    @property
    def configs(self) -> Mapping[str, str]:
        return self._configs()

    @property
    def assignment(self) -> set[TopicPartition]:
        return set(self._known_assignment("look up partition assignment"))

    @property
    def errant_record_reporter(self) -> ErrantRecordReporter | None:
        return self._reporter

    def offset(self, partition: TopicPartition | Mapping[TopicPartition, int], offset: int | None = None) -> None:
        wanted = partition if isinstance(partition, Mapping) else {partition: offset}
        with self._lock:
            for topic_partition, position in wanted.items():
                if position is None:
                    log.warning("Offset of %s was asked to be reset without saying to which; ignored", topic_partition)
                else:
                    self._offsets[topic_partition] = position

    def timeout(self, timeout_ms: int) -> None:
        self._timeout_ms = timeout_ms

    def pause(self, *partitions: TopicPartition) -> None:
        self._check_assigned("pause", "pause consumption", partitions)
        with self._lock:
            self.paused |= set(partitions)
            self.pause_changes += 1

    def resume(self, *partitions: TopicPartition) -> None:
        self._check_assigned("resume", "resume consumption", partitions)
        with self._lock:
            self.paused -= set(partitions)
            self.pause_changes += 1

    def request_commit(self) -> None:
        self._is_commit_requested = True

    # --- the loop's side --------------------------------------------------------------------------------------------------

    def assign(self, partitions: set[TopicPartition]) -> None:
        with self._lock:
            self._assignment = set(partitions)
            self.paused &= self._assignment

    def take_offsets(self) -> dict[TopicPartition, int]:
        with self._lock:
            taken, self._offsets = self._offsets, {}
        return taken

    def take_timeout_ms(self) -> int | None:
        taken, self._timeout_ms = self._timeout_ms, None
        return taken

    def take_commit_request(self) -> bool:
        taken, self._is_commit_requested = self._is_commit_requested, False
        return taken

    def _known_assignment(self, purpose: str) -> set[TopicPartition]:
        if self._assignment is None:
            raise IllegalWorkerStateError(f"SinkTaskContext may not be used to {purpose} until the task is initialized")
        return self._assignment

    def _check_assigned(self, verb: str, purpose: str, partitions: tuple[TopicPartition, ...]) -> None:
        if not set(partitions) <= self._known_assignment(purpose):
            raise IllegalWorkerStateError(
                f"SinkTasks may not {verb} partitions that are not currently assigned to them."
            )
