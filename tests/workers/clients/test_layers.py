"""Which layer of settings wins for the clients of tasks."""

from __future__ import annotations

import pytest
from confluent_kafka import Consumer, Producer

from isthmus import ConnectError
from workers.clients.layers import ConnectorClients, worker_admin_config

WORKER = {"bootstrap.servers": "localhost:1, localhost:2", "key.converter": "x", "group.id": "workers"}


def test_a_source_producer_keeps_order_and_tries_for_ever() -> None:
    made = ConnectorClients(WORKER, "c", {}).source_producer(0)
    assert made.settings["bootstrap.servers"] == "localhost:1,localhost:2"
    assert made.settings["acks"] == "all"
    assert made.settings["enable.idempotence"] is False
    assert made.settings["max.in.flight.requests.per.connection"] == 1
    assert made.settings["delivery.timeout.ms"] == 2**31 - 1
    assert made.settings["topic.metadata.propagation.max.ms"] == 2_147_000
    assert made.settings["client.id"] == "connector-producer-c-0"
    assert made.settings["partitioner"] == "murmur2_random"
    assert made.max_block_s == pytest.approx((2**63 - 1) / 1000)
    assert made.warnings == ()
    Producer(made.settings | {"log_level": 0})


def test_the_worker_overrides_the_base_and_the_connector_the_worker() -> None:
    worker = WORKER | {"producer.acks": "1", "producer.linger.ms": "7", "linger.ms": "9"}
    made = ConnectorClients(worker, "c", {"producer.override.linger.ms": "8"}).source_producer(0)
    assert (made.settings["acks"], made.settings["linger.ms"]) == ("1", 8)


def test_settings_of_the_worker_without_a_prefix_do_not_reach_producers_and_consumers() -> None:
    worker = WORKER | {"client.id": "w", "request.timeout.ms": "1234"}
    assert ConnectorClients(worker, "c", {}).source_producer(0).settings["client.id"] == "connector-producer-c-0"
    assert ConnectorClients(worker, "c", {}).sink_consumer(0).settings["group.id"] == "connect-c"


def test_they_do_reach_admin_clients_below_the_admin_layers() -> None:
    worker = WORKER | {
        "client.id": "w",
        "request.timeout.ms": "1234",
        "retry.backoff.ms": "5",
        "admin.retry.backoff.ms": "6",
    }
    made = ConnectorClients(worker, "c", {"admin.override.retry.backoff.max.ms": "70"}).source_admin(0)
    assert made.settings["client.id"] == "w"
    assert made.settings["socket.timeout.ms"] == 1234
    assert (made.settings["retry.backoff.ms"], made.settings["retry.backoff.max.ms"]) == (6, 70)
    assert ConnectorClients(WORKER, "c", {}).source_admin(0).settings["client.id"] == "connector-adminclient-c-0"


def test_a_tasks_admin_client_warns_of_its_own_settings_only() -> None:
    worker = WORKER | {"metrics.num.samples": "3", "admin.metrics.num.samples": "4", "unknown": "x"}
    (warning,) = ConnectorClients(worker, "c", {}).source_admin(0).warnings
    assert warning.startswith("metrics.num.samples has no effect")
    assert ConnectorClients(WORKER | {"metrics.num.samples": "3"}, "c", {}).source_admin(0).warnings == ()


def test_a_sink_consumer_starts_at_the_beginning_and_leaves_commits_to_us() -> None:
    made = ConnectorClients(WORKER, "c", {"consumer.override.max.poll.records": "10"}).sink_consumer(2)
    assert made.settings["auto.offset.reset"] == "earliest"
    assert made.settings["enable.auto.commit"] is False
    assert made.settings["enable.auto.offset.store"] is False
    assert made.settings["fetch.queue.backoff.ms"] == 10
    assert made.max_poll_records == 10
    assert "topic.blacklist" not in made.settings
    Consumer(made.settings | {"log_level": 0}).close()


def test_a_pattern_of_topics_does_not_match_kafkas_own() -> None:
    made = ConnectorClients(WORKER, "c", {"topics.regex": ".*"}).sink_consumer(0)
    assert "__consumer_offsets" in made.settings["topic.blacklist"]
    Consumer(made.settings | {"log_level": 0}).close()


def test_automatic_commits_cannot_be_had() -> None:
    made = ConnectorClients(WORKER, "c", {"consumer.override.enable.auto.commit": "true"}).sink_consumer(0)
    assert made.settings["enable.auto.commit"] is False
    assert made.warnings[0].startswith("enable.auto.commit=true has no effect")


def test_the_group_of_a_sink_can_be_named_by_worker_and_connector() -> None:
    assert ConnectorClients(WORKER, "c", {}).sink_group == "connect-c"
    worker = WORKER | {"consumer.group.id": "w"}
    assert ConnectorClients(worker, "c", {}).sink_group == "w"
    assert ConnectorClients(worker, "c", {"consumer.override.group.id": "o"}).sink_group == "o"


def test_an_exactly_once_task_is_forced_to_its_transactional_id_with_a_warning() -> None:
    overrides = {"producer.override.transactional.id": "mine", "producer.override.enable.idempotence": "false"}
    made = ConnectorClients(WORKER, "c", overrides).source_producer(0, transactional_id="workers-c-0")
    assert made.settings["transactional.id"] == "workers-c-0"
    assert made.settings["enable.idempotence"] is True
    assert [text.split()[0] for text in made.warnings] == ["enable.idempotence", "transactional.id"]
    made = ConnectorClients(WORKER, "c", {}).source_producer(0, transactional_id="workers-c-0")
    assert made.warnings == ()
    Producer(made.settings | {"log_level": 0})


def test_dead_letters_have_clients_of_their_own_name() -> None:
    worker = WORKER | {"producer.linger.ms": "1"}
    producer = ConnectorClients(worker, "c", {"producer.override.batch.size": "100"}).dlq_producer(0)
    assert producer.settings["client.id"] == "connector-dlq-producer-c-0"
    assert (producer.settings["linger.ms"], producer.settings["batch.size"]) == (1, 100)
    assert ConnectorClients(worker, "c", {}).dlq_admin(0).settings["client.id"] == "connector-dlq-adminclient-c-0"
    assert ConnectorClients(worker, "c", {}).offsets_admin().settings["client.id"] == "connector-worker-adminclient-c"


def test_the_policy_is_asked_again_when_clients_are_made() -> None:
    worker = WORKER | {"connector.client.config.override.policy": "None"}
    with pytest.raises(ConnectError, match="Client Config Overrides not allowed"):
        ConnectorClients(worker, "c", {"consumer.override.max.poll.records": "1"}).sink_consumer(0)


def test_the_worker_itself_uses_its_settings_without_a_prefix() -> None:
    made = worker_admin_config(WORKER | {"admin.client.id": "a", "client.id": "w", "ssl.client.auth": "required"})
    assert made.settings["client.id"] == "w"
    assert made.warnings == ()
