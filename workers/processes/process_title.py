"""What `ps` and `top` show of a process: "isthmus: orders|task-0". Called in each process of the worker but the worker itself.

The library moves the environment away to make room, so /proc/PID/environ of such a process is empty of it.
"""

from __future__ import annotations

import sys

if sys.platform == "linux":
    # On macOS setting a title after a fork crashes the process; elsewhere nobody has tried.
    from setproctitle import setproctitle, setthreadtitle

    def set_process_title(name: str) -> None:
        """The whole name in the arguments; 15 bytes of it in the short name, which `top` shows and `ps -o comm`."""
        setproctitle(f"isthmus: {name}")
        setthreadtitle(name)

else:

    def set_process_title(name: str) -> None:
        """Only Linux can show it."""
