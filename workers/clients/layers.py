"""The settings of each client that a worker and its tasks make, in the layers in which Connect builds them.

What comes later wins: Connect's base, the worker's `producer.`, `consumer.` or `admin.` settings, the connector's
`producer.override.` and the like. Called in task processes with a configuration whose placeholders are resolved, and in
the worker process for its own clients. `worker` has the worker's properties as text (`WorkerConfig.originals`).
All raise ClientConfigError (a setting that cannot be used) and ConnectError (an override that the policy refuses).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workers.clients.override_policy import OverridePolicy, ensure_allowed, policy_for
from workers.clients.setting import Client
from workers.clients.translation import TABLE, ClientSettings, translate

INTERNAL_TOPICS = "^__consumer_offsets$,^__transaction_state$,^__share_group_state$"
EXACTLY_ONCE = "is forced to be {0} for connectors when exactly-once source support is enabled"


def source_producer_config(
    worker: Mapping[str, str],
    connector: str,
    task: int,
    connector_config: Mapping[str, str],
    *,
    transactional_id: str | None = None,
    policy: OverridePolicy | None = None,
) -> ClientSettings:
    """The producer of a source task; with a transactional id that of an exactly-once task."""
    base = _producer_base(worker, f"connector-producer-{connector}-{task}")
    if transactional_id is not None:
        del base["enable.idempotence"]
    layers = base | _below("producer.", worker) | _overrides(worker, "producer", connector_config, policy)
    if transactional_id is None:
        return translate(layers, "producer")
    return _exactly_once(layers, transactional_id)


def sink_consumer_config(
    worker: Mapping[str, str],
    connector: str,
    task: int,
    connector_config: Mapping[str, str],
    *,
    policy: OverridePolicy | None = None,
) -> ClientSettings:
    base = {
        "group.id": f"connect-{connector}",
        "client.id": f"connector-consumer-{connector}-{task}",
        "bootstrap.servers": worker["bootstrap.servers"],
        "enable.auto.commit": "false",
        "auto.offset.reset": "earliest",
    }
    layers = base | _below("consumer.", worker) | _overrides(worker, "consumer", connector_config, policy)
    made = translate(layers, "consumer")
    if connector_config.get("topics.regex") and made.java["exclude.internal.topics"]:
        # In Java a subscription by pattern passes Kafka's own topics over, one by name does not.
        made.settings["topic.blacklist"] = INTERNAL_TOPICS
    return made


def source_admin_config(
    worker: Mapping[str, str],
    connector: str,
    task: int,
    connector_config: Mapping[str, str],
    *,
    policy: OverridePolicy | None = None,
) -> ClientSettings:
    """The admin client that creates topics for a source task."""
    return _admin_config(worker, f"connector-adminclient-{connector}-{task}", connector_config, policy)


def dlq_producer_config(
    worker: Mapping[str, str],
    connector: str,
    task: int,
    connector_config: Mapping[str, str],
    *,
    policy: OverridePolicy | None = None,
) -> ClientSettings:
    """The producer that writes a sink task's dead letters."""
    base = _producer_base(worker, f"connector-dlq-producer-{connector}-{task}")
    layers = base | _below("producer.", worker) | _overrides(worker, "producer", connector_config, policy)
    return translate(layers, "producer")


def dlq_admin_config(
    worker: Mapping[str, str],
    connector: str,
    task: int,
    connector_config: Mapping[str, str],
    *,
    policy: OverridePolicy | None = None,
) -> ClientSettings:
    """The admin client that creates a sink task's dead letter queue."""
    return _admin_config(worker, f"connector-dlq-adminclient-{connector}-{task}", connector_config, policy)


def offsets_admin_config(
    worker: Mapping[str, str],
    connector: str,
    connector_config: Mapping[str, str],
    *,
    policy: OverridePolicy | None = None,
) -> ClientSettings:
    """The admin client that reads and alters the offsets of a sink connector's consumer group."""
    return _admin_config(worker, f"connector-worker-adminclient-{connector}", connector_config, policy)


def sink_group_id(worker: Mapping[str, str], connector: str, connector_config: Mapping[str, str]) -> str:
    """The consumer group of a sink connector: what its offsets are kept under."""
    own = connector_config.get("consumer.override.group.id")
    return own or worker.get("consumer.group.id") or f"connect-{connector}"


def worker_admin_config(worker: Mapping[str, str]) -> ClientSettings:
    """The admin client of the worker itself, from its settings without a prefix."""
    return translate(_worker_layer(worker), "admin")


def _producer_base(worker: Mapping[str, str], client_id: str) -> dict[str, str]:
    """Repeats for ever and keeps the order of records."""
    return {
        "bootstrap.servers": worker["bootstrap.servers"],
        "max.block.ms": str(2**63 - 1),
        "enable.idempotence": "false",
        "acks": "all",
        "max.in.flight.requests.per.connection": "1",
        "delivery.timeout.ms": str(2**31 - 1),
        "client.id": client_id,
    }


def _exactly_once(layers: dict[str, str], transactional_id: str) -> ClientSettings:
    forced = {"enable.idempotence": "true", "transactional.id": transactional_id}
    warnings = [
        f"{name} {EXACTLY_ONCE.format(value)}"
        for name, value in forced.items()
        if layers.get(name, value).lower() != value.lower()
    ]
    made = translate(layers | forced, "producer")
    return replace(made, warnings=(*warnings, *made.warnings))


def _admin_config(
    worker: Mapping[str, str], client_id: str, connector_config: Mapping[str, str], policy: OverridePolicy | None
) -> ClientSettings:
    base = {"bootstrap.servers": worker["bootstrap.servers"], "client.id": client_id}
    own = _below("admin.", worker) | _overrides(worker, "admin", connector_config, policy)
    made = translate(base | _worker_layer(worker) | own, "admin")
    # The worker has told of its own settings when it started.
    return replace(made, warnings=tuple(text for text in made.warnings if text.startswith(tuple(own))))


def _worker_layer(worker: Mapping[str, str]) -> dict[str, str]:
    """The worker's settings without a prefix, as far as they are any of an admin client's."""
    return {name: text for name, text in worker.items() if name in TABLE["admin"]}


def _overrides(
    worker: Mapping[str, str], client: Client, connector_config: Mapping[str, str], policy: OverridePolicy | None
) -> dict[str, str]:
    found = _below(f"{client}.override.", connector_config)
    ensure_allowed(policy or policy_for(worker), client, found)
    return found


def _below(prefix: str, props: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix(prefix): text for name, text in props.items() if name.startswith(prefix)}
