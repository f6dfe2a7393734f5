"""The answer to GET /connector-plugins/{plugin}/config."""

from __future__ import annotations

import pytest

from workers.errors import BadRequestError, NotFoundError
from workers.plugins.errors import PluginVersionError
from workers.plugins.importer import PluginImporter
from workers.validation import plugin_config


def test_a_connector_lists_its_own_keys_first(importer: PluginImporter) -> None:
    names = [key["name"] for key in plugin_config("GoodSource", None, importer)]
    assert names[:5] == ["table", "password", "size", "name", "connector.class"]
    assert names[-1] == "offsets.storage.topic"


def test_a_sink_has_the_keys_of_sinks(importer: PluginImporter) -> None:
    names = [key["name"] for key in plugin_config("GoodSink", "latest", importer)]
    assert names[-1] == "errors.deadletterqueue.context.headers.enable"


def test_a_converter_lists_its_own_keys_only(importer: PluginImporter) -> None:
    assert [key["name"] for key in plugin_config("GoodConverter", None, importer)] == ["indent"]


def test_the_version_of_a_connector_is_its_default(importer: PluginImporter) -> None:
    keys = {key["name"]: key["default_value"] for key in plugin_config("GoodSource", "1.5", importer)}
    assert keys["connector.plugin.version"] == "1.5"
    assert keys["key.converter"] is None


def test_an_unknown_plug_in_is_not_found(importer: PluginImporter) -> None:
    with pytest.raises(NotFoundError, match=r"^Unknown plugin Nope\.$"):
        plugin_config("Nope", None, importer)


def test_a_version_that_is_not_there_is_told_with_those_that_are(importer: PluginImporter) -> None:
    with pytest.raises(
        PluginVersionError, match=r"matches the version range \[9.9,9.9\], available versions: \[1.5\]$"
    ):
        plugin_config("GoodSource", "9.9", importer)


def test_what_is_no_version_range_is_a_bad_request(importer: PluginImporter) -> None:
    with pytest.raises(BadRequestError, match=r"^Invalid version specification: \[1.0$"):
        plugin_config("GoodSource", "[1.0", importer)


def test_a_plug_in_that_declares_nothing_is_a_bad_request(importer: PluginImporter) -> None:
    with pytest.raises(BadRequestError, match=r"config\(\) must return a ConfigDef that is not null\.$"):
        plugin_config("NoConfigSource", None, importer)
