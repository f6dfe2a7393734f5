"""The lines of several processes in one stream."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

WRITER = """
import logging, sys
from workers.logs import configure_logging
configure_logging(context=sys.argv[1])
for _ in range(100):
    logging.getLogger("long").warning(sys.argv[1] * 20_000)
"""


def test_long_lines_of_several_processes_stay_whole_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "log"
    with path.open("wb") as file:
        writers = [subprocess.Popen([sys.executable, "-c", WRITER, letter], stderr=file) for letter in "abc"]
        assert [writer.wait(60) for writer in writers] == [0, 0, 0]

    lines = path.read_text().splitlines()

    assert len(lines) == 300
    assert all(f"[{letter}] {letter * 20_000} (long:" in line for line in lines for letter in [line.split("[")[2][0]])
