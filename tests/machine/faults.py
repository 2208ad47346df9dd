"""Deliberate faults of the product, each of which one of the rules must notice.

A fault is a function that breaks one thing by a monkeypatch; `FAULTS` says on which walk it
shows, and which invariants are broken at the first step at which any is.
"""

from __future__ import annotations

import itertools
import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from lsplan_workflow.domain import (
    agencies,
    cycles,
    forecast,
    notices,
    obligations,
    schedules,
    validity,
)
from lsplan_workflow.domain import answering as answers
from lsplan_workflow.domain import decisions as decision_rules
from lsplan_workflow.domain import obstacle_notices as chases
from lsplan_workflow.domain import planning as rungs
from lsplan_workflow.domain.notice_kinds import NoticeKind, NoticeStatus
from lsplan_workflow.domain.obligations import Event, Obligation, Status
from lsplan_workflow.notify.mail import Recipient
from lsplan_workflow.notify.outcome import Outcome, Result
from lsplan_workflow.services import (
    announcements,
    applying,
    claiming,
    consolidation,
    decisions,
    delivery,
    grouping,
    installation,
    obstacle_letters,
    obstacle_notices,
    planning,
    recalling,
    recheck,
    reviews,
    submissions,
    succession,
    transition,
    voiding,
)
from lsplan_workflow.services import cycles as cycle_service
from lsplan_workflow.services import obstacles as obstacle_service
from lsplan_workflow.store import audit, database, deliveries, erasure, outbox
from lsplan_workflow.store import obligations as obligation_store
from lsplan_workflow.store import obstacles as obstacle_store
from lsplan_workflow.store import submissions as submission_store
from lsplan_workflow.store.tables import AuditEvent, NoticeRow, SubmissionRow
from tests.machine import stories

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from tests.machine.world import World

    Patch = pytest.MonkeyPatch


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, the walk on which it shows, and the rules that it breaks there first."""

    make: Callable[[Patch], None]
    story: Callable[[World], None]
    breaks: frozenset[str]


FAULTS: list[Fault] = []


def breaks(*names: str, on: Callable[[World], None]) -> Callable[[Any], Any]:
    """List a fault with the rules that it breaks on a walk."""

    def listed(make: Callable[[Patch], None]) -> Callable[[Patch], None]:
        FAULTS.append(Fault(make, on, frozenset(names)))
        return make

    return listed


def _nothing(*_args: object, **_named: object) -> None:
    """Do nothing."""


# Keys and planning.


@breaks("no_key_stands_twice", on=stories.the_cycle_opens)
def inserting_is_no_claim(patch: Patch) -> None:
    """The table's constraint is gone, and each notice is inserted twice."""

    def insert(session: Session, new: Any, *, decided_at: Any) -> list[str]:
        _drop_constraint(session)
        for notice in (*new, *new):
            values = outbox._values(notice)
            session.add(NoticeRow(**values, decided_at=decided_at))
        session.flush()
        return [notice.key for notice in new]

    patch.setattr(outbox, "insert_notices", insert)


def _drop_constraint(session: Session) -> None:
    connection = session.connection()
    made = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
    tables = [
        connection.execute(made, {"name": name}).scalar_one()
        for name in ("delivery", "suspect", "notice")
    ]
    if "uq_notice_key" not in tables[2]:
        return
    loose = [re.sub(_CONSTRAINTS, "CHECK (1)", table) for table in tables]
    for statement in (*_DROPPED, *loose):
        connection.execute(text(statement))


_DROPPED = ("DROP TABLE delivery", "DROP TABLE suspect", "DROP TABLE notice")
_CONSTRAINTS = (
    r"CONSTRAINT uq_notice_key UNIQUE \([^)]*\)|FOREIGN KEY\([^)]*\) REFERENCES notice \([^)]*\)"
)


@breaks("a_key_follows_from_what_its_notice_says", on=stories.the_cycle_opens)
def a_key_tells_when_it_was_decided(patch: Patch) -> None:
    original = planning.plan_notices

    def plan(snapshot: Any, *, now: Any) -> Any:
        return [replace(n, key=f"{n.key}-{now:%H%M}") for n in original(snapshot, now=now)]

    patch.setattr(planning, "plan_notices", plan)


