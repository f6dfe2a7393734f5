"""A real Apache Kafka on this machine: KRaft, one node, free ports, data in a temporary folder.

`python -m dev.kafka` runs one in the foreground on localhost:9092. BOOTSTRAP_SERVERS puts another cluster in its place
wherever `running_kafka` is used.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from confluent_kafka.admin import AdminClient

from dev import certificates
from dev.jars import BROKER_AS_SHIPPED, KAFKA_VERSION, SMALL_AND_QUICK, cache_folder, class_archive, java_command
from dev.process import ServerFailedError, ServerProcess, free_port, is_taken

CLUSTER_ID = "MkU3OEVBNTcwNTJENDM2Qg"
SCRAM_USER, SCRAM_PASSWORD = "alice", "alice-secret"
PLAIN_USER, PLAIN_PASSWORD = "bob", "bob-secret"
SECURITY = "org.apache.kafka.common.security"


class Kafka(Protocol):
    """What demo, tests and benchmarks need to know of a cluster."""

    @property
    def bootstrap(self) -> str: ...


class GivenKafka:
    """A cluster that somebody else runs."""

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap


class KafkaBroker:
    """One broker of our own. `stop` keeps ports and data, so that `start` brings the same broker back; `close` ends it.

    With `secure`, two more listeners: `sasl_bootstrap` (SASL_SSL: alice by SCRAM-SHA-256 or -512, bob by PLAIN) and
    `ssl_bootstrap` (SSL, a client certificate is required), with their files in `certificates`.
    With `as_shipped`, Java's options are those of Kafka's own start script, not the ones for a quick start.
    """

    def __init__(
        self,
        *,
        port: int | None = None,
        secure: bool = False,
        properties: Mapping[str, str] | None = None,
        folder: Path | None = None,
        as_shipped: bool = False,
    ) -> None:
        self._owns_folder = folder is None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="isthmus-kafka-"))
        self.log = self.folder / "kafka.log"
        self.bootstrap = f"localhost:{port or free_port()}"
        self._secure = secure
        self.sasl_bootstrap = f"localhost:{free_port()}" if secure else ""
        self.ssl_bootstrap = f"localhost:{free_port()}" if secure else ""
        self._controller = f"localhost:{free_port()}"
        self._properties = dict(properties or {})
        self._as_shipped = as_shipped
        self._class_archive = class_archive("kafka")
        self._server: ServerProcess | None = None

    def start(self, deadline_s: float = 120) -> None:
        """Returns when the broker has answered. The first start lays out the data folder."""
        if self._server is None:
            self._lay_out()
        self._server = self._process()
        self._server.start(deadline_s)

    def stop(self, grace_s: float = 30) -> None:
        """A clean stop, as in an upgrade of the broker."""
        if self._server is not None:
            self._server.stop(grace_s)
            self._class_archive.keep()

    def kill(self) -> None:
        """A power cut."""
        if self._server is not None:
            self._server.kill()

    def pause(self) -> None:
        """Connections stay open and nobody answers, as when a network drops packets."""
        self._running.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._running.send_signal(signal.SIGCONT)

    def close(self, *, keep_log: bool = False) -> None:
        self.stop()
        shutil.rmtree(self.folder / "data", ignore_errors=True)
        if self._owns_folder and not keep_log:
            shutil.rmtree(self.folder, ignore_errors=True)
        if keep_log:
            print(f"log of the broker: {self.log}", file=sys.stderr)

    @property
    def is_running(self) -> bool:
        return self._server is not None and self._server.is_running

    @property
    def pid(self) -> int:
        return self._running.pid

    @property
    def certificates(self) -> certificates.Certificates:
        assert self._secure, "a broker without TLS has no certificates"
        folder = self.folder / "tls"
        if not folder.exists():
            certificates.issue(folder)
        return certificates.at(folder)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:  # the error has the end of the log
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close(keep_log=error is not None)

    @property
    def _running(self) -> ServerProcess:
        assert self._server is not None, "the broker was never started"
        return self._server

    def _lay_out(self) -> None:
        settings = {**self._plain_settings(), **(self._secure_settings() if self._secure else {}), **self._properties}
        lines = (f"{key}={value}\n" for key, value in settings.items())
        (self.folder / "server.properties").write_text("".join(lines))
        shutil.copytree(formatted_data_folder(with_users=self._secure), self.folder / "data")

    def _process(self) -> ServerProcess:
        archive = self._class_archive
        flags = (
            (*BROKER_AS_SHIPPED, *archive.base_flags()) if self._as_shipped else (*SMALL_AND_QUICK, *archive.flags())
        )
        command = java_command("kafka.Kafka", str(self.folder / "server.properties"), flags=flags)
        admin = AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 0, "reconnect.backoff.max.ms": 200})
        return ServerProcess(
            f"Kafka on {self.bootstrap}", command, self.log, lambda: bool(admin.list_topics(timeout=1).brokers)
        )

    def _plain_settings(self) -> dict[str, str]:
        return {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@{self._controller}",
            "listeners": f"PLAIN://{self.bootstrap},CONTROLLER://{self._controller}",
            "listener.security.protocol.map": "PLAIN:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAIN",
            "log.dirs": str(self.folder / "data"),
            "group.initial.rebalance.delay.ms": "0",
            # One broker holds every replica; few partitions of the internal topics make start and stop quick.
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "5",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "transaction.state.log.num.partitions": "5",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
        }

    def _secure_settings(self) -> dict[str, str]:
        plain, made = self._plain_settings(), self.certificates
        scram = f"{SECURITY}.scram.ScramLoginModule required;"
        login = f'{SECURITY}.plain.PlainLoginModule required user_{PLAIN_USER}="{PLAIN_PASSWORD}";'
        return {
            "listeners": f"{plain['listeners']},SASL://{self.sasl_bootstrap},TLS://{self.ssl_bootstrap}",
            "listener.security.protocol.map": f"{plain['listener.security.protocol.map']},SASL:SASL_SSL,TLS:SSL",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(made.server_pem),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(made.ca),
            "listener.name.tls.ssl.client.auth": "required",
            "sasl.enabled.mechanisms": "SCRAM-SHA-256,SCRAM-SHA-512,PLAIN",
            "listener.name.sasl.scram-sha-256.sasl.jaas.config": scram,
            "listener.name.sasl.scram-sha-512.sasl.jaas.config": scram,
            "listener.name.sasl.plain.sasl.jaas.config": login,
        }


def formatted_data_folder(*, with_users: bool) -> Path:
    """A formatted data folder to copy: formatting costs a start of Java, so it is done once for a machine."""
    folder = cache_folder() / f"formatted-{KAFKA_VERSION}{'-users' if with_users else ''}"
    if not folder.exists():
        _format(folder, with_users=with_users)
    return folder


def _format(folder: Path, *, with_users: bool) -> None:
    users = [
        argument
        for mechanism in ("SCRAM-SHA-256", "SCRAM-SHA-512")
        for argument in ("--add-scram", f"{mechanism}=[name={SCRAM_USER},password={SCRAM_PASSWORD}]")
    ]
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        properties = Path(scratch, "server.properties")
        properties.write_text(
            "process.roles=broker,controller\nnode.id=1\ncontroller.quorum.voters=1@localhost:1\n"
            "listeners=PLAINTEXT://localhost:2,CONTROLLER://localhost:1\ncontroller.listener.names=CONTROLLER\n"
            f"log.dirs={scratch}/data\n"
        )
        command = java_command("kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(properties))
        subprocess.run([*command, *(users if with_users else [])], check=True, capture_output=True)
        with contextlib.suppress(OSError):  # somebody else was quicker, and theirs is as good
            Path(scratch, "data").rename(folder)


@contextlib.contextmanager
def running_kafka() -> Iterator[Kafka]:
    """The cluster named by BOOTSTRAP_SERVERS, or a broker of our own that ends with the block."""
    if given := os.environ.get("BOOTSTRAP_SERVERS"):
        yield GivenKafka(given)
    else:
        with KafkaBroker() as broker:
            yield broker


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m dev.kafka", description="A Kafka broker in the foreground.")
    parser.add_argument("--port", type=int, default=9092)
    port = parser.parse_args().port
    if is_taken(port):
        sys.exit(f"port {port} is in use by another program; python -m dev.kafka --port N")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    print(f"Starting Apache Kafka {KAFKA_VERSION} ...", flush=True)
    try:
        _run(port, stop)
    except ServerFailedError as error:
        sys.exit(str(error))


def _run(port: int, stop: threading.Event) -> None:
    with KafkaBroker(port=port) as broker:
        print(
            f"Kafka is ready on {broker.bootstrap}; log: {broker.log}; Ctrl-C stops it and deletes its data.",
            flush=True,
        )
        while broker.is_running and not stop.wait(0.5):
            pass
        if not broker.is_running:
            sys.exit(f"Kafka ended by itself; the end of its log:\n{broker.log.read_text()[-4000:]}")


if __name__ == "__main__":
    main()
