"""Taking an edited configuration into effect, after showing what that brings about."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from lsplan_workflow.configuration.differences import differences
from lsplan_workflow.configuration.folder import AGENCIES, Configuration, survey
from lsplan_workflow.domain.errors import Fault, RequestError
from lsplan_workflow.domain.plan_change import PlanChange, compare_forecasts
from lsplan_workflow.domain.text import Text
from lsplan_workflow.services.cycles import known_cycle
from lsplan_workflow.services.installation import faulty, record_applied, remembered
from lsplan_workflow.services.open_cycles import Transition, recorded
from lsplan_workflow.services.status import preview
from lsplan_workflow.services.succession import apply_successions
from lsplan_workflow.services.transition import take_over
from lsplan_workflow.store import cycles, installation, obligations, obstacles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.difference import Difference
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.notices import Notice
    from lsplan_workflow.store.database import Database
    from lsplan_workflow.store.tables import ConfigurationVersion


@dataclass(frozen=True, slots=True)
class Terms:
    """How a configuration is applied.

    `confirmed` lets it move deadlines that were announced; `dry` shows what it would bring
    about and changes nothing; `restart_ladder` puts what escalates already on the new ladder.
    `document` is what decided on the change, where there is one.
    """

    confirmed: bool = False
    dry: bool = False
    restart_ladder: bool = False
    document: str = ""


class Outcome(Enum):
    """What became of a configuration that was to be applied."""

    APPLIED = "applied"
    IN_FORCE_ALREADY = "in_force_already"
    FORESEEN = "foreseen"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class CycleChange:
    """A cycle that comes, goes or gets other dates; `announced` if agencies were told of it.

    One that was announced never goes.
    """

    before: Cycle | None
    after: Cycle | None
    announced: bool

    @property
    def code(self) -> str:
        """The cycle's code."""
        present = self.after or self.before
        return present.code if present else ""

    @property
    def breaks_word(self) -> bool:
        """Tell whether agencies were told of another deadline, or of a later end of the cycle."""
        if self.before is None or self.after is None:
            return False
        sooner = self.after.closes_at < self.before.closes_at
        return self.announced and (sooner or self.before.due_at != self.after.due_at)


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a configuration, how it differs, and what that brings about.

    `number` is that of the version in force afterwards. `still_owing` are the agencies, by open
    cycle, of whose kind the report is not demanded any more, but which go on owing it.
    """

    outcome: Outcome
    number: int
    differences: tuple[Difference, ...] = ()
    cycles: tuple[CycleChange, ...] = ()
    notices: PlanChange = field(default_factory=PlanChange)
    still_owing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def apply_configuration(
    database: Database,
    configuration: Configuration,
    *,
    now: datetime,
    actor: str,
    terms: Terms = Terms(),
) -> Applied:
    """Take a configuration into effect, unless it is only to be shown or must be confirmed.

    Everything that is open is looked at again by the next pass. Raise ConfigurationError
    for one that leaves out an agency of which the history speaks, RequestError for one
    that makes late what was not late or leaves out a cycle that is open.
    """
    with database.writing() as session:
        known = remembered(session, configuration, closed_by=now)
        found = _Application(session, known, now, actor, terms).run()
        if found.outcome is not Outcome.APPLIED:
            session.rollback()
    return found


@dataclass(frozen=True, slots=True)
class _Application:
    """One configuration that is being applied in one transaction."""

    session: Session
    after: Configuration
    now: datetime
    actor: str
    terms: Terms

    def run(self) -> Applied:
        """Change the session's state to the new configuration; return what that does."""
        present = installation.configuration_in_force(self.session)
        if present is None:
            raise AssertionError("an installation has a configuration from the start")
        same = present.sha256 == installation.fingerprint(self.after.files)
        if same and not self.terms.restart_ladder:
            return Applied(Outcome.IN_FORCE_ALREADY, present.number)
        require_agencies(self.session, self.after)
        before = self._before(present)
        _require_cycles(self.session, before, self.after, self.now)
        # What ends by the former configuration has passed on before the new one holds.
        apply_successions(self.session, before, self.now)
        changes = tuple(self._cycles(before))
        coming = self._forecast(before)
        number = present.number if same else self._record().number
        self._take_over(before, number)
        return Applied(
            outcome=self._outcome(changes),
            number=number,
            differences=differences(before, self.after),
            cycles=changes,
            notices=compare_forecasts(coming, self._forecast(self.after)),
            still_owing=dict(self._still_owing(before)),
        )

    def _before(self, present: ConfigurationVersion) -> Configuration:
        """Return what is in force; the new one in its place if only former releases read it."""
        files = {name: text.encode() for name, text in present.files.items()}
        found = survey(files).configuration
        return self.after if found is None else remembered(self.session, found)

    def _outcome(self, changes: tuple[CycleChange, ...]) -> Outcome:
        if self.terms.dry:
            return Outcome.FORESEEN
        if any(change.breaks_word for change in changes) and not self.terms.confirmed:
            return Outcome.UNCONFIRMED
        return Outcome.APPLIED

    def _record(self) -> ConfigurationVersion:
        files = self.after.files
        version = installation.apply_configuration(
            self.session, files, applied_at=self.now, applied_by=self.actor
        )
        document = self.terms.document
        record_applied(
            self.session, version.number, files, self.now, actor=self.actor, document=document
        )
        return version

    def _take_over(self, before: Configuration, number: int) -> None:
        """Bring what is open to the new configuration, and make it due for action."""
        for row in cycles.cycles(self.session):
            cycle = known_cycle(self.after, row.code)
            if cycle is not None and not row.untracked and row.closes_at > self.now:
                former = recorded(row, known_cycle(before, row.code) or cycle, before.calendar)
                take_over(
                    Transition(
                        session=self.session,
                        before=before,
                        after=self.after,
                        former=former,
                        cycle=cycle,
                        number=number,
                        now=self.now,
                        restart_ladder=self.terms.restart_ladder,
                    )
                )
        for obstacle in obstacles.awaited(self.session):
            obstacles.schedule(self.session, obstacle.number, self.now)

    def _still_owing(self, before: Configuration) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the open cycles with who owes in them though its kind was taken out."""
        directory = self.after.directory
        for row in cycles.cycles(self.session):
            old, new = known_cycle(before, row.code), known_cycle(self.after, row.code)
            if old is None or new is None or row.untracked or row.closes_at <= self.now:
                continue
            gone = set(old.regime.owed_by) - set(new.regime.owed_by)
            owed = obligations.obligations_of(self.session, row.code) if gone else []
            chased = (o.agency for o in owed if o.is_chased)
            if found := tuple(code for code in chased if directory[code].kind in gone):
                yield row.code, found

    def _cycles(self, before: Configuration) -> Iterator[CycleChange]:
        """Yield every cycle that comes, goes, or gets other dates, but for those long over."""
        rows = {row.code: row for row in cycles.cycles(self.session)}
        old = {cycle.code: cycle for cycle in before.cycles()}
        new = {cycle.code: cycle for cycle in self.after.cycles()}
        for code in dict.fromkeys((*old, *new)):
            row, former, cycle = rows.get(code), old.get(code), new.get(code)
            if row is not None and (row.untracked or row.closes_at <= self.now):
                continue
            if row is not None:
                former = recorded(row, former or new[code], before.calendar)
            if former is None or cycle is None or _dates(former) != _dates(cycle):
                yield CycleChange(former, cycle, announced=row is not None)

    def _forecast(self, configuration: Configuration) -> list[Notice]:
        """Return every notice to come under a configuration, up to the last cycle's end."""
        ends = [cycle.closes_at for cycle in configuration.cycles()]
        until = max(ends, default=self.now)
        return preview(self.session, configuration, self.now, until=until)