@breaks("nobody_gets_the_same_rung_of_a_deadline_twice", on=stories.a_cycle_with_nobody_filing)
def who_stands_in_gets_a_copy_too(patch: Patch) -> None:
    original = agencies.Directory.contacts_of

    def contacts_of(self: Any, code: str, role: Any) -> Any:
        # Those in copy are other persons than the recipients, for all that planning knows.
        found = original(self, code, role)
        return tuple(_Twin(c) for c in found) if code == "B" else found

    class _Twin(agencies.Contact):
        __eq__ = object.__eq__
        __hash__ = object.__hash__

        def __init__(self, c: agencies.Contact) -> None:
            super().__init__(c.agency, c.role, c.number, c.name, c.address, c.language)

    patch.setattr(agencies.Directory, "contacts_of", contacts_of)


@breaks("only_the_newest_rung_of_an_audience_leaves", on=stories.a_month_of_downtime)
def nothing_is_superseded(patch: Patch) -> None:
    patch.setattr(rungs, "newest", frozenset)


@breaks(
    "planning_again_after_a_pass_decides_nothing",
    "what_was_foreseen_has_been_decided",
    "what_comes_next_is_scheduled",
    on=stories.a_cycle_with_nobody_filing,
)
def only_two_are_looked_at_in_a_pass(patch: Patch) -> None:
    original = obligation_store.due_for_action
    patch.setattr(obligation_store, "due_for_action", lambda *found: original(*found)[:2])


@breaks("another_pass_at_the_same_instant_does_nothing", on=stories.the_cycle_opens)
def every_pass_writes_into_the_log(patch: Patch) -> None:
    original = cycle_service.apply_successions

    def applied(session: Session, configuration: Any, now: Any) -> None:
        original(session, configuration, now)
        audit.append(session, at=now, actor="engine", event="looked")

    patch.setattr(cycle_service, "apply_successions", applied)


@breaks("what_was_foreseen_has_been_decided", on=stories.a_cycle_with_nobody_filing)
def a_pass_forgets_what_preview_shows(patch: Patch) -> None:
    original = planning.plan_notices

    def plan(snapshot: Any, *, now: Any) -> Any:
        return [n for n in original(snapshot, now=now) if n.kind.value != "digest"]

    patch.setattr(planning, "plan_notices", plan)
    patch.setattr("tests.machine.seen.plan_notices", plan)


@breaks("what_still_holds_is_not_withdrawn", on=stories.a_cycle_with_nobody_filing)
def a_reminder_is_taken_for_void(patch: Patch) -> None:
    original = delivery.is_void

    def is_void(session: Any, configuration: Any, row: Any, *given: Any) -> bool:
        return row.kind == "overdue" or original(session, configuration, row, *given)

    patch.setattr(delivery, "is_void", is_void)


# Time.


@breaks("no_rung_is_decided_before_it_stands", on=stories.a_cycle_with_nobody_filing)
def a_rung_stands_a_day_early(patch: Patch) -> None:
    original = schedules.rung_stands_at

    def stands_at(*found: Any) -> Any:
        at = original(*found)
        return at if at is None else at - stories.A_DAY

    patch.setattr(schedules, "rung_stands_at", stands_at)


@breaks(
    "every_rung_that_stood_has_been_decided",
    "what_still_holds_is_not_withdrawn",
    "a_new_contact_gets_the_newest_that_holds",
    on=stories.deadlines_move,
)
def a_key_leaves_out_the_deadline(patch: Patch) -> None:
    patch.setattr(schedules.Standing, "mark", property(lambda self: self.rung))


@breaks(
    "every_rung_that_stood_has_been_decided",
    "a_new_contact_gets_the_newest_that_holds",
    on=stories.a_cycle_with_nobody_filing,
)
def a_reminder_is_left_out(patch: Patch) -> None:
    original = schedules.rung_stands_at

    def stands_at(cycle: Any, rung: Any, *found: Any) -> Any:
        return None if str(rung) == "before-1wd" else original(cycle, rung, *found)

    patch.setattr(schedules, "rung_stands_at", stands_at)


@breaks("nothing_happens_outside_an_open_cycle", on=stories.a_cycle_with_nobody_filing)
def a_rung_stands_after_closing(patch: Patch) -> None:
    original = cycles.Cycle.state

    def state(self: cycles.Cycle, now: Any) -> Any:
        found = original(self, now)
        return cycles.CycleState.OPEN if found is cycles.CycleState.CLOSED else found

    patch.setattr(cycles.Cycle, "state", state)

    def stands_at(cycle: Any, rung: Any, due_at: Any, calendar: Any) -> Any:
        at = calendar.start_of_work(rung.day(calendar.local_day(due_at), calendar))
        late = str(rung) == "overdue-10wd"
        return calendar.start_of_work(calendar.local_day(cycle.closes_at)) if late else at

    patch.setattr(schedules, "rung_stands_at", stands_at)


