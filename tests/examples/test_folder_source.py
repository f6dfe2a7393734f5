"""The connector of the tutorial, tested as the tutorial says."""

from __future__ import annotations

from pathlib import Path

import pytest

from examples.folder_source import FolderSource, FolderTask
from isthmus.testing import ConnectorRunner, SourceTaskContract, SourceTaskRunner


class TestFolderSource(SourceTaskContract):
    connector_class = FolderSource

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path
        self.files = 0

    def make_props(self) -> dict[str, str]:
        return {"folder": str(self.folder), "topic": "files"}

    def provide(self, count: int) -> None:
        for number in range(self.files, self.files + count):
            (self.folder / f"{number:03}.txt").write_text(f"content {number}", encoding="utf-8")
        self.files += count


def test_files_become_records_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "2.txt").write_text("two", encoding="utf-8")
    (tmp_path / "1.txt").write_text("one", encoding="utf-8")
    with SourceTaskRunner(FolderTask, {"folder": str(tmp_path), "topic": "files"}) as task:
        assert [record.value for record in task.poll()] == ["one", "two"]


def test_a_file_with_an_early_name_may_come_late_and_folders_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "2.txt").write_text("two", encoding="utf-8")
    (tmp_path / "done").mkdir()
    with SourceTaskRunner(FolderTask, {"folder": str(tmp_path), "topic": "files"}) as task:
        task.acknowledge(task.poll())
    (tmp_path / "1.txt").write_text("one", encoding="utf-8")
    with SourceTaskRunner(FolderTask, {"folder": str(tmp_path), "topic": "files"}, task.offsets) as restarted:
        assert [record.value for record in restarted.poll()] == ["one"]


def test_there_is_one_task_whatever_is_allowed(tmp_path: Path) -> None:
    with ConnectorRunner(FolderSource, {"folder": str(tmp_path), "topic": "files"}) as connector:
        assert len(connector.task_configs(5)) == 1
