"""What holds after every step, whatever was done: the rules of time, law and sending.

Each is one function, whose docstring is the rule; it asserts, and `check` says which of
them are broken. An invariant speaks of what the step changed, or of all that is there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.notices import recipients_of
from lsplan_workflow.domain.obligations import Status, heirs_of
from lsplan_workflow.domain.reorganisation import descendants
from lsplan_workflow.domain.schedules import digest_standings
from lsplan_workflow.notify.outcome import Result
from tests.domain.province import ZONE
from tests.machine.log import replayed
from tests.machine.province import DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Row

    from lsplan_workflow.domain.obligations import Obligation
    from tests.machine.seen import Seen

INVARIANTS: Final[dict[str, Callable[[Seen], None]]] = {}


class Broken(AssertionError):  # noqa: N818 - Reads as what is said of an invariant.
    """Some invariants are broken; `names` says which."""

    def __init__(self, seen: Seen, found: dict[str, AssertionError]) -> None:
        told = "\n".join(f"{name}: {error}" for name, error in found.items())
        super().__init__(f"after {seen.act.name} at {seen.now:%Y-%m-%d %H:%M:%S}Z\n{told}")
        self.names = frozenset(found)


def invariant(function: Callable[[Seen], None]) -> Callable[[Seen], None]:
    """Have a function checked after every step."""
    INVARIANTS[function.__name__] = function
    return function


def nothing(found: Any) -> None:
    """Assert that there is nothing of a kind; else it is shown."""
    assert not found, found


def check(seen: Seen) -> None:
    """Raise Broken, naming every invariant that does not hold."""
    found = {}
    for name, holds in INVARIANTS.items():
        try:
            holds(seen)
        except AssertionError as error:
            found[name] = error
    if found:
        raise Broken(seen, found)


_RUNGS: Final = frozenset(
    {"opening", "reminder", "overdue", "escalation", "digest", "revision", "obstacle_reminder"}
)
_OF_ONE_AGENCY: Final = (_RUNGS - {"digest", "obstacle_reminder"}) | {"succession"}
_TOLD_AFTER_CLOSING: Final = frozenset(
    {
        *("receipt", "returned", "acceptance", "succession", "failure"),
        *("extension", "waiver", "reopening"),
    }
)
_REPLIES: Final = frozenset({"receipt", "obstacle_receipt", "obstacle"})
_OF_REPORTS: Final = frozenset(
    {"opening", "reminder", "overdue", "escalation", "extension", "deadline"}
)
_OF_REVISIONS: Final = frozenset({"returned", "revision"})
_TELLS_OF_DEADLINES: Final = frozenset({"extension", "deadline", "reopening", "returned"})
_WAITING: Final = frozenset({"pending", "retry"})
NEWS: Final = frozenset({"acceptance", "waiver", "reopening", "obstacle_answer"})
_IN_THE_OUTBOX: Final = frozenset({"pending", "sending", "sent", "retry", "failed", "given_up"})
_MINUTE: Final = timedelta(minutes=1)


# Keys: deciding once.


@invariant
def no_key_stands_twice(seen: Seen) -> None:
    """A notice's key is unique: inserting is deciding (§5, Key everything)."""
    nothing(_twice(row.key for row in seen.notices))


@invariant
def a_key_follows_from_what_its_notice_says(seen: Seen) -> None:
    """A key is derived from cycle, agency, rung, deadline and contact, from nothing else (§5)."""
    for row in seen.planned:
        if row.kind == "failure":
            continue
        about, agency, mark, slug = row.key.removeprefix("obstacle/").split("/")
        assert about == (row.obstacle or row.cycle), row.key
        told_instead = row.kind in NEWS and slug == row.contact.replace("/", "-")
        assert told_instead or slug == _slug(row, agency), row.key
        if row.kind == "succession":
            assert mark.startswith("succession-20"), row.key
        else:
            assert mark in {row.rung, f"{row.rung}@{row.due_on}"}, row.key


def _slug(row: Row[Any], agency: str) -> str:
    """Return the contact's part of a key, with its agency where it stands in for another."""
    holder, contact = row.contact.split("/")
    stands_in = holder != agency and row.kind in _OF_ONE_AGENCY
    return f"{holder}-" * stands_in + contact + "-copy" * (row.copy_of is not None)


