"""From text to typed values and back, with Kafka's error texts."""

from __future__ import annotations

import math
import re

import pytest

from isthmus import ConfigDef, ConfigError, Password, SourceTask
from isthmus.config_def import loading_classes_with, names_only

Type = ConfigDef.Type


def parse(value: object, type_: ConfigDef.Type) -> object:
    parsed: object = ConfigDef.parse_type("k", value, type_)
    return parsed


@pytest.mark.parametrize(
    ("text", "type_", "expected"),
    [
        (" True ", Type.BOOLEAN, True),
        ("FALSE", Type.BOOLEAN, False),
        (" a b ", Type.STRING, "a b"),
        ("\u00a0x", Type.STRING, "\u00a0x"),
        ("+1", Type.INT, 1),
        (" -32768", Type.SHORT, -32768),
        ("\u0661", Type.LONG, 1),
        ("9223372036854775807", Type.LONG, 2**63 - 1),
        ("1e3", Type.DOUBLE, 1000.0),
        ("1.5f", Type.DOUBLE, 1.5),
        ("0x1p4", Type.DOUBLE, 16.0),
        ("-Infinity", Type.DOUBLE, -math.inf),
        (" a , b ", Type.LIST, ["a", "b"]),
        ("a,,b", Type.LIST, ["a", "", "b"]),
        ("  ", Type.LIST, []),
        (" secret ", Type.PASSWORD, Password("secret")),
    ],
)
def test_text_is_parsed_as_its_type(text: str, type_: ConfigDef.Type, expected: object) -> None:
    assert parse(text, type_) == expected


@pytest.mark.parametrize(
    ("value", "type_", "reason"),
    [
        ("yes", Type.BOOLEAN, "Expected value to be either true or false"),
        (1, Type.BOOLEAN, "Expected value to be either true or false"),
        ("1_000", Type.INT, "Not a number of type INT"),
        ("32768", Type.SHORT, "Not a number of type SHORT"),
        ("9" * 5000, Type.LONG, "Not a number of type LONG"),
        ("1L", Type.DOUBLE, "Not a number of type DOUBLE"),
        ("\u0661", Type.DOUBLE, "Not a number of type DOUBLE"),
        ("1\U0001d7d8", Type.INT, "Not a number of type INT"),
        (5, Type.STRING, "Expected value to be a string, but it was a java.lang.Long"),
        (5, Type.PASSWORD, "Expected value to be a string, but it was a java.lang.Long"),
        (2**31, Type.INT, "Expected value to be a 32-bit integer, but it was a java.lang.Long"),
        (True, Type.LONG, "Expected value to be a 64-bit integer (long), but it was a java.lang.Boolean"),
        (b"", Type.DOUBLE, "Expected value to be a double, but it was a [B"),
        (5, Type.LIST, "Expected a comma separated list."),
        (5, Type.CLASS, "Expected a Class instance or class name."),
        ("no.such.Class", Type.CLASS, "Class no.such.Class could not be found."),
        ("nodots", Type.CLASS, "Class nodots could not be found."),
    ],
)
def test_what_does_not_fit_the_type_is_refused_in_kafkas_words(
    value: object, type_: ConfigDef.Type, reason: str
) -> None:
    with pytest.raises(ConfigError) as info:
        parse(value, type_)
    assert str(info.value).endswith(f" for configuration k: {reason}")


@pytest.mark.parametrize(
    ("value", "shown"), [(1e300, "1.0E300"), ({"a": None, "b": [True]}, "{a=null, b=[true]}"), ([1.0, "x"], "[1.0, x]")]
)
def test_a_refused_value_is_shown_as_in_java(value: object, shown: str) -> None:
    with pytest.raises(ConfigError, match=f"^Invalid value {re.escape(shown)} for configuration k: "):
        parse(value, Type.STRING)


@pytest.mark.parametrize("type_", tuple(Type))
def test_none_stays_none(type_: ConfigDef.Type) -> None:
    assert parse(None, type_) is None


def test_values_that_have_the_type_are_taken_as_they_are() -> None:
    assert parse(True, Type.BOOLEAN) is True
    assert parse(7, Type.DOUBLE) == 7.0
    assert parse(("a", "b"), Type.LIST) == ["a", "b"]
    assert parse(SourceTask, Type.CLASS) is SourceTask


def test_a_class_is_imported_by_its_dotted_path() -> None:
    assert parse("isthmus.task.SourceTask", Type.CLASS) is SourceTask
    assert parse("isthmus.SourceTask.TransactionBoundary", Type.CLASS) is SourceTask.TransactionBoundary


def test_a_class_comes_from_the_loader_in_place() -> None:
    with loading_classes_with(names_only):
        assert parse(" any.Name ", Type.CLASS) == "any.Name"
    with loading_classes_with({"java.Name": Password}.__getitem__):
        assert parse("java.Name", Type.CLASS) is Password


def test_a_class_whose_module_is_broken_is_told_from_one_that_is_missing(tmp_path_on_sys_path: object) -> None:
    with pytest.raises(
        ConfigError, match=r"^Invalid value broken_module\.C .*: Class broken_module\.C could not be loaded: "
    ):
        parse("broken_module.C", Type.CLASS)


@pytest.fixture
def tmp_path_on_sys_path(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path_factory.mktemp("modules")
    (folder / "broken_module.py").write_text("import no_such_module_anywhere\n")
    monkeypatch.syspath_prepend(str(folder))


@pytest.mark.parametrize(
    ("value", "type_", "text"),
    [
        (None, Type.STRING, None),
        (True, Type.BOOLEAN, "true"),
        (5, Type.LONG, "5"),
        (1e10, Type.DOUBLE, "1.0E10"),
        (["a", "b"], Type.LIST, "a,b"),
        ([SourceTask, None], Type.LIST, "isthmus.task.SourceTask,null"),
        (["a", "b"], None, "[a, b]"),
        (Password("secret"), Type.PASSWORD, "[hidden]"),
        (SourceTask, Type.CLASS, "isthmus.task.SourceTask"),
    ],
)
def test_a_value_is_shown_as_text(value: object, type_: ConfigDef.Type | None, text: str | None) -> None:
    assert ConfigDef.convert_to_string(value, type_) == text


def test_a_password_hides_itself() -> None:
    assert f"{Password('secret')} {Password('secret')!r}" == "[hidden] [hidden]"
    assert Password("secret").value == "secret"
