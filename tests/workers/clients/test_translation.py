"""Java's client settings become librdkafka's. A real client is made with what comes out: librdkafka checks its settings."""

from __future__ import annotations

from typing import Any

import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient

from isthmus.config_def import Type
from workers.clients.setting import CLIENTS, Client, Fate, Setting
from workers.clients.translation import ALL_SETTINGS, TABLE, ClientConfigError, ClientSettings, translate

NUMBERS = {
    Type.SHORT: ("0", "1", "32767"),
    Type.INT: ("0", "1", "1000", "2147483647"),
    Type.LONG: ("0", "1", "1000", "9223372036854775807"),
    Type.DOUBLE: ("0.5",),
    Type.BOOLEAN: ("true", "false"),
}
TEXTS: dict[str, tuple[str, ...]] = {
    "acks": ("all", "-1", "0", "1"),
    "auto.offset.reset": ("earliest", "latest", "none"),
    "bootstrap.servers": ("localhost:1, localhost:2,localhost:1",),
    "client.dns.lookup": ("use_all_dns_ips", "resolve_canonical_bootstrap_servers_only"),
    "compression.type": ("none", "gzip", "snappy", "lz4", "zstd"),
    "group.protocol": ("classic", "CONSUMER"),
    "isolation.level": ("read_committed", "read_uncommitted"),
    "metadata.recovery.strategy": ("none", "REBOOTSTRAP"),
    "partition.assignment.strategy": (
        "org.apache.kafka.clients.consumer.RangeAssignor,org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
        "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
        "org.apache.kafka.clients.consumer.RoundRobinAssignor,org.apache.kafka.clients.consumer.RangeAssignor",
    ),
    "partitioner.class": (
        "org.apache.kafka.clients.producer.RoundRobinPartitioner",
        "org.apache.kafka.clients.producer.internals.DefaultPartitioner",
    ),
    "sasl.oauthbearer.assertion.algorithm": ("RS256", "ES256"),
    "security.protocol": ("PLAINTEXT", "ssl"),
    "group.remote.assignor": (),  # with the other group protocol only, see below
}


def make(translated: ClientSettings) -> None:
    """Makes the client; librdkafka refuses names and values that it does not know."""
    settings: dict[str, Any] = {**translated.settings, "log_level": 0}
    match translated.client:
        case "producer":
            Producer(settings)
        case "consumer":
            Consumer(settings).close()
        case "admin":
            AdminClient(settings)


JAAS = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="p";'
LOGIN = {"security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN", "sasl.jaas.config": JAAS}


def basic(client: Client) -> dict[str, str | None]:
    group = {"group.id": "g"} if client == "consumer" else {}
    return {"bootstrap.servers": "localhost:1", **group}


def samples() -> list[tuple[Client, str, str]]:
    def values(setting: Setting) -> tuple[str, ...]:
        return TEXTS.get(setting.name, NUMBERS.get(setting.type, ("text",)))

    return [
        (client, setting.name, value)
        for setting in ALL_SETTINGS
        if setting.fate is Fate.TRANSLATED and not setting.name.startswith(("ssl.", "sasl.jaas", "sasl.mechanism"))
        for client in setting.clients
        for value in values(setting)
    ]


@pytest.mark.parametrize(("client", "name", "value"), samples())
def test_whatever_java_takes_is_taken_by_librdkafka_or_refused_by_us(client: Client, name: str, value: str) -> None:
    login = LOGIN if name.startswith("sasl.") else {}
    try:
        translated = translate(basic(client) | login | {name: value}, client)
    except ClientConfigError as error:
        refusal = str(error)
    else:
        make(translated)
        return
    assert name in refusal


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_can_be_made_with_no_setting_but_the_brokers(client: Client) -> None:
    translated = translate(basic(client), client)
    assert translated.warnings == ()
    make(translated)


