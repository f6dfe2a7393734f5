"""Log levels over REST."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from workers.herder.loggers import Loggers
from workers.logs import existing_loggers

TIME = 1_700_000_000_000


@pytest.fixture
def passed_on() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def loggers(passed_on: list[tuple[str, str]]) -> Iterator[Loggers]:
    before = {name: logging.getLogger(name).level for name in existing_loggers()}
    root_before = logging.getLogger().level
    logging.getLogger().setLevel(logging.INFO)
    yield Loggers(lambda name, level: passed_on.append((name, level)), now_ms=lambda: TIME)
    logging.getLogger().setLevel(root_before)
    for name in existing_loggers():
        logging.getLogger(name).setLevel(before.get(name, logging.NOTSET))


def test_a_namespace_that_is_set_exists(loggers: Loggers, passed_on: list[tuple[str, str]]) -> None:
    assert loggers.level("lab.unheard-of") is None

    assert loggers.set_level("lab.a", "DEBUG") == ["lab.a"]
    assert loggers.level("lab.a") == {"level": "DEBUG", "last_modified": TIME}
    assert loggers.all_levels()["lab.a"] == {"level": "DEBUG", "last_modified": TIME}
    assert passed_on == [("lab.a", "DEBUG")]


def test_a_change_that_alters_nothing_is_empty(loggers: Loggers) -> None:
    loggers.set_level("lab.a", "DEBUG")
    assert loggers.set_level("lab.a", "DEBUG") == []


def test_loggers_below_follow(loggers: Loggers, passed_on: list[tuple[str, str]]) -> None:
    loggers.set_level("lab.a.b", "WARN")
    assert loggers.set_level("lab.a", "TRACE") == ["lab.a", "lab.a.b"]

    assert loggers.level("lab.a.b") == {"level": "TRACE", "last_modified": TIME}
    assert sorted(passed_on[1:]) == [("lab.a", "TRACE"), ("lab.a.b", "TRACE")]


def test_loggers_whose_name_starts_like_the_namespace_follow_too(loggers: Loggers) -> None:
    logging.getLogger("prefixed.logger")

    assert loggers.set_level("pref", "ERROR") == ["pref", "prefixed.logger"]


def test_the_root_stands_above_loggers_with_a_level_of_their_own(
    loggers: Loggers, passed_on: list[tuple[str, str]]
) -> None:
    loggers.set_level("lab.a", "TRACE")

    changed = loggers.set_level("root", "ERROR")

    assert {"root", "lab.a"} <= set(changed)
    assert passed_on[1] == ("root", "ERROR")
    assert ("lab.a", "ERROR") in passed_on


@pytest.mark.parametrize("name", ["root", "ROOT", ""])
def test_the_root_has_several_names(loggers: Loggers, name: str) -> None:
    assert loggers.level(name) == {"level": "INFO", "last_modified": None}
    assert "root" in loggers.set_level(name, "ERROR")
    assert loggers.level("root") == {"level": "ERROR", "last_modified": TIME}


def test_a_logger_that_is_off_is_not_listed(loggers: Loggers) -> None:
    loggers.set_level("lab", "OFF")
    assert "lab" not in loggers.all_levels()
    assert loggers.level("lab") == {"level": "OFF", "last_modified": TIME}
