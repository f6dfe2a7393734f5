"""The standalone worker's stores of configurations and statuses."""

from __future__ import annotations

import pytest

from workers.storage.config_store import (
    ConfigListener,
    ConnectorTaskId,
    MemoryConfigStore,
    TargetState,
    UnknownConnectorError,
)
from workers.storage.status_store import MemoryStatusStore, State, Status

TASK = ConnectorTaskId("c", 0)


class Changes(ConfigListener):
    """Notes what a configuration store tells."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []

    def on_config_removed(self, connector: str) -> None:
        self.seen.append(("removed", connector))

    def on_config_updated(self, connector: str) -> None:
        self.seen.append(("updated", connector))

    def on_task_configs_updated(self, connector: str) -> None:
        self.seen.append(("tasks", connector))

    def on_target_state_changed(self, connector: str) -> None:
        self.seen.append(("target", connector))


@pytest.fixture
def changes() -> Changes:
    return Changes()


@pytest.fixture
def configs(changes: Changes) -> MemoryConfigStore:
    store = MemoryConfigStore()
    store.start(changes)
    return store


def test_a_snapshot_does_not_change(configs: MemoryConfigStore) -> None:
    before = configs.snapshot()
    configs.put_connector_config("c", {"a": "1"})

    assert not before.contains("c")
    assert configs.snapshot().config("c") == {"a": "1"}


def test_a_replaced_configuration_keeps_target_state_and_tasks(configs: MemoryConfigStore) -> None:
    configs.put_connector_config("c", {"a": "1"}, TargetState.PAUSED)
    configs.put_task_configs("c", [{"t": "0"}])
    configs.put_connector_config("c", {"a": "2"})

    state = configs.snapshot().connectors["c"]
    assert (state.config, state.target_state) == ({"a": "2"}, TargetState.PAUSED)
    assert state.task_configs == ({"t": "0"},)
    assert state.applied_config == {"a": "1"}


def test_only_a_change_of_the_target_state_is_told(configs: MemoryConfigStore, changes: Changes) -> None:
    configs.put_connector_config("c", {})
    configs.put_target_state("c", TargetState.STARTED)
    configs.put_target_state("c", TargetState.STOPPED)

    assert changes.seen == [("updated", "c"), ("target", "c")]


def test_tasks_of_an_unknown_connector_are_refused(configs: MemoryConfigStore) -> None:
    with pytest.raises(UnknownConnectorError, match="No connector `c` configured"):
        configs.put_target_state("c", TargetState.PAUSED)


def test_a_destroyed_connector_takes_its_tasks_with_it() -> None:
    store = MemoryStatusStore()
    store.put_connector("c", Status(State.RUNNING, "w"))
    store.put_task(TASK, Status(State.FAILED, "w", trace="x"))
    store.put_task(ConnectorTaskId("other", 0), Status(State.RUNNING, "w"))
    store.put_connector("c", Status(State.DESTROYED, "w"))

    assert store.connector("c") is None
    assert store.tasks("c") == {}
    assert store.task(ConnectorTaskId("other", 0)) is not None


def test_tasks_come_in_the_order_of_their_numbers() -> None:
    store = MemoryStatusStore()
    for number in (10, 2, 0):
        store.put_task(ConnectorTaskId("c", number), Status(State.RUNNING, "w"))

    assert list(store.tasks("c")) == [0, 2, 10]


def test_the_first_sight_of_a_topic_counts() -> None:
    times = iter([5, 9])
    store = MemoryStatusStore(now_ms=lambda: next(times))
    store.put_topic("c", 1, "t")
    store.put_topic("c", 2, "t")

    (topic,) = store.topics("c")
    assert (topic.task, topic.discover_timestamp) == (1, 5)
    store.delete_topics("c")
    assert store.topics("c") == []
