"""Transformations that fail for some records, or for a while."""

from __future__ import annotations

from isthmus import ConfigDef, ConnectRecord, RetriableError, Transformation


class FailOnEven(Transformation[ConnectRecord]):
    def config(self) -> ConfigDef:
        return ConfigDef()

    def apply(self, record: ConnectRecord) -> ConnectRecord | None:
        if int(record.value) % 2 == 0:
            raise ValueError(f"{record.value} is even")
        return record


class FailTwice(Transformation[ConnectRecord]):
    def __init__(self) -> None:
        self.attempts = 0

    def config(self) -> ConfigDef:
        return ConfigDef()

    def apply(self, record: ConnectRecord) -> ConnectRecord | None:
        self.attempts += 1
        if self.attempts <= 3:  # the batch as a whole, then twice the record
            raise RetriableError(f"attempt {self.attempts}")
        return record


class Rename(Transformation[ConnectRecord]):
    def config(self) -> ConfigDef:
        return ConfigDef()

    def apply(self, record: ConnectRecord) -> ConnectRecord | None:
        return record.new_record(topic="renamed")
