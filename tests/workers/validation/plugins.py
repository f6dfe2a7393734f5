"""Connectors and converters as strangers write them, some of them badly, for the tests of validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from isthmus import (
    ConfigDef,
    ConfigValue,
    ConnectHeaders,
    Converter,
    HeaderConverter,
    Schema,
    SchemaAndValue,
    SinkConnector,
    SinkRecord,
    SinkTask,
    SourceConnector,
    SourceTask,
)

HIGH = ConfigDef.Importance.HIGH


class GoodSourceTask(SourceTask):
    def start(self, props: Mapping[str, str]) -> None: ...

    def poll(self) -> None: ...


class GoodSinkTask(SinkTask):
    def start(self, props: Mapping[str, str]) -> None: ...

    def put(self, records: Sequence[SinkRecord]) -> None: ...


class GoodSource(SourceConnector):
    version = "1.5"
    task_class = GoodSourceTask

    def config(self) -> ConfigDef:
        return (
            ConfigDef()
            .define("table", ConfigDef.Type.STRING, importance=HIGH, documentation="What to read.", group="Reading")
            .define("password", ConfigDef.Type.PASSWORD, "secret default", importance=HIGH)
            .define("size", ConfigDef.Type.INT, 5, ConfigDef.Range.at_least(1), importance=HIGH)
        )

    def start(self, props: Mapping[str, str]) -> None:
        raise AssertionError("validation starts nothing")

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return []


class CheckingSource(GoodSource):
    """Looks at two keys together."""

    def validate(self, props: Mapping[str, str | None]) -> list[ConfigValue]:
        found = super().validate(props)
        if props.get("table") == "huge" and props.get("size") == "1":
            next(value for value in found if value.name == "size").add_error_message("too small for that table")
        return found


class NoConfigSource(GoodSource):
    def config(self) -> ConfigDef:
        return None  # type: ignore[return-value]  # what a careless author may do


class NoValidationSource(GoodSource):
    def validate(self, props: Mapping[str, str | None]) -> list[ConfigValue]:
        return None  # type: ignore[return-value]  # what a careless author may do


class TellingSource(GoodSource):
    """Its error tells a value."""

    def validate(self, props: Mapping[str, str | None]) -> list[ConfigValue]:
        raise RuntimeError(f"cannot connect with {props['password']}")


class GoodSink(SinkConnector):
    task_class = GoodSinkTask

    def config(self) -> ConfigDef:
        return ConfigDef().define("file", ConfigDef.Type.STRING, None, importance=HIGH)

    def start(self, props: Mapping[str, str]) -> None:
        raise AssertionError("validation starts nothing")

    def task_configs(self, max_tasks: int) -> list[dict[str, str]]:
        return []


class GoodConverter(Converter, HeaderConverter):
    version = "2.0"

    def configure(self, configs: Mapping[str, Any], is_key: bool = False) -> None: ...

    def config(self) -> ConfigDef:
        return ConfigDef().define("indent", ConfigDef.Type.INT, 0, importance=HIGH, group="Looks")

    def from_connect_data(
        self, topic: str, schema: Schema | None, value: Any, headers: ConnectHeaders | None = None
    ) -> bytes | None:
        return None

    def to_connect_data(self, topic: str, data: bytes | None, headers: ConnectHeaders | None = None) -> SchemaAndValue:
        return SchemaAndValue.NULL

    def from_connect_header(self, topic: str, header_key: str, schema: Schema | None, value: Any) -> bytes | None:
        return None

    def to_connect_header(self, topic: str, header_key: str, value: bytes | None) -> SchemaAndValue:
        return SchemaAndValue.NULL

    def close(self) -> None: ...


class UndeclaredConverter(GoodConverter):
    def config(self) -> ConfigDef:
        return None  # type: ignore[return-value]  # what a careless author may do


class BrokenConverter(GoodConverter):
    def config(self) -> ConfigDef:
        raise RuntimeError("out of order")
