"""Invariant 8: no secret gets into a log, a trace, an answer of REST, a command line or an environment.

A worker on a secured broker with secrets of every kind, at the highest log level, in good times and bad.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from dev.isthmus_worker import IsthmusWorker
from dev.kafka import PLAIN_PASSWORD, PLAIN_USER, SCRAM_PASSWORD, SCRAM_USER, KafkaBroker
from tests.conftest import PLUGINS
from tests.process_tree import marked, new_mark, processes_with
from tests.waiting import wait_for
from tests.workers.clients import stores

pytestmark = [pytest.mark.kafka, pytest.mark.chaos]

SECURITY = "org.apache.kafka.common.security."
STORE_PASSWORD, RESOLVED, LITERAL, WRONG = "store-pw-41", "resolved-pw-42", "literal-pw-43", "wrong-pw-44"
KEPT_AS_WRITTEN = (LITERAL, WRONG)
"""What a user puts into a connector's configuration itself is shown in that configuration, as in Java, and nowhere else."""
SECRETS = (SCRAM_PASSWORD, PLAIN_PASSWORD, STORE_PASSWORD, RESOLVED, *KEPT_AS_WRITTEN)


def scram(password: str) -> str:
    return f'{SECURITY}scram.ScramLoginModule required username="{SCRAM_USER}" password="{password}";'


def placeholder(path: Path, key: str) -> str:
    return f"${{file:{path}:{key}}}"


PLAIN = f'{SECURITY}plain.PlainLoginModule required username="{PLAIN_USER}" password="{PLAIN_PASSWORD}";'


class Scene:
    def __init__(self, worker: IsthmusWorker, folder: Path, mark: str) -> None:
        self.worker = worker
        self.folder = folder
        self.mark = mark
        self.answers: list[str] = []
        """Every body of REST that may not hold any secret."""

    def config(self, name: str, **further: str) -> dict[str, str]:
        file = self.folder / f"{name}.json"
        file.write_text(json.dumps({"key": "a", "text": "1"}) + "\n")
        return {"connector.class": "NewsSource", "topic": name, "file": str(file), **further}

    def create(self, name: str, config: dict[str, str]) -> requests.Response:
        answer = requests.put(f"{self.worker.url}/connectors/{name}/config", json=config, timeout=60)
        if answer.status_code >= 400:
            self.answers.append(answer.text)
        return answer

    def wait_until_running(self, name: str) -> None:
        wait_for(lambda: self.worker.states(name) == ["RUNNING", "RUNNING"], what=f"a running task of {name}")

    def validate(self, config: dict[str, str]) -> None:
        url = f"{self.worker.url}/connector-plugins/NewsSource/config/validate"
        self.answers.append(requests.put(url, json={"name": "v", **config}, timeout=60).text)

    def leaks_in(self, text: str, secrets: tuple[str, ...] = SECRETS) -> set[str]:
        return {secret for secret in secrets if secret in text}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder, mark = tmp_path_factory.mktemp("secrets"), new_mark()
    secrets = folder / "secrets.properties"
    secrets.write_text(f"token={RESOLVED}\nscram={scram(SCRAM_PASSWORD)}\nplain={PLAIN}\n")
    with KafkaBroker(secure=True) as broker:
        made = broker.certificates
        stores.write_pkcs12_key_store(folder / "keys.p12", made.client_pem, STORE_PASSWORD)
        client = {
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": "SCRAM-SHA-512",
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": made.ca,
            "ssl.keystore.type": "PKCS12",
            "ssl.keystore.location": folder / "keys.p12",
            "ssl.keystore.password": STORE_PASSWORD,
        }
        settings: dict[str, object] = {
            "bootstrap.servers": broker.sasl_bootstrap,
            "plugin.path": PLUGINS,
            "offset.flush.interval.ms": 200,
            "config.providers": "file",
            "config.providers.file.class": "org.apache.kafka.common.config.provider.FileConfigProvider",
            "listeners.https.ssl.key.password": STORE_PASSWORD,
        }
        jaas = {
            "": scram(SCRAM_PASSWORD),
            "producer.": placeholder(secrets, "scram"),
            "consumer.": scram(SCRAM_PASSWORD),
            "admin.": scram(SCRAM_PASSWORD),
        }
        for prefix, login in jaas.items():
            settings |= {prefix + key: value for key, value in client.items()}
            settings[f"{prefix}sasl.jaas.config"] = login
        env = marked(mark) | {"LOG_LEVEL": "TRACE"}
        with IsthmusWorker.standalone(broker.sasl_bootstrap, folder / "worker", settings, env=env) as worker:
            scene = Scene(worker, folder, mark)
            play(scene, secrets)
            yield scene


