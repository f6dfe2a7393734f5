"""Asks Kafka for its cluster id: in a process of its own, so that the worker needs no Kafka client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workers.clients.cluster import lookup_cluster_id
from workers.clients.layers import worker_admin_config
from workers.processes.channel import Channel


def cluster_id(_channel: Channel, spec: Mapping[str, Any]) -> str:
    """Raises StartError, with the reason, when no broker answers in time."""
    return lookup_cluster_id(worker_admin_config(spec["worker_config"]))
