"""A working office in an editable province: the acts of people, passes, and mishaps."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from lsplan_workflow.domain.errors import ConfigurationError, RequestError
from lsplan_workflow.domain.obstacles import Statement
from lsplan_workflow.services import decisions, installation, obstacles
from lsplan_workflow.services.applying import Terms, apply_configuration
from lsplan_workflow.services.claiming import REPLIES
from lsplan_workflow.services.consolidation import consolidate
from lsplan_workflow.services.delivery import deliver
from lsplan_workflow.services.forgetting import forget_contact
from lsplan_workflow.services.outbox import give_up_notices, resend_notices
from lsplan_workflow.services.reporting_pass import decide, run_pass
from lsplan_workflow.services.reviews import review
from lsplan_workflow.services.status import preview
from lsplan_workflow.services.submissions import Arrival, Upload, submit
from lsplan_workflow.services.voiding import void
from lsplan_workflow.store.submissions import ReviewDecision
from tests.domain.province import ZONE
from tests.machine.evidence import check
from tests.machine.post import Killed, Post, Weather
from tests.machine.seen import Act, Seen, look

if TYPE_CHECKING:
    from collections.abc import Callable

    from lsplan_workflow.services.workplace import Workplace
    from tests.machine.province import Province
    from tests.services.office import SetClock

GROUNDS = decisions.Grounds("an", "Chờ số liệu năm", "Công văn số 12/UBND-TH")


@dataclass
class World:
    """A workplace whose clock stands still in each step; after each, everything is checked."""

    workplace: Workplace
    clock: SetClock
    province: Province
    post: Post
    seen: Seen | None = None
    held: dict[str, set[str]] = field(default_factory=dict)
    """Every address that each contact has had."""

    def __post_init__(self) -> None:
        self._keep_in_mind()

    @property
    def now(self) -> datetime:
        assert self.clock.instant is not None
        return self.clock.instant

    @property
    def today(self) -> date:
        return self.now.astimezone(ZONE).date()

    def go_to(self, at: datetime) -> None:
        """Let time pass; nothing happens meanwhile."""
        self.clock.instant = at.astimezone(UTC)

    def run(self, at: datetime) -> None:
        """Run a whole pass at an instant."""
        foreseen = self._foreseen(at)
        self.go_to(at)
        self._see(Act("pass", passed=run_pass(self.workplace), foreseen=foreseen))

    def run_again(self) -> None:
        """Run another pass at the same instant."""
        self._see(Act("pass again", passed=run_pass(self.workplace)))

    def run_cut_short(self, at: datetime, *weather: Weather) -> None:
        """Run a pass in which mails meet a weather each, which may end the process."""
        foreseen = self._foreseen(at)
        self.go_to(at)
        self.post.coming.extend(weather)
        passed = None
        with suppress(Killed):
            passed = run_pass(self.workplace)
        self.post.coming.clear()
        self._see(Act("pass in bad weather", passed=passed, foreseen=foreseen))

    def decide_only(self, at: datetime) -> None:
        """Run a pass that is killed after it has decided."""
        self.go_to(at)
        decide(self.workplace)
        self._see(Act("deciding"))

    def reply(self) -> None:
        """Send what answers people, as after each act on the command line."""
        deliver(self.workplace, only=REPLIES)
        self._see(Act("replies"))

    def file(
        self, cycle: str, agency: str, *, arrived: timedelta | None = None, content: str = "1"
    ) -> None:
        """Let an agency file, or enter what arrived some time ago by another way."""
        arrival = None if arrived is None else Arrival(self.now - arrived, "Gửi qua bưu điện")
        files = [Upload("báo cáo.docx", f"{cycle}/{agency}/{content}".encode())]
        self._do(
            "filing",
            lambda p: submit(p, cycle, agency, files, actor="cli", arrival=arrival),
        )

    def accept(self, cycle: str, agency: str) -> None:
        self._review(cycle, agency, ReviewDecision.ACCEPTED, "", None)

    def send_back(self, cycle: str, agency: str, by: date | None = None) -> None:
        self._review(cycle, agency, ReviewDecision.RETURNED, "Thiếu số liệu", by)

    def _review(
        self, cycle: str, agency: str, decision: ReviewDecision, reason: str, by: date | None
    ) -> None:
        self._do(
            decision.value,
            lambda p: review(p, cycle, agency, decision, reason=reason, actor="cli", revise_by=by),
        )

    def void(self, cycle: str, agency: str, version: int) -> None:
        """Let a filing be taken back as recorded by mistake."""
        self._do("voiding", lambda p: void(p, cycle, agency, version, grounds=GROUNDS))

    def extend(self, cycle: str, *agencies: str, to: date, correct: bool = False) -> None:
        self._do(
            "extension",
            lambda p: decisions.extend(p, cycle, agencies, to, grounds=GROUNDS, correct=correct),
        )

    def waive(self, cycle: str, *agencies: str) -> None:
        self._do("waiver", lambda p: decisions.waive(p, cycle, agencies, grounds=GROUNDS))

    def reopen(self, cycle: str, *agencies: str, to: date | None = None) -> None:
        self._do(
            "reopening", lambda p: decisions.reopen(p, cycle, agencies, grounds=GROUNDS, to=to)
        )

    def consolidate(self, cycle: str) -> None:
        self._do("consolidation", lambda p: consolidate(p, cycle, partial=True, actor="cli"))

    def report_obstacle(self, agency: str, *, arrived: timedelta | None = None) -> None:
        arrival = None if arrived is None else Arrival(self.now - arrived, "Gửi qua bưu điện")
        said = Statement("Thiếu kinh phí")
        self._do(
            "obstacle",
            lambda p: obstacles.report_obstacle(p, agency, said, actor="cli", arrival=arrival),
        )

    def assign(self, number: str, agency: str, by: date | None = None) -> None:
        self._do(
            "assignment",
            lambda p: obstacles.assign_obstacle(p, number, agency, actor="cli", by=by),
        )

    def answer(self, number: str) -> None:
        self._do("answer", lambda p: obstacles.answer_obstacle(p, number, "Đã rõ", actor="cli"))

    def close(self, number: str) -> None:
        self._do("closing", lambda p: obstacles.close_obstacle(p, number, "Xong", actor="cli"))

    def resend(self, key: str) -> None:
        """Let a failed notice be sent again, as its button does."""
        self._do("resending", lambda place: resend_notices(place, [key], actor="cli"))

    def give_up(self, key: str) -> None:
        """Let a notice be given up that failed or waits."""
        self._do(
            "giving up", lambda p: give_up_notices(p, [key], reason="Đã gọi điện", actor="cli")
        )

    def apply(self, province: Province, *, restart_ladder: bool = False) -> None:
        """Take an edited configuration into effect, unless it is faulty or refused."""
        terms = Terms(confirmed=True, restart_ladder=restart_ladder)
        try:
            configuration = province.configuration()
            apply_configuration(
                self.workplace.database, configuration, now=self.now, actor="cli", terms=terms
            )
        except (RequestError, ConfigurationError) as error:
            self._see(Act("apply", refused=str(error)))
            return
        self.province = province
        with self.workplace.database.reading() as session:
            known = installation.remembered(session, configuration)
        self.workplace = replace(self.workplace, configuration=known)
        self._keep_in_mind()
        self._see(Act("apply", kept_ladders=not restart_ladder))

    def _keep_in_mind(self) -> None:
        for contact, address in self.province.contacts().items():
            self.held.setdefault(contact, set()).add(address)

    def former(self, contact: str) -> frozenset[str]:
        """Return the addresses that a contact had and nobody else ever."""
        others = (a for c, a in self.held.items() if c != contact)
        present = {self.province.contacts().get(contact, "")}
        return frozenset(self.held[contact] - present - set().union(*others))

    def forget(self, contact: str) -> None:
        """Have the former holders of a contact erased."""
        former = self.former(contact)
        self._do("forgetting", lambda p: forget_contact(p, contact, actor="cli"), erased=former)

    def _do(
        self, name: str, act: Callable[[Workplace], Any], *, erased: frozenset[str] = frozenset()
    ) -> None:
        try:
            act(self.workplace)
        except RequestError as error:
            self._see(Act(name, refused=str(error)))
        else:
            self._see(Act(name, erased=erased))

    def _foreseen(self, until: datetime) -> tuple[Any, ...]:
        """Return what `preview` says will leave up to an instant."""
        place = self.workplace
        if self.seen is None:
            return ()
        with place.database.reading() as session:
            return tuple(preview(session, place.configuration, self.now, until=until))

    def _see(self, act: Act) -> None:
        former = None if self.seen is None else replace(self.seen, before=None)
        with self.workplace.database.reading() as session:
            self.seen = look(
                session,
                configuration=self.workplace.configuration,
                now=self.now,
                act=act,
                province=self.province,
                posted=tuple(self.post.posted),
                before=former,
            )
        check(self.seen)
