from pathlib import Path

import pytest

from lsplan_workflow import bootstrap
from lsplan_workflow.bootstrap import Place
from lsplan_workflow.domain.errors import RequestError

CONFIG = Path(__file__).parents[1] / "config"


@pytest.fixture(autouse=True)
def _embedded(monkeypatch):
    for name in ("LSPLAN_DATABASE_URL", "LSPLAN_AUDIT_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("name", ["có dấu cách", "hỏi?x", "trăm%20", "dấu#"])
def test_everything_lies_under_the_folder_whatever_its_name(tmp_path, name):
    place = Place(CONFIG, tmp_path / name)
    bootstrap.initialise(place, rehearsal=True, actor="test")
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (place.var / "lsplan.db").stat().st_size > 0
    assert bootstrap.is_initialised(place)


def test_database_and_key_are_their_owners_alone_even_in_a_folder_that_others_may_read(tmp_path):
    bootstrap.initialise(Place(CONFIG, tmp_path), rehearsal=True, actor="test")
    for name in ("lsplan.db", "audit.key"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0


def test_an_empty_key_that_a_full_disk_left_behind_is_made_anew_before_anything_is_logged(tmp_path):
    (tmp_path / "audit.key").touch()
    place = Place(CONFIG, tmp_path, at="2025-01-02T08:00")
    bootstrap.initialise(place, rehearsal=True, actor="test")
    assert bootstrap.audit_key(place)


def test_a_lost_key_is_not_replaced_by_setting_up_again(tmp_path):
    place = Place(CONFIG, tmp_path)
    bootstrap.initialise(place, rehearsal=True, actor="test")
    (tmp_path / "audit.key").unlink()
    with pytest.raises(RequestError):
        bootstrap.initialise(place, rehearsal=True, actor="test")
    assert not (tmp_path / "audit.key").exists()
