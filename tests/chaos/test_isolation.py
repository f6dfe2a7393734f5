"""Invariant 1: code of users runs in processes of its own, whatever kind of plug-in it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from dev.isthmus_worker import IsthmusWorker
from dev.kafka import Kafka
from tests.conftest import PLUGINS
from tests.process_tree import marked, new_mark, processes_with
from tests.topics import read_topic
from tests.waiting import wait_for

pytestmark = [pytest.mark.kafka, pytest.mark.chaos]


def test_no_kind_of_plugin_runs_in_the_worker_the_rest_process_or_the_fork_server(
    kafka: Kafka, tmp_path: Path, topic_name: Callable[[], str]
) -> None:
    mark, journal, topic = new_mark(), tmp_path / "journal", topic_name()
    settings = {"plugin.path": PLUGINS}
    config = {
        "connector.class": "whereabouts.WhereaboutsSource",
        "journal": str(journal),
        "topic": topic,
        "value.converter": "whereabouts.WhereaboutsConverter",
        "value.converter.journal": str(journal),
        "transforms": "t",
        "transforms.t.type": "whereabouts.WhereaboutsTransformation",
        "transforms.t.journal": str(journal),
        "transforms.t.predicate": "p",
        "predicates": "p",
        "predicates.p.type": "whereabouts.WhereaboutsPredicate",
        "predicates.p.journal": str(journal),
    }
    with IsthmusWorker.standalone(kafka.bootstrap, tmp_path / "worker", settings, env=marked(mark)) as worker:
        worker.put("/connector-plugins/WhereaboutsSource/config/validate", config | {"name": "w"})
        worker.get("/connector-plugins/WhereaboutsSource/config")
        worker.put("/connectors/w/config", config)
        wait_for(lambda: read_topic(kafka.bootstrap, topic), what="a record")
        worker.put("/connectors/w/stop")
        wait_for(lambda: worker.states("w")[0] == "STOPPED", what="the stop")
        requests.delete(f"{worker.url}/connectors/w/offsets", timeout=30).raise_for_status()
        entries = [json.loads(line) for line in journal.read_text().splitlines()]
        lasting = set(processes_with(mark))

    assert {entry["what"] for entry in entries} == {
        "config", "start", "task_configs", "poll", "converter", "transformation", "predicate",
        "alter_offsets",
    }  # fmt: skip
    users = {entry["pid"] for entry in entries}
    serving = {pid for pid in lasting if pid not in users}
    assert len(serving) >= 3  # the worker, REST, the fork server
    assert worker.pid in serving
    connector = {entry["pid"] for entry in entries if entry["what"] in ("start", "task_configs")}
    task = {entry["pid"] for entry in entries if entry["what"] == "poll"}
    assert len(connector) == len(task) == 1
    assert connector != task
