"""The supervisor with real processes: how they start, talk and end."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.waiting import wait_for
from workers.errors import ProcessDiedError, ProcessTimeoutError, RemoteError, StartError
from workers.processes.counters import Counters
from workers.processes.plugin_process import Exit, PluginProcess
from workers.processes.supervisor import Supervisor

ENTRIES = "tests.workers.processes.entries"


@pytest.fixture(scope="module")
def supervisor() -> Iterator[Supervisor]:
    supervisor = Supervisor()
    supervisor.start()
    yield supervisor
    supervisor.stop()


class Heard:
    """What a process has told, and how it ended."""

    def __init__(self) -> None:
        self.messages: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
        self.exits: queue.Queue[Exit] = queue.Queue()

    def message(self, op: str, args: dict[str, Any]) -> Any:
        self.messages.put((op, args))
        return {"text": args["text"].upper()} if op == "question" else None


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def stops_when_asked(process: PluginProcess) -> bool:
    process.notify("stop")
    return process.wait(30)


def call(supervisor: Supervisor, entry: str, timeout_s: float = 30, **spec: Any) -> Any:
    return supervisor.call(f"{ENTRIES}:{entry}", spec, name=entry, timeout_s=timeout_s)


def test_a_call_returns_the_result_of_code_that_ran_in_another_process(supervisor: Supervisor) -> None:
    assert call(supervisor, "add", a=2, b=3) == 5
    assert call(supervisor, "pid") != os.getpid()


def test_an_error_comes_back_with_its_class_text_and_trace(supervisor: Supervisor) -> None:
    with pytest.raises(RemoteError) as caught:
        call(supervisor, "fail")

    assert caught.value.class_name == "org.apache.kafka.connect.errors.ConnectException"
    assert caught.value.message == "no luck"
    assert caught.value.trace.startswith("org.apache.kafka.connect.errors.ConnectException: no luck\n\tat ")
    assert "Caused by: KeyError" in caught.value.trace


@pytest.mark.parametrize(
    ("entry", "spec", "how"),
    [("end_with_status", {"status": 3}, "exited with status 3"), ("segfault", {}, "killed by SIGSEGV")],
)
def test_a_process_that_dies_says_how(supervisor: Supervisor, entry: str, spec: dict[str, Any], how: str) -> None:
    with pytest.raises(ProcessDiedError, match=how):
        call(supervisor, entry, **spec)


def test_a_call_that_hangs_is_killed(supervisor: Supervisor) -> None:
    with pytest.raises(ProcessTimeoutError):
        call(supervisor, "hang", timeout_s=0.5)

    assert call(supervisor, "add", a=1, b=1) == 2


def test_a_process_asks_answers_and_stops(supervisor: Supervisor) -> None:
    heard = Heard()
    process = supervisor.spawn(
        f"{ENTRIES}:serve", {"question": "why"}, name="c|task-0", on_message=heard.message, on_exit=heard.exits.put
    )

    assert process.request("echo", {"n": 1}, timeout_s=30) == {"n": 1}
    assert heard.messages.get(timeout=30) == ("status", {"state": "RUNNING"})
    assert heard.messages.get(timeout=30) == ("question", {"text": "why"})
    assert heard.messages.get(timeout=30) == ("answered", {"text": "WHY"})
    assert stops_when_asked(process)
    assert heard.messages.get(timeout=30) == ("status", {"state": "STOPPED"})
    assert heard.exits.get(timeout=30) == Exit(0, "exited with status 0")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows titles")
def test_ps_shows_what_a_process_is_for() -> None:
    """The longest name a user may want to read has to fit, so the space of the environment is used too."""
    script = (
        "from workers.processes.supervisor import Supervisor; s = Supervisor(); s.start(); "
        f"p = s.spawn('{ENTRIES}:serve', {{}}, name='{'c' * 100}|task-0'); p.request('echo', {{}}); "
        "print(p.pid, flush=True); input(); s.stop()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        pid = int(worker.stdout.readline())
        assert title_of(pid) == f"isthmus: {'c' * 100}|task-0"
        assert title_of(parent_of(pid)) == "isthmus: fork server"
        worker.communicate("end\n", timeout=30)


def title_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0 ")


def test_a_process_that_is_killed_leaves_the_others_alone(supervisor: Supervisor) -> None:
    heard = Heard()
    victim = supervisor.spawn(f"{ENTRIES}:hang", {}, name="victim", on_exit=heard.exits.put)
    neighbour = supervisor.spawn(f"{ENTRIES}:serve", {}, name="neighbour")

    os.kill(victim.pid, signal.SIGKILL)

    assert heard.exits.get(timeout=30) == Exit(None, "killed by SIGKILL")
    assert not victim.is_alive
    assert neighbour.request("echo", {"n": 2}, timeout_s=30) == {"n": 2}
    assert stops_when_asked(neighbour)


def test_requests_fail_when_their_process_ends(supervisor: Supervisor) -> None:
    process = supervisor.spawn(f"{ENTRIES}:hang", {}, name="hang")
    answer = process.send_request("echo", {})

    process.kill()

    with pytest.raises(ProcessDiedError, match="killed by SIGKILL"):
        answer.result(30)
    with pytest.raises(ProcessDiedError):
        process.request("echo", {})


def test_terminal_signals_do_not_reach_a_plugin_process(supervisor: Supervisor) -> None:
    process = supervisor.spawn(f"{ENTRIES}:serve", {}, name="quiet")
    process.request("echo", {}, timeout_s=30)

    os.kill(process.pid, signal.SIGINT)
    os.kill(process.pid, signal.SIGTERM)

    assert process.request("echo", {"n": 3}, timeout_s=30) == {"n": 3}
    assert stops_when_asked(process)


def test_counters_are_shared(supervisor: Supervisor) -> None:
    counters = Counters(["unused", "seen"])
    process = supervisor.spawn(f"{ENTRIES}:serve", {}, name="counting", counters=counters)

    wait_for(lambda: counters.snapshot() == {"unused": 0, "seen": 42})

    assert stops_when_asked(process)
    counters.close()


WORKER = """
import sys, time
from workers.processes.supervisor import Supervisor
supervisor = Supervisor()
supervisor.start()
for entry in ("serve", "hang"):
    print(supervisor.spawn(f"{sys.argv[1]}:{entry}", {}, name=entry).pid, flush=True)
