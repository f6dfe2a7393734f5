"""The rules by which a name in a configuration means a plug-in."""

from __future__ import annotations

import pytest

from workers.plugins.descriptor import CONNECTOR_KINDS, PluginDesc, PluginFailure, PluginKind
from workers.plugins.errors import AmbiguousPluginError, PluginImportError, PluginNotFoundError, PluginVersionError
from workers.plugins.registry import PluginRegistry

FILE_SOURCE = PluginDesc(
    "org.apache.kafka.connect.file.FileStreamSourceConnector",
    "connectors.file_stream_source:FileStreamSourceConnector",
    PluginKind.SOURCE,
    version="4.3.0",
    class_names=("org.apache.kafka.connect.file.FileStreamSourceConnector",),
)
TICKS = PluginDesc("ticks.TickSource", "ticks:TickSource", PluginKind.SOURCE, location="/p", sys_path="/p")
JSON = PluginDesc(
    "org.apache.kafka.connect.json.JsonConverter",
    "converters.json_converter:JsonConverter",
    PluginKind.CONVERTER,
    class_names=("org.apache.kafka.connect.json.JsonConverter",),
)


def other(desc: PluginDesc, **changes: object) -> PluginDesc:
    fields = {name: getattr(desc, name) for name in desc.__struct_fields__} | changes
    return PluginDesc(**fields)


REGISTRY = PluginRegistry([FILE_SOURCE, TICKS, JSON])
SEVERAL = PluginRegistry([other(TICKS, version=version) for version in ("1.9", "1.10", "1.10-rc1", "1.2")])


@pytest.mark.parametrize(
    ("name", "desc"),
    [
        ("org.apache.kafka.connect.file.FileStreamSourceConnector", FILE_SOURCE),
        ("connectors.file_stream_source.FileStreamSourceConnector", FILE_SOURCE),
        ("connectors.file_stream_source:FileStreamSourceConnector", FILE_SOURCE),
        ("FileStreamSourceConnector", FILE_SOURCE),
        ("FileStreamSource", FILE_SOURCE),
        ("ticks.TickSource", TICKS),
        ("TickSource", TICKS),
    ],
)
def test_a_connector_answers_to_full_names_and_aliases(name: str, desc: PluginDesc) -> None:
    assert REGISTRY.find_connector(name) is desc


@pytest.mark.parametrize("name", ["Json", "JsonConverter", "org.apache.kafka.connect.json.JsonConverter"])
def test_a_converter_answers_to_full_names_and_aliases(name: str) -> None:
    assert REGISTRY.find_plugin(name, PluginKind.CONVERTER) is JSON


def test_an_alias_of_two_classes_means_neither_of_them() -> None:
    both = PluginRegistry([TICKS, other(TICKS, class_name="more.TickSource", python_name="more:TickSource")])

    assert both.find("TickSource") is None
    with pytest.raises(AmbiguousPluginError) as raised:
        both.find_connector("TickSource")
    assert str(raised.value) == (
        "More than one connector matches alias TickSource. Please use full package and class name instead. "
        "Classes found: more.TickSource, ticks.TickSource"
    )


def test_a_class_that_is_shared_by_two_kinds_keeps_its_alias() -> None:
    both = PluginRegistry([JSON, other(JSON, kind=PluginKind.HEADER_CONVERTER)])

    found = both.find_plugin("JsonConverter", PluginKind.HEADER_CONVERTER)
    assert found.kind is PluginKind.HEADER_CONVERTER


def test_a_nested_class_has_its_full_name_only_when_its_simple_name_is_common() -> None:
    value = PluginDesc("a.Cast$Value", "transforms.cast:Cast.Value", PluginKind.TRANSFORMATION)
    registry = PluginRegistry(
        [value, PluginDesc("a.Mask$Value", "transforms.mask:Mask.Value", PluginKind.TRANSFORMATION)]
    )

    assert registry.find("a.Cast$Value") is value
    assert registry.find("transforms.cast.Cast.Value") is value
    assert registry.find("Cast$Value") is None
    assert registry.find("Value") is None


def test_of_several_versions_the_newest_is_taken() -> None:
    assert SEVERAL.find_connector("TickSource").version == "1.10"
    assert [entry["version"] for entry in SEVERAL.listing(connectors_only=True)] == ["1.2", "1.9", "1.10-rc1", "1.10"]


@pytest.mark.parametrize(
    ("version", "found"), [("1.9", "1.9"), ("[1.2,1.10)", "1.10-rc1"), ("(,1.9]", "1.9"), ("latest", "1.10")]
)
def test_of_several_versions_the_newest_is_taken_that_is_admitted(version: str, found: str) -> None:
    assert SEVERAL.find_connector("TickSource", version).version == found


