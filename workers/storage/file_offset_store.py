"""The standalone worker's offsets: the file a Java worker would write, replaced as a whole. Connect: FileOffsetBackingStore."""

from __future__ import annotations

import contextlib
import glob
import logging
import os
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from workers.errors import StartError
from workers.storage.java_map_file import JavaMapError, dump_map, load_map
from workers.storage.offset_store import OffsetMap, OffsetStore

log = logging.getLogger(__name__)

_RANDOM_CHARACTERS = 8  # of tempfile's names


class FileOffsetStore(OffsetStore):
    """Keeps all offsets in memory and rewrites the file with each `set`.

    A removed offset stays in the file as an entry without value, as Java leaves it. The new file takes the place of the old
    one in a single step, so a crash at any moment leaves one or the other.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        # The rename has to reach the file that a symbolic link means, not the link.
        self._path = Path(path).resolve()
        self._lock = threading.Lock()
        self._map = OffsetMap()

    def start(self) -> None:
        """Raises StartError for a file that cannot be read, or that could not be written later."""
        data = self._read()
        self._check_folder()
        try:
            entries = load_map(data) if data else {}
        except JavaMapError as error:
            raise StartError(
                f"The offsets file {self._path} cannot be read: {error}. It was left as it is; "
                "restore it from a copy, or move it away to start without offsets."
            ) from error
        with self._lock:
            self._map = OffsetMap(entries)
        self._remove_unfinished()
        log.info("Read %d offsets from %s", len(entries), self._path)

    def stop(self) -> None:
        """Nothing is open between two calls."""

    def get(self, keys: Sequence[bytes]) -> list[bytes | None]:
        with self._lock:
            return [self._map.get(key) for key in keys]

    def set(self, entries: Mapping[bytes, bytes | None]) -> None:
        with self._lock:
            changed = self._map.copy()
            changed.update(entries)
            self._write(dump_map(changed.entries))
            self._map = changed

    def partitions(self, connector: str) -> list[dict[str, Any]]:
        with self._lock:
            return list(self._map.partitions(connector))

    def _read(self) -> bytes:
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise StartError(f"The offsets file {self._path} cannot be read: {error.strerror}") from error

    def _check_folder(self) -> None:
        # Now, since each commit would fail on it: sources would run, and read everything again after a restart.
        folder = self._path.parent
        if not os.access(folder, os.W_OK | os.X_OK):
            what = "the worker has no right to write in it" if folder.is_dir() else "there is none"
            raise StartError(
                f"The offsets file {self._path} (offset.storage.file.filename) could not be written: the folder {folder} "
                f"has to exist and to be writable, but {what}."
            )

    def _remove_unfinished(self) -> None:
        """New files of workers that were killed before the rename; nobody else would ever remove them."""
        for path in self._path.parent.glob(f".{glob.escape(self._path.name)}.{'?' * _RANDOM_CHARACTERS}"):
            with contextlib.suppress(OSError):
                path.unlink()

    def _write(self, data: bytes) -> None:
        descriptor, name = tempfile.mkstemp(prefix=f".{self._path.name}.", dir=self._path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                _keep_mode(self._path, file.fileno())
                os.fsync(file.fileno())
            os.replace(name, self._path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)
            raise
        _sync_folder(self._path.parent)


def _keep_mode(path: Path, descriptor: int) -> None:
    """A temporary file is readable by its owner only; the file it replaces may be meant for more, a new one for the umask."""
    try:
        mode = path.stat().st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    os.fchmod(descriptor, mode)


def _sync_folder(folder: Path) -> None:
    """Makes the rename itself durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
