"""The README shows what is tested."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_readme_shows_the_tested_example() -> None:
    example = (ROOT / "examples" / "folder_source.py").read_text(encoding="utf-8")

    assert f"```python\n{example}```" in (ROOT / "README.md").read_text(encoding="utf-8")
