"""What the contestants have to do: lines in files, records in topics, and how far they have come."""

from __future__ import annotations

import json
import random
import string
import uuid
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from dev.connect import STRING_CONVERTER
from dev.isthmus_worker import JSON_CONVERTER
from dev.kafka import Kafka

LINE_BYTES = 200
ENVELOPE = '{"schema":{"type":"string","optional":false},"payload":%s}'
CONVERTERS = {
    "string": {"value.converter": STRING_CONVERTER},
    "json": {"value.converter": JSON_CONVERTER, "value.converter.schemas.enable": "true"},
}
# Java's source keeps a last batch of complete lines until more is written: with some to spare, the count is reached.
SPARE_LINES = 5_000


class Workload:
    """Input of `records` lines of 200 bytes, all different, made once and used by every round."""

    def __init__(self, kafka: Kafka, folder: Path, records: int) -> None:
        self.folder = folder
        self.records = records
        self.client: dict[str, str | int | float | bool] = {"bootstrap.servers": kafka.bootstrap, "log_level": 2}
        self._admin = AdminClient(self.client)
        self._offsets = Consumer({**self.client, "group.id": "bench"})
        self._filled: dict[str, str] = {}

    @cached_property
    def lines_file(self) -> Path:
        path = self.folder / "lines.txt"
        with path.open("w") as file:
            file.writelines(f"{line}\n" for line in lines(self.records + SPARE_LINES))
        return path

    def filled_topic(self, converter: str) -> str:
        """A topic with all records as that converter writes them; the same one each time."""
        if converter not in self._filled:
            self._filled[converter] = self.new_topic()
            producer = Producer({**self.client, "linger.ms": 20})
            for line in lines(self.records):
                text = ENVELOPE % json.dumps(line) if converter == "json" else line
                while not _produced(producer, self._filled[converter], text):
                    producer.poll(0.05)
            producer.flush()
        return self._filled[converter]

    def new_topic(self) -> str:
        name = f"bench-{uuid.uuid4().hex[:12]}"
        self._admin.create_topics([NewTopic(name, 1, 1)])[name].result(30)
        return name

    def delete_topic(self, name: str) -> None:
        self._admin.delete_topics([name])[name].result(30)

    def end_offset(self, topic: str) -> int:
        """How many records the topic has."""
        try:
            end: int = self._offsets.get_watermark_offsets(TopicPartition(topic, 0), timeout=10)[1]
        except KafkaException:  # made a moment ago: the client has to look again
            self._offsets.list_topics(topic, timeout=10)
            return 0
        return end


def lines(count: int) -> Iterator[str]:
    """Lines as in an access log, some characters of which JSON has to escape; the same for every run."""
    chance = random.Random(1)
    alphabet = string.ascii_letters + string.digits + "    /-_."
    tails = ["".join(chance.choices(alphabet, k=LINE_BYTES)) for _ in range(1000)]
    for number in range(count):
        head = f'{number:010d} "GET /{number * 7919 % 10_000_000:08d}" '
        yield (head + tails[number % 1000])[: LINE_BYTES - 1]


def _produced(producer: Producer, topic: str, text: str) -> bool:
    try:
        producer.produce(topic, text.encode())
    except BufferError:
        return False
    return True
