"""What every converter and header converter must do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from isthmus.converter import Converter, HeaderConverter
from isthmus.headers import ConnectHeaders
from isthmus.records import SourceRecord
from isthmus.schema import Schema
from isthmus.schema_and_value import SchemaAndValue
from isthmus.testing.contracts.plugin import assert_is_declaration, assert_not_empty, assert_refused

_TOPIC = "topic"


class ConverterContract(ABC):
    """Derive, say how to make the converter and which values it takes."""

    @abstractmethod
    def make_converter(self, *, is_key: bool = False) -> Converter:
        """A new converter, configured."""

    @abstractmethod
    def values(self) -> Sequence[tuple[Schema | None, Any]]:
        """Values that it converts, with their schemas; at least one."""

    def read_back(self, schema: Schema | None, value: Any) -> SchemaAndValue | tuple[Schema | None, Any]:
        """What comes back when such a value was converted to bytes; override where that is not the same."""
        return SchemaAndValue(schema, value)

    def bad_values(self) -> Sequence[tuple[Schema | None, Any]]:
        """Values that it must refuse."""
        return ()

    def bad_bytes(self) -> Sequence[bytes]:
        """Bytes that it must refuse."""
        return ()

    def test_it_declares_its_configuration(self) -> None:
        assert_is_declaration(self.make_converter().config())

    def test_there_is_something_to_try(self) -> None:
        assert_not_empty(self.values(), "values")

    def test_a_value_comes_back_from_its_bytes(self) -> None:
        for is_key in (False, True):
            converter = self.make_converter(is_key=is_key)
            for schema, value in self.values():
                data = converter.from_connect_data(_TOPIC, schema, value)
                assert data is None or isinstance(data, bytes)
                assert tuple(converter.to_connect_data(_TOPIC, data)) == tuple(self.read_back(schema, value))

    def test_a_batch_gives_what_single_values_give(self) -> None:
        converter = self.make_converter()
        values = list(self.values())
        records = [
            SourceRecord({}, {}, _TOPIC, key_schema=schema, key=value, value_schema=schema, value=value)
            for schema, value in values
        ]
        single = [converter.from_connect_data(_TOPIC, schema, value) for schema, value in values]
        for is_key in (False, True):
            assert converter.from_connect_batch(records, is_key) == single
        batch = converter.to_connect_batch(_TOPIC, single)
        assert list(map(tuple, batch)) == [tuple(converter.to_connect_data(_TOPIC, data)) for data in single]

    def test_an_empty_batch_is_no_trouble(self) -> None:
        converter = self.make_converter()
        assert list(converter.from_connect_batch([], False)) == []
        assert list(converter.to_connect_batch(_TOPIC, [])) == []

    def test_headers_may_be_given(self) -> None:
        converter = self.make_converter()
        for schema, value in self.values():
            data = converter.from_connect_data(_TOPIC, schema, value, ConnectHeaders())
            converter.to_connect_data(_TOPIC, data, ConnectHeaders())
            converter.to_connect_batch(_TOPIC, [data], [ConnectHeaders()])

    def test_a_missing_value_in_kafka_is_read(self) -> None:
        assert self.make_converter().to_connect_data(_TOPIC, None)[1] is None

    def test_values_that_do_not_fit_are_refused(self) -> None:
        converter = self.make_converter()
        for schema, value in self.bad_values():
            assert_refused(converter.from_connect_data, _TOPIC, schema, value)

    def test_bytes_that_cannot_be_read_are_refused(self) -> None:
        converter = self.make_converter()
        for data in self.bad_bytes():
            assert_refused(converter.to_connect_data, _TOPIC, data)

    def test_a_refused_record_leaves_the_converter_usable(self) -> None:
        self.test_values_that_do_not_fit_are_refused()
        self.test_bytes_that_cannot_be_read_are_refused()
        self.test_a_value_comes_back_from_its_bytes()

    def test_it_can_be_closed(self) -> None:
        self.make_converter().close()


class HeaderConverterContract(ABC):
    """Derive, say how to make the converter and which values it takes."""

    @abstractmethod
    def make_converter(self) -> HeaderConverter:
        """A new converter, configured."""

    @abstractmethod
    def values(self) -> Sequence[tuple[Schema | None, Any]]:
        """Values that it converts, with their schemas; at least one."""

    def read_back(self, schema: Schema | None, value: Any) -> SchemaAndValue | tuple[Schema | None, Any]:
        """What comes back when such a value was converted to bytes; override where that is not the same."""
        return SchemaAndValue(schema, value)

    def bad_bytes(self) -> Sequence[bytes]:
        """Bytes that it must refuse."""
        return ()

    def test_it_declares_its_configuration(self) -> None:
        assert_is_declaration(self.make_converter().config())

    def test_there_is_something_to_try(self) -> None:
        assert_not_empty(self.values(), "values")

    def test_a_header_comes_back_from_its_bytes(self) -> None:
        converter = self.make_converter()
        for schema, value in self.values():
            data = converter.from_connect_header(_TOPIC, "h", schema, value)
            assert data is None or isinstance(data, bytes)
            assert tuple(converter.to_connect_header(_TOPIC, "h", data)) == tuple(self.read_back(schema, value))

    def test_a_missing_header_value_is_read(self) -> None:
        assert self.make_converter().to_connect_header(_TOPIC, "h", None)[1] is None

    def test_bytes_that_cannot_be_read_are_refused(self) -> None:
        converter = self.make_converter()
        for data in self.bad_bytes():
            assert_refused(converter.to_connect_header, _TOPIC, "h", data)

    def test_it_can_be_closed(self) -> None:
        self.make_converter().close()
