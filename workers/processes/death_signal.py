"""Makes a process end when its parent does, whatever way the parent ends.

Linux has a parent-death signal; elsewhere the end of the control channel does its work (workers/processes/channel.py).
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent_pid: int) -> None:
    """Called first thing in a child, on its main thread. Ends the process at once when the parent is gone already.

    The kernel ties the signal to the *thread* that created the child, so parents create children on threads that live as
    long as they do.
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"prctl(PR_SET_PDEATHSIG): {os.strerror(error)}")
    if os.getppid() != parent_pid:
        os._exit(1)
