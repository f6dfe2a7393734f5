"""`make demo`, as it runs where nobody watches."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dev.isthmus_worker import ROOT
from dev.kafka import Kafka

pytestmark = pytest.mark.kafka


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The same code under another root, so that the test leaves the user's demo/ folder alone."""
    for entry in ROOT.iterdir():
        if entry.name not in ("demo", "dev", ".git"):
            (tmp_path / entry.name).symlink_to(entry)
    (tmp_path / "dev").mkdir()
    for file in (ROOT / "dev").glob("*.py"):
        (tmp_path / "dev" / file.name).write_bytes(file.read_bytes())
    return tmp_path


def demo(checkout: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dev.demo"],
        cwd=checkout,
        env={**os.environ, "DEMO_ONCE": "1", **env},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


def test_the_demo_shows_lines_in_topic_and_file_and_exits_with_0(checkout: Path, kafka: Kafka) -> None:
    done = demo(checkout, BOOTSTRAP_SERVERS=kafka.bootstrap)
    assert done.returncode == 0, done.stdout + done.stderr
    for expected in ("local-file-sink: RUNNING, its task: RUNNING", "topic connect-test:", "demo/worker.log"):
        assert expected in done.stdout
    source, sink = (checkout / "demo" / name for name in ("test.txt", "test.sink.txt"))
    assert sink.read_text().endswith(source.read_text())


def test_the_demo_says_what_failed_and_exits_with_1(checkout: Path, kafka: Kafka) -> None:
    (checkout / "config").unlink()
    (checkout / "config").mkdir()
    for file in (ROOT / "config").iterdir():
        (checkout / "config" / file.name).write_text(file.read_text().replace("FileStreamSink", "NoSuchSink"))
    done = demo(checkout, BOOTSTRAP_SERVERS=kafka.bootstrap)
    assert done.returncode == 1
    assert "FAILED: " in done.stdout
    assert "NoSuchSink" in done.stdout
