from __future__ import annotations

from pathlib import Path

import pytest

from workers.config import DistributedConfig, StandaloneConfig, load_properties, load_worker_config
from workers.errors import WorkerConfigError

PROPS = {
    "bootstrap.servers": "a:1",
    "key.converter": "Json",
    "value.converter": "Json",
    "offset.storage.file.filename": "/tmp/offsets",
}
ENV = {
    "config.providers": "env",
    "config.providers.env.class": "org.apache.kafka.common.config.provider.EnvVarConfigProvider",
}


def errors_of(props: dict[str, str]) -> list[str]:
    with pytest.raises(WorkerConfigError) as caught:
        load_worker_config(StandaloneConfig, props, is_known_class=lambda name: name == "Json")
    return caught.value.errors


def test_a_version_of_a_converter_has_to_be_there() -> None:
    def version_error(name: str, version: str) -> str | None:
        return f"no {name} in {version}" if version != "1" else None

    props = {**PROPS, "key.converter.plugin.version": "1", "value.converter.plugin.version": "2"}
    with pytest.raises(WorkerConfigError) as caught:
        load_worker_config(StandaloneConfig, props, version_error=version_error)
    assert caught.value.errors == ["value.converter.plugin.version: no Json in 2"]


def test_a_file_is_read_in_javas_syntax(tmp_path: Path) -> None:
    file = tmp_path / "worker.properties"
    file.write_bytes("# comment\na=1\nb : two \\\n   lines\nc caf\\u00e9 \xe9\n".encode("latin-1"))
    assert load_properties(file) == {"a": "1", "b": "two lines", "c": "café é"}


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(WorkerConfigError, match=r"absent\.properties cannot be read: No such file"):
        load_properties(tmp_path / "absent.properties")
    with pytest.raises(WorkerConfigError, match="cannot be read: Is a directory"):
        load_properties(tmp_path)


def test_what_java_would_find_later_is_among_the_errors() -> None:
    props = PROPS | {
        "offset.flush.timeout.ms": "x",
        "listeners": "ftp://h:1,nonsense",
        "admin.listeners": "http://h:99999",
        "value.converter": "Nope",
        "security.protocol": "TLS",
        "response.http.headers.config": "bad",
    }
    assert errors_of(props) == [
        "Invalid value x for configuration offset.flush.timeout.ms: Not a number of type LONG",
        "response.http.headers.config: Invalid format of header config 'bad'. Expected: "
        "'[action] [header name]:[header value]'",
        'Invalid value ftp://h:1 for configuration listeners: Listener protocol must be either "http" or "https".',
        "Invalid value nonsense for configuration listeners: Listener doesn't have the right format "
        "(protocol://hostname:port).",
        "Invalid value http://h:99999 for configuration admin.listeners: Listener port must be between 0 and 65535.",
        "Invalid value Nope for configuration value.converter: Class Nope could not be found.",
        "Invalid value TLS for configuration security.protocol: String must be one of (case insensitive): SASL_SSL, "
        "PLAINTEXT, SSL, SASL_PLAINTEXT",
    ]


def test_placeholders_are_resolved_when_a_file_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OFFSETS", "/var/offsets")
    loaded = load_worker_config(StandaloneConfig, PROPS | ENV | {"offset.storage.file.filename": "${env:OFFSETS}"})
    assert loaded.config["offset.storage.file.filename"] == "/var/offsets"
    assert loaded.warnings == []


def test_a_provider_that_is_not_there_is_an_error_and_its_placeholders_are_not() -> None:
    props = PROPS | {"config.providers": "a", "config.providers.a.class": "Nope", "rest.advertised.port": "${a:port}"}
    assert errors_of(props) == [
        "Invalid value Nope for configuration config.providers.a.class: Could not load config provider class or one of "
        "its dependencies",
    ]


def test_a_provider_that_is_a_plugin_serves_connectors_and_is_looked_for_when_plugins_are_known() -> None:
    props = PROPS | {"config.providers": "vault", "config.providers.vault.class": "plugins.Vault"}

    assert load_worker_config(StandaloneConfig, props).warnings == []
    with pytest.raises(
        WorkerConfigError, match=r"Invalid value plugins\.Vault for configuration config\.providers\.vault"
    ):
        load_worker_config(StandaloneConfig, props, is_known_provider=lambda _name: False)


def test_a_provider_that_fails_is_an_error(tmp_path: Path) -> None:
    props = PROPS | {
        "config.providers": "file",
        "config.providers.file.class": "FileConfigProvider",
        "producer.sasl.jaas.config": f"${{file:{tmp_path}/absent:jaas}}",
    }
    assert errors_of(props) == [f"Could not read properties from file {tmp_path}/absent"]


def test_the_signature_that_a_worker_makes_is_among_those_it_accepts() -> None:
    topics = {f"{kind}.storage.topic": kind for kind in ("offset", "config", "status")}
    props = PROPS | topics | {"group.id": "g", "inter.worker.signature.algorithm": "HmacSHA512"}
    with pytest.raises(WorkerConfigError, match="Signature algorithm must be present in"):
        load_worker_config(DistributedConfig, props)


def test_settings_without_effect_are_warnings_that_name_them() -> None:
    props = PROPS | {
        "ofset.flush.interval.ms": "1",
        "group.id": "g",
        "internal.key.converter.schemas.enable": "false",
        "security.protocol": "PLAINTEXT",
        "metrics.num.samples": "3",
        "socket.connection.setup.timeout.max.ms": "5",
        "producer.anything": "x",
        "connector.client.config.override.policy": "Principal",
    }
    assert load_worker_config(StandaloneConfig, props).warnings == [
        "internal.key.converter.schemas.enable: internal converters cannot be chosen, state is always kept as JSON "
        "without schemas",
        "connector.client.config.override.policy=Principal is deprecated, Allowlist takes its place",
        "ofset.flush.interval.ms is not a setting of a worker, it has no effect (did you mean offset.flush.interval.ms?)",
        "group.id has no effect: only distributed workers have it",
        "socket.connection.setup.timeout.max.ms has no effect: the time-out does not grow from one attempt to the next",
    ]


def test_placeholders_in_the_plugin_path_are_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLUGINS", "/plugins")
    (warning,) = load_worker_config(StandaloneConfig, PROPS | ENV | {"plugin.path": "${env:PLUGINS}"}).warnings
    assert warning.startswith("plugin.path: placeholders are not resolved there")
