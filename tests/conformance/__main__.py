"""`python -m tests.conformance`: every vector file of the folder VECTORS_DIR (default: those kept here).

Prints a line per file and a total; what failed goes to a file, a JSON object a line. Ends with 1 when something failed.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from tests.conformance.registry import operations
from tests.conformance.runner import Failure, Result, run_file


def main() -> int:
    folder = Path(os.environ.get("VECTORS_DIR") or Path(__file__).parent / "vectors")
    known = operations()
    total = Result(0, [], 0)
    for file in sorted(folder.glob("*.jsonl")):
        result = run_file(file, known)
        print(f"{file.name} {result}", flush=True)
        total = Result(
            total.passed + result.passed, total.failures + result.failures, total.unsupported + result.unsupported
        )
    print(f"TOTAL {total}")
    if total.failures:
        print(f"failures: {_write(total.failures)}")
    return 1 if total.failures else 0


def _write(failures: list[Failure]) -> str:
    with tempfile.NamedTemporaryFile("w", prefix="conformance-", suffix=".jsonl", delete=False) as file:
        file.writelines(json.dumps(failure._asdict(), default=str) + "\n" for failure in failures)
    return file.name


if __name__ == "__main__":
    sys.exit(main())
