"""What the worker says it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from workers import version

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("ISTHMUS_COMMIT", raising=False)
    (tmp_path / ".git" / "refs" / "heads").mkdir(parents=True)
    (tmp_path / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    return tmp_path


def test_the_commit_is_that_of_the_checkout(checkout: Path) -> None:
    (checkout / ".git" / "refs" / "heads" / "main").write_text(COMMIT + "\n")

    assert version.commit_id(checkout) == COMMIT[:16]


def test_packed_and_detached_checkouts_are_read_too(checkout: Path) -> None:
    (checkout / ".git" / "packed-refs").write_text(f"# pack-refs\n{COMMIT} refs/heads/main\n")
    assert version.commit_id(checkout) == COMMIT[:16]

    (checkout / ".git" / "HEAD").write_text("f" * 40)
    assert version.commit_id(checkout) == "f" * 16


def test_an_image_names_its_commit(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISTHMUS_COMMIT", COMMIT)

    assert version.commit_id(checkout) == COMMIT[:16]


def test_without_a_checkout_it_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ISTHMUS_COMMIT", raising=False)

    assert version.commit_id(tmp_path) == "unknown"
