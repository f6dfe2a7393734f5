"""Asks Kafka for its cluster id when a worker starts, which also shows whether the worker can work at all.

Answers to Connect's ConnectUtils.lookupKafkaClusterId.
"""

from __future__ import annotations

import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from isthmus.errors import ConnectError
from workers.clients.client_events import ClientErrors, client_logger
from workers.clients.translation import ClientSettings
from workers.errors import StartError

FAILED = "Failed to connect to and describe Kafka cluster. Check worker's broker connection and security properties."
_STEP_S = 0.1


def lookup_cluster_id(settings: ClientSettings, timeout_s: float | None = None) -> str:
    """StartError, with the reason, when no broker answers within `default.api.timeout.ms` (or `timeout_s`), and at once
    when a login is refused.
    """
    limit_s = settings.default_api_timeout_s if timeout_s is None else timeout_s
    errors = ClientErrors()
    servers = settings.settings["bootstrap.servers"]
    try:
        settings_of_admin: dict[str, Any] = {**settings.settings, "error_cb": errors}
        admin = AdminClient(settings_of_admin, logger=client_logger())
        answer = admin.describe_cluster(request_timeout=limit_s)
        return str(_answer(admin, answer, errors, time.monotonic() + limit_s).cluster_id)
    except (KafkaException, ConnectError, NotYet) as error:
        reason = error if isinstance(error, ConnectError) else errors.latest or error
        raise StartError(f"{FAILED} Brokers: {servers}. Reason: {reason}") from error


def _answer(admin: AdminClient, answer: Future[Any], errors: ClientErrors, deadline: float) -> Any:
    while True:
        admin.poll(0)  # delivers errors and log lines
        errors.raise_fatal()
        try:
            return answer.result(_STEP_S)
        except NotYet:
            if answer.done() or time.monotonic() >= deadline:
                raise
