from __future__ import annotations

import pytest

from workers.config import DistributedConfig, StandaloneConfig
from workers.errors import WorkerConfigError

PROPS = {
    "bootstrap.servers": "a:1,b:2",
    "key.converter": "org.apache.kafka.connect.json.JsonConverter",
    "value.converter": "not.there.Converter",
    "offset.storage.file.filename": "/tmp/offsets",
    "key.converter.schemas.enable": "false",
    "ssl.keystore.password": "hush-hush",
}


def test_values_are_typed_and_classes_stay_names() -> None:
    config = StandaloneConfig.parse(PROPS)
    assert config["offset.flush.interval.ms"] == 60_000
    assert config["topic.creation.enable"] is True
    assert config["value.converter"] == "not.there.Converter"
    assert config.bootstrap_servers == "a:1,b:2"
    assert config.with_prefix("key.converter.") == {"schemas.enable": "false"}
    assert config.originals == PROPS


def test_no_text_of_a_configuration_shows_a_password() -> None:
    assert "hush-hush" not in repr(StandaloneConfig.parse(PROPS))


def test_a_configuration_cannot_be_changed() -> None:
    config = StandaloneConfig.parse(PROPS)
    with pytest.raises(TypeError):
        config.originals["key.converter"] = "other"  # type: ignore[index]  # that it fails is the point


def test_all_errors_are_reported_at_once_one_for_each_key() -> None:
    props = PROPS | {"offset.flush.interval.ms": "soon", "metrics.num.samples": "0", "bootstrap.servers": "a:1,,b:2"}
    del props["key.converter"]
    with pytest.raises(WorkerConfigError) as caught:
        StandaloneConfig.parse(props)
    assert caught.value.errors == [
        "Configuration 'bootstrap.servers' values must not be empty.",
        'Missing required configuration "key.converter" which has no default value.',
        "Invalid value soon for configuration offset.flush.interval.ms: Not a number of type LONG",
        "Invalid value 0 for configuration metrics.num.samples: Value must be at least 1",
    ]


def test_a_distributed_worker_needs_its_group_and_topics() -> None:
    with pytest.raises(WorkerConfigError) as caught:
        DistributedConfig.parse(PROPS)
    assert [error.split('"')[1] for error in caught.value.errors] == [
        "group.id",
        "offset.storage.topic",
        "config.storage.topic",
        "status.storage.topic",
    ]


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("connect.protocol", "x", "Invalid Connect protocol compatibility"),
        ("offset.storage.partitions", "0", "Number of partitions must be positive"),
        ("status.storage.replication.factor", "-2", "Replication factor must be positive"),
        ("inter.worker.verification.algorithms", "", "At least one signature verification algorithm"),
        ("inter.worker.signature.algorithm", "Nope", "the algorithm is not supported"),
        ("exactly.once.source.support", "x", "String must be one of \\(case insensitive\\)"),
    ],
)
def test_values_of_a_distributed_worker_are_checked_as_in_java(name: str, value: str, text: str) -> None:
    topics = {f"{kind}.storage.topic": kind for kind in ("offset", "config", "status")}
    with pytest.raises(WorkerConfigError, match=text):
        DistributedConfig.parse(PROPS | topics | {"group.id": "g", name: value})


def test_listeners_of_https_take_their_own_settings_before_the_plain_ones() -> None:
    config = StandaloneConfig.parse(PROPS)
    assert config.tls_settings("listeners.https.") == {"ssl.keystore.password": "hush-hush"}
    own = {"listeners.https.ssl.keystore.location": "/k"}
    assert StandaloneConfig.parse(PROPS | own).tls_settings("listeners.https.") == {"ssl.keystore.location": "/k"}


@pytest.mark.parametrize(
    ("props", "url"),
    [
        ({}, "http://machine:18083/"),
        ({"listeners": "http://:9090"}, "http://machine:9090/"),
        ({"listeners": "https://h:8443,http://i:0"}, "http://i:18084/"),
        ({"listeners": "https://[::1]:8443"}, "https://[::1]:8443/"),
        ({"listeners": "http://h:1", "rest.advertised.host.name": "out", "rest.advertised.port": "2"}, "http://out:2/"),
        ({"listeners": "http://h:1,https://h:2", "rest.advertised.listener": "HTTPS"}, "https://h:2/"),
    ],
)  # fmt: skip
def test_the_advertised_address_is_chosen_as_in_java(props: dict[str, str], url: str) -> None:
    config = StandaloneConfig.parse(PROPS | props)
    ports = [listener.port or 18083 + index for index, listener in enumerate(config.listeners)]
    if not props:
        ports = [18083]
        config = StandaloneConfig.parse(PROPS | {"listeners": "http://:0"})
    assert config.advertised_url(ports, "machine") == url


def test_admin_listeners_that_are_empty_are_not_the_same_as_none() -> None:
    assert StandaloneConfig.parse(PROPS).admin_listeners is None
    assert StandaloneConfig.parse(PROPS | {"admin.listeners": ""}).admin_listeners == ()