@breaks("a_cycle_is_there_from_its_opening_on", on=stories.the_cycle_opens)
def a_cycle_opens_late(patch: Patch) -> None:
    patch.setattr(cycle_service, "_open", lambda *_found: False)


@breaks("what_the_engine_starts_waits_for_working_hours", on=stories.a_night)
def the_engine_writes_at_night(patch: Patch) -> None:
    original = planning.plan_notices

    def plan(snapshot: Any, *, now: Any) -> Any:
        return [replace(n, send_at=now) for n in original(snapshot, now=now)]

    patch.setattr(planning, "plan_notices", plan)
    for place in (claiming, delivery):
        patch.setattr(place, "allowed_now", lambda _c, _now, only: frozenset(only or _ALL))


_ALL = frozenset(NoticeKind)


@breaks("a_reply_leaves_at_once", on=stories.a_night)
def a_reply_waits_for_the_morning(patch: Patch) -> None:
    patch.setattr(claiming, "REPLIES", frozenset())


@breaks("after_a_pass_nothing_due_is_left_waiting", on=stories.mails_go_astray)
def what_was_claimed_once_is_never_claimed_again(patch: Patch) -> None:
    original = outbox.claim

    def claim(session: Session, *, now: Any, **named: Any) -> Any:
        found = original(session, now=now, **named)
        again = [r for r in found if r.attempts or r.message_id in _seen_ids]
        _seen_ids.update(row.message_id for row in found)
        outbox.release(session, [row.key for row in again])
        return [row for row in found if row not in again]

    _seen_ids: set[Any] = set()
    patch.setattr(outbox, "claim", claim)


@breaks("no_more_leaves_than_the_rate_allows", on=stories.few_mails_may_leave)
def the_rate_is_not_looked_at(patch: Patch) -> None:
    patch.setattr(claiming, "_room", lambda *_found: (1_000, 1_000))


# Truth.


@breaks("nothing_asks_for_what_is_there", on=stories.a_report_comes_while_a_mail_is_held)
def nothing_is_looked_at_again(patch: Patch) -> None:
    _look_not_again(patch)


@breaks("what_was_filed_is_withdrawn_at_once", on=stories.reports_come_in)
def a_filing_withdraws_nothing(patch: Patch) -> None:
    patch.setattr(submissions, "withdraw_asking", _nothing)


def _look_not_again(patch: Patch) -> None:
    patch.setattr(delivery, "is_void", lambda *_found: False)


@breaks("a_deadline_that_is_told_holds", on=stories.deadlines_move)
def an_extension_withdraws_nothing(patch: Patch) -> None:
    _look_not_again(patch)
    patch.setattr(decisions, "withdraw_asking", _nothing)


@breaks("nobody_is_reminded_of_a_deadline_that_has_passed", on=stories.a_late_reminder)
def a_reminder_leaves_after_the_due_instant(patch: Patch) -> None:
    patch.setattr(validity, "_BEFORE_DUE", frozenset())


@breaks("only_who_is_a_contact_is_written_to_at_his_present_address", on=stories.contacts_change)
def addresses_are_not_looked_at_again(patch: Patch) -> None:
    for place in (grouping, delivery):
        patch.setattr(place, "bring_up_to_date", lambda _configuration, _row: True)

    def people(_configuration: Any, rows: Any) -> Any:
        return tuple(Recipient("", address) for address in {row.recipient for row in rows})

    patch.setattr(delivery, "_people", people)


@breaks("a_new_contact_gets_the_newest_that_holds", on=stories.contacts_change)
def the_first_of_a_role_is_written_to_alone(patch: Patch) -> None:
    original = notices.recipients_of
    patch.setattr(rungs, "recipients_of", lambda *found: original(*found)[:1])


# Sending.


@breaks(
    "a_notice_moves_as_documented",
    "what_was_taken_and_answered_is_marked",
    on=stories.reports_come_in,
)
def what_was_sent_is_cancelled(patch: Patch) -> None:
    patch.setattr(outbox, "_UNSENT", [*outbox._UNSENT, "sent"])
    patch.setattr(announcements, "UNCLAIMED", frozenset(NoticeStatus))


