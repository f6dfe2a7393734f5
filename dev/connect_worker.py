"""What Java's Connect and our worker have in common as processes: property files in, a REST address out."""

from __future__ import annotations

import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

from dev.process import ServerProcess, free_port

Properties = Mapping[str, Any]


def properties_text(properties: Properties) -> str:
    """A Java property file; backslashes and line ends are escaped."""
    lines = (f"{key}={_escaped(str(value))}\n" for key, value in properties.items())
    return "".join(lines)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n")


class ConnectWorker:
    """One worker process of either kind. `start` returns when the REST API answers."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        folder: Path,
        properties: Properties,
        connectors: Sequence[Properties] = (),
        *,
        env: Mapping[str, str] | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        settings = {"listeners": f"http://localhost:{free_port()}", **properties}
        self.url = str(settings["listeners"]).split(",")[0]
        files = [folder / "worker.properties"]
        files[0].write_text(properties_text(settings))
        for number, connector in enumerate(connectors):
            files.append(folder / f"{connector.get('name', number)}.properties")
            files[-1].write_text(properties_text(connector))
        self.process = ServerProcess(
            name, [*command, *map(str, files)], folder / "worker.log", self.answers, env=env, cwd=folder
        )

    def answers(self) -> bool:
        return requests.get(f"{self.url}/connectors", timeout=2, verify=False).status_code == 200

    def start(self, deadline_s: float = 120) -> float:
        """Seconds until the REST API answered. ServerFailedError, with the log's end, when it does not."""
        return self.process.start(deadline_s)

    def launch(self) -> None:
        """Starts the process and does not wait for it: for starts that must fail."""
        self.process.launch()

    def wait(self, deadline_s: float = 60) -> int:
        return self.process.wait(deadline_s)

    def stop(self, grace_s: float = 30) -> int | None:
        return self.process.stop(grace_s)

    def kill(self) -> None:
        """SIGKILL to the worker process alone."""
        self.process.kill()

    def send_signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def is_running(self) -> bool:
        return self.process.is_running

    @property
    def log(self) -> Path:
        return self.process.log

    def log_text(self) -> str:
        return self.process.log_text()

    def get(self, path: str) -> Any:
        """The body of a GET, parsed; requests.HTTPError with the answer's text for a status of 400 or more."""
        return self._body(requests.get(self.url + path, timeout=10))

    def put(self, path: str, body: Any = None) -> Any:
        return self._body(requests.put(self.url + path, json=body, timeout=100))

    def post(self, path: str, body: Any = None) -> Any:
        return self._body(requests.post(self.url + path, json=body, timeout=100))

    def delete(self, path: str) -> Any:
        return self._body(requests.delete(self.url + path, timeout=100))

    def states(self, connector: str) -> list[str]:
        """State of the connector, then of each of its tasks; empty while it is not known."""
        answer = requests.get(f"{self.url}/connectors/{connector}/status", timeout=10)
        if answer.status_code == 404:
            return []
        status = self._body(answer)
        return [status["connector"]["state"], *(task["state"] for task in status["tasks"])]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @staticmethod
    def _body(answer: requests.Response) -> Any:
        if answer.status_code >= 400:
            raise requests.HTTPError(f"{answer.status_code} for {answer.url}: {answer.text}", response=answer)
        return answer.json() if answer.content else None