@pytest.mark.parametrize("client", CLIENTS)
def test_javas_defaults_written_out_are_no_reason_to_complain(client: Client) -> None:
    given: dict[str, str | None] = {}
    for name, setting in TABLE[client].items():
        if setting.default is not None and name not in ("enable.idempotence", "enable.auto.commit"):
            is_list = isinstance(setting.default, list)
            given[name] = ",".join(setting.default) if is_list else str(setting.default)
    # An idle group protocol and a mechanism without SASL are as good as not given.
    assert translate(given | basic(client), client).warnings == ()


def test_every_setting_has_a_note_where_its_name_does_not_tell_what_becomes_of_it() -> None:
    assert [s.name for s in ALL_SETTINGS if s.fate is not Fate.TRANSLATED and not s.note] == []


def test_no_setting_is_in_a_table_twice() -> None:
    for client in CLIENTS:
        names = [setting.name for setting in ALL_SETTINGS if client in setting.clients]
        assert sorted(names) == sorted(set(names))


def test_all_bad_values_are_reported_at_once_each_with_its_key() -> None:
    given = {"linger.ms": "soon", "acks": "2", "buffer.memory": "-1", "partitioner.class": "com.acme.Mine"}
    with pytest.raises(ClientConfigError) as caught:
        translate(basic("producer") | given, "producer")
    assert caught.value.errors == [
        "Invalid value soon for configuration linger.ms: Not a number of type LONG",
        "Invalid value 2 for configuration acks: String must be one of: all, -1, 0, 1",
        "Invalid value -1 for configuration buffer.memory: Value must be at least 0",
        "Invalid value com.acme.Mine for configuration partitioner.class: a partitioner is Java code, and another one "
        "would place records elsewhere",
    ]


def test_a_key_that_kafkas_client_does_not_have_is_a_warning() -> None:
    translated = translate(basic("producer") | {"linger.msec": "5", "metrics.context.a": "b"}, "producer")
    assert translated.warnings == (
        "linger.msec is not a setting of Kafka's clients, it has no effect (did you mean linger.ms?)",
    )


def test_a_name_of_librdkafkas_cannot_be_smuggled_in() -> None:
    translated = translate(basic("producer") | {"plugin.library.paths": "/tmp/evil.so", "debug": "all"}, "producer")
    assert "plugin.library.paths" not in translated.settings
    assert "debug" not in translated.settings


@pytest.mark.parametrize(
    ("client", "name", "value"),
    [
        ("producer", "interceptor.classes", "com.acme.Encrypting"),
        ("consumer", "key.deserializer", "com.acme.Mine"),
        ("producer", "security.providers", "com.acme.Provider"),
        ("producer", "ssl.engine.factory.class", "com.acme.Factory"),
        ("producer", "ssl.trustmanager.algorithm", "AcceptAll"),
        ("producer", "transaction.two.phase.commit.enable", "true"),
        ("consumer", "auto.offset.reset", "by_duration:PT1H"),
        ("consumer", "partition.assignment.strategy", "org.apache.kafka.clients.consumer.StickyAssignor"),
        ("admin", "bootstrap.controllers", "localhost:1"),
        ("admin", "sasl.login.callback.handler.class", "software.amazon.msk.auth.iam.IAMClientCallbackHandler"),
    ],
)
def test_what_would_change_records_or_security_is_refused(client: Client, name: str, value: str) -> None:
    with pytest.raises(ClientConfigError, match=f"for configuration {name}: "):
        translate(basic(client) | {"security.protocol": "SASL_SSL", name: value}, client)


@pytest.mark.parametrize("name", ["ssl.engine.factory.class", "sasl.login.class"])
def test_settings_of_tls_and_logins_that_are_not_used_are_no_reason_to_refuse(name: str) -> None:
    assert translate(basic("admin") | {name: "com.acme.Mine"}, "admin").warnings == ()


def test_interceptors_that_only_watch_are_left_out_with_a_warning() -> None:
    name = "io.confluent.monitoring.clients.interceptor.MonitoringProducerInterceptor"
    translated = translate(basic("producer") | {"interceptor.classes": name}, "producer")
    assert name in translated.warnings[0]