time.sleep(3600)
"""


def test_a_worker_killed_with_sigkill_leaves_no_process_behind() -> None:
    root = Path(__file__).parents[3]
    worker = subprocess.Popen([sys.executable, "-c", WORKER, ENTRIES], stdout=subprocess.PIPE, cwd=root, text=True)
    assert worker.stdout is not None
    pids = [int(worker.stdout.readline()) for _ in range(2)]
    pids.append(parent_of(pids[0]))

    worker.kill()
    worker.wait()
    worker.stdout.close()

    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), deadline_s=3)


def test_plugin_processes_start_again_after_the_fork_server_has_died() -> None:
    supervisor = Supervisor()
    supervisor.start()
    heard = Heard()
    orphan = supervisor.spawn(f"{ENTRIES}:hang", {}, name="orphan", on_exit=heard.exits.put)

    os.kill(parent_of(orphan.pid), signal.SIGKILL)

    assert "fork server" in heard.exits.get(timeout=30).description
    assert not orphan.is_alive
    assert call(supervisor, "add", a=1, b=2) == 3
    supervisor.stop()


def test_a_process_that_breaks_the_protocol_is_killed_and_no_other(supervisor: Supervisor) -> None:
    heard = Heard()
    supervisor.spawn(f"{ENTRIES}:babble", {}, name="babble", on_exit=heard.exits.put)

    assert heard.exits.get(timeout=30) == Exit(None, "killed by SIGKILL")
    assert call(supervisor, "add", a=1, b=1) == 2


def test_programs_started_by_user_code_do_not_hold_the_channel(supervisor: Supervisor) -> None:
    listing = call(supervisor, "descriptors_of_a_child_program")

    assert not [line for line in listing if "socket:" in line or "isthmus-counters" in line]


def test_nothing_is_started_once_the_supervisor_stops() -> None:
    supervisor = Supervisor()
    supervisor.start()
    supervisor.stop()

    with pytest.raises(StartError, match="shutting down"):
        call(supervisor, "add", a=1, b=1)


def test_a_result_that_cannot_be_sent_is_an_error(supervisor: Supervisor) -> None:
    with pytest.raises(RemoteError, match="not JSON serializable"):
        call(supervisor, "unspeakable")