@breaks("a_claim_has_a_lease_and_nothing_else_has", on=stories.the_cycle_opens)
def a_lease_outlives_its_attempt(patch: Patch) -> None:
    original = deliveries.record_sent

    def record(session: Session, key: str, *, at: Any, reply: str) -> None:
        original(session, key, at=at, reply=reply)
        row = outbox.notice(session, key)
        row.lease_until, row.lease_by = at, "nobody"

    patch.setattr(deliveries, "record_sent", record)


@breaks("what_is_marked_as_sent_was_taken", on=stories.mails_go_astray)
def a_temporary_failure_counts_as_sent(patch: Patch) -> None:
    original = delivery._settle

    def settle(session: Session, row: Any, outcome: Outcome, now: Any) -> Any:
        better = Outcome(Result.SENT, outcome.reply)
        return original(session, row, better, now)

    patch.setattr(delivery, "_settle", settle)


@breaks("what_was_taken_and_answered_is_marked", on=stories.the_cycle_opens)
def nothing_is_marked_as_sent(patch: Patch) -> None:
    def settle(_session: Session, row: Any, _outcome: Outcome, _now: Any) -> Any:
        return delivery.Delivered(sent=1, left=((row.cycle, row.kind),))

    patch.setattr(delivery, "_settle", settle)


@breaks("a_notice_keeps_its_message_id", on=stories.mails_go_astray)
def a_second_copy_is_another_message(patch: Patch) -> None:
    numbers = itertools.count()
    original = delivery.claim_due

    def claim(session: Session, *found: Any) -> Any:
        rows = original(session, *found)
        for row in rows:
            if row.attempts:
                row.message_id = f"<{next(numbers)}@fp.example>"
        return rows

    patch.setattr(delivery, "claim_due", claim)


@breaks("several_items_for_one_person_become_one_message", on=stories.a_month_of_downtime)
def each_item_is_a_message(patch: Patch) -> None:
    patch.setattr(grouping, "_together", lambda row, _copies: row.key)


@breaks("every_attempt_is_a_row", on=stories.the_cycle_opens)
def an_attempt_leaves_no_row(patch: Patch) -> None:
    original = deliveries.record_sent

    def record(session: Session, key: str, *, at: Any, reply: str) -> None:
        original(session, key, at=at, reply=reply)
        outbox.notice(session, key).attempts += 1

    patch.setattr(deliveries, "record_sent", record)


@breaks("a_failure_is_shown_with_the_servers_own_words", on=stories.mails_go_astray)
def the_servers_words_are_lost(patch: Patch) -> None:
    original = deliveries.record_permanent

    def record(session: Session, key: str, *, reply: str, **said: Any) -> None:
        original(session, key, reply=reply, **said)
        outbox.notice(session, key).reply = None

    patch.setattr(deliveries, "record_permanent", record)


@breaks("what_its_recipient_cannot_hear_another_hears", on=stories.nobody_can_be_reached)
def nobody_hears_what_its_recipient_cannot(patch: Patch) -> None:
    patch.setattr(delivery, "raise_next", _nothing)


# Obligations.


@breaks("every_status_follows_from_the_log", on=stories.reports_come_in)
def a_return_is_stored_as_accepted(patch: Patch) -> None:
    original = reviews._reviewed

    def reviewed(*found: Any) -> Obligation:
        return replace(original(*found), status=Status.ACCEPTED)

    patch.setattr(reviews, "_reviewed", reviewed)


@breaks("every_deadline_follows_from_the_log", on=stories.deadlines_move)
def an_extension_gives_a_day_more(patch: Patch) -> None:
    original = Obligation.due

    def due(self: Obligation, due_at: Any, *, since: Any) -> Obligation:
        return original(self, due_at, since=since)

    patch.setattr(Obligation, "due", due)
    patch.setattr(decisions.obligations, "save", _late_by_a_day(obligation_store.save))


def _late_by_a_day(save: Any) -> Any:
    def later(session: Session, owed: Any, **named: Any) -> None:
        moved = [replace(o, due_at=o.due_at + stories.A_DAY) if o.chased_since else o for o in owed]
        save(session, moved, **named)

    return later


@breaks(
    "every_deadline_follows_from_the_log",
    on=stories.a_deadline_moves_over_a_day_that_was_granted,
)
def a_granted_day_is_forgotten(patch: Patch) -> None:
    patch.setattr(Obligation, "due_under", lambda _self, cycle: cycle.due_at)


