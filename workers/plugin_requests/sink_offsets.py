"""Reads and changes the offsets of a sink connector's consumer group."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaError, KafkaException
from confluent_kafka import TopicPartition as KafkaTopicPartition
from confluent_kafka.admin import AdminClient

from isthmus import ConnectError, SinkConnector, TopicPartition
from workers.clients.client_events import client_logger
from workers.clients.group_offsets import GroupActiveError, delete_group_offsets
from workers.clients.layers import ConnectorClients
from workers.plugin_requests.environment import Environment, Spec
from workers.processes.channel import Channel

log = logging.getLogger(__name__)

T = TypeVar("T")

# Of all questions to Kafka together: in the request's 90 s there is then time left to say which one failed.
_ALL_ANSWERS_S = 80.0
_STILL_ACTIVE = (
    "either because its tasks haven't stopped completely yet or the connector was resumed before the request to {} its "
    "offsets could be successfully completed. If the connector is in a stopped state, this operation can be safely retried. "
    "If it doesn't eventually succeed, the Connect cluster may need to be restarted to get rid of the zombie sink tasks."
)
_ACTIVE_CODES = (
    KafkaError.UNKNOWN_MEMBER_ID,
    KafkaError.GROUP_SUBSCRIBED_TO_TOPIC,
    KafkaError.NON_EMPTY_GROUP,
)
_MOVING_CODES = (
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.NOT_COORDINATOR,
)
_SILENT_REFUSALS = ("KafkaTimeoutError", "NoBrokersAvailable", "NodeNotReadyError", "RequestTimedOutError")
_RETRY_S = 0.1


def read(_channel: Channel, spec: Spec) -> list[dict[str, Any]]:
    """The committed offsets in the shape of REST."""
    group = ConsumerGroup(Environment(spec))
    try:
        offsets = group.offsets()
    except KafkaException as error:
        text = f"Failed to retrieve consumer group offsets for sink connector {group.connector}"
        raise ConnectError(_with_silence(text, error)) from error
    return [
        {
            "partition": {"kafka_topic": partition.topic, "kafka_partition": partition.partition},
            "offset": {"kafka_offset": offset},
        }
        for partition, offset in offsets.items()
    ]


def alter(_channel: Channel, spec: Spec) -> bool:
    """`spec["offsets"]` is [[topic, partition, offset or null], ...]. Says whether the connector has looked at them."""
    environment = Environment(spec)
    group = ConsumerGroup(environment)
    connector: SinkConnector = environment.new_connector()
    offsets = {TopicPartition(topic, number): offset for topic, number, offset in spec["offsets"]}
    is_known = environment.ask_about_offsets("sink", lambda: connector.alter_offsets(environment.config, offsets))
    group.alter(offsets)
    return is_known


def reset(_channel: Channel, spec: Spec) -> bool:
    """Deletes the group with all its offsets."""
    environment = Environment(spec)
    group = ConsumerGroup(environment)
    connector: SinkConnector = environment.new_connector()
    try:
        known = group.offsets()
    except KafkaException as error:
        text = f"Failed to list offsets prior to resetting offsets for sink connector {group.connector}"
        raise ConnectError(_with_silence(text, error)) from error
    offsets: dict[TopicPartition, int | None] = dict.fromkeys(known)
    is_known = environment.ask_about_offsets("sink", lambda: connector.alter_offsets(environment.config, offsets))
    group.delete()
    return is_known


class ConsumerGroup:
    """The group of a sink connector, seen from outside."""

    def __init__(self, environment: Environment) -> None:
        self.connector = environment.connector
        clients = ConnectorClients(environment.worker_config, self.connector, environment.config)
        self._settings = clients.offsets_admin()
        self._group = clients.sink_group
        self._admin = AdminClient(self._settings.settings, logger=client_logger())
        self._deadline = time.monotonic() + _ALL_ANSWERS_S

    def _timeout_s(self) -> float:
        """For one question: as in Java `default.api.timeout.ms`, as far as the request's own limit allows."""
        return min(self._settings.default_api_timeout_s, max(self._deadline - time.monotonic(), 1.0))

    def offsets(self) -> dict[TopicPartition, int]:
        """Committed offsets; empty for a group that does not exist."""
        self._retried(self._find_coordinator)
        found = self._retried(self._list)
        return {TopicPartition(item.topic, item.partition): item.offset for item in found if item.offset >= 0}

    def _find_coordinator(self) -> None:
        """Waits for a broker that has the group. An admin client of librdkafka dies (SIGSEGV in rd_kafka_cgrp_op) when it asks for
        offsets and the broker answers NOT_COORDINATOR, as after a restart; it survives that answer to this question.
        """
        try:
            _result(self._admin.describe_consumer_groups([self._group], request_timeout=self._timeout_s())[self._group])
        except KafkaException as error:
            if error.args[0].code() != KafkaError.GROUP_ID_NOT_FOUND:
                raise

    def _list(self) -> list[KafkaTopicPartition]:
        wanted = [ConsumerGroupTopicPartitions(self._group)]
        futures = self._admin.list_consumer_group_offsets(wanted, request_timeout=self._timeout_s())
        found: list[KafkaTopicPartition] = _result(futures[self._group]).topic_partitions
        return found

    def _retried(self, ask: Callable[[], T]) -> T:
        """Asks again while the group is moving from one broker to another, as Java's client does by itself."""
        give_up = time.monotonic() + self._timeout_s()
        while True:
            try:
                return ask()
            except KafkaException as error:
                if error.args[0].code() not in _MOVING_CODES or time.monotonic() > give_up:
                    raise
                time.sleep(_RETRY_S)

    def alter(self, offsets: dict[TopicPartition, int | None]) -> None:
        """Commits the offsets, deletes those that are None."""
        kept = [KafkaTopicPartition(*key, offset) for key, offset in offsets.items() if offset is not None]
        removed = [key for key, offset in offsets.items() if offset is None]
        try:
            if kept:
                self._retried(self._find_coordinator)
                wanted = [ConsumerGroupTopicPartitions(self._group, kept)]
                futures = self._admin.alter_consumer_group_offsets(wanted, request_timeout=self._timeout_s())
                _raise_first_error(_result(futures[self._group]).topic_partitions)
            if removed:
                delete_group_offsets(self._settings, self._group, removed)
        except (KafkaException, ConnectError) as error:
            text = f"Failed to alter consumer group offsets for connector {self.connector}"
            raise ConnectError(_explained(text, "alter", error)) from error

    def delete(self) -> None:
        futures = self._admin.delete_consumer_groups([self._group], request_timeout=self._timeout_s())
        try:
            _result(futures[self._group])
        except KafkaException as error:
            if error.args[0].code() == KafkaError.GROUP_ID_NOT_FOUND:
                log.info("Consumer group %s does not exist: there is nothing to reset", self._group)
                return
            kind = "connector" if _says_active(error) else "sink connector"
            text = f"Failed to reset consumer group offsets for {kind} {self.connector}"
            raise ConnectError(_explained(text, "reset", error)) from error


def _result(future: Future[T]) -> T:
    """Ends by itself: the client gives up after the time that it was told."""
    return future.result()


def _raise_first_error(partitions: list[KafkaTopicPartition]) -> None:
    for partition in partitions:
        if partition.error is not None:
            raise KafkaException(partition.error)


def _explained(text: str, what: str, error: Exception) -> str:
    return f"{text} {_STILL_ACTIVE.format(what)}" if _says_active(error) else _with_silence(text, error)


def _with_silence(text: str, error: Exception) -> str:
    """A time-out looks like a fault of the plug-in or of the worker unless it is told whose it is."""
    silent = (KafkaError._TIMED_OUT, *_SILENT_REFUSALS)
    reason = error.args[0].code() if isinstance(error, KafkaException) else str(error)
    return f"{text}: Kafka does not answer" if reason in silent else text


def _says_active(error: Exception) -> bool:
    if isinstance(error, KafkaException):
        return error.args[0].code() in _ACTIVE_CODES
    return isinstance(error, GroupActiveError)
