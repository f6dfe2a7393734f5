"""`python -m workers standalone WORKER.properties ...`: the worker as a program."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    try:
        from workers.cli import main
    except ModuleNotFoundError as error:
        sys.exit(
            f"{error}: {sys.executable} has not what the worker needs. In the folder of the checkout, "
            "`make install` sets up .venv, `pip install -r requirements.txt` installs into the Python of your PATH."
        )
    sys.exit(main(sys.argv[1:]))