@breaks("a_deadline_lies_between_its_cycles_own_and_the_closing", on=stories.deadlines_move)
def an_extension_may_go_beyond_the_closing(patch: Patch) -> None:
    patch.setattr(decision_rules, "_check_extension", _nothing)


@breaks("timeliness_is_that_of_the_first_complete_filing", on=stories.reports_come_in)
def the_newest_filing_decides(patch: Patch) -> None:
    def filed(changed: Obligation, at: Any) -> Obligation:
        return replace(changed, first_complete_at=at, revise_by_at=None, ladder=None)

    patch.setitem(obligations._EFFECTS, Event.SUBMIT, filed)


@breaks(
    "only_what_came_after_a_return_answers_it",
    # The log tells when each version was received, so that nothing follows from it any more.
    "every_status_follows_from_the_log",
    "every_deadline_follows_from_the_log",
    on=stories.returns_are_mended,
)
def whatever_is_recorded_answers_a_return(patch: Patch) -> None:
    def filed(self: Obligation, received_at: Any, **_returned: Any) -> Obligation:
        return self.after(Event.SUBMIT, received_at)

    patch.setattr(Obligation, "filed", filed)


@breaks(
    "every_status_follows_from_the_log",
    "timeliness_is_that_of_the_first_complete_filing",
    on=stories.filings_are_mistaken,
)
def what_is_void_still_settles(patch: Patch) -> None:
    patch.setattr(voiding, "restated", lambda owed, *_found, **_named: owed)


@breaks("the_figures_add_up", on=stories.agencies_end)
def what_passed_on_is_expected_still(patch: Patch) -> None:
    counts = property(lambda owed: owed.status is not Status.WAIVED)
    patch.setattr(Obligation, "is_expected", counts)


@breaks("everyone_who_exists_on_the_last_full_day_owes", on=stories.the_cycle_opens)
def whoever_exists_at_the_opening_owes(patch: Patch) -> None:
    original = cycle_service.plan_obligations

    def planned(cycle: Any, directory: Any) -> Any:
        return original(replace(cycle, due_on=cycle.opens_at.date()), directory)

    patch.setattr(cycle_service, "plan_obligations", planned)


@breaks("every_duty_that_passed_on_is_covered_once", on=stories.agencies_end)
def a_successor_covers_nothing(patch: Patch) -> None:
    original = obligations._covering

    def covering(*found: Any) -> Obligation:
        return replace(original(*found), covers=())

    patch.setattr(obligations, "_covering", covering)


@breaks(
    "nothing_passes_on_without_an_end",
    "a_succession_is_told_to_the_new_first_and_to_the_old_last",
    on=stories.agencies_come_back,
)
def an_end_that_was_known_once_comes_about(patch: Patch) -> None:
    original, known = agencies.Directory.endings, dict[str, agencies.Agency]()

    def endings(self: agencies.Directory) -> Any:
        for agency in original(self):
            known.setdefault(agency.code, agency)
        return iter(known.values())

    patch.setattr(agencies.Directory, "endings", endings)


@breaks("no_open_duty_stays_with_an_agency_that_has_ended", on=stories.agencies_end)
def ends_change_nothing(patch: Patch) -> None:
    patch.setattr(succession, "plan_succession", lambda *_found, **_named: [])
    patch.setattr(forecast, "plan_succession", lambda *_found, **_named: [])


@breaks(
    "planning_again_after_a_pass_decides_nothing",
    "what_was_foreseen_has_been_decided",
    on=stories.successors_end_in_turn,
)
def what_stayed_under_a_name_is_not_told_to_the_next_successor(patch: Patch) -> None:
    patch.setattr(succession, "_look_at_what_is_left", _nothing)


@breaks("what_comes_next_is_scheduled", on=stories.the_cycle_opens)
def nothing_is_scheduled_after_a_pass(patch: Patch) -> None:
    patch.setattr(schedules.Schedule, "next_standing", lambda *_found: None)


# Records.


@breaks("history_is_only_added_to", on=stories.reports_come_in)
def a_newer_version_takes_the_place_of_the_former(patch: Patch) -> None:
    original = submission_store.record_submission

    def record(session: Session, filing: Any, **named: Any) -> Any:
        found = original(session, filing, **named)
        older = select(SubmissionRow).where(
            col(SubmissionRow.agency) == filing.agency, col(SubmissionRow.id) != found.id
        )
        for row in session.exec(older):
            row.recorded_by = "another"
        return found

    patch.setattr(submission_store, "record_submission", record)


