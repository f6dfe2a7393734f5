from __future__ import annotations

import math

import pytest

from isthmus import PluginMetrics
from isthmus.metrics import Avg, CumulativeCount, CumulativeSum, Max, Min, Rate, Stat, Value


def test_a_metric_is_asked_for_its_value_whenever_somebody_looks() -> None:
    metrics = PluginMetrics({"connector": "c"})
    queue: list[int] = []
    name = metrics.metric_name("queue-size", "Items waiting.", {"side": "left"})
    metrics.add_metric(name, lambda: len(queue))

    queue.append(1)

    assert metrics.value(name) == 1
    assert (name.group, name.tags) == ("plugins", (("connector", "c"), ("side", "left")))


def test_a_name_is_taken_once_and_told_by_its_tags_not_by_its_description() -> None:
    metrics = PluginMetrics()
    metrics.add_metric(metrics.metric_name("a", "one"), int)
    metrics.add_metric(metrics.metric_name("a", "one", {"x": "y"}), int)

    with pytest.raises(ValueError, match="A metric named 'a' already exists"):
        metrics.add_metric(metrics.metric_name("a", "another"), int)
    metrics.remove_metric(metrics.metric_name("a"))
    with pytest.raises(ValueError, match="There is no metric named 'a'"):
        metrics.remove_metric(metrics.metric_name("a"))


def test_a_tag_of_the_runtime_cannot_be_used() -> None:
    with pytest.raises(ValueError, match="Cannot use connector as a tag name"):
        PluginMetrics({"connector": "c"}).metric_name("a", "", {"connector": "d"})


def test_a_sensor_feeds_all_its_metrics_and_takes_them_away_with_it() -> None:
    metrics = PluginMetrics()
    sensor = metrics.add_sensor("requests")
    total, count = metrics.metric_name("total"), metrics.metric_name("count")
    sensor.add(total, CumulativeSum())
    sensor.add(count, CumulativeCount())

    sensor.record(2.5)
    sensor.record()

    assert (metrics.value(total), metrics.value(count)) == (3.5, 2)
    with pytest.raises(ValueError, match="There is a sensor named 'requests' already"):
        metrics.add_sensor("requests")
    metrics.remove_sensor("requests")
    assert metrics.functions() == {}
    with pytest.raises(ValueError, match="There is no sensor named 'requests'"):
        metrics.remove_sensor("requests")


@pytest.mark.parametrize(
    ("stat", "at_40_s", "at_70_s", "at_200_s"),
    [
        (Value(), 1.0, 1.0, 1.0),
        (Avg(), 2.0, 1.0, math.nan),
        (Max(), 3.0, 1.0, math.nan),
        (Min(), 1.0, 1.0, math.nan),
        (Rate(), 0.1, 1 / 32, 0.0),
    ],
    ids=lambda value: type(value).__name__,
)
def test_sampled_statistics_look_back_two_windows_of_30_s(
    stat: Stat, at_40_s: float, at_70_s: float, at_200_s: float
) -> None:
    stat.record(3.0, 0.0)
    stat.record(1.0, 38.0)

    assert stat.measure(40.0) == pytest.approx(at_40_s)
    assert stat.measure(70.0) == pytest.approx(at_70_s)
    assert stat.measure(200.0) == pytest.approx(at_200_s, nan_ok=True)
