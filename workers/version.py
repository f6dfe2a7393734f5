"""What this worker says it is. Client tools test the version for features, so it is that of the Kafka Connect we answer to."""

from __future__ import annotations

import os
from pathlib import Path

KAFKA_VERSION = "4.3.0"
_CHECKOUT = Path(__file__).resolve().parent.parent


def commit_id(checkout: Path = _CHECKOUT) -> str:
    """The first 16 digits of our commit: from ISTHMUS_COMMIT (set in the image), else from the checkout, else `unknown`."""
    return (os.environ.get("ISTHMUS_COMMIT") or _checked_out(checkout / ".git") or "unknown")[:16]


def _checked_out(git: Path) -> str | None:
    try:
        head = (git / "HEAD").read_text().strip()
        if not head.startswith("ref: "):
            return head
        reference = head.removeprefix("ref: ")
        loose = git / reference
        return loose.read_text().strip() if loose.exists() else _packed(git, reference)
    except OSError:
        return None


def _packed(git: Path, reference: str) -> str | None:
    lines = (git / "packed-refs").read_text().splitlines()
    return next((line.split()[0] for line in lines if line.endswith(f" {reference}")), None)