@invariant
def nobody_gets_the_same_rung_of_a_deadline_twice(seen: Seen) -> None:
    """Never flood: each rung of one obligation's one deadline reaches a contact once (§5)."""
    sent = (row for row in seen.notices if row.status == "sent" and row.kind in _RUNGS)
    matters = ((r.key.split("/")[:-2], r.rung, r.due_on, r.contact) for r in sent)
    nothing(_twice(map(str, matters)))


@invariant
def only_the_newest_rung_of_an_audience_leaves(seen: Seen) -> None:
    """After downtime only the newest rung for each audience is sent (§5, Never flood)."""
    rungs = (row for row in seen.left if row.kind in _RUNGS and row.copy_of is None)
    matters = [(row.key.split("/")[:-2], _audience(row), row.contact) for row in rungs]
    nothing(_twice(map(str, matters)))


def _audience(row: Row[Any]) -> str:
    if row.kind in {"revision", "obstacle_reminder"}:
        return "focal" if row.rung.endswith(("before-1wd", "before-2wd", "overdue-1wd")) else "head"
    return "focal" if row.kind in {"opening", "reminder", "overdue"} else row.kind


@invariant
def planning_again_after_a_pass_decides_nothing(seen: Seen) -> None:
    """Deciding twice decides nothing more, and no rung that stood is forgotten (§5)."""
    if seen.act.passed is not None:
        # Of one that passed on, an edited configuration need not write down what nobody gets.
        gone = {f"{o.cycle}/{o.agency}" for o in seen.owed if o.status is Status.TRANSFERRED}
        missed = [n for n in seen.again if n.key.rsplit("/", 2)[0] not in gone]
        nothing([(notice.key, notice.status.value) for notice in missed])


@invariant
def another_pass_at_the_same_instant_does_nothing(seen: Seen) -> None:
    """Killing a pass and running it again is always safe (§5, Prefect is the conductor)."""
    if seen.act.name == "pass again" and seen.before is not None:
        assert seen.events == seen.before.events
        assert seen.notices == seen.before.notices


@invariant
def what_was_foreseen_has_been_decided(seen: Seen) -> None:
    """`preview` and the passes decide alike: one function serves both (§5, Decide purely).

    That somebody cannot be reached or is a contact no more, and another hears it instead,
    nobody foresees; nor that a pass comes so late that whoever was to read a digest or news, or
    to take over, has ended by then.
    """
    if seen.act.passed is None or not seen.act.foreseen:
        return
    known = {row.key for row in seen.notices}
    foreseen = {notice.key for notice in seen.act.foreseen}
    open_still = (n for n in seen.act.foreseen if not n.cycle or seen.is_open(n.cycle))
    passing = {"digest", "succession"}
    reached = {n.key for n in open_still if n.kind not in passing or _is_there(seen, n.contact)}
    nothing(sorted(reached - known))
    contact = seen.configuration.directory.contact
    stood_in_for = {
        _matter(row)
        for row in seen.notices
        if row.cause == "recipient" or contact(row.contact) is None
    }
    raised = {row.key for row in seen.planned if _matter(row) in stood_in_for}
    raised |= _told_instead(seen)
    leaving = {row.key for row in seen.planned if row.status != "superseded"} - raised
    nothing(sorted(leaving - foreseen - _behind_schedule(seen)))


def _told_instead(seen: Seen) -> set[str]:
    """Return what tells successors news that was for agencies which ended before a late pass."""
    gone = {
        row.key.rpartition("/")[0]
        for row in seen.notices
        if row.kind in NEWS and row.status == "cancelled" and not _is_there(seen, row.contact)
    }
    return {row.key for row in seen.planned if row.key.rpartition("/")[0] in gone}


def _is_there(seen: Seen, contact: str) -> bool:
    """Tell whether a contact's agency stands for itself today."""
    agency = contact.partition("/")[0]
    today = seen.configuration.calendar.local_day(seen.now)
    return seen.configuration.directory.follow(agency, today).code == agency


def _behind_schedule(seen: Seen) -> set[str]:
    """Return what a pass decided outside working hours: it leaves later than foreseen until."""
    return {row.key for row in seen.planned if row.send_at > seen.now}


@invariant
def what_still_holds_is_not_withdrawn(seen: Seen) -> None:
    """Never drop: after a pass the newest rung of each audience left, waits or failed (§5).

    What an edited configuration has as its newest may have been superseded by another that
    left or waits, or stood before the agency was told of its deadline. What a mistaken extension
    had withdrawn is told by the letter that corrects it.
    """
    if seen.act.passed is None:
        return
    rows = {row.key: row for row in seen.notices}
    for row in (rows[key] for key in _standing_now(seen) if key in rows):
        others = {other.kind: _audience(other) for other in _instead_of(seen, row)}
        told = bool(_TELLS_OF_DEADLINES & others.keys())
        superseded = row.status == "superseded" and (told or _audience(row) in others.values())
        corrected = row.status == "cancelled" and told
        assert row.status in _IN_THE_OUTBOX or superseded or corrected, row.key


