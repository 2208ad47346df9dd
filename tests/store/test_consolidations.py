import pytest
from sqlalchemy.exc import IntegrityError

from lsplan_workflow.store import consolidations
from lsplan_workflow.store.consolidations import ConsolidationReason, Making
from lsplan_workflow.store.submissions import Document
from tests.store.rows import NOW, NOW_UTC

CODE = "annual-2025"
DOCX = Document("Báo cáo tổng hợp.docx", "a" * 64, 1)
XLSX = Document("Biểu tổng hợp.xlsx", "b" * 64, 2)


def make(database, number=None, cycle=CODE, reason=ConsolidationReason.GRACE):
    with database.writing() as session:
        taken = number or consolidations.next_number(session, cycle)
        making = Making(cycle, taken, NOW, reason, partial=True, fingerprint="f" * 64)
        return consolidations.record_consolidation(session, making, docx=DOCX, xlsx=XLSX)


def test_a_consolidation_is_recorded_with_its_two_files(database):
    make(database)
    with database.reading() as session:
        row = consolidations.latest_consolidation(session, CODE)
    assert (row.number, row.made_at, row.reason, row.partial) == (1, NOW_UTC, "grace", True)
    assert (row.docx_name, row.docx_sha256) == (DOCX.name, DOCX.sha256)
    assert (row.xlsx_name, row.xlsx_sha256) == (XLSX.name, XLSX.sha256)
    assert row.fingerprint == "f" * 64


def test_the_consolidations_of_each_cycle_are_numbered_from_one(database):
    assert [make(database).number for _ in range(3)] == [1, 2, 3]
    assert make(database, cycle="annual-2026").number == 1
    with database.reading() as session:
        rows = consolidations.consolidations_of(session, CODE)
        assert consolidations.next_number(session, CODE) == 4
    assert [row.number for row in rows] == [1, 2, 3]


def test_a_number_is_given_once(database):
    make(database)
    with pytest.raises(IntegrityError):
        make(database, number=1)


def test_a_cycle_without_a_consolidation_has_none(database):
    with database.reading() as session:
        assert consolidations.latest_consolidation(session, CODE) is None
        assert consolidations.consolidations_of(session, CODE) == []
        assert consolidations.next_number(session, CODE) == 1
