from __future__ import annotations

from workers.config.render import FILE, render


def test_the_documentation_of_the_configuration_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == render(), "run `python -m workers.config.render`"


def test_every_key_of_a_worker_is_documented_in_words_of_ours() -> None:
    rows = [line for line in render().splitlines() if line.startswith("| `")]
    assert len(rows) > 200
    assert [row for row in rows if row.rstrip(" |").endswith("|")] == []
