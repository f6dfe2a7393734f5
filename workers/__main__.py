"""`python -m workers standalone|distributed WORKER.properties ...`: the worker as a program."""

from __future__ import annotations

import sys

from workers.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