def _leaving_out(*left_out: str) -> Any:
    original = audit.append

    def append(session: Session, *, event: str, **named: Any) -> Any:
        return None if event in left_out else original(session, event=event, **named)

    return append


@breaks("nothing_is_kept_of_whoever_was_forgotten", on=stories.contacts_change)
def the_outbox_keeps_an_erased_address(patch: Patch) -> None:
    patch.setattr(erasure, "erase_recipient", _nothing)


@breaks("every_change_has_its_event", on=stories.agencies_end)
def an_end_is_not_logged(patch: Patch) -> None:
    patch.setattr(audit, "append", _leaving_out("agency_ended"))


@breaks("every_notice_that_is_withdrawn_or_fails_has_its_event", on=stories.reports_come_in)
def a_cancellation_is_not_logged(patch: Patch) -> None:
    patch.setattr(audit, "append", _leaving_out("notice_cancelled"))


@breaks(
    "a_refusal_changes_nothing", "every_deadline_follows_from_the_log", on=stories.deadlines_move
)
def a_refusal_comes_after_half_was_saved(patch: Patch) -> None:
    original = database.Database.writing

    @contextmanager
    def writing(self: Any, **kept: Any) -> Any:
        error = None
        with original(self, **kept) as session:
            try:
                yield session
            except Exception as caught:  # noqa: BLE001 - Every refusal is kept back.
                error = caught
        if error is not None:
            raise error

    patch.setattr(database.Database, "writing", writing)
    check = decision_rules._check_extension

    def checked(owed: Obligation, until: Any, *, now: Any, **named: Any) -> None:
        check(owed, until, now=now, **named)
        obligation_store.save(_sessions[-1], [owed.due(until, since=now)])

    _sessions: list[Any] = []
    up_to_date = decisions.bring_up_to_date

    def remembered(session: Session, *found: Any) -> Any:
        _sessions.append(session)
        return up_to_date(session, *found)

    patch.setattr(decision_rules, "_check_extension", checked)
    patch.setattr(decisions, "bring_up_to_date", remembered)


@breaks("the_chain_of_the_log_is_whole", on=stories.reports_come_in)
def an_event_is_rewritten(patch: Patch) -> None:
    original = audit.append

    def append(session: Session, **named: Any) -> AuditEvent:
        original(session, **named)
        if named["event"] == "submitted":
            newest = session.exec(select(AuditEvent).order_by(col(AuditEvent.number).desc()))
            newest.first().actor = "another"

    patch.setattr(audit, "append", append)


@breaks("the_log_holds_no_address", on=stories.the_cycle_opens)
def the_log_names_an_address(patch: Patch) -> None:
    original = delivery._record

    def record(session: Session, row: Any, event: str, now: Any) -> None:
        row.message_id = f"{row.message_id} {row.recipient}"
        original(session, row, event, now)
        row.message_id = row.message_id.partition(" ")[0]

    patch.setattr(delivery, "_record", record)


@breaks("a_digest_carries_the_head_of_the_log", on=stories.a_cycle_with_nobody_filing)
def a_digest_carries_no_head(patch: Patch) -> None:
    patch.setattr(audit, "head_of", lambda _session: (0, ""))


@breaks("every_applied_version_is_kept_and_the_last_is_in_force", on=stories.few_mails_may_leave)
def an_application_is_not_kept(patch: Patch) -> None:
    original = applying._Application._record

    def record(self: Any) -> Any:
        version = original(self)
        version.sha256 = "another"
        return version

    patch.setattr(applying._Application, "_record", record)


# What people are told.


def _leaving_untold(patch: Patch, module: Any, name: str = "announce") -> None:
    patch.setattr(module, name, _nothing)


@breaks("every_filing_is_receipted", on=stories.reports_come_in)
def a_filing_has_no_receipt(patch: Patch) -> None:
    _leaving_untold(patch, submissions)


@breaks("every_decision_is_told", on=stories.deadlines_move)
def an_extension_is_not_told(patch: Patch) -> None:
    _leaving_untold(patch, decisions)


@breaks("every_decision_is_told", on=stories.extensions_are_mistakes)
def a_mistake_of_which_nobody_heard_is_told(patch: Patch) -> None:
    patch.setattr(decisions, "knows_already", lambda *_asked: False)


