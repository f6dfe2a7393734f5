"""Names of the task counters in shared memory: Kafka Connect's metric names, and the few numbers they are computed from."""

from __future__ import annotations

from typing import Final, Literal

TaskCounter = Literal[
    "offset-commit-attempts-total",
    "offset-commit-success-total",
    "offset-commit-failure-total",
    "offset-commit-skip-total",
    "offset-commit-seq-no",
    "offset-commit-max-time-ms",
    "offset-commit-total-time-ms",
    "batch-total",
    "batch-size-max",
    "batch-time-total-ms",
    "batch-time-max-ms",
    "source-record-poll-total",
    "source-record-write-total",
    "source-record-active-count",
    "source-record-active-count-max",
    "sink-record-read-total",
    "sink-record-send-total",
    "sink-record-active-count",
    "sink-record-active-count-max",
    "partition-count",
    "total-record-failures",
    "total-record-errors",
    "total-records-skipped",
    "total-retries",
    "total-errors-logged",
    "deadletterqueue-produce-requests",
    "deadletterqueue-produce-failures",
    "last-error-timestamp",
]

SHARED: Final[tuple[TaskCounter, ...]] = (
    "offset-commit-attempts-total",
    "offset-commit-success-total",
    "offset-commit-failure-total",
    "offset-commit-skip-total",
    "offset-commit-seq-no",
    "offset-commit-max-time-ms",
    "offset-commit-total-time-ms",
    "batch-total",
    "batch-size-max",
    "batch-time-total-ms",
    "batch-time-max-ms",
)
ERRORS: Final[tuple[TaskCounter, ...]] = (
    "total-record-failures",
    "total-record-errors",
    "total-records-skipped",
    "total-retries",
    "total-errors-logged",
    "deadletterqueue-produce-requests",
    "deadletterqueue-produce-failures",
    "last-error-timestamp",
)
SOURCE_COUNTERS: Final[tuple[TaskCounter, ...]] = (
    *SHARED,
    *ERRORS,
    "source-record-poll-total",
    "source-record-write-total",
    "source-record-active-count",
    "source-record-active-count-max",
)
SINK_COUNTERS: Final[tuple[TaskCounter, ...]] = (
    *SHARED,
    *ERRORS,
    "sink-record-read-total",
    "sink-record-send-total",
    "sink-record-active-count",
    "sink-record-active-count-max",
    "partition-count",
)
"""`batch-time-*` is the time of poll() in a source (poll-batch-*-time-ms) and of put() in a sink (put-batch-*-time-ms)."""
