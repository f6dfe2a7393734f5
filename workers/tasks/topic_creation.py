"""Creates topics that a source writes to, by the connector's `topic.creation.*` settings.

Used by the source loop on the task's main thread, once for each topic; blocks while it asks the broker.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from isthmus import ConnectError
from workers.clients.client_events import client_logger
from workers.connector_config import TopicCreation, TopicCreationGroup
from workers.tasks.control import TaskControl, TaskStoppingError

log = logging.getLogger(__name__)

_REQUEST_TIMEOUT_S = 30.0
_RETRY_DELAY_S = 0.1
_RETRIABLE = frozenset(
    {KafkaError._TIMED_OUT, KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN, KafkaError.REQUEST_TIMED_OUT}
)
_REFUSED = frozenset(
    {KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.CLUSTER_AUTHORIZATION_FAILED, KafkaError.UNSUPPORTED_VERSION}
)
_INVALID = frozenset({KafkaError.INVALID_CONFIG, KafkaError.POLICY_VIOLATION})


class TopicCreator:
    """Makes sure that a topic exists. Without settings the broker's own auto-creation applies and nothing is asked."""

    def __init__(self, creation: TopicCreation | None, admin_settings: Mapping[str, Any], control: TaskControl) -> None:
        self._creation = creation
        self._admin_settings = admin_settings
        self._control = control
        self._admin: AdminClient | None = None

    def ensure(self, topic: str) -> None:
        """Returns when the topic exists. Raises ConnectError when it cannot be, TaskStoppingError when the task stops first."""
        if self._creation is None:
            return
        while not self._try_to_ensure(topic, self._creation.group_for(topic)):
            if self._control.wait_for_stop(_RETRY_DELAY_S):
                raise TaskStoppingError

    def close(self) -> None:
        """Lets the client go; it holds no connection that had to be ended first."""
        self._admin = None

    def _try_to_ensure(self, topic: str, group: TopicCreationGroup) -> bool:
        if self._admin is None:
            self._admin = AdminClient(dict(self._admin_settings), logger=client_logger())
        try:
            if self._exists(self._admin, topic):
                return True
            self._create(self._admin, topic, group)
        except KafkaException as error:
            if error.args[0].code() not in _RETRIABLE:
                raise ConnectError(f"Error while attempting to create/find topic(s) '{topic}'") from error
            log.warning(
                "Timed out while checking for or creating topic(s) '%s'. This could indicate a connectivity issue, unavailable topic "
                "partitions, or if this is your first use of the topic it may have taken too long to create.",
                topic,
            )
            return False
        return True

    def _exists(self, admin: AdminClient, topic: str) -> bool:
        # All topics are listed because asking for one by name would make the broker create it.
        known = admin.list_topics(timeout=_REQUEST_TIMEOUT_S).topics.get(topic)
        if known is None:
            return False
        if known.error is not None and known.error.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED:
            brokers = self._admin_settings.get("bootstrap.servers")
            raise ConnectError(f"Not authorized to describe topic(s) '{topic}' on the brokers {brokers}")
        return True

    def _create(self, admin: AdminClient, topic: str, group: TopicCreationGroup) -> None:
        new = NewTopic(topic, group.partitions, group.replication_factor, config=dict(group.configs))
        try:
            admin.create_topics([new], request_timeout=_REQUEST_TIMEOUT_S)[topic].result()
        except KafkaException as error:
            code = error.args[0].code()
            if code == KafkaError.TOPIC_ALREADY_EXISTS:
                return
            if code in _REFUSED:
                raise ConnectError(_creation_failed(topic, group)) from error
            if code in _INVALID:
                raise ConnectError(f"Unable to create topic(s) '{topic}': {error.args[0].str()}") from error
            raise
        log.info("Created topic '%s' with the settings of topic creation group '%s'", topic, group.name)


def _creation_failed(topic: str, group: TopicCreationGroup) -> str:
    configs = ", ".join(f"{key}={value}" for key, value in group.configs.items())
    return (
        f"Task failed to create new topic (name={topic}, numPartitions={group.partitions}, "
        f"replicationFactor={group.replication_factor}, replicasAssignments=null, configs={{{configs}}}). "
        "Ensure that the task is authorized to create topics or that the topic exists and restart the task"
    )