def _instead_of(seen: Seen, row: Row[Any]) -> Iterator[Row[Any]]:
    """Yield what else of the same obligation left or waits for the same contact."""
    for other in seen.notices:
        same = (other.cycle, other.agency, other.contact) == (row.cycle, row.agency, row.contact)
        if same and other.due_on == row.due_on and other.status in _IN_THE_OUTBOX:
            yield other


def _standing_now(seen: Seen) -> Iterator[str]:
    for duty in seen.owed:
        if not seen.is_open(duty.cycle) or duty.awaited_at is None or duty.ended_at is not None:
            continue
        due = [s for s in seen.standings(duty) if s.at <= seen.now]
        for standing in {s.audience: s for s in due}.values():
            asks_before = not standing.rung.removeprefix("revise-").startswith("overdue")
            if asks_before and duty.awaited_at <= seen.now:
                continue
            directory = seen.configuration.directory
            today = seen.configuration.calendar.local_day(seen.now)
            present = directory.follow(duty.agency, today).code
            people = recipients_of(directory, present, standing.audience.role)
            # A duty that is kept under the name of an agency that has ended is its successor's.
            whose = "" if present == duty.agency else f"{present}-"
            yield from (
                f"{duty.cycle}/{duty.agency}/{standing.mark}/{whose}{contact.slug}"
                for contact in people
            )


# Time: when things happen.


@invariant
def no_rung_is_decided_before_it_stands(seen: Seen) -> None:
    """A rung stands at 07:30 of its own day, and nothing is decided earlier (§4).

    before-14d is D − 14 days or the working day before; before-3wd the third working day
    before D; overdue-1wd the first working day on or after D.
    """
    for row in seen.planned:
        if row.kind in _RUNGS - {"opening"}:
            assert _stands_at(seen, row.rung, row.due_on) <= seen.now, row.key


@invariant
def every_rung_that_stood_has_been_decided(seen: Seen) -> None:
    """Nothing is lost: after a pass each configured rung of an open duty is in the outbox (§5)."""
    if seen.act.passed is None:
        return
    known = {row.key.rsplit("/", 1)[0] for row in seen.notices}
    for duty in (o for o in seen.owed if o.is_chased and seen.is_open(o.cycle)):
        for rung in _rungs_of(seen, duty, {"focal", "head"}):
            stood = _stood(seen, duty, rung)
            assert stood is None or stood[1] in known or _is_nobodys(seen, duty), stood


def _is_nobodys(seen: Seen, duty: Obligation) -> bool:
    """Tell whether nobody is left to be written to about a duty."""
    directory = seen.configuration.directory
    present = directory.follow(duty.agency, _today(seen)).code
    return not recipients_of(directory, present, Role.FOCAL)


def _rungs_of(seen: Seen, duty: Obligation, roles: set[str]) -> Iterator[str]:
    """Yield the rungs that address some of an agency, as the configuration has them."""
    yield from seen.province.reminders
    if duty.ladder is None:
        yield from (rung for rung, to, _copy in seen.province.ladder if to in roles)


def _stood(seen: Seen, duty: Obligation, rung: str) -> tuple[datetime, str] | None:
    """Return when a rung of a duty's deadline stood, with what keys begin with; if it has."""
    cycle, due_on = seen.cycle[duty.cycle], seen.configuration.calendar.local_day(duty.due_at)
    since = max(duty.chased_since or cycle.opens_at, cycle.opens_at)
    mark = rung if due_on == cycle.announced_on else f"{rung}@{due_on}"
    at = _stands_at(seen, rung, due_on)
    return (at, f"{duty.cycle}/{duty.agency}/{mark}") if since < at <= seen.now else None


@invariant
def a_new_contact_gets_the_newest_that_holds(seen: Seen) -> None:
    """A new contact gets the newest reminder that holds, as everybody did."""
    if seen.act.passed is None:
        return
    known = {(row.key.rsplit("/", 1)[0], row.contact) for row in seen.notices}
    existing = {unit.code: unit for unit in seen.province.existing(_today(seen))}
    for duty in (o for o in seen.owed if o.is_chased and seen.is_open(o.cycle)):
        found = (_stood(seen, duty, rung) for rung in _rungs_of(seen, duty, {"focal"}))
        stood = [one for one in found if one is not None]
        if stood and duty.agency in existing and duty.ladder is None:
            newest = {key for at, key in stood if at == max(stood)[0]}
            focal = [c for c in existing[duty.agency].contacts if "/focal" in c]
            missed = [c for c in focal if not any((key, c) in known for key in newest)]
            assert not missed, (newest, missed)


