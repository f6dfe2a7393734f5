"""Testing plug-ins without Kafka and without a worker.

Runners drive one task as the runtime would: `SourceTaskRunner`, `SinkTaskRunner`, and `ConnectorRunner` for what stands
before them. Contracts are suites of tests that any plug-in of a kind must pass: derive a test class from one, say how to
make yours, and pytest (or unittest) runs them. Only the standard library and the SDK are needed.
"""

from isthmus.testing.connector_runner import ConnectorRunner
from isthmus.testing.contexts import (
    CollectedErrants,
    ConnectorContextDouble,
    MemoryOffsets,
    SinkTaskContextDouble,
    SourceTaskContextDouble,
)
from isthmus.testing.contracts import (
    ConverterContract,
    HeaderConverterContract,
    PredicateContract,
    SinkTaskContract,
    SourceTaskContract,
    TransformationContract,
)
from isthmus.testing.sink_task_runner import SinkTaskRunner
from isthmus.testing.source_task_runner import SourceTaskRunner

__all__ = [
    "CollectedErrants",
    "ConnectorContextDouble",
    "ConnectorRunner",
    "ConverterContract",
    "HeaderConverterContract",
    "MemoryOffsets",
    "PredicateContract",
    "SinkTaskContextDouble",
    "SinkTaskContract",
    "SinkTaskRunner",
    "SourceTaskContextDouble",
    "SourceTaskContract",
    "SourceTaskRunner",
    "TransformationContract",
]