def _dates(cycle: Cycle) -> tuple[datetime, ...]:
    return cycle.opens_at, cycle.due_at, cycle.grace_ends_at, cycle.closes_at


def require_agencies(session: Session, configuration: Configuration) -> None:
    """Raise ConfigurationError, naming every agency that owed something and is left out."""
    owing = {
        obligation.agency
        for row in cycles.cycles(session)
        for obligation in obligations.obligations_of(session, row.code)
    }
    expected = Text(
        "cơ quan này đã có nghĩa vụ báo cáo: giữ lại dòng của nó, ghi valid_to nếu đã kết thúc",
        "this agency has owed reports: keep its row, with a valid_to if it has ended",
    )
    lost = sorted(code for code in owing if code not in configuration.directory)
    if lost:
        raise faulty([Fault(AGENCIES, 1, "code", code, expected) for code in lost])


def _require_cycles(
    session: Session, before: Configuration, after: Configuration, now: datetime
) -> None:
    """Raise RequestError where a cycle would go that is open.

    Nobody would be told that the report is not owed any more, and what was filed, extended
    or waived could not be looked at; a waiver tells everyone, and says on what it rests.
    """
    lost = [
        row.code
        for row in cycles.cycles(session)
        if not row.untracked
        and row.closes_at > now
        and known_cycle(before, row.code) is not None
        and known_cycle(after, row.code) is None
    ]
    if lost:
        listed = ", ".join(lost)
        raise RequestError(
            Text(
                f"{listed}: kỳ đang mở, các cơ quan đã được báo, nhưng trong cấu hình này không "
                "còn nữa (xem years, code, effective_from); hãy để lại như cũ. Nếu không yêu cầu "
                f"báo cáo nữa thì miễn bằng `lsplan waive {lost[0]} --all --reason LÝ_DO "
                "--authority VĂN_BẢN`: từng cơ quan được báo và quyết định được lưu lại.",
                f"{listed}: the cycle is open and agencies were told of it, but this "
                "configuration has it no more (see years, code, effective_from); put it back. If "
                f"the report is not demanded any more, use `lsplan waive {lost[0]} --all "
                "--reason TEXT --authority DOCUMENT`: every agency is told, and the decision kept.",
            )
        )
