"""Reads what a file or standard input has at the moment, without ever waiting for more."""

from __future__ import annotations

import os
import select
import stat
from typing import Final

CHUNK_BYTES: Final = 256 * 1024
_STANDARD_INPUT: Final = 0


class ByteInput:
    """An open file descriptor. Regular files go on from the end when something is appended."""

    def __init__(self, fd: int, is_owned: bool = True) -> None:
        self._fd = fd
        self._is_owned = is_owned
        self._is_regular = stat.S_ISREG(os.fstat(fd).st_mode)
        self._bytes_to_skip = 0
        self.is_exhausted = False
        """Whether the last read met the end of what there is."""

    @classmethod
    def of_file(cls, path: str) -> ByteInput:
        """OSError when it cannot be opened. A pipe without a writer is opened too, and has nothing to read."""
        return cls(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC))

    @classmethod
    def of_standard_input(cls) -> ByteInput:
        return cls(_STANDARD_INPUT, is_owned=False)

    def skip(self, count: int) -> None:
        """Leaves out that many bytes from here, be they there yet or not."""
        if self._is_regular:
            os.lseek(self._fd, count, os.SEEK_CUR)
        else:
            self._bytes_to_skip += count

    def read(self) -> bytes:
        """Up to a chunk; empty when there is nothing now. OSError when reading fails."""
        data = self._read_now()
        self.is_exhausted = len(data) < CHUNK_BYTES
        if self._bytes_to_skip:
            skipped = min(self._bytes_to_skip, len(data))
            self._bytes_to_skip -= skipped
            data = data[skipped:]
        return data

    def _read_now(self) -> bytes:
        # Standard input may be shared with other processes, so it is asked first and not made non-blocking.
        if self._is_regular or select.select([self._fd], [], [], 0)[0]:
            return os.read(self._fd, CHUNK_BYTES)
        return b""

    def close(self) -> None:
        if self._is_owned:
            os.close(self._fd)
