"""Taking back a filing that was recorded by mistake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lsplan_workflow.domain.acts import awaits_the_same, restated
from lsplan_workflow.domain.decisions import require_open
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.notices import of_voiding
from lsplan_workflow.domain.text import Text
from lsplan_workflow.services.announcements import announce, withdraw, withdraw_asking
from lsplan_workflow.services.cycles import bring_up_to_date, find_cycle
from lsplan_workflow.services.decisions import Decided, check_grounds, passed_on
from lsplan_workflow.services.standing import tells_of_void
from lsplan_workflow.services.submissions import owed_obligation
from lsplan_workflow.store import audit, cycles, obligations, submissions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.domain.notices import Notice
    from lsplan_workflow.services.decisions import Grounds
    from lsplan_workflow.services.workplace import Workplace
    from lsplan_workflow.store.tables import SubmissionRow


@dataclass(frozen=True, slots=True)
class Voided:
    """A version that is void now, and what that made of its agency's obligation.

    `standing` is the newest version that counts, None where there is none.
    """

    version: int
    standing: int | None
    decided: Decided


def void(
    workplace: Workplace, cycle: str, agency: str, version: int, *, grounds: Grounds
) -> Voided:
    """Take a filing back that was recorded by mistake, as if it had never come.

    Its files are kept and its number is not used again. The agency is told in any case. Raise
    RequestError where there is no such version, it is void already, or the cycle has closed.
    """
    check_grounds(grounds)
    now, configuration = workplace.clock.now(), workplace.configuration
    with workplace.database.writing() as session:
        bring_up_to_date(session, configuration, now)
        require_open(find_cycle(configuration, cycle), configuration.calendar, now)
        owed = owed_obligation(session, configuration, cycle, agency, now)
        filed = _standing(session, cycle, agency, version)
        acts = submissions.acts_on(session, cycle, agency)
        made = Decided(owed, restated(owed, acts, without=version, at=now))
        _record(session, filed, grounds, now)
        _withdraw(session, made, now)
        obligations.save(session, [made.after])
        obligations.schedule(session, cycle, {agency: now})
        # What is settled may be so by other files than were consolidated.
        cycles.schedule(session, cycle, now)
        (made,) = passed_on(session, configuration, [made], now)
        number, whom = of_voiding(version), made.passed_to
        announce(session, configuration, made.after, NoticeKind.REOPENING, number, now, whom)
        latest = submissions.latest_submission(session, cycle, agency)
    return Voided(version, None if latest is None else latest.version, made)


def _standing(session: Session, cycle: str, agency: str, version: int) -> SubmissionRow:
    """Return a version that counts; raise RequestError, naming those there are."""
    filed = submissions.submissions_of(session, cycle, agency)
    void = {found.version for found, _review in submissions.voidings(session, cycle, agency)}
    chosen = next((found for found in filed if found.version == version), None)
    if chosen is not None and version not in void:
        return chosen
    where = f"{cycle}/{agency}"
    if chosen is not None:
        raise RequestError(
            Text(
                f"{where}: lần {version} đã bị hủy bỏ trước đó.",
                f"{where}: version {version} is void already.",
            )
        )
    known = ", ".join(str(found.version) for found in filed if found.version not in void)
    those_vi = f"các lần còn giá trị: {known}" if known else "chưa có lần nào còn giá trị"
    those_en = f"those that count: {known}" if known else "there is none that counts"
    raise RequestError(
        Text(
            f"{where}: không có lần gửi {version}; {those_vi}.",
            f"{where}: there is no version {version}; {those_en}.",
        )
    )


def _withdraw(session: Session, made: Decided, now: datetime) -> None:
    """Cancel what waits to tell of what is void, or to ask for what is not awaited any more."""
    before = made.before

    def tells(notice: Notice) -> bool:
        return tells_of_void(session, before.cycle, before.agency, notice.kind, notice.rung)

    withdraw(session, before, now, which=tells)
    if not awaits_the_same(before, made.after):
        withdraw_asking(session, before, now)


def _record(session: Session, filed: SubmissionRow, grounds: Grounds, now: datetime) -> None:
    submissions.record_voiding(
        session,
        filed,
        reason=grounds.reason,
        authority=grounds.authority,
        decided_at=now,
        decided_by=grounds.actor,
    )
    audit.append(
        session,
        at=now,
        actor=grounds.actor,
        event="voided",
        cycle=filed.cycle,
        agency=filed.agency,
        version=filed.version,
        reason=grounds.reason,
        authority=grounds.authority,
    )
