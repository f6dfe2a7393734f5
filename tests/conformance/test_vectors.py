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


@pytest.mark.parametrize("file", sorted(VECTORS.glob("*.jsonl")), ids=lambda file: file.stem)
def test_the_answers_of_the_java_classes_are_ours_too(file: Path) -> None:
    result = run_file(file, operations())

    unexpected = [failure for failure in result.failures if failure.id not in KNOWN_DIFFERENCES]
    assert unexpected == []


def test_connect_data_and_its_text_forms_are_covered_completely() -> None:
    result = run_file(VECTORS / "data.jsonl", operations())

    assert result.unsupported == 0
    assert result.passed > 0