def _today(seen: Seen) -> date:
    return seen.configuration.calendar.local_day(seen.now)


def _stands_at(seen: Seen, rung: str, due_on: date) -> datetime:
    """Return when a rung stands by the words of the design, which knows no other code."""
    side, span = rung.removeprefix("revise-").split("-")
    count, works = int(span.rstrip("wd")), seen.configuration.calendar.is_working_day
    back, forth = -DAY, DAY
    if side == "overdue":
        day = _worked(due_on, forth, works)
        for _ in range(count - 1):
            day = _worked(day + forth, forth, works)
    elif span.endswith("wd"):
        day = due_on
        for _ in range(count):
            day = _worked(day + back, back, works)
    else:
        day = _worked(due_on - count * DAY, back, works)
    return datetime.combine(day, time(7, 30), tzinfo=ZONE)


def _worked(day: date, step: timedelta, works: Callable[[date], bool]) -> date:
    while not works(day):
        day += step
    return day


@invariant
def a_cycle_runs_between_the_instants_that_were_recorded_of_it(seen: Seen) -> None:
    """What has closed is history: no edit changes its dates, or opens it again (§4, §5)."""
    former = {} if seen.before is None else {row.code: row for row in seen.before.cycles}
    for row in seen.cycles:
        cycle, before = seen.configuration.cycle(row.code), former.get(row.code)
        recorded = (row.opens_at, row.due_at, row.grace_ends_at, row.closes_at)
        if cycle is not None:
            shown = (cycle.opens_at, cycle.due_at, cycle.grace_ends_at, cycle.closes_at)
            assert shown == recorded, row.code
        if before is not None and before.closes_at <= seen.now:
            assert (before.due_at, before.closes_at) == (row.due_at, row.closes_at), row.code


@invariant
def nothing_happens_outside_an_open_cycle(seen: Seen) -> None:
    """Nothing happens before a cycle opens or after it closes; replies and decisions do (§4)."""
    for row in (*seen.planned, *seen.left):
        if row.cycle and row.kind not in _TOLD_AFTER_CLOSING:
            assert seen.is_open(row.cycle), (row.key, row.status)


@invariant
def a_cycle_is_there_from_its_opening_on(seen: Seen) -> None:
    """A cycle opens at its opening, not before; what had closed at the first run is not tracked."""
    recorded = {row.code: row for row in seen.cycles}
    first = min(event.at for event in seen.events)
    for cycle in seen.configuration.cycles():
        row = recorded.get(cycle.code)
        assert row is None or row.untracked or seen.cycle[cycle.code].opens_at <= seen.now
        if seen.act.passed is not None and cycle.opens_at <= seen.now:
            assert row is not None, cycle.code
        if row is not None and row.untracked:
            assert row.closes_at <= first, cycle.code


@invariant
def what_the_engine_starts_waits_for_working_hours(seen: Seen) -> None:
    """Only replies leave outside 07:30 ≤ t ≤ 17:00 of working days (§4, §5)."""
    calendar = seen.configuration.calendar
    local = calendar.local(seen.now)
    worked_day = calendar.is_working_day(local.date())
    if not (worked_day and time(7, 30) <= local.time() <= time(17)):
        nothing([row.key for row in seen.left if row.kind not in _REPLIES])


@invariant
def a_reply_leaves_at_once(seen: Seen) -> None:
    """Replies to a person's own act leave at once, at any hour (§5)."""
    for row in seen.planned:
        if row.kind in _REPLIES:
            assert row.send_at == row.decided_at == seen.now, row.key
    if seen.act.passed is not None and not _is_held_back(seen):
        waiting = [r.key for r in seen.notices if r.status == "pending" and r.kind in _REPLIES]
        nothing(waiting)


@invariant
def after_a_pass_nothing_due_is_left_waiting(seen: Seen) -> None:
    """Lose nothing: what may leave has left, was tried, or is cancelled (§5)."""
    calendar = seen.configuration.calendar
    if seen.act.passed is None or _is_held_back(seen) or not calendar.is_working_time(seen.now):
        return
    due = {"pending": "send_at", "retry": "next_attempt_at", "sending": "lease_until"}
    for row in seen.notices:
        if row.status in due:
            assert getattr(row, due[row.status]) > seen.now, (row.key, row.status)


