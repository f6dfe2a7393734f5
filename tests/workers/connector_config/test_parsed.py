"""A connector's configuration as the task loops use it."""

from __future__ import annotations

import pytest

from isthmus import ConfigError, ConnectError, SourceTask
from workers.connector_config import (
    ConnectorConfig,
    ConverterSpec,
    DeadLetterQueue,
    ErrorHandling,
    SinkConnectorConfig,
    SourceConnectorConfig,
    converter_spec,
)

BASE = {"name": "n", "connector.class": "c"}


def test_defaults_are_connects() -> None:
    config = ConnectorConfig.parse(BASE)
    assert (config.name, config.connector_class, config.tasks_max, config.enforces_tasks_max) == ("n", "c", 1, True)
    assert config.errors == ErrorHandling(0, 60_000, False, False, False)
    assert config.restarts_on_reload
    assert config.transforms == []


def test_values_are_typed() -> None:
    config = ConnectorConfig.parse(
        {
            **BASE,
            "tasks.max": " 3 ",
            "tasks.max.enforce": "FALSE",
            "errors.retry.timeout": "-1",
            "errors.tolerance": "all",
            "errors.log.enable": "true",
            "config.action.reload": "none",
        }
    )
    assert (config.tasks_max, config.enforces_tasks_max, config.restarts_on_reload) == (3, False, False)
    assert config.errors == ErrorHandling(-1, 60_000, True, True, False)


def test_the_first_wrong_key_is_the_error() -> None:
    with pytest.raises(ConfigError, match=r"^Invalid value 0 for configuration tasks\.max: Value must be at least 1$"):
        ConnectorConfig.parse({**BASE, "tasks.max": "0", "errors.tolerance": "some"})


def test_a_chain_has_its_transformations_in_order_with_what_is_theirs() -> None:
    config = ConnectorConfig.parse(
        {
            **BASE,
            "transforms": "a, b",
            "transforms.a.type": "Filter",
            "transforms.a.predicate": "p",
            "transforms.a.negate": "TRUE",
            "transforms.b.type": "HoistField$Value",
            "transforms.b.field": "f",
            "predicates": "p",
            "predicates.p.type": "TopicNameMatches",
            "predicates.p.pattern": "x.*",
        }
    )
    first, second = config.transforms
    assert (first.class_name, first.negate, first.configs) == ("Filter", True, {"type": "Filter"})
    assert first.predicate is not None
    assert (first.predicate.class_name, first.predicate.configs["pattern"]) == ("TopicNameMatches", "x.*")
    assert (second.alias, second.configs["field"], second.predicate) == ("b", "f", None)


@pytest.mark.parametrize(
    ("props", "message"),
    [
        ({"transforms": "a"}, "Invalid value null for configuration transforms.a.type: Not a Transformation"),
        (
            {"transforms": "a", "transforms.a.type": "T", "transforms.a.negate": "true"},
            "Config 'transforms.a.negate' was provided but there is no config 'transforms.a.predicate' "
            "defining a predicate to be negated.",
        ),
        (
            {"transforms": "a", "transforms.a.type": "T", "transforms.a.predicate": "q"},
            "Unknown configuration 'predicates.q.type'",
        ),
        (
            {"transforms": "a", "transforms.a.type": "T", "transforms.a.predicate": "q", "predicates": "q"},
            "Invalid value null for configuration predicates.q.type: Not a Predicate",
        ),
        ({"transforms": "a,a"}, "Invalid value [a, a] for configuration transforms: Duplicate alias provided."),
    ],
)
def test_a_chain_that_cannot_be_built_is_refused(props: dict[str, str], message: str) -> None:
    with pytest.raises(ConnectError) as info:
        ConnectorConfig.parse({**BASE, **props})
    assert str(info.value) == message


