"""Runs files of vectors: what the Java classes gave for an input against what we give."""

from __future__ import annotations

import json
import zoneinfo
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from isthmus.civil_time import TIME_ZONE
from tests.conformance.comparison import describe_error, same_error, same_output
from tests.conformance.registry import Operation, UnsupportedVectorError, Vector


class Failure(NamedTuple):
    """A vector that we answer otherwise than Java."""

    id: str
    expected: Any
    got: Any


class Result(NamedTuple):
    passed: int
    failures: list[Failure]
    unsupported: int

    def __str__(self) -> str:
        return f"passed={self.passed} failed={len(self.failures)} unsupported={self.unsupported}"


def read_vectors(file: Path) -> Iterator[Vector]:
    with file.open(encoding="ascii") as lines:
        for line in lines:
            yield json.loads(line)


def run_file(file: Path, operations: Mapping[tuple[str, str], Operation]) -> Result:
    passed, unsupported = 0, 0
    failures: list[Failure] = []
    for vector in read_vectors(file):
        operation = operations.get((vector["component"], vector["op"]))
        try:
            failure = run_vector(vector, operation)
        except UnsupportedVectorError:
            unsupported += 1
            continue
        if failure is None:
            passed += 1
        else:
            failures.append(failure)
    return Result(passed, failures, unsupported)


def run_vector(vector: Vector, operation: Operation | None) -> Failure | None:
    """None when the operation gave the vector's output or failed as the vector says. May raise UnsupportedVectorError."""
    if operation is None:
        raise UnsupportedVectorError
    token = TIME_ZONE.set(zoneinfo.ZoneInfo(vector.get("timeZone", "UTC")))
    try:
        output = operation(vector)
    except UnsupportedVectorError:
        raise
    except Exception as error:  # noqa: BLE001  # any failure is an answer to be compared
        if "error" in vector and same_error(vector["error"], error):
            return None
        return Failure(vector["id"], _expected(vector), {"error": describe_error(error)})
    finally:
        TIME_ZONE.reset(token)
    if "error" not in vector and same_output(vector["output"], output):
        return None
    return Failure(vector["id"], _expected(vector), {"output": output})


def _expected(vector: Vector) -> Any:
    return {name: vector[name] for name in ("output", "error") if name in vector}
