"""Replaces itself by a command that dies with its parent: exec_with_parent.py PARENT_PID COMMAND ARGUMENT...

A script of its own rather than a preexec_fn, which is not safe in a process with threads. Run with -S -E, so that it
costs some 10 ms. Where there is no parent-death signal (macOS), it only runs the command.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != int(parent):  # it died before the signal was asked for
            sys.exit(1)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
