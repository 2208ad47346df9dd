"""Files of the folder are replaced together or not at all."""

import stat

import pytest

from lsplan_workflow.configuration.replacing import replaced


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"a")
    (tmp_path / "b.csv").write_bytes(b"b")
    return tmp_path


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_all_files_are_replaced_and_nothing_else_is_left(folder):
    with replaced(folder, {"a.csv": b"A", "b.csv": b"B"}):
        assert contents(folder) == {"a.csv": b"A", "b.csv": b"B"}
    assert contents(folder) == {"a.csv": b"A", "b.csv": b"B"}


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt])
def test_they_are_put_back_when_what_follows_fails(folder, failure):
    with pytest.raises(failure), replaced(folder, {"a.csv": b"A", "b.csv": b"B"}):
        raise failure
    assert contents(folder) == {"a.csv": b"a", "b.csv": b"b"}


def test_none_is_replaced_when_one_cannot_be_written(folder, monkeypatch):
    written = []

    def full(handle):
        written.append(handle)
        if len(written) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("lsplan_workflow.configuration.replacing.os.fsync", full)
    with pytest.raises(OSError, match="No space"), replaced(folder, {"a.csv": b"A", "b.csv": b"B"}):
        pass
    assert contents(folder) == {"a.csv": b"a", "b.csv": b"b"}


def test_a_file_that_is_not_there_is_said_before_anything_is_written(folder):
    with pytest.raises(FileNotFoundError), replaced(folder, {"a.csv": b"A", "c.csv": b"C"}):
        pass
    assert contents(folder) == {"a.csv": b"a", "b.csv": b"b"}


def test_whoever_may_read_a_file_may_still_and_nobody_else(folder):
    (folder / "a.csv").chmod(0o640)
    with replaced(folder, {"a.csv": b"A"}):
        pass
    assert stat.S_IMODE((folder / "a.csv").stat().st_mode) == 0o640


def test_a_link_stays_a_link(folder, tmp_path_factory):
    real = tmp_path_factory.mktemp("elsewhere") / "real.csv"
    real.write_bytes(b"r")
    (folder / "r.csv").symlink_to(real)
    with replaced(folder, {"r.csv": b"R"}):
        pass
    assert (folder / "r.csv").is_symlink()
    assert real.read_bytes() == b"R"
