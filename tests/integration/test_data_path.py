"""The whole way of the data with plug-ins of a stranger: transformations, headers, what a task is told, bad records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType

from dev.isthmus_worker import IsthmusWorker
from dev.kafka import Kafka
from tests.topics import committed_offsets, read_topic, read_values, write_records
from tests.waiting import wait_for

pytestmark = pytest.mark.kafka

STRING_CONVERTER = "org.apache.kafka.connect.storage.StringConverter"


class News:
    """A source or sink of tests/plugins/stranger.py on the shared worker."""

    def __init__(self, worker: IsthmusWorker, kafka: Kafka, name: str, topic: str, folder: Path) -> None:
        self.worker = worker
        self.bootstrap = kafka.bootstrap
        self.name = name
        self.topic = topic
        self.file = folder / "news.json"

    def write_news(self, *items: dict[str, Any]) -> None:
        with self.file.open("a") as file:
            file.writelines(json.dumps(item) + "\n" for item in items)

    def source(self, **config: str) -> None:
        self.create({"connector.class": "NewsSource", "topic": self.topic, "key.converter": STRING_CONVERTER, **config})

    def sink(self, **config: str) -> None:
        self.create({"connector.class": "stranger.NewsSink", "topics": self.topic, **config})

    def create(self, config: dict[str, str]) -> None:
        self.worker.put(f"/connectors/{self.name}/config", {"file": str(self.file), **config})
        wait_for(lambda: self.worker.states(self.name)[1:], what="a task")

    def told(self, *calls: str) -> list[dict[str, Any]]:
        lines = self.file.with_suffix(".told").read_text().splitlines()
        return [call for line in lines if (call := json.loads(line))["call"] in calls]

    def taken(self) -> list[Any]:
        return [json.loads(line) for line in self.file.read_text().splitlines()] if self.file.exists() else []

    def failed(self) -> str:
        """The trace of the task, which has to fail."""
        path = f"/connectors/{self.name}/tasks/0/status"
        status = wait_for(
            lambda: s if (s := self.worker.get(path))["state"] == "FAILED" else None, what="a FAILED task"
        )
        return str(status["trace"])

    def log_lines(self) -> list[str]:
        return [line for line in self.worker.log_text().splitlines() if f"[{self.name}|" in line]


@pytest.fixture
def news(
    shared_worker: IsthmusWorker,
    kafka: Kafka,
    new_topic: Callable[..., str],
    topic_name: Callable[[], str],
    tmp_path: Path,
) -> Iterator[News]:
    made = News(shared_worker, kafka, topic_name(), new_topic(), tmp_path)
    yield made
    if made.name in shared_worker.get("/connectors"):
        shared_worker.delete(f"/connectors/{made.name}")


SHOUT_BUT_NOT_AT_CATS = {
    "transforms": "drop,shout",
    "transforms.drop.type": "stranger.Drop",
    "transforms.drop.predicate": "dogs",
    "transforms.shout.type": "Shout",
    "transforms.shout.mark": "?",
    "transforms.shout.predicate": "cats",
    "transforms.shout.negate": "true",
    "predicates": "dogs,cats",
    "predicates.dogs.type": "stranger.KeyStartsWith",
    "predicates.dogs.prefix": "dog",
    "predicates.cats.type": "KeyStartsWith",
    "predicates.cats.prefix": "cat",
}


# --- sources ------------------------------------------------------------------------------------------------------------------


def test_transformations_apply_where_their_predicates_say_so(news: News) -> None:
    news.write_news({"key": "cow", "text": "moo"}, {"key": "dog", "text": "wuff"}, {"key": "cat", "text": "miau"})
    news.source(**SHOUT_BUT_NOT_AT_CATS)
    wait_for(lambda: read_values(news.bootstrap, news.topic) == ["MOO?", "miau"], what="two records")


def test_headers_and_keys_reach_kafka(news: News) -> None:
    news.write_news({"key": "cow", "text": "moo"})
    news.source()
    (message,) = wait_for(lambda: read_topic(news.bootstrap, news.topic), what="the record")
    assert message.key() == b"cow"
    assert message.headers() == [("line", b"1"), ("length", b"3")]


def test_a_task_hears_of_every_record_and_of_the_commit(news: News) -> None:
    news.write_news({"key": "cow", "text": "moo"}, {"key": "dog", "text": "wuff"}, {"key": "cat", "text": "miau"})
    news.source(**SHOUT_BUT_NOT_AT_CATS)
    wait_for(lambda: len(news.told("commit_record")) == 3, what="three records done with")
    told = {call["key"]: call["offset"] for call in news.told("commit_record")}
    assert told == {"cow": 0, "dog": None, "cat": 1}
    wait_for(lambda: news.told("commit"), what="the commit")
    offsets = wait_for(lambda: news.worker.get(f"/connectors/{news.name}/offsets")["offsets"], what="an offset")
    assert offsets == [{"partition": {"file": "news.json"}, "offset": {"line": 3}}]
    news.worker.put(f"/connectors/{news.name}/stop")
    wait_for(lambda: news.told("stop"), what="the stop")


def test_a_source_goes_on_after_its_last_offset(news: News) -> None:
    news.write_news({"key": "a", "text": "1"})
    news.source()
    wait_for(lambda: news.worker.get(f"/connectors/{news.name}/offsets")["offsets"], what="an offset")
    news.write_news({"key": "a", "text": "2"})
    news.worker.post(f"/connectors/{news.name}/restart?includeTasks=true")
    wait_for(lambda: read_values(news.bootstrap, news.topic) == ["1", "2"], what="the second record")


def test_a_record_that_is_too_large_fails_the_task_unless_errors_are_tolerated(news: News) -> None:
    news.write_news({"key": "a", "text": "1"})
    news.write_news({"key": "b", "text": "xyz", "times": 1_000_000}, {"key": "c", "text": "3"})
    news.source()
    assert "Unrecoverable exception" in news.failed()
    news.source(**{"errors.tolerance": "all", "errors.log.enable": "true"})
    wait_for(lambda: read_values(news.bootstrap, news.topic)[-2:] == ["1", "3"], what="the records that fit")
    wait_for(lambda: [c for c in news.told("commit_record") if c["key"] == "b"], what="a word about the other one")
    assert [c["offset"] for c in news.told("commit_record") if c["key"] == "b"] == [None]
    assert any("Executing stage 'KAFKA_PRODUCE'" in line for line in news.log_lines())


def test_an_error_of_a_transformation_fails_the_task_unless_errors_are_tolerated(news: News) -> None:
    news.write_news({"key": "a", "text": "1"})
    broken = {"transforms": "x", "transforms.x.type": "failing.FailOnEven"}
    news.write_news({"key": "a", "text": "2"}, {"key": "a", "text": "3"})
    news.source(**broken)
    trace = news.failed()
    assert "Tolerance exceeded in error handler" in trace
    assert "Caused by: ValueError: 2 is even" in trace
    news.source(**broken, **{"errors.tolerance": "all"})
    wait_for(lambda: read_values(news.bootstrap, news.topic)[-2:] == ["1", "3"], what="the odd ones")


def test_retriable_errors_are_tried_again_for_as_long_as_wanted(news: News) -> None:
    news.write_news({"key": "a", "text": "1"})
    config = {"transforms": "x", "transforms.x.type": "failing.FailTwice", "errors.retry.delay.max.ms": "20"}
    news.source(**config)
    assert "Tolerance exceeded" in news.failed()
    news.source(**config, **{"errors.retry.timeout": "10000"})
    wait_for(lambda: read_values(news.bootstrap, news.topic) == ["1"], what="the record")


def test_topics_are_made_as_the_connector_wants_them(news: News, kafka: Kafka, topic_name: Callable[[], str]) -> None:
    news.topic = topic_name()
    news.write_news({"key": "a", "text": "1"})
    news.source(
        **{
            "topic.creation.groups": "compacted",
            "topic.creation.default.replication.factor": "1",
            "topic.creation.default.partitions": "1",
            "topic.creation.compacted.include": "no-such-topic,test_topics_are.*",
            "topic.creation.compacted.partitions": "3",
            "topic.creation.compacted.cleanup.policy": "compact",
        }
    )
    wait_for(lambda: read_values(news.bootstrap, news.topic) == ["1"], what="the record")
    admin = AdminClient({"bootstrap.servers": kafka.bootstrap})
    assert len(admin.list_topics(news.topic, timeout=10).topics[news.topic].partitions) == 3
    resource = ConfigResource(ResourceType.TOPIC, news.topic)
    assert admin.describe_configs([resource])[resource].result(10)["cleanup.policy"].value == "compact"


# --- sinks --------------------------------------------------------------------------------------------------------------------


GOOD_BROKEN_GOOD = [b'{"n": 1}', b'{"n": 2', b'{"n": 3}']


def test_a_sink_gets_keys_headers_and_values(news: News) -> None:
    write_records(news.bootstrap, news.topic, [b'{"n": 1}'], key=b'"k"', headers=[("count", b"7"), ("text", b"x y")])
    news.sink(**{"transforms": "route", "transforms.route.type": "failing.Rename"})
    wait_for(news.taken, what="the record")
    assert news.taken() == [["k", {"n": 1}, {"count": 7, "text": "x y"}, "renamed", news.topic]]
    wait_for(lambda: committed_offsets(news.bootstrap, f"connect-{news.name}", news.topic) == [1], what="its offset")


def test_broken_json_fails_the_task_when_errors_are_not_tolerated(news: News) -> None:
    write_records(news.bootstrap, news.topic, GOOD_BROKEN_GOOD)
    news.sink()
    trace = news.failed()
    assert "Tolerance exceeded in error handler" in trace
    assert "org.apache.kafka.connect.errors.DataException: Converting byte[] to Kafka Connect data failed" in trace


def test_broken_json_is_left_out_logged_and_kept_when_errors_are_tolerated(
    news: News, topic_name: Callable[[], str]
) -> None:
    queue = topic_name()
    write_records(news.bootstrap, news.topic, GOOD_BROKEN_GOOD, key=b'"k"', headers=[("own", b"1")])
    news.sink(
        **{
            "errors.tolerance": "all",
            "errors.log.enable": "true",
            "errors.log.include.messages": "true",
            "errors.deadletterqueue.topic.name": queue,
            "errors.deadletterqueue.topic.replication.factor": "1",
            "errors.deadletterqueue.context.headers.enable": "true",
        }
    )
    wait_for(lambda: [value for _, value, *_ in news.taken()] == [{"n": 1}, {"n": 3}], what="the good records")
    wait_for(lambda: committed_offsets(news.bootstrap, f"connect-{news.name}", news.topic) == [3], what="offset 3")
    (message,) = wait_for(lambda: read_topic(news.bootstrap, queue), what="the dead letter")
    assert (message.key(), message.value()) == (b'"k"', GOOD_BROKEN_GOOD[1])
    headers = dict(message.headers() or [])
    text = {key.removeprefix("__connect.errors."): bytes_of(value).decode() for key, value in headers.items()}
    assert list(headers) == [
        "own",
        *(
            f"__connect.errors.{name}"
            for name in (
                "topic", "partition", "offset", "connector.name", "task.id", "stage", "class.name",
                "exception.class.name", "exception.message", "exception.stacktrace",
            )
        ),
    ]  # fmt: skip
    assert text["topic"] == news.topic
    assert (text["partition"], text["offset"], text["task.id"]) == ("0", "1", "0")
    assert text["connector.name"] == news.name
    assert text["stage"] == "VALUE_CONVERTER"
    assert text["class.name"] == "org.apache.kafka.connect.json.JsonConverter"
    assert text["exception.class.name"] == "org.apache.kafka.connect.errors.DataException"
    assert text["exception.stacktrace"].startswith(f"{text['exception.class.name']}: {text['exception.message']}")
    line = next(line for line in news.log_lines() if "Error encountered in task" in line)
    assert f"Error encountered in task {news.name}-0. Executing stage 'VALUE_CONVERTER'" in line
    assert f"where consumed record is {{topic='{news.topic}', partition=0, offset=1, timestamp=" in line


def test_a_dead_letter_that_is_too_large_is_logged_and_the_task_goes_on(
    news: News, topic_name: Callable[[], str]
) -> None:
    write_records(news.bootstrap, news.topic, [b"{" + b"x" * 999_000, b'{"n": 3}'])
    news.sink(
        **{
            "errors.tolerance": "all",
            "errors.deadletterqueue.topic.name": topic_name(),
            "errors.deadletterqueue.topic.replication.factor": "1",
            "producer.override.max.request.size": "900000",
        }
    )
    wait_for(lambda: [value for _, value, *_ in news.taken()] == [{"n": 3}], what="the good record")
    assert any("Could not produce message to dead letter queue" in line for line in news.log_lines())
    assert news.worker.states(news.name) == ["RUNNING", "RUNNING"]


def bytes_of(value: bytes | str | None) -> bytes:
    assert isinstance(value, bytes)
    return value


def test_records_that_a_task_reports_go_to_the_dead_letters(news: News, topic_name: Callable[[], str]) -> None:
    queue = topic_name()
    write_records(news.bootstrap, news.topic, [b'{"n": 1}', b'{"bad": 2}', b'{"n": 3}'])
    config = {
        "errors.deadletterqueue.topic.name": queue,
        "errors.deadletterqueue.topic.replication.factor": "1",
        "errors.deadletterqueue.context.headers.enable": "true",
    }
    news.sink(**config)
    assert "Tolerance exceeded in error handler" in news.failed()
    count = len(read_topic(news.bootstrap, queue))
    assert count == 1  # reported also when the task then fails
    news.sink(**config, **{"errors.tolerance": "all"})
    wait_for(lambda: committed_offsets(news.bootstrap, f"connect-{news.name}", news.topic) == [3], what="offset 3")
    message = read_topic(news.bootstrap, queue)[-1]
    assert message.value() == b'{"bad": 2}'
    headers = dict(message.headers() or [])
    assert headers["__connect.errors.stage"] == b"TASK_PUT"
    assert headers["__connect.errors.exception.message"] == b"This record is bad"
    assert {value["n"] for _, value, *_ in news.taken()} == {1, 3}


def test_without_a_place_to_report_to_there_is_no_reporter(news: News) -> None:
    write_records(news.bootstrap, news.topic, [b'{"bad": 2}'])
    news.sink()
    assert "There is nobody to report to" in news.failed()


def test_topics_by_a_regular_expression_are_found_also_when_they_come_later(
    news: News, new_topic: Callable[..., str]
) -> None:
    stem = news.topic.rsplit("-", 1)[0]
    news.create(
        {
            "connector.class": "NewsSink",
            "topics.regex": f"{stem}-.*",
            "consumer.override.metadata.max.age.ms": "500",
        }
    )
    write_records(news.bootstrap, news.topic, [b"1"])
    wait_for(lambda: [value for _, value, *_ in news.taken()] == [1], what="the first record")
    write_records(news.bootstrap, new_topic(), [b"2"])
    wait_for(lambda: [value for _, value, *_ in news.taken()] == [1, 2], what="the record of the later topic")
    path = f"/connectors/{news.name}/topics"
    wait_for(lambda: len(news.worker.get(path)[news.name]["topics"]) == 2, what="both as active topics")
