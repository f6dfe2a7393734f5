"""What plug-ins measure, as the worker reads it from the processes of connectors and tasks."""

from __future__ import annotations

from tests.workers.herder.conftest import Lab
from workers.herder.standalone import StandaloneHerder

MEASURED_EVERYWHERE = {
    "measured": "true",
    "key.converter": "lab.LabConverter",
    "value.converter": "lab.LabConverter",
    "header.converter": "lab.LabConverter",
    "transforms": "mark",
    "transforms.mark.type": "lab.LabMark",
    "transforms.mark.predicate": "always",
    "predicates": "always",
    "predicates.always.type": "lab.LabAlways",
}


def test_the_worker_reads_the_metrics_of_all_plug_ins_with_the_tags_that_tell_them_apart(
    herder: StandaloneHerder, lab: Lab
) -> None:
    lab.create(**MEASURED_EVERYWHERE)
    lab.await_states("RUNNING", "RUNNING")

    metrics = herder.worker.plugin_metrics()

    assert {metric["group"] for metric in metrics} == {"plugins"}
    connector = {"connector": "lab"}
    task = {**connector, "task": "0"}
    found = [(metric["name"], metric["tags"], metric["value"]) for metric in metrics]
    for expected in [
        ("starts", connector, 1.0),
        ("starts", task, 1.0),
        ("after-configure", {**task, "converter": "key"}, True),
        ("after-configure", {**task, "converter": "value"}, True),
        ("after-configure", {**task, "converter": "header"}, True),
        ("after-configure", {**task, "transformation": "mark"}, True),
        ("after-configure", {**task, "predicate": "always"}, True),
    ]:
        found.remove(expected)
    assert found == []


def test_sinks_and_their_tasks_have_metrics_as_well(herder: StandaloneHerder, lab: Lab) -> None:
    lab.create(connector_class="LabSink", topics="t", measured="true")
    lab.await_states("RUNNING", "RUNNING")

    tags = [metric["tags"] for metric in herder.worker.plugin_metrics()]
    assert tags == [{"connector": "lab"}, {"connector": "lab", "task": "0"}]


def test_metrics_go_with_their_plug_ins(herder: StandaloneHerder, lab: Lab) -> None:
    lab.create(measured="true")
    lab.await_states("RUNNING", "RUNNING")
    assert len(herder.worker.plugin_metrics()) == 2

    herder.stop_connector("lab")
    lab.await_states("STOPPED")

    assert [metric["tags"] for metric in herder.worker.plugin_metrics()] == [{"connector": "lab"}]
    herder.delete_connector("lab")
    assert herder.worker.plugin_metrics() == []


def test_a_failed_task_has_no_metrics_any_more(herder: StandaloneHerder, lab: Lab) -> None:
    lab.create(measured="true", misbehave="poll:raise")
    lab.await_states("RUNNING", "FAILED")

    assert herder.worker.tasks()
    assert [metric["tags"] for metric in herder.worker.plugin_metrics()] == [{"connector": "lab"}]
