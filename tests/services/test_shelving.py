"""Reports are shown when they are recorded, whenever the process that wrote them was killed."""

import pytest

from lsplan_workflow.services import consolidation
from lsplan_workflow.services.consolidation import Consolidated, consolidate, consolidate_due
from lsplan_workflow.services.shelving import clear_up, show_recorded
from lsplan_workflow.store.shelf import laid_in, lay
from tests.domain.province import local
from tests.services.office import HOUR

OPENING, GRACE_ENDS = local(2025, 9, 3, 7, 30), local(2025, 10, 31, 17)


class Killed(BaseException):
    """The process ended here."""


def kill(*_arguments, **_named):
    raise Killed


def on_demand(office, instant=OPENING):
    return consolidate(office.at(instant).workplace, "annual-2025", partial=True, actor="cli")


def seen(office):
    return sorted(path.name for path in office.workplace.reports.rglob("[!.]*.*"))


def killed_before_showing(office, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Consolidated, "show", kill)
        with pytest.raises(Killed):
            on_demand(office)
    assert seen(office) == []


def named(office):
    return sorted(name for row in office.reports() for name in (row.docx_name, row.xlsx_name))


def show(office):
    show_recorded(office.workplace.database, office.workplace.reports)


def test_a_report_that_is_not_recorded_is_never_seen(opened, monkeypatch):
    def lay_and_kill(place, content):
        lay(place, content)
        assert seen(opened) == []
        if place.suffix == ".xlsx":
            raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(consolidation, "lay", lay_and_kill)
        with pytest.raises(Killed):
            on_demand(opened)
    show(opened)
    assert (seen(opened), opened.reports()) == ([], [])
    assert len(laid_in(opened.workplace.reports)) == 2


def test_a_report_that_was_recorded_is_shown_by_whoever_looks_next(opened, monkeypatch):
    killed_before_showing(opened, monkeypatch)
    show(opened)
    assert seen(opened) == named(opened) != []


def test_what_was_left_hidden_is_not_shown_by_a_record_that_is_undone(opened, monkeypatch):
    test_a_report_that_is_not_recorded_is_never_seen(opened, monkeypatch)
    test_a_report_that_is_not_recorded_is_never_seen(opened, monkeypatch)


def test_one_that_is_laid_is_not_shown_for_the_sake_of_another(small, monkeypatch):
    """Two cycles are consolidated in one transaction."""
    for instant in (local(2024, 12, 20), OPENING, GRACE_ENDS):
        small.decide(instant)
    folders = []

    def lay_and_kill(place, content):
        folders.append(lay(place, content).cycle)
        assert seen(small) == []
        if len(folders) == 4:
            raise Killed

    monkeypatch.setattr(consolidation, "lay", lay_and_kill)
    with pytest.raises(Killed):
        consolidate_due(small.at(GRACE_ENDS).workplace)
    assert (len(set(folders)), seen(small)) == (2, [])


def test_one_that_comes_about_by_itself_is_shown_when_it_is_recorded(opened):
    consolidate_due(opened.at(GRACE_ENDS).workplace)
    assert seen(opened) == named(opened) != []


def test_the_next_report_shows_the_one_before_and_takes_away_what_nobody_recorded(
    opened, monkeypatch
):
    killed_before_showing(opened, monkeypatch)
    lay(opened.workplace.reports / "annual-2025" / "Báo cáo lần 7.docx", b"never recorded")
    on_demand(opened, OPENING + HOUR)
    assert len(opened.reports()) == 2
    assert seen(opened) == named(opened)
    assert laid_in(opened.workplace.reports) == []


def test_another_content_under_a_recorded_name_is_not_shown(opened):
    made = on_demand(opened)
    recorded = made.docx.read_bytes()
    lay(made.docx, b"another content")
    show(opened)
    assert made.docx.read_bytes() == recorded
    with opened.workplace.database.writing() as session:
        clear_up(session, opened.workplace.reports)
    assert made.docx.read_bytes() == recorded
    assert laid_in(opened.workplace.reports) == []


def test_what_people_did_with_a_report_that_was_shown_stays_as_they_left_it(opened):
    made = on_demand(opened)
    made.docx.write_bytes(b"edited")
    made.xlsx.unlink()
    show(opened)
    on_demand(opened, OPENING + HOUR)
    assert made.docx.read_bytes() == b"edited"
    assert not made.xlsx.exists()
