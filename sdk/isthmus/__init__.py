"""Isthmus SDK: everything the author of a connector, converter or transformation needs.

Kafka Connect's names in snake_case, attributes instead of getters. `isthmus.logical` has the logical types (Decimal,
Date, Time, Timestamp), `isthmus.metrics` the statistics of sensors, `isthmus.testing` runs plug-ins in unit tests without
Kafka.
"""

from isthmus import logical
from isthmus.config_def import ConfigDef, ConfigKey, ConfigValue, Password, Recommender, Validator
from isthmus.config_provider import ConfigData, ConfigProvider
from isthmus.connector import (
    Connector,
    ConnectorContext,
    ConnectorTransactionBoundaries,
    ExactlyOnceSupport,
    SinkConnector,
    SinkConnectorContext,
    SourceConnector,
    SourceConnectorContext,
    group_partitions,
)
from isthmus.converter import Converter, ConverterConfig, ConverterType, HeaderConverter
from isthmus.errors import (
    AlreadyExistsError,
    ConfigError,
    ConnectError,
    DataError,
    IllegalWorkerStateError,
    NotFoundError,
    RetriableError,
    SchemaBuilderError,
    SchemaProjectorError,
    format_trace,
    java_class_name,
)
from isthmus.headers import ConnectHeaders, Header
from isthmus.metrics import MetricName, Monitorable, PluginMetrics, Sensor
from isthmus.numbers import Float32, Float64, Int8, Int16, Int32, Int64
from isthmus.plugin import Plugin
from isthmus.projector import SchemaProjector
from isthmus.records import (
    ConnectRecord,
    OffsetAndMetadata,
    RecordMetadata,
    SinkRecord,
    SourceRecord,
    TimestampType,
    TopicPartition,
)
from isthmus.schema import Field, Schema
from isthmus.schema_and_value import SchemaAndValue, SchemaAndValues
from isthmus.schema_builder import SchemaBuilder
from isthmus.sink_batch import SinkBatch
from isthmus.struct import Struct
from isthmus.task import (
    ErrantRecordReporter,
    OffsetStorageReader,
    SinkTask,
    SinkTaskContext,
    SourceTask,
    SourceTaskContext,
    Task,
    TransactionContext,
)
from isthmus.transform import Predicate, Transformation

__all__ = [
    "AlreadyExistsError",
    "ConfigData",
    "ConfigDef",
    "ConfigError",
    "ConfigKey",
    "ConfigProvider",
    "ConfigValue",
    "ConnectError",
    "ConnectHeaders",
    "ConnectRecord",
    "Connector",
    "ConnectorContext",
    "ConnectorTransactionBoundaries",
    "Converter",
    "ConverterConfig",
    "ConverterType",
    "DataError",
    "ErrantRecordReporter",
    "ExactlyOnceSupport",
    "Field",
    "Float32",
    "Float64",
    "Header",
    "HeaderConverter",
    "IllegalWorkerStateError",
    "Int8",
    "Int16",
    "Int32",
    "Int64",
    "MetricName",
    "Monitorable",
    "NotFoundError",
    "OffsetAndMetadata",
    "OffsetStorageReader",
    "Password",
    "Plugin",
    "PluginMetrics",
    "Predicate",
    "Recommender",
    "RecordMetadata",
    "RetriableError",
    "Schema",
    "SchemaAndValue",
    "SchemaAndValues",
    "SchemaBuilder",
    "SchemaBuilderError",
    "SchemaProjector",
    "SchemaProjectorError",
    "Sensor",
    "SinkBatch",
    "SinkConnector",
    "SinkConnectorContext",
    "SinkRecord",
    "SinkTask",
    "SinkTaskContext",
    "SourceConnector",
    "SourceConnectorContext",
    "SourceRecord",
    "SourceTask",
    "SourceTaskContext",
    "Struct",
    "Task",
    "TimestampType",
    "TopicPartition",
    "TransactionContext",
    "Transformation",
    "Validator",
    "format_trace",
    "group_partitions",
    "java_class_name",
    "logical",
]
