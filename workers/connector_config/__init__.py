"""The keys that every connector has, whatever its class: declared once, enriched by what the connector names, parsed to
frozen objects for the task loops. Answers to Connect's ConnectorConfig, SourceConnectorConfig and SinkConnectorConfig.
"""

from workers.connector_config.definitions import (
    connector_config_def,
    sink_connector_config_def,
    source_connector_config_def,
)
from workers.connector_config.enrichment import enrich
from workers.connector_config.parsed import (
    ConnectorConfig,
    ConverterSpec,
    DeadLetterQueue,
    ErrorHandling,
    PredicateSpec,
    SinkConnectorConfig,
    SourceConnectorConfig,
    TooManyTasksError,
    TransformSpec,
    converter_spec,
)
from workers.connector_config.sink_topics import check_sink_topics, parse_topics_list, sink_topic_errors
from workers.connector_config.topic_creation import TopicCreation, TopicCreationGroup, uses_topic_creation

__all__ = [
    "ConnectorConfig",
    "ConverterSpec",
    "DeadLetterQueue",
    "ErrorHandling",
    "PredicateSpec",
    "SinkConnectorConfig",
    "SourceConnectorConfig",
    "TooManyTasksError",
    "TopicCreation",
    "TopicCreationGroup",
    "TransformSpec",
    "check_sink_topics",
    "connector_config_def",
    "converter_spec",
    "enrich",
    "parse_topics_list",
    "sink_connector_config_def",
    "sink_topic_errors",
    "source_connector_config_def",
    "uses_topic_creation",
]