@breaks("what_still_holds_is_not_withdrawn", on=stories.extensions_are_mistakes)
def what_a_mistake_withdrew_stays_withdrawn(patch: Patch) -> None:
    patch.setattr(decisions, "take_up", _nothing)


def _leaving_untold_of(patch: Patch, kind: NoticeKind) -> None:
    original = reviews.announce

    def announce(session: Session, configuration: Any, owed: Any, told: Any, *rest: Any) -> None:
        if told is not kind:
            original(session, configuration, owed, told, *rest)

    patch.setattr(reviews, "announce", announce)


@breaks("every_return_is_told", on=stories.reports_come_in)
def a_return_is_not_told(patch: Patch) -> None:
    _leaving_untold_of(patch, NoticeKind.RETURNED)


@breaks("every_acceptance_is_told", on=stories.reports_come_in)
def an_acceptance_is_not_told(patch: Patch) -> None:
    _leaving_untold_of(patch, NoticeKind.ACCEPTANCE)


@breaks("every_voiding_is_told", on=stories.filings_are_mistaken)
def a_voiding_is_not_told(patch: Patch) -> None:
    _leaving_untold(patch, voiding)


@breaks("nothing_is_told_of_what_is_void", on=stories.filings_are_mistaken)
def a_voiding_withdraws_nothing(patch: Patch) -> None:
    patch.setattr(voiding, "_withdraw", _nothing)


@breaks("a_decision_goes_untold_only_if_it_holds_no_more", on=stories.a_cycle_ends_with_decisions)
def the_closing_withdraws_decisions(patch: Patch) -> None:
    reviews_only = frozenset({NoticeKind.RETURNED, NoticeKind.ACCEPTANCE})
    patch.setattr(validity, "_AFTER_CLOSING", reviews_only)


@breaks("every_moved_deadline_is_announced", on=stories.the_configuration_changes)
def a_moved_deadline_is_not_told(patch: Patch) -> None:
    _leaving_untold(patch, transition)


@breaks("a_succession_is_told_to_the_new_first_and_to_the_old_last", on=stories.agencies_end)
def the_old_are_told_first(patch: Patch) -> None:
    original = rungs.plan_handovers

    def handovers(snapshot: Any, now: Any) -> Any:
        gained, lost = original(snapshot, now)
        return lost, gained

    patch.setattr(rungs, "plan_handovers", handovers)


@breaks(
    "every_duty_that_passed_on_is_covered_once",
    on=stories.what_had_arrived_before_an_end_is_entered_later,
)
def a_report_that_is_found_leaves_the_successor_owing(patch: Patch) -> None:
    original = recalling.plan_recall

    def recall(*given: Any, **named: Any) -> Any:
        return replace(original(*given, **named), reduced=(), removed=())

    patch.setattr(recalling, "plan_recall", recall)


@breaks(
    "a_cycle_runs_between_the_instants_that_were_recorded_of_it",
    on=stories.the_deadline_of_later_years_moves_after_a_closing,
)
def an_edit_opens_again_what_has_closed(patch: Patch) -> None:
    def forgotten(_session: Session, configuration: Any, **_named: object) -> Any:
        return configuration

    for module in (applying, installation):
        patch.setattr(module, "remembered", forgotten)


@breaks(
    "news_of_an_agency_that_ends_is_told_to_its_successor",
    "what_was_foreseen_has_been_decided",
    on=stories.an_agency_ends_before_its_news_has_left,
)
def news_goes_to_whoever_is_no_more(patch: Patch) -> None:
    patch.setattr(succession, "redirect_news", _nothing)


# Obstacles.


@breaks("obstacles_are_numbered_without_gaps", on=stories.obstacles_are_met)
def a_number_is_left_out(patch: Patch) -> None:
    numbers = itertools.count(2, 2)
    patch.setattr(
        obstacle_store, "next_number", lambda _session, year: f"{year}-{next(numbers):03d}"
    )


@breaks("an_obstacle_stands_where_its_steps_lead", on=stories.obstacles_are_met)
def an_assignment_is_not_saved(patch: Patch) -> None:
    patch.setattr(obstacle_store, "save", _nothing)


@breaks("every_obstacle_is_receipted_and_told_to_the_focal_point", on=stories.obstacles_are_met)
def the_focal_point_is_not_told(patch: Patch) -> None:
    _leaving_untold(patch, obstacle_service, "tell")