def play(scene: Scene, secrets: Path) -> None:
    """Good times and bad: a connector that works, one with a wrong login, some that are refused."""
    token, plain = placeholder(secrets, "token"), placeholder(secrets, "plain")
    good = scene.config("good", password=token)
    good |= {"producer.override.sasl.mechanism": "PLAIN", "producer.override.sasl.jaas.config": plain}
    assert scene.create("good", good).status_code == 201
    assert scene.create("literal", scene.config("literal", password=LITERAL)).status_code == 201
    wrong = scene.config("wrong", **{"producer.override.sasl.jaas.config": scram(WRONG)})
    assert scene.create("wrong", wrong).status_code == 201
    sink = {"connector.class": "NewsSink", "topics": "good", "file": str(scene.folder / "sink.json")}
    assert (
        scene.create("sink", sink | {"transforms": "x", "transforms.x.type": "failing.FailOnEven"}).status_code == 201
    )
    for name, bad in (
        ("no-module", {"producer.override.sasl.jaas.config": f"none password={WRONG}"}),
        ("number", {"tasks.max": token}),
        ("transformation", {"transforms": "x", "transforms.x.type": token, "password": LITERAL}),
        ("class", {"value.converter": token, "password": LITERAL}),
    ):
        scene.create(name, scene.config(name, **bad))
        scene.validate(scene.config(name, **bad))
    scene.validate(good)
    scene.validate(scene.config("literal", password=LITERAL) | {"topic": ""})
    wait_for(lambda: scene.worker.states("wrong")[1:] == ["FAILED"], what="a refused login")
    wait_for(lambda: (scene.folder / "sink.json").read_text(), what="the record in the sink")
    wait_for(lambda: scene.worker.get("/connectors/good/offsets")["offsets"], what="offsets")


def test_the_secrets_are_put_to_use(scene: Scene) -> None:
    for name, secret in (("good", RESOLVED), ("literal", LITERAL)):
        scene.wait_until_running(name)
        told = [json.loads(line) for line in (scene.folder / f"{name}.told").read_text().splitlines()]
        assert told[0] == {"call": "password", "sha256": hashlib.sha256(secret.encode()).hexdigest()}


def test_no_secret_is_in_the_log(scene: Scene) -> None:
    log = scene.worker.log_text()
    assert "Reading with" in log  # the task has logged its whole configuration
    assert "[hidden]" in log
    leaks = [line for line in log.splitlines() if scene.leaks_in(line)]
    assert not leaks, leaks[:5]


def test_no_secret_is_in_an_answer(scene: Scene) -> None:
    for answer in scene.answers:
        assert not scene.leaks_in(answer), answer
    paths = ["/connectors?expand=status", "/admin/loggers", "/connector-plugins/NewsSource/config"]
    names = scene.worker.get("/connectors")
    paths += [f"/connectors/{name}/{part}" for name in names for part in ("status", "offsets", "topics")]
    for path in paths:
        assert not scene.leaks_in(requests.get(scene.worker.url + path, timeout=10).text), path


def test_what_a_provider_resolves_is_not_even_in_the_configurations(scene: Scene) -> None:
    hidden = tuple(secret for secret in SECRETS if secret not in KEPT_AS_WRITTEN)
    paths = ["/connectors?expand=info"]
    for name in scene.worker.get("/connectors"):
        paths += [f"/connectors/{name}{part}" for part in ("", "/config", "/tasks")]
    for path in paths:
        assert not scene.leaks_in(requests.get(scene.worker.url + path, timeout=10).text, hidden), path


def test_no_secret_is_in_a_command_line_or_an_environment(scene: Scene) -> None:
    processes = processes_with(scene.mark)
    assert len(processes) >= 8
    for pid, command in processes.items():
        assert not scene.leaks_in(command), command
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has ended since it was listed
            assert not scene.leaks_in(Path(f"/proc/{pid}/environ").read_text(errors="replace"))


def test_no_secret_is_in_a_file_that_others_may_read(scene: Scene) -> None:
    """Key stores that were converted, sockets: whatever a process of the worker has open or made in the temporary folder."""
    for pid in processes_with(scene.mark):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            path = Path(os.path.realpath(link))
            if path.is_file() and path != scene.worker.log and path.stat().st_mode & 0o077:
                assert not scene.leaks_in(path.read_text(errors="replace")), path
