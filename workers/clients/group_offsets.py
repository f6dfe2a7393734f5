"""Deletes single committed offsets of a consumer group: the one request that librdkafka's Python binding does not have."""

from __future__ import annotations

import os
import ssl
import tempfile
from collections.abc import Iterable
from typing import Any

from isthmus import ConnectError, TopicPartition
from workers.clients.translation import ClientSettings

_ACTIVE = ("GroupSubscribedToTopicError", "NonEmptyGroupError", "UnknownMemberIdError")


class GroupActiveError(ConnectError):
    """The group has members that use these partitions."""

    java_name = ConnectError.java_name


def delete_group_offsets(admin: ClientSettings, group: str, partitions: Iterable[TopicPartition]) -> None:
    """Forgets what the group has committed for these partitions; one that has nothing committed is fine.

    Raises GroupActiveError while the group has members, ConnectError for any other failure.
    """
    # Imported here: only this request needs kafka-python.
    import kafka  # type: ignore[import-untyped]  # it has no annotations
    from kafka.errors import KafkaError, NoError  # type: ignore[import-untyped]  # it has no annotations

    wanted = [kafka.TopicPartition(partition.topic, partition.partition) for partition in partitions]
    try:
        client = kafka.KafkaAdminClient(**kafka_python_settings(admin))
        try:
            outcomes = client.delete_group_offsets(group, wanted)
        finally:
            client.close()
    except KafkaError as error:
        raise _refusal(type(error)) from error
    for outcome in outcomes.values():
        if outcome is not NoError:
            raise _refusal(outcome)


def _refusal(kind: type[BaseException]) -> ConnectError:
    cls = GroupActiveError if kind.__name__ in _ACTIVE else ConnectError
    return cls(kind.__name__)


def kafka_python_settings(settings: ClientSettings) -> dict[str, Any]:
    """kafka-python's names for what a connection needs, from librdkafka's."""
    given = settings.settings
    protocol = str(given.get("security.protocol", "plaintext")).upper()
    made: dict[str, Any] = {
        "bootstrap_servers": str(given["bootstrap.servers"]).split(","),
        "client_id": given.get("client.id", "isthmus"),
        "security_protocol": protocol,
    }
    if "SASL" in protocol:
        made["sasl_mechanism"] = given["sasl.mechanism"]
        made["sasl_plain_username"] = given.get("sasl.username")
        made["sasl_plain_password"] = given.get("sasl.password")
    if "SSL" in protocol:
        made["ssl_context"] = _tls_context(given)
    return made


def _tls_context(given: dict[str, Any]) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=given.get("ssl.ca.pem"))
    context.check_hostname = given.get("ssl.endpoint.identification.algorithm", "https") == "https"
    if "ssl.certificate.pem" in given:
        _load_key_pair(context, given["ssl.certificate.pem"] + "\n" + given["ssl.key.pem"])
    return context


def _load_key_pair(context: ssl.SSLContext, pem: str) -> None:
    """The ssl module takes files only; this one is readable by its owner, and gone at once."""
    descriptor, path = tempfile.mkstemp()
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(pem)
        context.load_cert_chain(path)
    finally:
        os.unlink(path)