def _is_held_back(seen: Seen) -> bool:
    """Tell whether the rate allows nothing more in this minute.

    What a killed pass holds under its lease counts as if it had left.
    """
    held = (row for row in seen.notices if row.status == "sending" and row.lease_until > seen.now)
    ids = {row.message_id for row in held}
    return len(ids | _ids_of_the_last_minute(seen)) >= seen.province.per_minute


def _ids_of_the_last_minute(seen: Seen) -> set[str]:
    since = seen.now - _MINUTE
    return {r.message_id for r in seen.notices if r.sent_at is not None and r.sent_at > since}


@invariant
def no_more_leaves_than_the_rate_allows(seen: Seen) -> None:
    """Each channel has a rate, honoured across passes (§5)."""
    if seen.left:
        assert len(_ids_of_the_last_minute(seen)) <= seen.province.per_minute


# Truth: what is said at the moment of sending.


@invariant
def nothing_asks_for_what_is_there(seen: Seen) -> None:
    """A reminder for a report that has meanwhile arrived is cancelled, not sent (§5)."""
    for row in seen.left:
        duty = seen.about(row) if row.cycle else None
        if row.kind in _OF_REPORTS:
            assert duty is not None, row.key
            assert duty.is_chased, (row.key, duty.status)
        if row.kind in _OF_REVISIONS:
            assert duty is not None, row.key
            assert duty.status is Status.RETURNED, (row.key, duty.status)
        if row.kind == "digest":
            assert _overdue(seen, row.cycle), row.key


def _overdue(seen: Seen, cycle: str) -> list[Obligation]:
    now = seen.now
    of_cycle = (duty for duty in seen.owed if duty.cycle == cycle)
    return [duty for duty in of_cycle if duty.is_overdue(now) or duty.is_revision_overdue(now)]


@invariant
def what_was_filed_is_withdrawn_at_once(seen: Seen) -> None:
    """What waits to ask for a report is cancelled when it is filed or waived."""
    for row in seen.notices:
        if row.status in _WAITING and row.kind in _OF_REPORTS and row.cycle in seen.cycle:
            duty = seen.about(row)
            assert duty is not None, row.key
            assert duty.is_chased or duty.status is Status.TRANSFERRED, (row.key, duty.status)


@invariant
def a_deadline_that_is_told_holds(seen: Seen) -> None:
    """Reminders follow the new deadline: none leaves that states another one."""
    for row in seen.left:
        duty = seen.about(row) if row.cycle else None
        if duty is not None and row.kind in _OF_REPORTS | _OF_REVISIONS:
            held = duty.awaited_at
            day = None if held is None else seen.configuration.calendar.local_day(held)
            assert day in {row.due_on, None}, row.key


@invariant
def nobody_is_reminded_of_a_deadline_that_has_passed(seen: Seen) -> None:
    """What reminds before the due instant does not leave at or after it (§4)."""
    for row in seen.left:
        if row.kind in {"opening", "reminder"}:
            duty = seen.about(row)
            assert duty is not None, row.key
            assert seen.now < duty.due_at, row.key


@invariant
def only_who_is_a_contact_is_written_to_at_his_present_address(seen: Seen) -> None:
    """A contact that is taken away gets nothing more, a new holder what the old one did not.

    (operations, Applying what was edited.)
    """
    present = seen.province.contacts()
    for row in seen.left:
        assert present.get(row.contact) == row.recipient, row.key


# Sending: leases, attempts, copies.

_MOVES: Final = {
    "pending": {"sending", "sent", "retry", "failed", "cancelled", "superseded", "given_up"},
    "sending": {"pending", "sent", "retry", "failed", "cancelled", "superseded"},
    "retry": {"pending", "sending", "sent", "failed", "cancelled", "superseded", "given_up"},
    "failed": {"pending", "given_up"},
    "given_up": {"pending"},
    "sent": set(),
    "superseded": {"pending"},
    "cancelled": {"pending"},
}


@invariant
def a_notice_moves_as_documented(seen: Seen) -> None:
    """pending → sending → sent, or retry, or failed; what has left stays so (§5)."""
    for row in seen.notices:
        former = seen.former.get(row.key)
        if former is None or row.status == former.status:
            continue
        assert row.status in _MOVES[former.status], (row.key, former.status, row.status)
        if former.status in {"cancelled", "superseded"}:
            # A mistaken extension that is corrected has withdrawn nothing.
            assert seen.act.name in {"apply", "extension"}, row.key