@breaks(
    "somebody_who_exists_answers_every_open_obstacle",
    "nothing_is_decided_for_whoever_has_ended_about_an_obstacle",
    on=stories.obstacles_are_met,
)
def whoever_has_ended_is_reminded(patch: Patch) -> None:
    original = chases._audience

    def audience(chase: Any, standing: Any, now: Any) -> Any:
        assigned = chase.obstacle.assigned_to
        if assigned is None or "succession" in standing.rung:
            return original(chase, standing, now)
        return iter((chases._Heard(assigned, assigned),))

    _look_not_again(patch)
    patch.setattr(chases, "_audience", audience)


@breaks(
    "somebody_who_exists_answers_every_open_obstacle",
    "whoever_has_to_answer_since_an_end_is_told",
    on=stories.whoever_has_to_answer_joins_who_reported,
)
def an_agency_is_asked_to_answer_itself(patch: Patch) -> None:
    def answering(obstacle: Any, *, focal_point: str, directory: Any, day: Any) -> Any:
        return directory.follow(obstacle.assigned_to or focal_point, day)

    for module in (answers, chases, obstacle_letters):
        patch.setattr(module, "answering_on", answering)


@breaks(
    "nothing_is_decided_for_whoever_has_ended_about_an_obstacle",
    on=stories.whoever_reported_ends_for_good,
)
def an_answer_is_told_to_an_agency_that_is_no_more(patch: Patch) -> None:
    patch.setattr(obstacle_notices, "_exists", lambda *_found: True)


@breaks(
    "whoever_has_to_answer_since_an_end_is_told",
    on=stories.whoever_has_to_answer_ends_for_good,
)
def nobody_is_told_that_it_has_to_answer_now(patch: Patch) -> None:
    patch.setattr(chases, "_handovers", lambda _chase: iter(()))


_ENDS = stories.whoever_has_to_answer_merges_while_a_reminder_waits


@breaks("somebody_who_exists_answers_every_open_obstacle", on=_ENDS)
def what_waits_outlives_who_has_to_answer(patch: Patch) -> None:
    patch.setattr(recheck, "is_answered_by_another", lambda *_found: False)


@breaks("somebody_who_exists_answers_every_open_obstacle", on=_ENDS)
def a_successor_hears_of_no_rung_that_stood_before(patch: Patch) -> None:
    original = chases._audience

    def audience(chase: Any, standing: Any, now: Any) -> Any:
        day = chase.calendar.local_day(standing.at)
        addressed = chase.answerer(day)
        return (heard for heard in original(chase, standing, now) if heard.named == addressed)

    patch.setattr(chases, "_audience", audience)


@breaks("nobody_is_asked_for_an_answer_that_was_given", on=stories.obstacles_are_met)
def an_answer_withdraws_nothing(patch: Patch) -> None:
    _look_not_again(patch)
    patch.setattr(obstacle_service, "withdraw_chasing", _nothing)


@breaks("an_open_obstacle_is_scheduled", on=stories.obstacles_are_met)
def an_obstacle_is_forgotten(patch: Patch) -> None:
    patch.setattr(obstacle_store, "schedule", _nothing)


# Reports and ladders.


@breaks("reports_are_numbered_and_kept", on=stories.a_cycle_with_nobody_filing)
def a_report_has_another_number(patch: Patch) -> None:
    patch.setattr(consolidation.consolidations, "next_number", lambda *_found: 7)


@breaks(
    "a_report_is_written_when_all_is_settled_and_when_grace_ends",
    on=stories.a_cycle_with_nobody_filing,
)
def nothing_is_consolidated(patch: Patch) -> None:
    patch.setattr(consolidation, "_reason_due", lambda *_found: None)


@breaks("an_escalation_keeps_the_ladder_it_began_with", on=stories.the_configuration_changes)
def a_new_ladder_is_taken_at_once(patch: Patch) -> None:
    patch.setattr(transition, "_keep_ladders", _nothing)


@breaks("a_duty_that_passes_on_keeps_its_ladder", on=stories.the_ladder_changes_before_an_end)
def a_successor_begins_a_ladder_of_its_own(patch: Patch) -> None:
    original = obligations._covering

    def covering(heir: str, own: Obligation, *found: Any) -> Obligation:
        return original(heir, replace(own, ladder=None), *found)

    patch.setattr(obligations, "_covering", covering)
