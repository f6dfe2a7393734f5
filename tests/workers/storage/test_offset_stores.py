"""What every offset store does, and what the file adds."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from workers.errors import StartError
from workers.storage.file_offset_store import FileOffsetStore
from workers.storage.java_map_file import dump_map, load_map
from workers.storage.offset_codec import encode_key

KEY = encode_key("c", {"file": "a", "host": "b"})
OTHER = encode_key("d", {"file": "a"})


def opened(path: Path) -> FileOffsetStore:
    store = FileOffsetStore(path)
    store.start()
    return store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "connect.offsets"


def test_offsets_are_there_after_a_restart(path: Path) -> None:
    opened(path).set({KEY: b"{}", OTHER: b'{"n":1}'})

    assert opened(path).get([OTHER, KEY, b"unknown"]) == [b'{"n":1}', b"{}", None]


def test_a_removed_offset_stays_in_the_file_without_a_value(path: Path) -> None:
    store = opened(path)
    store.set({KEY: b"{}", OTHER: b"{}"})
    store.set({KEY: None})

    assert load_map(path.read_bytes()) == {KEY: None, OTHER: b"{}"}
    assert store.partitions("c") == []
    assert store.partitions("d") == [{"file": "a"}]


def test_a_key_with_members_in_another_order_means_the_same_partition(path: Path) -> None:
    by_another_worker = b'["c",{"host":"b","file":"a"}]'
    assert by_another_worker != KEY
    path.write_bytes(dump_map({by_another_worker: b'{"n":1}'}))
    store = opened(path)

    assert store.get([KEY]) == [b'{"n":1}']

    store.set({KEY: b'{"n":2}'})
    assert load_map(path.read_bytes()) == {by_another_worker: b'{"n":2}'}
    assert store.partitions("c") == [{"host": "b", "file": "a"}]


def test_keys_of_foreign_making_are_kept_and_not_listed(path: Path) -> None:
    path.write_bytes(dump_map({b"\xff\xfe": b"x", b'["c",5]': b"{}"}))
    store = opened(path)
    store.set({KEY: b"{}"})

    assert load_map(path.read_bytes()) == {b"\xff\xfe": b"x", b'["c",5]': b"{}", KEY: b"{}"}
    assert store.partitions("c") == [{"file": "a", "host": "b"}]


@pytest.mark.parametrize("content", [None, b""])
def test_a_missing_or_empty_file_is_a_new_one(path: Path, content: bytes | None) -> None:
    if content is not None:
        path.write_bytes(content)
    store = opened(path)

    assert store.get([KEY]) == [None]
    store.set({KEY: b"{}"})
    assert load_map(path.read_bytes()) == {KEY: b"{}"}


@pytest.mark.parametrize(
    "damage", [lambda whole: whole[:-1], lambda whole: b"x" + whole, lambda _: b"\xac\xed\x00\x05"]
)
def test_a_damaged_file_stops_the_start_and_is_left_untouched(path: Path, damage: object) -> None:
    assert callable(damage)
    damaged = damage(dump_map({KEY: b"{}"}))
    path.write_bytes(damaged)

    with pytest.raises(StartError, match=str(path)):
        opened(path)
    assert path.read_bytes() == damaged


def test_a_folder_in_place_of_the_file_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="Is a directory"):
        opened(tmp_path)


def test_a_file_whose_folder_does_not_exist_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=f"offset.storage.file.filename.*the folder {tmp_path}/no has to exist"):
        opened(tmp_path / "no" / "offsets")


def test_a_write_that_fails_changes_nothing(path: Path, tmp_path: Path) -> None:
    store = opened(path)
    store.set({KEY: b"{}"})
    path.unlink()
    path.mkdir()  # the rename onto it fails

    with pytest.raises(OSError, match="directory"):
        store.set({KEY: b'{"n":2}'})
    assert store.get([KEY]) == [b"{}"]
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_a_link_to_the_file_stays_a_link(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(path)
    opened(link).set({KEY: b"{}"})

    assert link.is_symlink()
    assert load_map(path.read_bytes()) == {KEY: b"{}"}


def test_the_file_keeps_its_mode(path: Path) -> None:
    path.write_bytes(b"")
    os.chmod(path, 0o640)
    opened(path).set({KEY: b"{}"})

    assert stat.S_IMODE(path.stat().st_mode) == 0o640
