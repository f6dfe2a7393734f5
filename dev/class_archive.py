"""Java's archives of loaded classes, which halve the start of a server that is started again and again.

An ordinary Java brings the archive of its own classes; the slim one used here does not, so it is made once for a machine.
On top of it the first run of each server writes an archive of the server's classes when it ends.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import uuid
from pathlib import Path

NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED"
"""Kafka's compression libraries are native. The archive has to be made with the options it is used with."""


class ClassArchive:
    """Archives for one Java and one class path. `flags` before a start, `keep` after the server's clean end."""

    def __init__(self, folder: Path, java: str, server: str, classpath: str) -> None:
        self._java = java
        self._base = folder / f"classes-java-{_digest(java + NATIVE_ACCESS)}.jsa"
        self._server = folder / f"classes-{server}-{_digest(java + NATIVE_ACCESS + classpath)}.jsa"
        self._being_written = self._server.with_suffix(f".{uuid.uuid4().hex}")

    def base_flags(self) -> tuple[str, ...]:
        """Only what every ordinary Java has: for measuring."""
        if not self._base.exists():
            part = self._base.with_suffix(f".{os.getpid()}")
            command = [self._java, NATIVE_ACCESS, "-Xshare:dump", f"-XX:SharedArchiveFile={part}"]
            subprocess.run(command, check=True, capture_output=True)
            part.rename(self._base)
        return (f"-XX:SharedArchiveFile={self._base}",)

    def flags(self) -> tuple[str, ...]:
        (base,) = self.base_flags()
        if self._server.exists():
            return (f"{base}{os.pathsep}{self._server}",)
        return (base, f"-XX:ArchiveClassesAtExit={self._being_written}")

    def keep(self) -> None:
        """Makes an archive that was written at a server's end the one to use from now on."""
        if self._being_written.exists():
            self._being_written.rename(self._server)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
