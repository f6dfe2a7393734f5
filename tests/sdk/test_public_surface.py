"""Pins what the SDK promises to authors: an addition is deliberate, a removal breaks them."""

from __future__ import annotations

import isthmus
import isthmus.testing

SURFACE = """
AlreadyExistsError ConfigData ConfigDef ConfigError ConfigKey ConfigProvider ConfigValue ConnectError ConnectHeaders
ConnectRecord Connector ConnectorContext ConnectorTransactionBoundaries Converter ConverterConfig ConverterType DataError
ErrantRecordReporter ExactlyOnceSupport Field Float32 Float64 Header HeaderConverter IllegalWorkerStateError Int16 Int32
Int64 Int8 NotFoundError OffsetAndMetadata OffsetStorageReader Password Plugin Predicate Recommender RecordMetadata
RetriableError Schema SchemaAndValue SchemaAndValues SchemaBuilder SchemaBuilderError SchemaProjector SchemaProjectorError SinkBatch SinkConnector
SinkConnectorContext SinkRecord SinkTask SinkTaskContext SourceConnector SourceConnectorContext SourceRecord SourceTask
SourceTaskContext Struct Task TimestampType TopicPartition TransactionContext Transformation Validator format_trace
group_partitions java_class_name logical MetricName Monitorable PluginMetrics Sensor
"""

TESTING_SURFACE = """
CollectedErrants ConnectorContextDouble ConnectorRunner ConverterContract HeaderConverterContract MemoryOffsets
PredicateContract SinkTaskContextDouble SinkTaskContract SinkTaskRunner SourceTaskContextDouble SourceTaskContract
SourceTaskRunner TransformationContract
"""


def test_the_names_that_authors_import_are_these() -> None:
    assert sorted(isthmus.__all__) == sorted(SURFACE.split())


def test_the_names_that_tests_of_authors_import_are_these() -> None:
    assert sorted(isthmus.testing.__all__) == sorted(TESTING_SURFACE.split())


def test_every_promised_name_exists() -> None:
    assert [name for name in isthmus.__all__ if not hasattr(isthmus, name)] == []
