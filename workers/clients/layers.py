"""The settings of each client that a worker and its tasks make, in the layers in which Connect builds them.

What comes later wins: Connect's base, the worker's `producer.`, `consumer.` or `admin.` settings, the connector's
`producer.override.` and the like. Called in task processes with a configuration whose placeholders are resolved, and in
the worker process for its own clients. `worker` has the worker's properties as text (`WorkerConfig.originals`).
All raise ClientConfigError (a setting that cannot be used) and ConnectError (an override that the policy refuses).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workers.clients.override_policy import ensure_allowed, policy_for
from workers.clients.setting import Client
from workers.clients.translation import TABLE, ClientSettings, translate

INTERNAL_TOPICS = "^__consumer_offsets$,^__transaction_state$,^__share_group_state$"
EXACTLY_ONCE = "is forced to be {0} for connectors when exactly-once source support is enabled"


class ConnectorClients:
    """The settings of the clients of one connector and its tasks."""

    def __init__(self, worker: Mapping[str, str], connector: str, connector_config: Mapping[str, str]) -> None:
        self._worker = worker
        self._connector = connector
        self._config = connector_config

    @property
    def sink_group(self) -> str:
        """The consumer group of a sink connector: what its offsets are kept under."""
        own = self._config.get("consumer.override.group.id")
        return own or self._worker.get("consumer.group.id") or f"connect-{self._connector}"

    def source_producer(self, task: int, *, transactional_id: str | None = None) -> ClientSettings:
        """The producer of a source task; with a transactional id that of an exactly-once task."""
        base = self._producer_base(f"connector-producer-{self._connector}-{task}")
        if transactional_id is None:
            return translate(self._layered("producer", base), "producer")
        del base["enable.idempotence"]
        return _exactly_once(self._layered("producer", base), transactional_id)

    def source_admin(self, task: int) -> ClientSettings:
        """The admin client that creates topics for a source task."""
        return self._admin(f"connector-adminclient-{self._connector}-{task}")

    def sink_consumer(self, task: int) -> ClientSettings:
        base = {
            "group.id": f"connect-{self._connector}",
            "client.id": f"connector-consumer-{self._connector}-{task}",
            "bootstrap.servers": self._worker["bootstrap.servers"],
            "enable.auto.commit": "false",
            "auto.offset.reset": "earliest",
        }
        made = translate(self._layered("consumer", base), "consumer")
        if self._config.get("topics.regex") and made.java["exclude.internal.topics"]:
            # In Java a subscription by pattern passes Kafka's own topics over, one by name does not.
            made.settings["topic.blacklist"] = INTERNAL_TOPICS
        return made

    def dlq_producer(self, task: int) -> ClientSettings:
        """The producer that writes a sink task's dead letters."""
        base = self._producer_base(f"connector-dlq-producer-{self._connector}-{task}")
        return translate(self._layered("producer", base), "producer")

    def dlq_admin(self, task: int) -> ClientSettings:
        """The admin client that creates a sink task's dead letter queue."""
        return self._admin(f"connector-dlq-adminclient-{self._connector}-{task}")

    def offsets_admin(self) -> ClientSettings:
        """The admin client that reads and alters the offsets of a sink connector's consumer group."""
        return self._admin(f"connector-worker-adminclient-{self._connector}")

    def _producer_base(self, client_id: str) -> dict[str, str]:
        """Repeats for ever and keeps the order of records."""
        return {
            "bootstrap.servers": self._worker["bootstrap.servers"],
            "max.block.ms": str(2**63 - 1),
            "enable.idempotence": "false",
            "acks": "all",
            "max.in.flight.requests.per.connection": "1",
            "delivery.timeout.ms": str(2**31 - 1),
            "client.id": client_id,
        }

    def _admin(self, client_id: str) -> ClientSettings:
        base = {"bootstrap.servers": self._worker["bootstrap.servers"], "client.id": client_id}
        own = self._layered("admin", {})
        made = translate(base | _worker_layer(self._worker) | own, "admin")
        # The worker has told of its own settings when it started.
        return replace(made, warnings=tuple(text for text in made.warnings if text.startswith(tuple(own))))

    def _layered(self, client: Client, base: Mapping[str, str]) -> dict[str, str]:
        overrides = _below(f"{client}.override.", self._config)
        ensure_allowed(policy_for(self._worker), client, overrides)
        return {**base, **_below(f"{client}.", self._worker), **overrides}


def worker_admin_config(worker: Mapping[str, str]) -> ClientSettings:
    """The admin client of the worker itself, from its settings without a prefix."""
    return translate(_worker_layer(worker), "admin")


def _exactly_once(layers: dict[str, str], transactional_id: str) -> ClientSettings:
    forced = {"enable.idempotence": "true", "transactional.id": transactional_id}
    warnings = [
        f"{name} {EXACTLY_ONCE.format(value)}"
        for name, value in forced.items()
        if layers.get(name, value).lower() != value.lower()
    ]
    made = translate(layers | forced, "producer")
    return replace(made, warnings=(*warnings, *made.warnings))


def _worker_layer(worker: Mapping[str, str]) -> dict[str, str]:
    """The worker's settings without a prefix, as far as they are any of an admin client's."""
    return {name: text for name, text in worker.items() if name in TABLE["admin"]}


def _below(prefix: str, props: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix(prefix): text for name, text in props.items() if name.startswith(prefix)}