@invariant
def a_claim_has_a_lease_and_nothing_else_has(seen: Seen) -> None:
    """`sending` is held under a lease, which ends with the attempt (§5)."""
    for row in seen.notices:
        held = row.status == "sending"
        assert (row.lease_until is not None) == (row.lease_by is not None) == held, row.key


@invariant
def what_is_marked_as_sent_was_taken(seen: Seen) -> None:
    """Mark after sending, not before (§5)."""
    taken = {(p.message_id, p.recipient) for p in seen.posted if p.taken}
    for row in seen.left:
        assert (row.message_id, row.recipient) in taken, row.key


@invariant
def what_was_taken_and_answered_is_marked(seen: Seen) -> None:
    """A notice that left is sent, and leaves no second time (§5)."""
    confirmed = {
        (p.message_id, p.recipient) for p in seen.posted if p.taken and p.answered is Result.SENT
    }
    copies = Counter((p.message_id, p.recipient) for p in seen.posted if p.taken)
    unsure = Counter(
        (p.message_id, p.recipient)
        for p in seen.posted
        if p.taken and p.answered is not Result.SENT
    )
    for place, count in copies.items():
        assert count <= 1 + unsure[place] or _is_shared(seen, place), (place, count)
    for row in seen.notices:
        if (row.message_id, row.recipient) in confirmed and not _is_shared(
            seen, (row.message_id, row.recipient)
        ):
            assert row.status == "sent", (row.key, row.status)


def _is_shared(seen: Seen, place: tuple[str, str]) -> bool:
    """Tell whether several notices share a mail to one address; they may fail one by one."""
    return sum((row.message_id, row.recipient) == place for row in seen.notices) > 1


@invariant
def a_notice_keeps_its_message_id(seen: Seen) -> None:
    """A second copy after a crash is recognised as the same message (§5)."""
    for row in seen.notices:
        former = seen.former.get(row.key)
        if former is not None and former.message_id is not None:
            assert row.message_id == former.message_id, row.key


@invariant
def several_items_for_one_person_become_one_message(seen: Seen) -> None:
    """Several items for one person become one message that lists them all (§5)."""
    copied = {row.copy_of for row in seen.notices}
    mails = defaultdict[str, set[str]](set)
    for row in seen.left:
        apart = row.kind in _REPLIES or row.copy_of is not None or row.key in copied
        if not apart and row.key not in seen.former and seen.act.passed is not None:
            mails[row.recipient].add(row.message_id)
    assert {to: ids for to, ids in mails.items() if len(ids) > 1} == {}


@invariant
def every_attempt_is_a_row(seen: Seen) -> None:
    """Deliveries are rows that are added, each with the server's own words (§5)."""
    outcomes = defaultdict[str, list[Any]](list)
    for delivery in seen.deliveries:
        outcomes[delivery.notice_key].append(delivery)
    for row in seen.notices:
        made = outcomes[row.key]
        assert row.attempts <= len(made), row.key
        last = made[-1].outcome if made else None
        if row.status == "sent":
            assert any(d.outcome == "sent" and d.at == row.sent_at for d in made), row.key
        if row.status == "retry":
            assert last == "temporary", row.key
            assert row.next_attempt_at is not None, row.key


@invariant
def a_failure_is_shown_with_the_servers_own_words(seen: Seen) -> None:
    """`failed` on a permanent failure, shown with the server's own words (§5).

    Of what was said about a person who was forgotten no more than a code is left.
    """
    for row in seen.notices:
        if row.status == "failed":
            assert row.reply or not row.recipient, row.key
            assert row.reply == [d for d in seen.deliveries if d.notice_key == row.key][-1].reply


@invariant
def what_its_recipient_cannot_hear_another_hears(seen: Seen) -> None:
    """Who cannot be reached is stood in for by the next contact, else administrators are told."""
    refused = (r for r in seen.notices if r.status == "failed" and r.cause == "recipient")
    told = {row.rung for row in seen.notices if row.kind == "failure"}
    matters = Counter(map(_matter, seen.notices))
    for row in refused:
        if row.copy_of is None and row.kind != "failure":
            agency = row.contact.partition("/")[0]
            assert matters[_matter(row)] > 1 or f"unreachable/{agency}" in told, row.key


