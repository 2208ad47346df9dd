"""Showing reports that were recorded by a process which was killed before it could show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.store import consolidations
from lsplan_workflow.store.shelf import laid_in

if TYPE_CHECKING:
    from pathlib import Path

    from sqlmodel import Session

    from lsplan_workflow.store.database import Database
    from lsplan_workflow.store.shelf import Laid


def show_recorded(database: Database, reports: Path) -> None:
    """Show every recorded report that lies hidden; what is not recorded stays as it is.

    Another process may be about to record it.
    """
    hidden = laid_in(reports)
    if not hidden:
        return
    with database.reading() as session:
        recorded = [laid for laid in hidden if _is_recorded(session, laid)]
    for laid in recorded:
        laid.show()


def clear_up(session: Session, reports: Path) -> None:
    """Show every recorded report that lies hidden, and take all others away.

    Only while the session alone may write, and has recorded none itself: then no record that
    it sees can be undone, and nobody is about to record what it takes away.
    """
    for laid in laid_in(reports):
        if _is_recorded(session, laid):
            laid.show()
        else:
            laid.remove()


def _is_recorded(session: Session, laid: Laid) -> bool:
    """Tell whether a report of this name and content is recorded."""
    content, rows = laid.sha256, consolidations.consolidations_of(session, laid.cycle)
    return any(
        (laid.place.name, content) in {(r.docx_name, r.docx_sha256), (r.xlsx_name, r.xlsx_sha256)}
        for r in rows
    )
