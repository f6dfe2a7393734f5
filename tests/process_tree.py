"""Which processes belong to a worker, told by a mark in their environment that children inherit. Linux only."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

MARK = "ISTHMUS_TEST_WORKER"


def new_mark() -> str:
    return uuid.uuid4().hex


def marked(mark: str) -> dict[str, str]:
    """The environment to start a worker with: the mark, and that the titles of its processes leave the environment readable."""
    return {MARK: mark, "SPT_NOENV": "1"}


def processes_with(mark: str) -> dict[int, str]:
    """Process ids and command lines of all live processes that were started with MARK=mark, directly or not."""
    wanted = f"{MARK}={mark}".encode()
    found = {}
    for folder in _folders():
        with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            if wanted in (folder / "environ").read_bytes().split(b"\0") and is_alive(int(folder.name)):
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    return found


def is_alive(pid: int) -> bool:
    """A zombie that nobody has waited for yet is dead."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def _folders() -> Iterator[Path]:
    return (folder for folder in Path("/proc").iterdir() if folder.name.isdigit())
