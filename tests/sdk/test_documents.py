"""The guide for authors and the SDK's README say what is true."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import isthmus
from isthmus import logical, values

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs/writing-a-connector.md").read_text(encoding="utf-8")
README = (ROOT / "sdk/README.md").read_text(encoding="utf-8")
MODULES = {"logical": logical, "values": values}


def code_blocks(text: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def python_names() -> Iterator[str]:
    """The names in the tables of Java and Python names: `Struct.get, put` is two of them."""
    for row in re.findall(r"^\| [^|]+ \| ([\w., ]+) \|$", GUIDE.partition("## Java names and")[2], re.MULTILINE):
        owner = ""
        for name in row.split(", "):
            if "." in name:
                owner = name.rpartition(".")[0]
            yield name if "." in name or not owner else f"{owner}.{name}"


def resolved(name: str) -> Any:
    first, *rest = name.split(".")
    found: Any = MODULES.get(first) or getattr(isthmus, first)
    for part in rest:
        if not hasattr(found, part):
            assert part in _annotations(found), f"{name} is in the guide but not in the SDK"
            return None
        found = getattr(found, part)
    return found


def _annotations(found: Any) -> set[str]:
    return {name for cls in getattr(found, "__mro__", ()) for name in inspect.get_annotations(cls)} | set(
        getattr(found, "__slots__", ())
    )


@pytest.mark.parametrize("name", sorted(set(python_names()) - {"Python"}))
def test_every_python_name_in_the_guide_exists(name: str) -> None:
    resolved(name)


def test_the_guide_shows_the_examples_as_they_are() -> None:
    shown = [block for block in code_blocks(GUIDE) if block.startswith("# ")]
    assert len(shown) == 2
    for block in shown:
        path, _, code = block.partition("\n")
        assert code == (ROOT / path.removeprefix("# ")).read_text(encoding="utf-8")


def test_the_fragments_of_the_guide_are_python() -> None:
    for block in code_blocks(GUIDE):
        compile(block, "docs/writing-a-connector.md", "exec")


def test_the_example_of_the_readme_works() -> None:
    [block] = code_blocks(README)
    exec(compile(block, "sdk/README.md", "exec"), {"__name__": "readme"})  # the reader would do the same


def test_the_guide_names_every_public_class() -> None:
    plumbing = {
        "ConfigData", "ConfigKey", "ConnectorTransactionBoundaries", "ConverterType", "ExactlyOnceSupport", "Field",
        "Float64", "Int64", "SinkConnectorContext", "Task", "TimestampType", "format_trace", "java_class_name",
    }  # fmt: skip
    assert [name for name in isthmus.__all__ if name not in GUIDE and name not in plumbing] == []
