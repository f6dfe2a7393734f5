"""Placeholders in connector configurations: resolved where they are used, shown and stored as they were written."""

from __future__ import annotations

import pytest

from tests.waiting import wait_for
from tests.workers.herder.conftest import Lab
from workers.errors import InternalError
from workers.herder.standalone import StandaloneHerder

SECRET = "${lab:vault:password}"


def test_connector_and_task_see_what_a_placeholder_stands_for(lab: Lab) -> None:
    lab.create(secret=SECRET)
    lab.await_states("RUNNING", "RUNNING")

    assert "secret is password resolved" in lab.notes()
    assert "task's secret is password resolved" in lab.notes()


def test_what_is_stored_and_shown_keeps_the_placeholder(herder: StandaloneHerder, lab: Lab) -> None:
    lab.create(secret=SECRET)

    assert herder.connector_config("lab")["secret"] == SECRET
    assert herder.task_configs("lab")[0]["config"]["secret"] == SECRET


def test_a_connector_is_restarted_when_a_value_expires(lab: Lab) -> None:
    lab.create(secret="${lab:200:password}")

    wait_for(lambda: lab.notes().count("start") >= 3, what="two restarts")
    assert lab.notes().count("task 0 start") == 1


def test_no_restart_where_the_user_does_not_want_one(lab: Lab) -> None:
    lab.create(secret="${lab:1:password}", config_action_reload="none", reconfigure_when=str(lab.folder / "more"))
    lab.await_states("RUNNING", "RUNNING")

    (lab.folder / "more").touch()  # by the time that is carried out, the value has long expired
    lab.await_states("RUNNING", "RUNNING", "RUNNING")
    assert lab.notes().count("start") == 1


def test_a_provider_that_fails_is_told(herder: StandaloneHerder, lab: Lab) -> None:
    with pytest.raises(InternalError, match="told to fail in the provider"):
        lab.create(secret="${lab:broken:password}")
    assert herder.connectors() == []
