"""The guide for authors and the SDK's README say what is true."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import isthmus
from isthmus import logical, values
from isthmus.testing import ConnectorRunner, SinkTaskRunner

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


def fragment_with(text: str) -> dict[str, Any]:
    """What the one fragment of the guide that has the text defines, when it is pasted into a module as it is."""
    [block] = [block for block in code_blocks(GUIDE) if text in block and not block.startswith("# ")]
    module = ModuleType("guide")
    exec(compile(block, "docs/writing-a-connector.md", "exec"), vars(module))  # the reader would do the same
    return vars(module)


def test_the_sink_of_the_guide_writes_values_as_lines(tmp_path: Path) -> None:
    guide = fragment_with("class FileSink(")
    with ConnectorRunner(guide["FileSink"], {"file": str(tmp_path / "out.txt"), "topics": "topic"}) as connector:
        [props] = connector.task_configs(3)
    with SinkTaskRunner(guide["FileSinkTask"], props) as task:
        task.put([task.record("first"), task.record("second")])
        task.commit()
        assert (tmp_path / "out.txt").read_text(encoding="utf-8") == "first\nsecond\n"


def test_the_transformation_of_the_guide_replaces_values() -> None:
    mask = fragment_with("class Mask(")["Mask"]()
    mask.configure({"text": "?"})
    assert mask.apply(isthmus.SourceRecord({}, {}, "topic", value="secret")).value == "?"


def test_the_metrics_of_the_guide_have_values() -> None:
    metrics = isthmus.PluginMetrics()
    requests = fragment_with("class Requests:")["Requests"](metrics)
    requests.answered(20.0)
    values = {name.name: function() for name, function in metrics.functions().items()}
    assert values == {"requests-waiting": 0, "request-total": 1, "request-ms-avg": 20.0}


def test_every_fragment_of_the_guide_is_tried() -> None:
    assert len(code_blocks(GUIDE)) == 5


def test_the_example_of_the_readme_works() -> None:
    [block] = code_blocks(README)
    exec(compile(block, "sdk/README.md", "exec"), {"__name__": "readme"})  # the reader would do the same


def test_the_guide_names_every_public_class() -> None:
    plumbing = {
        "ConfigData", "ConfigKey", "ConnectorTransactionBoundaries", "ConverterType", "ExactlyOnceSupport", "Field",
        "Float64", "Int64", "SinkConnectorContext", "Task", "TimestampType", "format_trace", "java_class_name",
    }  # fmt: skip
    assert [name for name in isthmus.__all__ if name not in GUIDE and name not in plumbing] == []
