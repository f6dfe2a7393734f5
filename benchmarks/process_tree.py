"""What a process and all that descend from it cost: CPU time and memory, from /proc."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
GONE = (FileNotFoundError, ProcessLookupError)
CPU_CLOCK_OF_PROCESS = 2


@dataclass(frozen=True)
class ProcessTree:
    """A process by its id, with its descendants of the moment."""

    root: int

    def pids(self) -> list[int]:
        children: dict[int, list[int]] = {}
        for pid, parent in _all_processes():
            children.setdefault(parent, []).append(pid)
        found = [self.root]
        for pid in found:  # grows while it is walked
            found.extend(children.get(pid, ()))
        return found

    def cpu_s(self) -> float:
        """User and system time of all threads, with that of processes which have ended and were waited for."""
        return sum(_cpu_s(pid) for pid in self.pids())

    def pss_bytes(self) -> int:
        """Memory of the tree; a page that several processes share is counted in parts."""
        return sum(_smaps(pid).get("Pss", 0) for pid in self.pids())


def own_memory_bytes(pid: int) -> int:
    """Memory that only this process has: what ending it would give back."""
    smaps = _smaps(pid)
    return smaps.get("Private_Clean", 0) + smaps.get("Private_Dirty", 0)


def _all_processes() -> Iterator[tuple[int, int]]:
    for entry in os.listdir("/proc"):
        if entry.isdecimal() and (fields := _stat(int(entry))):
            yield int(entry), int(fields[1])


def _stat(pid: int) -> list[str]:
    """The fields after the command's name: state, parent, ...; empty when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except GONE:
        return []


def _cpu_s(pid: int) -> float:
    """In nanoseconds for the process itself; only what its ended children have used is known in clock ticks."""
    try:
        own = time.clock_gettime((~pid << 3) | CPU_CLOCK_OF_PROCESS)
    except OSError:
        return 0.0
    fields = _stat(pid)
    return own + sum(map(int, fields[13:15])) / TICKS_PER_S


def _smaps(pid: int) -> dict[str, int]:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except GONE:
        return {}
    pairs = (line.split() for line in lines)
    return {name.rstrip(":"): int(kilobytes) * 1024 for name, kilobytes, *_ in pairs}