def test_javas_batch_size_is_passed_on_only_when_it_was_given() -> None:
    assert "batch.size" not in translate(basic("producer"), "producer").settings
    assert translate(basic("producer") | {"batch.size": "16384"}, "producer").settings["batch.size"] == 16384


def test_sinks_see_what_java_would_show_them() -> None:
    settings = translate(basic("consumer"), "consumer").settings
    assert settings["isolation.level"] == "read_uncommitted"
    assert settings["allow.auto.create.topics"] is True
    assert settings["partition.assignment.strategy"] == "range"


def test_a_value_beyond_librdkafkas_range_is_moved_into_it_with_a_warning() -> None:
    translated = translate(
        basic("producer") | {"linger.ms": "1000000", "delivery.timeout.ms": "2147483647"}, "producer"
    )
    assert translated.settings["linger.ms"] == 900_000
    assert translated.warnings == (
        "linger.ms=1000000 is outside of what the client can do (0 to 900000); 900000 is used",
    )


def test_the_level_of_the_codec_in_use_counts() -> None:
    given = {"compression.type": "gzip", "compression.gzip.level": "9", "compression.zstd.level": "22"}
    assert translate(basic("producer") | given, "producer").settings["compression.level"] == 9


def test_a_first_wait_above_the_longest_one_moves_it_as_in_java() -> None:
    settings = translate(basic("admin") | {"reconnect.backoff.ms": "5000"}, "admin").settings
    assert (settings["reconnect.backoff.ms"], settings["reconnect.backoff.max.ms"]) == (5000, 5000)


def test_a_poll_interval_below_the_session_timeout_is_raised_to_it() -> None:
    translated = translate(basic("consumer") | {"max.poll.interval.ms": "10000"}, "consumer")
    assert translated.settings["max.poll.interval.ms"] == 45_000
    make(translated)


def test_the_new_group_protocol_leaves_membership_to_the_broker() -> None:
    translated = translate(
        basic("consumer") | {"group.protocol": "consumer", "group.remote.assignor": "uniform"}, "consumer"
    )
    make(translated)
    with pytest.raises(ClientConfigError, match=r"cannot be set when group\.protocol=CONSUMER"):
        translate(basic("consumer") | {"group.protocol": "consumer", "session.timeout.ms": "9000"}, "consumer")


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"enable.idempotence": "true", "acks": "1"}, "Must set acks to all"),
        ({"enable.idempotence": "true", "retries": "0"}, "Must set retries to non-zero"),
        ({"enable.idempotence": "true", "max.in.flight.requests.per.connection": "6"}, "to at most 5"),
        ({"enable.idempotence": "false", "transactional.id": "t"}, "without also enabling idempotence"),
        ({"delivery.timeout.ms": "1000"}, "equal to or larger than linger.ms"),
    ],
)
def test_settings_that_contradict_each_other_are_refused_as_in_java(given: dict[str, str], text: str) -> None:
    with pytest.raises(ClientConfigError, match=text):
        translate(basic("producer") | given, "producer")


def test_a_transaction_limits_the_time_for_delivery() -> None:
    given = {"transactional.id": "t", "enable.idempotence": "true", "delivery.timeout.ms": "2147483647"}
    translated = translate(basic("producer") | given, "producer")
    assert translated.settings["delivery.timeout.ms"] == 60_000
    make(translated)


def test_values_that_our_loops_keep_are_javas() -> None:
    consumer = translate(basic("consumer") | {"max.poll.records": "7"}, "consumer")
    assert (consumer.max_poll_records, consumer.default_api_timeout_s) == (7, 60.0)
    assert consumer.metadata_max_age_s == 300.0
    producer = translate(basic("producer") | {"max.block.ms": "9223372036854775807"}, "producer")
    assert producer.max_block_s > 1e15
