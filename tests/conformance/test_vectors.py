"""The recorded answers of the Java classes that are kept in this repository."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conformance.registry import operations
from tests.conformance.runner import run_file

VECTORS = Path(__file__).parent / "vectors"

# Vectors that we answer otherwise on purpose: the id and the reason.
KNOWN_DIFFERENCES: Mapping[str, str] = {}
# How many vectors of a file need what we do not have yet: transformations, Avro, Protobuf.
UNSUPPORTED: Mapping[str, int] = {"config": 128, "filestream": 13}


@pytest.mark.parametrize("file", sorted(VECTORS.glob("*.jsonl")), ids=lambda file: file.stem)
def test_the_answers_of_the_java_classes_are_ours_too(file: Path) -> None:
    result = run_file(file, operations())

    unexpected = [failure for failure in result.failures if failure.id not in KNOWN_DIFFERENCES]
    assert unexpected == []
    assert result.unsupported <= UNSUPPORTED.get(file.stem, 0)
    assert result.passed > 0
