"""A server as a child process: started until it answers, stopped by its process id, its output in a log file."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

EXEC_WITH_PARENT = Path(__file__).with_name("exec_with_parent.py")
ASK_INTERVAL_S = 0.02


class ServerFailedError(RuntimeError):
    """A server did not come up; the text has the end of its log."""


def free_port() -> int:
    """A port that nobody listens on now. Listening again on it is possible at once."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def is_taken(port: int) -> bool:
    """Whether somebody listens on this port, for all of this machine's addresses or for its own."""
    for host, family in (("127.0.0.1", socket.AF_INET), ("::1", socket.AF_INET6)):
        with contextlib.suppress(OSError), socket.socket(family) as probe:
            if probe.connect_ex((host, port)) == 0:
                return True
    return False


def port_or_free(port: int) -> int:
    """This port, or any free one when somebody listens on it."""
    return free_port() if is_taken(port) else port


class ServerProcess:
    """One server; `start` and `stop` may follow each other any number of times. The log is appended to.

    The process has a session of its own, so that Ctrl-C in a terminal reaches only us and we stop our servers in order.
    """

    def __init__(
        self,
        name: str,
        argv: Sequence[str | os.PathLike[str]],
        log: Path,
        is_ready: Callable[[], bool],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        self.name = name
        self.argv = [os.fspath(argument) for argument in argv]
        self.log = log
        self._is_ready = is_ready
        self._env = env
        self._cwd = cwd
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, deadline_s: float = 120) -> float:
        """Returns after the server's first right answer: the seconds it took. ServerFailedError when it does not come."""
        started = time.monotonic()
        self.launch()
        last: Exception | None = None
        while time.monotonic() - started < deadline_s and self.is_running:
            try:
                # Another server on the same port answers as well: it is ours only as long as our process lives.
                if self._is_ready() and self.is_running:
                    return time.monotonic() - started
            except Exception as error:  # noqa: BLE001 - whatever a server answers before it is ready means "not yet"
                last = error
            time.sleep(ASK_INTERVAL_S)
        status = self.exit_status
        self.kill()
        ended = f"exited with {status}" if status is not None else f"gave no answer in {deadline_s:.0f} s ({last!r})"
        raise ServerFailedError(f"{self.name} {ended}; the end of {self.log}:\n{self.log_tail()}")

    def launch(self) -> None:
        """Starts the process and does not wait for it to answer."""
        assert not self.is_running, f"{self.name} runs already"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        wrapper = [sys.executable, "-S", "-E", os.fspath(EXEC_WITH_PARENT), str(os.getpid())]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*wrapper, *self.argv],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=None if self._env is None else {**os.environ, **self._env},
                cwd=self._cwd,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        assert self._process is not None, f"{self.name} was never started"
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def exit_status(self) -> int | None:
        """None while it runs or before its start; negative: the signal that ended it."""
        return None if self._process is None else self._process.poll()

    def wait(self, deadline_s: float) -> int:
        """Exit status of a process that ends by itself; subprocess.TimeoutExpired when it does not."""
        assert self._process is not None, f"{self.name} was never started"
        return self._process.wait(deadline_s)

    def send_signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)

    def stop(self, grace_s: float = 30) -> int | None:
        """Asks with SIGTERM, waits, kills. Returns the exit status."""
        if self._process is None:
            return None
        if self.is_running:
            self.send_signal(signal.SIGCONT)
            self.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                return self._process.wait(grace_s)
        return self.kill()

    def kill(self) -> int | None:
        if self._process is None:
            return None
        if self.is_running:
            self._process.kill()
        return self._process.wait()

    def log_text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def log_tail(self, lines: int = 60) -> str:
        return "\n".join(self.log_text().splitlines()[-lines:])

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