@pytest.mark.parametrize("name", ["TickSource", "ticks.TickSource", "ticks:TickSource"])
def test_a_version_that_is_not_there_is_told_with_those_that_are(name: str) -> None:
    with pytest.raises(PluginVersionError) as raised:
        SEVERAL.find_connector(name, "2")
    assert str(raised.value) == (
        "Plugin ticks.TickSource not found that matches the version range [2,2], "
        "available versions: [1.2, 1.9, 1.10-rc1, 1.10]"
    )


def test_what_is_no_range_is_an_error_of_the_version() -> None:
    with pytest.raises(PluginVersionError, match=r"^Unbounded range: \[1\.0$"):
        SEVERAL.find_connector("TickSource", "[1.0")


def test_a_version_without_class_is_a_class_that_is_not_found() -> None:
    with pytest.raises(PluginNotFoundError):
        SEVERAL.find_plugin("Nope", PluginKind.CONVERTER, "1.0")
    assert SEVERAL.connector_or_none("TickSource", "2") is None


def test_a_converter_that_comes_with_the_connector_is_taken_before_a_newer_one() -> None:
    old, new = (
        PluginDesc("c.C", "c:C", PluginKind.CONVERTER, version, f"/v{version}", f"/v{version}") for version in "12"
    )
    connector = other(TICKS, sys_path="/v1")
    registry = PluginRegistry([old, new, connector])

    assert registry.find_plugin("c.C", PluginKind.CONVERTER, beside=connector) is old
    assert registry.find_plugin("c.C", PluginKind.CONVERTER) is new
    assert registry.find_plugin("c.C", PluginKind.CONVERTER, "[2,)", beside=connector) is new
    assert registry.find_plugin("c.C", PluginKind.CONVERTER, beside=FILE_SOURCE) is new


def test_of_equal_versions_the_installed_one_is_taken_then_that_of_the_last_location() -> None:
    copies = [other(TICKS, location=place, sys_path=place) for place in ("/b", "/a")]

    assert PluginRegistry(copies).find_connector("TickSource").location == "/b"
    installed = other(TICKS, location="classpath", sys_path=None)
    assert PluginRegistry([*copies, installed]).find_connector("TickSource").sys_path is None


def test_versions_of_a_class_are_listed_once_in_ascending_order() -> None:
    assert SEVERAL.versions("TickSource", *CONNECTOR_KINDS) == ["1.2", "1.9", "1.10-rc1", "1.10"]
    assert REGISTRY.versions("TickSource", PluginKind.SOURCE) == []


def test_an_unknown_connector_is_told_with_those_that_there_are() -> None:
    with pytest.raises(PluginNotFoundError) as raised:
        PluginRegistry([FILE_SOURCE]).find_connector("Nope")
    assert str(raised.value) == (
        "Failed to find any class that implements Connector and which name matches Nope, available connectors are: "
        "PluginDesc{klass=class org.apache.kafka.connect.file.FileStreamSourceConnector, "
        "name='org.apache.kafka.connect.file.FileStreamSourceConnector', version='4.3.0', encodedVersion=4.3.0, "
        "type=source, typeName='source', location='classpath'}"
    )


@pytest.mark.parametrize("name", ["Clock", "ClockConnector", "clocks.ClockConnector", "clocks:ClockConnector"])
def test_a_class_of_a_broken_module_is_found_but_not_usable(name: str) -> None:
    failure = PluginFailure("clocks", "/p", "ImportError: no hands", class_names=("ClockConnector",))
    with pytest.raises(
        PluginImportError, match=r"module clocks of /p, .* could not be imported: ImportError: no hands"
    ):
        PluginRegistry([], [failure]).find_connector(name)


def test_the_list_has_sinks_first_and_no_version_where_there_is_none() -> None:
    sink = PluginDesc("z.Sink", "z:Sink", PluginKind.SINK)
    registry = PluginRegistry([JSON, TICKS, FILE_SOURCE, sink, sink])

    assert registry.listing(connectors_only=True) == [
        {"class": "z.Sink", "type": "sink"},
        {"class": "org.apache.kafka.connect.file.FileStreamSourceConnector", "type": "source", "version": "4.3.0"},
        {"class": "ticks.TickSource", "type": "source"},
    ]
    assert registry.listing(connectors_only=False)[-1] == {"class": JSON.class_name, "type": "converter"}


def test_a_registry_travels_as_json() -> None:
    registry = PluginRegistry([FILE_SOURCE, TICKS], [PluginFailure("m", "/p", "why", "trace", ("A",))])

    again = PluginRegistry.from_dict(registry.to_dict())
    assert (again.plugins, again.failures) == (registry.plugins, registry.failures)
