"""Undoing that a duty passed on: its report had reached the office before its agency ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.obligations import Event, Status
from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from lsplan_workflow.domain.obligations import Obligation


@dataclass(frozen=True, slots=True)
class Recall:
    """A duty as it was before it passed on, and what that makes of those that covered it.

    `reduced` cover it no more; `removed` are the codes of those that owed for it alone.
    """

    own: Obligation
    reduced: tuple[Obligation, ...]
    removed: tuple[str, ...]

    @property
    def relieved(self) -> tuple[str, ...]:
        """The codes of the agencies that need not report for it any more."""
        return (*self.removed, *(owed.agency for owed in self.reduced))


def plan_recall(
    own: Obligation, others: Mapping[str, Obligation], *, received_at: datetime
) -> Recall:
    """Return what there is if a duty that passed on had been filed at an instant before.

    `others` are the duties of its cycle by agency. The successors keep the deadline that they
    were told. Raise RequestError where one of them has done its part already, or where the
    report was there before its agency took over another one that it covers.
    """
    covering = {o.agency: o for o in others.values() if own.agency in o.covers}
    done = [o.agency for o in covering.values() if o.status is not Status.TRANSFERRED]
    _require_undone([code for code in done if not covering[code].is_chased], own)
    _require_taken_over(own, others, received_at)
    gone, removed = {own.agency, *own.covers}, list[str]()
    while bare := [o.agency for o in covering.values() if _owes_for_these_alone(o, gone)]:
        removed += bare
        gone.update(bare)
        for code in bare:
            del covering[code]
    reduced = tuple(
        replace(o, covers=tuple(code for code in o.covers if code not in gone))
        for o in covering.values()
    )
    return Recall(own.after(Event.RECALL, received_at), reduced, tuple(removed))


def _owes_for_these_alone(owed: Obligation, agencies: set[str]) -> bool:
    return not owed.original and agencies.issuperset(owed.covers)


def _require_undone(done: list[str], own: Obligation) -> None:
    if done:
        listed, where = ", ".join(done), f"{own.cycle}/{own.agency}"
        raise RequestError(
            Text(
                f"{where}: {listed} đã gửi báo cáo hoặc đã được miễn, cả phần nhận từ "
                f"{own.agency}; hãy ghi bản này dưới tên đó: `lsplan submit {own.cycle} "
                f"{done[0]} TỆP`.",
                f"{where}: {listed} has filed or was waived, also for what it took over from "
                f"{own.agency}; record this as another version of that: `lsplan submit "
                f"{own.cycle} {done[0]} FILE`.",
            )
        )


def _require_taken_over(
    own: Obligation, others: Mapping[str, Obligation], received_at: datetime
) -> None:
    """Raise RequestError where a report was there before its agency took over another."""
    later = [
        code
        for code in own.covers
        if (ended_at := others[code].ended_at) is not None and received_at < ended_at
    ]
    if later:
        listed, where = ", ".join(later), f"{own.cycle}/{own.agency}"
        raise RequestError(
            Text(
                f"{where}: khi báo cáo đến, {listed} chưa nhập vào {own.agency}, nên báo cáo này "
                "không thay được báo cáo chung; hãy ghi dưới tên cơ quan kế thừa hiện nay.",
                f"{where}: when the report arrived, {listed} was not part of {own.agency} yet, so "
                "it cannot stand for both; record it under the present successor.",
            )
        )
