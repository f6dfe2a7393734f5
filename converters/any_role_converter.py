"""What the built-in converters share: one class serves as the converter of keys, of values and of headers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from isthmus import ConfigDef, Converter, ConverterConfig, ConverterType, HeaderConverter, Schema, SchemaAndValue


class AnyRoleConverter(Converter, HeaderConverter):
    """The header form is the data form; the declaration is a class attribute."""

    CONFIG: ClassVar[ConfigDef] = ConverterConfig.new_config_def()

    def config(self) -> ConfigDef:
        return self.CONFIG

    def configure(self, configs: Mapping[str, Any], is_key: bool | None = None) -> None:
        """With `is_key` it serves keys or values; without, `converter.type` has to be among `configs`."""
        if is_key is not None:
            role = ConverterType.KEY if is_key else ConverterType.VALUE
            configs = {**configs, ConverterConfig.TYPE_CONFIG: str(role)}
        self.configure_parsed(self.CONFIG.parse(configs))

    def configure_parsed(self, config: Mapping[str, Any]) -> None:
        """Takes the typed configuration. The default has no use for it."""

    def from_connect_header(self, topic: str, header_key: str, schema: Schema | None, value: Any) -> bytes | None:
        return self.from_connect_data(topic, schema, value)

    def to_connect_header(self, topic: str, header_key: str, value: bytes | None) -> SchemaAndValue:
        return self.to_connect_data(topic, value)