def _matter(row: Row[Any]) -> tuple[Any, ...]:
    agency = row.contact.partition("/")[0]
    return (row.cycle, row.obstacle, row.agency, row.rung, row.due_on, agency)


# Obligations: who owes what until when.


@invariant
def every_status_follows_from_the_log(seen: Seen) -> None:
    """Each state is reached by transitions of the table that the log records (§5)."""
    history = replayed(seen.events)
    for duty in seen.owed:
        assert history.status[duty.cycle, duty.agency] is duty.status, (duty.cycle, duty.agency)


@invariant
def every_deadline_follows_from_the_log(seen: Seen) -> None:
    """An obligation is due with its cycle, but not before what was granted it last."""
    history = replayed(seen.events)
    for duty in seen.owed:
        if duty.covers:
            continue
        own = seen.cycle[duty.cycle].due_at
        granted = history.granted.get((duty.cycle, duty.agency), own)
        assert duty.due_at == max(own, granted), (duty.cycle, duty.agency)


@invariant
def a_deadline_lies_between_its_cycles_own_and_the_closing(seen: Seen) -> None:
    """None is due before its cycle or after the closing (§4)."""
    for duty in seen.owed:
        if duty.is_chased and seen.is_open(duty.cycle):
            cycle = seen.cycle[duty.cycle]
            assert cycle.due_at <= duty.due_at <= cycle.closes_at, (duty.cycle, duty.agency)


@invariant
def timeliness_is_that_of_the_first_complete_filing(seen: Seen) -> None:
    """Timeliness stays that of the first complete filing, by when it was received."""
    received = defaultdict[tuple[str, str], list["datetime"]](list)
    for row in (row for row in seen.submissions if row.id not in seen.void):
        received[row.cycle, row.agency].append(row.received_at)
    for duty in seen.owed:
        filed = received[duty.cycle, duty.agency]
        assert duty.first_complete_at == min(filed, default=None), (duty.cycle, duty.agency)


@invariant
def the_figures_add_up(seen: Seen) -> None:
    """Late is the due instant or after; what passed on or is waived does not count (§4)."""
    for code, shown in seen.figures.items():
        gone = {Status.TRANSFERRED, Status.WAIVED}
        owed = [o for o in seen.owed if o.cycle == code and o.status not in gone]
        filed = [o for o in owed if o.first_complete_at]
        assert shown.expected == len(owed), code
        assert shown.late == sum(o.first_complete_at >= o.due_at for o in filed), code
        assert shown.on_time == sum(o.first_complete_at < o.due_at for o in filed), code
        parts = shown.on_time + shown.late + shown.missing + shown.pending
        assert parts == shown.expected, code
        assert 0 <= shown.rate(shown.on_time + shown.late) <= 100, code


@invariant
def everyone_who_exists_on_the_last_full_day_owes(seen: Seen) -> None:
    """Agencies in existence on the cycle's last full day owe, of the kinds it names (§4).

    Whoever succeeds one that owes takes over its duty on the day, and owes nothing besides.
    """
    for code, cycle in seen.cycle.items():
        if seen.is_open(code):
            owing = {duty.agency for duty in seen.owed if duty.cycle == code}
            heirs = descendants(owing, seen.configuration.directory)
            existing = {unit.code for unit in seen.province.existing(cycle.last_full_day)}
            nothing(sorted(existing - owing - heirs))


@invariant
def nothing_passes_on_without_an_end(seen: Seen) -> None:
    """An end that was revoked before it had come does not come about."""
    today = _today(seen)
    for duty in seen.owed:
        until = seen.province.unit(duty.agency).until
        if duty.status is Status.TRANSFERRED:
            assert until is not None, (duty.cycle, duty.agency)
            assert until < today, (duty.cycle, duty.agency)
    known = {unit.code: unit.until for unit in seen.province.units}
    ended = [row.agency for row in seen.successions if known[row.agency] is None]
    nothing(ended)


@invariant
def every_duty_that_passed_on_is_covered_once(seen: Seen) -> None:
    """The successor owes one obligation that covers them, or one each; none is lost (§4)."""
    for duty in seen.owed:
        nothing(_twice(duty.covers))
        for code in duty.covers:
            assert seen.duty[duty.cycle, code].status is Status.TRANSFERRED, (duty.agency, code)
        if duty.status is Status.TRANSFERRED:
            _assert_covered(seen, duty)


