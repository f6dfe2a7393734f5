"""A source and a sink that do what a test tells them: die, hang, raise, ask the runtime for something.

An order is a file in the folder `orders`, named after the method that obeys it (`poll`, `put`, `flush`, ...), with the action as its
text. It is carried out once and the file taken away before; `retriable 3` is carried out three times, and `then flush raise 1`
gives the next order. What happens is told in the folder too: `pid`, and for the sink `journal`, a line of JSON for each call.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from isthmus import (
    ConfigDef,
    OffsetAndMetadata,
    RetriableError,
    Schema,
    SinkConnector,
    SinkRecord,
    SinkTask,
    SourceConnector,
    SourceRecord,
    SourceTask,
    TopicPartition,
)

Type, HIGH, LOW = ConfigDef.Type, ConfigDef.Importance.HIGH, ConfigDef.Importance.LOW
BACK_OFF_MS = 20


class Orders:
    """The folder of one task. `further` are actions of that kind of task, by name."""

    def __init__(self, folder: str, further: Mapping[str, Callable[[list[str]], None]] | None = None) -> None:
        self.folder = Path(folder)
        self._further = further or {}
        (self.folder / "pid").write_text(str(os.getpid()))

    def obey(self, method: str) -> None:
        path = self.folder / method
        try:
            words = path.read_text().split()
        except FileNotFoundError:
            return
        path.unlink()
        if words[0] in ("retriable", "raise") and int(words[1]) > 1:
            give(self.folder, method, f"{words[0]} {int(words[1]) - 1}")
        self._carry_out(words[0], words[1:])

    def _carry_out(self, action: str, arguments: list[str]) -> None:
        if action.startswith("SIG"):
            os.kill(os.getpid(), signal.Signals[action])
        elif action == "crash":
            ctypes.string_at(0)
        elif action == "exit":
            os._exit(int(arguments[0]))
        elif action == "leave":
            raise SystemExit(int(arguments[0]))
        elif action == "hang":
            threading.Event().wait()
        elif action == "hang-holding-the-interpreter":
            ctypes.PyDLL(None).sleep(10_000)
        elif action == "then":
            give(self.folder, arguments[0], " ".join(arguments[1:]))
        elif action == "raise":
            raise ValueError("as ordered")
        elif action == "raise-odd-text":
            raise ValueError("no such file: \udcff")
        elif action == "retriable":
            raise RetriableError("as ordered, for a while")
        else:
            self._further[action](arguments)


def give(folder: Path, method: str, order: str) -> None:
    """Puts an order into the folder, whole."""
    draft = folder / f".{method}"
    draft.write_text(order)
    draft.rename(folder / method)


class ObedientSourceTask(SourceTask):
    def start(self, props: Mapping[str, str]) -> None:
        self.config = SOURCE_CONFIG.parse(props)
        self.orders = Orders(self.config["orders"])
        self.partition = {"counter": self.config["orders"]}
        self.next = self._after_last()
        self.orders.obey("start")

    def poll(self) -> list[SourceRecord] | None:
        self.orders.obey("poll")
        time.sleep(self.config["pause.ms"] / 1000)
        numbers = range(self.next, self.next + self.config["batch"])
        self.next = numbers.stop
        return [self._record(number) for number in numbers]

    def stop(self) -> None:
        self.orders.obey("stop")

    def _after_last(self) -> int:
        offset = self.context.offset_storage_reader.offset(self.partition)
        return int(offset["number"]) + 1 if offset else 0

    def _record(self, number: int) -> SourceRecord:
        return SourceRecord(
            self.partition,
            {"number": number},
            self.config["topic"],
            value_schema=Schema.INT64_SCHEMA,
            value=number,
            timestamp=int(time.time() * 1000),
        )


SOURCE_CONFIG = (
    ConfigDef()
    .define("orders", Type.STRING, importance=HIGH, documentation="Folder with orders.")
    .define("topic", Type.STRING, importance=HIGH, documentation="Topic for the numbers.")
    .define("batch", Type.INT, 1, importance=LOW, documentation="Numbers at once.")
    .define("pause.ms", Type.INT, 10, importance=LOW, documentation="Pause before each batch.")
)
SINK_CONFIG = ConfigDef().define("orders", Type.STRING, importance=HIGH, documentation="Folder with orders.")


class ObedientSource(SourceConnector):
    """Counts for ever, from where it was."""

    version = "1.0"
    task_class = ObedientSourceTask

    def config(self) -> ConfigDef:
        return SOURCE_CONFIG

    def start(self, props: Mapping[str, str]) -> None:
        self.props = dict(props)
        Path(self.props["orders"], "connector-pid").write_text(str(os.getpid()))

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return [self.props]


class ObedientSinkTask(SinkTask):
    """Writes down each call. `put` does it after the order, so that records of a put that failed are not in the journal as put."""

    def start(self, props: Mapping[str, str]) -> None:
        self.orders = Orders(
            props["orders"],
            {
                "seek": self._seek,
                "pause": lambda _: self.context.pause(*self.context.assignment),
                "resume": lambda _: self.context.resume(*self.context.assignment),
                "commit": lambda _: self.context.request_commit(),
                "commit-up-to": self._commit_up_to,
            },
        )
        self._journal = os.open(self.orders.folder / "journal", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._up_to: int | None = None
        self._write("start")

    def open(self, partitions: Sequence[TopicPartition]) -> None:
        self._write("open", partitions=_places(partitions))
        self.orders.obey("open")

    def put(self, records: Sequence[SinkRecord]) -> None:
        if not records:
            self.orders.obey("idle")
            return
        taken = [[r.topic, r.kafka_partition, r.kafka_offset, r.value] for r in records]
        try:
            self.orders.obey("put")
        except RetriableError:
            self._write("refused", records=taken)
            self.context.timeout(BACK_OFF_MS)
            raise
        self._write("put", records=taken)

    def flush(self, current_offsets: Mapping[TopicPartition, OffsetAndMetadata]) -> None:
        self._write("flush", offsets=[[*tp, item.offset] for tp, item in current_offsets.items()])
        self.orders.obey("flush")

    def pre_commit(
        self, current_offsets: Mapping[TopicPartition, OffsetAndMetadata]
    ) -> Mapping[TopicPartition, OffsetAndMetadata]:
        self.orders.obey("pre_commit")
        wanted = super().pre_commit(current_offsets)
        if self._up_to is None:
            return wanted
        return {tp: OffsetAndMetadata(min(item.offset, self._up_to)) for tp, item in wanted.items()}

    def close(self, partitions: Sequence[TopicPartition]) -> None:
        self._write("close", partitions=_places(partitions))
        self.orders.obey("close")

    def stop(self) -> None:
        self._write("stop")
        self.orders.obey("stop")

    def _seek(self, arguments: list[str]) -> None:
        self.context.offset({partition: int(arguments[0]) for partition in self.context.assignment})

    def _commit_up_to(self, arguments: list[str]) -> None:
        self._up_to = int(arguments[0])

    def _write(self, call: str, **details: Any) -> None:
        line = json.dumps({"call": call, "pid": os.getpid(), "at": time.time(), **details})
        os.write(self._journal, line.encode() + b"\n")


class ObedientSink(SinkConnector):
    """With several tasks each one has a folder of its own below `orders`."""

    version = "1.0"
    task_class = ObedientSinkTask

    def config(self) -> ConfigDef:
        return SINK_CONFIG

    def start(self, props: Mapping[str, str]) -> None:
        self.props = dict(props)

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        if max_tasks == 1:
            return [self.props]
        return list(self._shared_out(max_tasks))

    def _shared_out(self, count: int) -> Iterator[dict[str, str]]:
        for number in range(count):
            folder = Path(self.props["orders"], str(number))
            folder.mkdir(exist_ok=True)
            yield {**self.props, "orders": str(folder)}


def _places(partitions: Sequence[TopicPartition]) -> list[list[Any]]:
    return [list(partition) for partition in partitions]
