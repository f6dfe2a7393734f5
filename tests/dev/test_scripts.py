"""The scripts in bin/ as a user meets them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dev.isthmus_worker import ROOT
from tests.waiting import wait_for

STANDALONE = ROOT / "bin" / "connect-standalone"
DISTRIBUTED = ROOT / "bin" / "connect-distributed"
BARE_START = "import runpy, sys; sys.path.insert(0, sys.argv[1]); runpy.run_module('workers', run_name='__main__')"


def run(*command: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, env={**os.environ, **env}, capture_output=True, text=True, timeout=60, check=False
    )


def test_without_arguments_a_script_shows_its_usage(tmp_path: Path) -> None:
    done = run(STANDALONE, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.startswith(f"USAGE: {STANDALONE} [-daemon] [--log-level LEVEL] connect-standalone.properties [")
    assert "LOG_LEVEL" in done.stdout
    assert "LOG_FORMAT=json" in done.stdout


@pytest.mark.parametrize("arguments", [[], ["connect-distributed.properties"]])
def test_the_distributed_script_says_that_its_worker_is_not_there_yet(arguments: list[str], tmp_path: Path) -> None:
    done = run(DISTRIBUTED, *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("This release has the standalone worker only: bin/connect-standalone.")


def test_a_python_without_the_packages_is_told_how_to_get_them(tmp_path: Path) -> None:
    done = run(sys.executable, "-I", "-S", "-c", BARE_START, str(ROOT), cwd=tmp_path)
    assert done.returncode == 1
    assert "No module named" in done.stderr
    assert "pip install -r requirements.txt" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_script_works_through_a_link_and_in_the_folder_of_its_user(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(STANDALONE)
    (tmp_path / "worker.properties").write_text("key.converter=\n")
    done = run(link, "worker.properties", cwd=tmp_path)
    assert done.returncode == 1
    assert "bootstrap.servers" in done.stdout + done.stderr


def test_a_folder_of_the_user_does_not_take_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "workers").mkdir()
    (tmp_path / "workers" / "__init__.py").write_text("raise SystemExit('the wrong workers')")
    (tmp_path / "worker.properties").write_text("key.converter=\n")
    done = run(STANDALONE, "worker.properties", cwd=tmp_path)
    assert "the wrong workers" not in done.stdout + done.stderr
    assert "bootstrap.servers" in done.stdout + done.stderr


def test_a_daemon_writes_to_a_file_in_the_log_folder(tmp_path: Path) -> None:
    (tmp_path / "worker.properties").write_text("key.converter=\n")
    done = run(STANDALONE, "-daemon", "worker.properties", cwd=tmp_path, LOG_DIR=str(tmp_path / "logs"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    output = tmp_path / "logs" / "connectStandalone.out"
    wait_for(lambda: "bootstrap.servers" in output.read_text(), what="the daemon's error")


def test_the_sample_files_have_exactly_these_settings() -> None:
    assert settings("connect-file-source") == {
        "name": "local-file-source",
        "connector.class": "FileStreamSource",
        "tasks.max": "1",
        "topic": "connect-test",
        "file": "test.txt",
    }
    assert settings("connect-file-sink") == {
        "name": "local-file-sink",
        "connector.class": "FileStreamSink",
        "tasks.max": "1",
        "file": "test.sink.txt",
        "topics": "connect-test",
    }
    json_converter = "org.apache.kafka.connect.json.JsonConverter"
    assert settings("connect-standalone") == {
        "bootstrap.servers": "localhost:9092",
        "key.converter": json_converter,
        "value.converter": json_converter,
        "key.converter.schemas.enable": "false",
        "value.converter.schemas.enable": "false",
        "offset.storage.file.filename": "/tmp/connect.offsets",
        "offset.flush.interval.ms": "10000",
        "plugin.path": "/share/java",
    }


def settings(name: str) -> dict[str, str]:
    text = (ROOT / "config" / f"{name}.properties").read_text()
    return dict(re.findall(r"^([a-z.]+)=(.*)$", text, re.MULTILINE))