def _assert_covered(seen: Seen, duty: Obligation) -> None:
    """Assert that heirs cover a duty: all those who were new when it passed on, or some."""
    place, heirs = (duty.cycle, duty.agency), set(_heirs(seen, duty))
    covering = [o for o in seen.owed if o.cycle == duty.cycle and duty.agency in o.covers]
    before = {} if seen.before is None else seen.before.duty
    if place in before and before[place].status is not Status.TRANSFERRED:
        new = {heir for heir in heirs if (duty.cycle, heir) not in before}
        assert new <= {o.agency for o in covering}, (place, new)
    if heirs:
        still_owed = any(o.status is not Status.TRANSFERRED for o in covering)
        assert still_owed or _ends_nowhere(seen, duty), place


def _heirs(seen: Seen, duty: Obligation) -> list[str]:
    """Return who takes over from the agency of a duty in its cycle, as it is configured now."""
    directory = seen.configuration.directory
    return heirs_of(directory[duty.agency], seen.cycle[duty.cycle], directory)


def _ends_nowhere(seen: Seen, duty: Obligation) -> bool:
    """Tell whether the last of a line of successors ended without one."""
    heirs = _heirs(seen, duty)
    owed = (seen.duty.get((duty.cycle, heir)) for heir in heirs)
    passed = [o for o in owed if o is not None and o.status is Status.TRANSFERRED]
    return not heirs or any(_ends_nowhere(seen, o) for o in passed)


@invariant
def no_open_duty_stays_with_an_agency_that_has_ended(seen: Seen) -> None:
    """While a cycle is not closed, unsettled obligations of an ended agency pass on (§4).

    Where the successors had filed theirs, it stays under the old name for them to file.
    """
    if seen.act.passed is None or seen.before is None:
        return
    calendar = seen.configuration.calendar
    for duty in seen.owed:
        ended_on = seen.configuration.directory[duty.agency].succeeded_on
        if ended_on is None or not duty.is_chased:
            continue
        cycle = seen.cycle[duty.cycle]
        at = max(calendar.midnight(ended_on), cycle.opens_at)
        # What becomes known only after the closing leaves its history as it is.
        passes_on = at <= seen.now and max(at, seen.before.now) < cycle.closes_at
        assert not passes_on or _have_done_theirs(seen, duty), (duty.cycle, duty.agency)


def _have_done_theirs(seen: Seen, duty: Obligation) -> bool:
    """Tell whether every heir filed its own report or was waived, or the duty was reopened."""
    heirs = _heirs(seen, duty)
    done = {(row.cycle, row.agency) for row in (*seen.submissions, *seen.decisions)}
    own = (duty.cycle, duty.agency)
    return own in done or (bool(heirs) and all((duty.cycle, heir) in done for heir in heirs))


@invariant
def what_comes_next_is_scheduled(seen: Seen) -> None:
    """An indexed `next_action_at`: never later than what comes next, nor past after a pass (§5)."""
    passed = seen.act.passed is not None
    for row in seen.obligations:
        duty = seen.duty[row.cycle, row.agency]
        chased = duty.status is not Status.TRANSFERRED and seen.is_open(row.cycle)
        coming = [s.at for s in seen.standings(duty) if s.at > seen.now] if chased else []
        _assert_scheduled(row.next_action_at, coming, seen, (row.cycle, row.agency), passed=passed)
    for row in seen.cycles:
        if not row.untracked:
            _assert_scheduled(
                row.next_action_at, _of_cycle(seen, row.code), seen, (row.code,), passed=passed
            )


def _of_cycle(seen: Seen, code: str) -> list[datetime]:
    cycle, calendar = seen.cycle[code], seen.configuration.calendar
    dues = {o.due_at for o in seen.owed if o.cycle == code and o.is_chased}
    instants = [s.at for s in digest_standings(cycle, dues, calendar)]
    ends = (unit.succeeded_on for unit in seen.configuration.directory.endings())
    instants += [calendar.midnight(day) for day in ends if day is not None]
    own = [at for at in instants if cycle.opens_at <= at < cycle.closes_at]
    return [at for at in (*own, cycle.grace_ends_at) if at > seen.now]


def _assert_scheduled(
    next_action_at: datetime | None,
    coming: list[datetime],
    seen: Seen,
    where: tuple[str, ...],
    *,
    passed: bool,
) -> None:
    if coming:
        assert next_action_at is not None, where
        assert next_action_at <= min(coming), (where, next_action_at, min(coming))
    if passed and next_action_at is not None:
        assert next_action_at > seen.now, (where, next_action_at)


def _twice(values: Any) -> list[Any]:
    """Return what stands more than once."""
    return [value for value, count in Counter(values).items() if count > 1]
