from __future__ import annotations

import math
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from isthmus import Monitorable, PluginMetrics
from isthmus.answers import missing_methods
from isthmus.metrics import Avg, CumulativeCount, CumulativeSum, Max, Min, Rate, Stat, Value


def test_a_metric_is_asked_for_its_value_whenever_somebody_looks() -> None:
    metrics = PluginMetrics({"connector": "c"})
    queue: list[int] = []
    name = metrics.metric_name("queue-size", "Items waiting.", {"side": "left"})
    metrics.add_metric(name, lambda: len(queue))

    queue.append(1)

    assert metrics.value(name) == 1
    assert (name.group, name.tags) == ("plugins", {"connector": "c", "side": "left"})


def test_a_name_is_taken_once_and_told_by_its_tags_not_by_its_description() -> None:
    metrics = PluginMetrics()
    metrics.add_metric(metrics.metric_name("a", "one"), int)
    metrics.add_metric(metrics.metric_name("a", "one", {"x": "1", "y": "2"}), int)

    assert metrics.metric_name("a", "other", {"y": "2", "x": "1"}) in metrics.functions()
    text = "Metric MetricName [name=a, group=plugins, description=other, tags={}] already exists"
    with pytest.raises(ValueError, match=re.escape(text)):
        metrics.add_metric(metrics.metric_name("a", "other"), int)
    metrics.remove_metric(metrics.metric_name("a"))
    text = "Unknown metric MetricName [name=a, group=plugins, description=, tags={}]"
    with pytest.raises(ValueError, match=re.escape(text)):
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
    with pytest.raises(ValueError, match="Sensor requests already exists"):
        metrics.add_sensor("requests")
    metrics.remove_sensor("requests")
    assert metrics.functions() == {}
    with pytest.raises(ValueError, match="Unknown sensor requests"):
        metrics.remove_sensor("requests")


def test_a_metric_of_a_sensor_belongs_to_it_alone() -> None:
    metrics = PluginMetrics()
    name = metrics.metric_name("total")
    sensor = metrics.add_sensor("requests")
    sensor.add(name, CumulativeSum())
    sensor.add(name, CumulativeCount())  # is there already, and stays what it is

    sensor.record(2.5)

    assert metrics.value(name) == 2.5
    with pytest.raises(
        ValueError, match=r"^A metric named 'MetricName \[name=total, .*\]' already exists, can't register"
    ):
        metrics.add_sensor("another").add(name, CumulativeSum())
    with pytest.raises(ValueError, match="Unknown metric MetricName"):
        metrics.remove_metric(name)


def test_what_threads_record_at_the_same_time_is_all_counted() -> None:
    metrics = PluginMetrics()
    sensor, name = metrics.add_sensor("requests"), metrics.metric_name("count")
    sensor.add(name, CumulativeCount())

    def record() -> None:
        for _ in range(1000):
            sensor.record()

    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(record)

    assert metrics.value(name) == 4000


def test_a_monitorable_without_its_method_is_told_as_abstract() -> None:
    class Forgetful(Monitorable): ...

    assert missing_methods(Forgetful) == ("with_plugin_metrics",)


# What Kafka's classes measure at 10, 40, 65, 88.9 and 200 s; windows begin at 0, 31 and 62 s.
@pytest.mark.parametrize(
    ("stat", "measured"),
    [
        (Value(), [3.0, 1.0, 5.0, 5.0, 5.0]),
        (CumulativeSum(), [3.0, 6.0, 11.0, 11.0, 11.0]),
        (CumulativeCount(), [1.0, 3.0, 4.0, 4.0, 4.0]),
        (Avg(), [3.0, 2.0, 2.75, 3.0, math.nan]),
        (Max(), [3.0, 3.0, 5.0, 5.0, math.nan]),
        (Min(), [3.0, 1.0, 1.0, 1.0, math.nan]),
        (Rate(), [3 / 40, 6 / 40, 11 / 65, 6 / 57.9, 0.0]),
    ],
    ids=lambda value: type(value).__name__,
)
def test_sampled_statistics_look_back_two_windows_of_30_s(stat: Stat, measured: list[float]) -> None:
    found = []
    for values, looked_at_s in [
        ([(3.0, 0.0)], 10.0),
        ([(2.0, 28.5), (1.0, 31.0)], 40.0),
        ([(5.0, 62.0)], 65.0),
        ([], 88.9),
        ([], 200.0),
    ]:
        for value, at_s in values:
            stat.record(value, at_s)
        found.append(stat.measure(looked_at_s))

    assert found == pytest.approx(measured, nan_ok=True)
