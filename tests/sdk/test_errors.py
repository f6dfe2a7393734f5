"""Errors: their texts, their names, and the traces that users see."""

from __future__ import annotations

import re

import pytest

from isthmus import (
    ConfigError,
    ConnectError,
    DataError,
    RetriableError,
    SchemaBuilderError,
    format_trace,
    java_class_name,
)


class OfAnAuthor(RetriableError):
    """An author's own error, told apart from the one it derives from."""


def caught(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause
    except BaseException as raised:  # noqa: BLE001 the point is to have it with its traceback
        return raised


def test_a_configuration_error_is_worded_as_kafka_words_it() -> None:
    assert str(ConfigError("k", "x", "too small")) == "Invalid value x for configuration k: too small"
    assert str(ConfigError("k", None, "must be there")) == "Invalid value null for configuration k: must be there"
    assert str(ConfigError("k", ["a", True])) == "Invalid value [a, true] for configuration k"
    assert str(ConfigError("free text")) == "free text"


def test_connects_own_errors_show_their_java_names() -> None:
    assert java_class_name(ConnectError("x")) == "org.apache.kafka.connect.errors.ConnectException"
    assert java_class_name(SchemaBuilderError) == "org.apache.kafka.connect.errors.SchemaBuilderException"
    assert java_class_name(ConfigError("x")) == "org.apache.kafka.common.config.ConfigException"


def test_errors_of_authors_and_of_python_keep_their_own_names() -> None:
    assert java_class_name(OfAnAuthor("x")) == f"{__name__}.OfAnAuthor"
    assert java_class_name(ValueError("x")) == "ValueError"


def test_errors_go_by_consequence() -> None:
    assert issubclass(SchemaBuilderError, DataError)
    assert not issubclass(DataError, RetriableError)
    assert issubclass(ConfigError, ConnectError)


def test_a_trace_has_the_shape_of_javas() -> None:
    first, frame, *rest = format_trace(caught(DataError("bad record"))).splitlines()
    assert first == "org.apache.kafka.connect.errors.DataException: bad record"
    assert re.fullmatch(r"\tat [\w.]*test_errors\.caught\(test_errors\.py:\d+\)", frame)
    assert rest == []


def test_a_trace_names_the_innermost_frame_first() -> None:
    def inner() -> None:
        raise ConnectError("deep")

    with pytest.raises(ConnectError) as info:
        inner()
    frames = format_trace(info.value).splitlines()[1:]
    assert "inner(" in frames[0]
    assert "test_a_trace_names_the_innermost_frame_first(" in frames[1]


def test_a_trace_tells_the_causes() -> None:
    error = caught(ConnectError("cannot write"), caught(OSError("disk full")))
    trace = format_trace(error)
    assert "\nCaused by: OSError: disk full\n\tat " in trace
    assert trace.endswith("\n")


def test_a_trace_tells_what_went_on_when_no_cause_is_given() -> None:
    def fail() -> None:
        try:
            raise ValueError("first")
        except ValueError:
            raise ConnectError("second")  # noqa: B904 an author who forgets `from` is the case under test

    with pytest.raises(ConnectError) as info:
        fail()
    assert "\nCaused by: ValueError: first\n" in format_trace(info.value)


def test_a_suppressed_context_stays_out_of_the_trace() -> None:
    def fail() -> None:
        try:
            raise ValueError("first")
        except ValueError:
            raise ConnectError("second") from None

    with pytest.raises(ConnectError) as info:
        fail()
    assert "Caused by" not in format_trace(info.value)


def test_an_error_that_causes_itself_ends_the_trace() -> None:
    error = caught(ConnectError("a"))
    error.__cause__ = caught(ConnectError("b"), error)
    assert format_trace(error).count("Caused by") == 1


def test_an_error_without_text_is_its_name() -> None:
    assert format_trace(ValueError()).splitlines()[0] == "ValueError"
