"""The room on the disks that are written to."""

from __future__ import annotations

import shutil
from pathlib import Path

from lsplan_workflow.store.disk import free_bytes, one_for_each_disk


def test_a_folder_that_is_not_made_yet_has_the_room_of_the_one_above(tmp_path):
    free = free_bytes(tmp_path / "var" / "files")
    assert abs(free - shutil.disk_usage(tmp_path).free) < 2**30


def test_a_file_system_without_room_has_none():
    assert free_bytes(Path("/proc")) == 0


def test_a_disk_is_looked_at_once(tmp_path):
    (tmp_path / "a").mkdir()
    folders = [tmp_path / "a", tmp_path / "b", Path("/proc"), Path("/proc/self")]
    assert one_for_each_disk(folders) == [tmp_path / "a", Path("/proc")]
