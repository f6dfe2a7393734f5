"""The documents point at what is there."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
CODE = re.compile(r"^```.*?^```|^ {4,}.*?$|`[^`\n]*`", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)
PATH = re.compile(r"`([\w.-]+(?:/[\w.-]+)+)`")


class Link(NamedTuple):
    document: Path
    target: str

    def __str__(self) -> str:
        return f"{self.document.relative_to(ROOT)}: {self.target}"


def documents() -> list[Path]:
    """Those that are in the repository, or would be: what others ignore, such as an environment's packages, is not ours."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return [ROOT / name for name in listed if (ROOT / name).exists()]


def relative_links() -> Iterator[Link]:
    for document in documents():
        for target in LINK.findall(CODE.sub("", document.read_text(encoding="utf-8"))):
            if "://" not in target and not target.startswith("mailto:"):
                yield Link(document, target)


def anchors_of(document: Path) -> set[str]:
    """The names under which GitHub makes headings known."""
    headings = HEADING.findall(re.sub(r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL | re.M))
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("link", list(relative_links()), ids=str)
def test_a_link_leads_to_a_file_and_a_heading(link: Link) -> None:
    path, _, anchor = link.target.partition("#")
    target = (link.document.parent / path).resolve() if path else link.document

    assert target.exists(), f"{link.target} is not there"
    assert not anchor or anchor in anchors_of(target)


@pytest.mark.parametrize("name", ["docs/invariants.md", "docs/architecture.md", "README.md"])
def test_files_that_a_document_names_exist(name: str) -> None:
    named = PATH.findall((ROOT / name).read_text(encoding="utf-8"))

    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_invariant_names_where_it_is_upheld_and_what_proves_it() -> None:
    rows = re.findall(r"^\| (\d+) \|.*$", text := (ROOT / "docs/invariants.md").read_text(encoding="utf-8"), re.M)

    assert [int(number) for number in rows] == list(range(1, len(rows) + 1))
    for line in (line for line in text.splitlines() if re.match(r"\| \d+ \|", line)):
        *_, upheld, proved, _ = line.split("|")
        assert PATH.findall(upheld), line
        assert all(path.startswith("tests/") for path in PATH.findall(proved)), line
        assert PATH.findall(proved), line