def test_a_source_has_its_own_keys() -> None:
    config = SourceConnectorConfig.parse(
        {
            **BASE,
            "exactly.once.support": "Required",
            "transaction.boundary": "INTERVAL",
            "transaction.boundary.interval.ms": "5",
            "offsets.storage.topic": "own",
        }
    )
    assert config.requires_exactly_once
    assert config.transaction_boundary is SourceTask.TransactionBoundary.INTERVAL
    assert (config.transaction_boundary_interval_ms, config.offsets_topic) == (5, "own")
    assert config.topic_creation is None


def test_topics_are_created_only_when_both_worker_and_connector_want_it() -> None:
    creating = {**BASE, "topic.creation.default.partitions": "3", "topic.creation.default.replication.factor": "-1"}
    assert SourceConnectorConfig.parse(creating).topic_creation is not None
    assert SourceConnectorConfig.parse(creating, creates_topics=False).topic_creation is None


def test_a_sink_has_its_own_keys() -> None:
    config = SinkConnectorConfig.parse(
        {
            **BASE,
            "topics": "a, b",
            "errors.deadletterqueue.topic.name": "dlq",
            "errors.deadletterqueue.context.headers.enable": "true",
        }
    )
    assert config.topics == ["a", "b"]
    assert config.dead_letter_queue == DeadLetterQueue("dlq", 3, True)
    assert config.has_errant_record_reporter


def test_a_sink_without_dead_letter_queue_reports_when_it_logs() -> None:
    assert not SinkConnectorConfig.parse({**BASE, "topics": "a"}).has_errant_record_reporter
    assert SinkConnectorConfig.parse({**BASE, "topics": "a", "errors.log.enable": "true"}).has_errant_record_reporter


def test_a_sink_has_to_read_something() -> None:
    with pytest.raises(ConfigError, match=r"Must configure one of topics or topics\.regex$"):
        SinkConnectorConfig.parse(BASE)


def test_a_converter_of_the_connector_gets_the_keys_of_the_connector_only() -> None:
    connector = {"key.converter": " Json ", "key.converter.schemas.enable": "false"}
    worker = {"key.converter": "String", "key.converter.converter.encoding": "ASCII"}
    assert converter_spec("key", connector, worker) == ConverterSpec(
        "Json", {"schemas.enable": "false", "converter.type": "key"}, is_from_home=True
    )


def test_a_converter_of_the_worker_gets_the_keys_of_the_worker_only() -> None:
    connector = {"value.converter.schemas.enable": "false"}
    worker = {"value.converter": "Json", "value.converter.schemas.cache.size": "5"}
    assert converter_spec("value", connector, worker) == ConverterSpec(
        "Json", {"schemas.cache.size": "5", "converter.type": "value"}
    )


def test_the_version_of_a_converter_belongs_to_whoever_names_the_converter() -> None:
    key, version = "key.converter", "key.converter.plugin.version"
    worker = {key: "Json", version: "2"}

    own = converter_spec("key", {key: "Json", version: "1"}, worker)
    assert (own.version, own.is_from_home, own.configs["plugin.version"]) == ("1", False, "1")
    workers = converter_spec("key", {version: "1"}, worker)
    assert (workers.version, workers.is_from_home) == ("2", False)
    assert converter_spec("key", {key: "Json"}, worker).version is None


def test_transformations_and_predicates_have_versions() -> None:
    config = ConnectorConfig.parse(
        {
            **BASE,
            "transforms": "a,b",
            "transforms.a.type": "A",
            "transforms.a.plugin.version": "[1.0,2.0)",
            "transforms.a.predicate": "p",
            "transforms.b.type": "A",
            "predicates": "p",
            "predicates.p.type": "P",
            "predicates.p.plugin.version": "3",
        }
    )
    first, second = config.transforms
    assert (first.version, second.version) == ("[1.0,2.0)", None)
    assert first.predicate is not None
    assert first.predicate.version == "3"


def test_headers_have_a_converter_without_any_configuration() -> None:
    spec = converter_spec("header", {}, {})
    assert spec.class_name == "org.apache.kafka.connect.storage.SimpleHeaderConverter"
    with pytest.raises(ConfigError, match="Missing required configuration"):
        converter_spec("key", {}, {})
