"""What holds after every step of records: the log, what people are told, obstacles, reports."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.agencies import Role
from lsplan_workflow.domain.notices import newest, recipients_of
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.domain.obstacle_notices import Chase, obstacle_standings
from lsplan_workflow.domain.obstacles import TRANSITIONS, Act, State
from lsplan_workflow.domain.schedules import is_escalating
from lsplan_workflow.store.installation import fingerprint
from tests.machine.invariants import NEWS, check, invariant, nothing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from sqlalchemy import Row

    from lsplan_workflow.domain.agencies import Agency
    from lsplan_workflow.domain.obligations import Obligation
    from tests.machine.seen import Seen

__all__ = ["check"]
# The log and the history.

_HISTORY: Final = (
    "versions",
    "submissions",
    "documents",
    "reviews",
    "decisions",
    "steps",
    "deliveries",
    "successions",
    "reports",
    "events",
)


@invariant
def history_is_only_added_to(seen: Seen) -> None:
    """History is append-only: rows that are never updated away, but for who was erased (§5)."""
    if seen.before is None:
        return
    for name in _HISTORY:
        before, after = (_lasting(seen, name, of.rows[name]) for of in (seen.before, seen))
        assert after[: len(before)] == before, name


_PERSONAL: Final = {"versions": {"files", "sha256"}, "deliveries": {"reply"}}


def _lasting(seen: Seen, name: str, rows: tuple[Row[Any], ...]) -> list[dict[str, Any]]:
    """Return the rows without what may be erased, if the step erased somebody."""
    hidden = _PERSONAL.get(name, set()) if seen.act.name == "forgetting" else set()
    return [{k: v for k, v in row._mapping.items() if k not in hidden} for row in rows]


@invariant
def nothing_is_kept_of_whoever_was_forgotten(seen: Seen) -> None:
    """A person's address can be erased, from every table that held it (§5)."""
    if seen.act.erased:
        kept = repr(seen.rows)
        nothing(sorted(address for address in seen.act.erased if address in kept))


@invariant
def every_change_has_its_event(seen: Seen) -> None:
    """Each row of the history is joined by an audit event in the same transaction (§5)."""
    said = Counter(event.event for event in seen.events)
    kinds = Counter(row.kind for row in seen.decisions)
    assert said["submitted"] == len(seen.submissions)
    assert said["accepted"] + said["returned"] + said["voided"] == len(seen.reviews)
    assert said["extended"] == kinds["extension"]
    assert said["waived"] == kinds["waiver"]
    assert said["reopened"] == kinds["reopening"]
    assert said["agency_ended"] == len(seen.successions)
    assert said["consolidated"] == len(seen.reports)
    assert said["configuration_applied"] == len(seen.versions)
    assert said["cycle_opened"] + said["cycle_untracked"] == len(seen.cycles)
    steps = Counter(row.state for row in seen.steps)
    assert {state: said[f"obstacle_{state}"] for state in steps} == dict(steps)
    sent = sum(row.outcome == "sent" for row in seen.deliveries)
    assert said["notice_sent"] == sent


@invariant
def every_notice_that_is_withdrawn_or_fails_has_its_event(seen: Seen) -> None:
    """What was cancelled, and what failed for good, is in the log (§5)."""
    new = seen.events[0 if seen.before is None else len(seen.before.events) :]
    said = {(event.event, json.loads(event.payload).get("key")) for event in new}
    for row in seen.notices:
        former = seen.former.get(row.key)
        if former is not None and former.status == row.status:
            continue
        if row.status in {"cancelled", "failed", "sent"}:
            assert (f"notice_{row.status}", row.key) in said, (row.key, row.status)
        if former is None and row.status in {"pending", "sent"} and _is_the_engines(row):
            assert ("notice_planned", row.key) in said, row.key


def _is_the_engines(row: Row[Any]) -> bool:
    """Tell whether a rung or a succession brought a notice about, and no person's act."""
    return row.kind in {"opening", "reminder", "overdue", "escalation", "digest", "revision"}


@invariant
def a_refusal_changes_nothing(seen: Seen) -> None:
    """What is refused is refused as a whole: nothing was changed."""
    if seen.act.refused and seen.before is not None:
        changed = [name for name, rows in seen.rows.items() if rows != seen.before.rows[name]]
        nothing(changed)


@invariant
def the_chain_of_the_log_is_whole(seen: Seen) -> None:
    """Events are chained under an HMAC and numbered without a gap; the head counts them (§5)."""
    assert seen.broken_at is None
    assert [event.number for event in seen.events] == list(range(1, len(seen.events) + 1))
    assert [head.count for head in seen.heads] == [len(seen.events)]


@invariant
def the_log_holds_no_address(seen: Seen) -> None:
    """Events hold contact ids, not addresses (§5)."""
    known = 0 if seen.before is None else len(seen.before.events)
    addresses = [contact.address for contact in seen.configuration.directory.contacts]
    for event in seen.events[known:]:
        found = [address for address in addresses if address in event.payload]
        nothing(found)


@invariant
def a_digest_carries_the_head_of_the_log(seen: Seen) -> None:
    """Head and count go into every digest, so that a cut-off tail shows (§5)."""
    hashes = {event.hash for event in seen.events}
    texts = {(p.message_id, p.recipient): p.text for p in seen.posted}
    for row in seen.left:
        if row.kind == "digest":
            text = texts[row.message_id, row.recipient]
            assert any(known in text for known in hashes), row.key


@invariant
def every_applied_version_is_kept_and_the_last_is_in_force(seen: Seen) -> None:
    """Every applied version is kept; passes use the last one (§4)."""
    assert [row.number for row in seen.versions] == list(range(1, len(seen.versions) + 1))
    assert seen.versions[-1].sha256 == fingerprint(seen.configuration.files)


# What people are told.


@invariant
def every_filing_is_receipted(seen: Seen) -> None:
    """A filing is answered with a receipt, to whoever is the agency's focal person (§4, §5)."""
    for row in _new(seen, "submissions"):
        _assert_told(seen, row.cycle, row.agency, f"receipt-{row.version}")


@invariant
def every_decision_is_told(seen: Seen) -> None:
    """The agency is told of an extension, a waiver and a reopening.

    A correction that brings back the deadline which was told last is told nobody.
    """
    counted = Counter[tuple[str, str, str]]()
    new = {row.id for row in _new(seen, "decisions")}
    for row in seen.decisions:
        counted[row.cycle, row.agency, row.kind] += 1
        if row.id in new:
            number = counted[row.cycle, row.agency, row.kind]
            if row.kind == "extension" and _brings_back(seen, row):
                rung = f"{row.kind}-{number}"
                nothing([r.key for r in seen.planned if r.agency == row.agency and r.rung == rung])
            else:
                _assert_told(seen, row.cycle, row.agency, f"{row.kind}-{number}")


def _brings_back(seen: Seen, decision: Row[Any]) -> bool:
    """Tell whether an earlier day was given than there was, and the one that was told last."""
    duty, former = seen.duty[decision.cycle, decision.agency], None
    if seen.before is not None:
        former = seen.before.duty.get((decision.cycle, decision.agency))
    if former is None or former.due_at <= duty.due_at:
        return False
    letters = [
        row
        for row in seen.notices
        if (row.cycle, row.agency) == (duty.cycle, duty.agency)
        and row.status in {"sent", "sending"}
        and row.kind in _DATED
    ]
    last = max(letters, key=lambda row: (row.sent_at or seen.now, row.id), default=None)
    own = seen.configuration.calendar.local_day(seen.cycle[duty.cycle].due_at)
    return (own if last is None else last.due_on) == _due_on(seen, duty)


_DATED: Final = frozenset(
    {
        *("opening", "reminder", "overdue", "escalation", "succession"),
        *("extension", "deadline", "reopening", "waiver"),
    }
)


@invariant
def a_decision_goes_untold_only_if_it_holds_no_more(seen: Seen) -> None:
    """What was decided is told, be it on the last evening of the cycle."""
    waited = {key for key, row in seen.former.items() if row.status in _UNSENT}
    for row in (r for r in seen.notices if r.key in waited and r.kind in _DECISIONS):
        assert row.status != "cancelled" or not _holds(seen, row), row.key


_DECISIONS: Final = frozenset({"extension", "waiver", "reopening"})
_UNSENT: Final = frozenset({"pending", "sending", "retry"})


def _holds(seen: Seen, row: Row[Any]) -> bool:
    """Tell whether a decision holds as its notice says, and is told to whom it concerns."""
    duty, directory = seen.duty[row.cycle, row.agency], seen.configuration.directory
    told_anew = any((r.cycle, r.agency) == (row.cycle, row.agency) for r in seen.planned)
    heard = told_anew or _is_told_to_another(seen, row)
    if directory.contact(row.contact) is None and (heard or not _focal(seen, row.agency)):
        return False
    present = _stands(seen, duty.agency).code
    if row.kind == "waiver":
        redirected = _is_told_to_another(seen, row) and row.contact.split("/")[0] != present
        return duty.status is Status.WAIVED and not redirected
    same = duty.is_chased and row.due_on == seen.configuration.calendar.local_day(duty.due_at)
    return same and present == row.contact.partition("/")[0] and not told_anew


def _is_told_to_another(seen: Seen, row: Row[Any]) -> bool:
    """Tell whether somebody else of the agency has or gets the same letter."""
    about = (row.cycle, row.agency, row.rung)
    same = (r for r in seen.notices if (r.cycle, r.agency, r.rung) == about)
    return any(r.contact != row.contact and r.status in {*_UNSENT, "sent"} for r in same)


@invariant
def every_return_is_told(seen: Seen) -> None:
    """The agency is told why its report was returned."""
    filed, counted = {row.id: row for row in seen.submissions}, Counter[int]()
    new = {row.id for row in _new(seen, "reviews")}
    for row in (row for row in seen.reviews if row.decision == "returned"):
        counted[row.submission_id] += 1
        if row.id in new:
            version, times = filed[row.submission_id], counted[row.submission_id]
            _assert_told_of_return(seen, version, times)


def _assert_told_of_return(seen: Seen, version: Row[Any], times: int) -> None:
    """Assert that a return was told under a key of its own, with the day that it replaces."""
    rung = f"returned-{version.version}" + f"-{times}" * (times > 1)
    about = (version.cycle, version.agency)
    keys = [row.key for row in seen.planned if row.kind == "returned"]
    told = [key for key in keys if key.startswith(f"{'/'.join(about)}/{rung}")]
    if not told:
        told = [k for k in keys if k.startswith(f"{'/'.join(about)}/{rung}-{times}-20")]
    assert len(told) == len(_focal(seen, version.agency)), (*about, rung)


@invariant
def only_what_came_after_a_return_answers_it(seen: Seen) -> None:
    """A return has a date of its own, which nothing answers that came before."""
    filed = {row.id: row for row in seen.submissions}
    last = {
        (version.cycle, version.agency): row
        for row in seen.reviews
        if row.submission_id not in seen.void and (version := filed[row.submission_id])
    }
    for (cycle, agency), review in last.items():
        if review.decision != "returned":
            continue
        counting = (r for r in seen.submissions if r.id not in seen.void)
        own = [r for r in counting if (r.cycle, r.agency) == (cycle, agency)]
        later = [r for r in own if r.received_at >= review.decided_at]
        if not [r for r in later if r.id != review.submission_id]:
            assert seen.duty[cycle, agency].status is not Status.SUBMITTED, (cycle, agency)


@invariant
def every_acceptance_is_told(seen: Seen) -> None:
    """The agency is told once that its report was accepted."""
    filed, counted = {row.id: row for row in seen.submissions}, Counter[tuple[str, str]]()
    new = {row.id for row in _new(seen, "reviews")}
    for row in seen.reviews:
        if row.decision != "accepted":
            continue
        version = filed[row.submission_id]
        place = (version.cycle, version.agency)
        counted[place] += 1
        if row.id in new:
            _assert_told(seen, *place, f"acceptance-{counted[place]}")


@invariant
def news_of_an_agency_that_ends_is_told_to_its_successor(seen: Seen) -> None:
    """What waits to tell what became of its matters is told to whoever stands for it (§4)."""
    for ended in (row.agency for row in _new(seen, "successions")):
        heir = _stands(seen, ended).code
        for row in seen.notices if heir != ended and _focal(seen, heir) else ():
            former = seen.former.get(row.key)
            waited = former is not None and former.status in {"pending", "retry"}
            its_own = row.contact.startswith(f"{ended}/") and not row.rung.startswith("relieved-")
            if row.kind in NEWS and waited and its_own:
                about = f"{row.key.rpartition('/')[0]}/{heir}-"
                assert row.status == "cancelled", row.key
                assert any(other.key.startswith(about) for other in seen.notices), row.key


@invariant
def every_voiding_is_told(seen: Seen) -> None:
    """The agency is told which version does not count any more, whatever it still owes."""
    filed = {row.id: row for row in seen.submissions}
    for row in (row for row in _new(seen, "reviews") if row.decision == "voided"):
        version = filed[row.submission_id]
        rung = f"reopening-void-{version.version}"
        _assert_told(seen, version.cycle, version.agency, rung)


@invariant
def nothing_is_told_of_what_is_void(seen: Seen) -> None:
    """What waits to tell of a version is withdrawn with it, and nothing leaves afterwards."""
    filed, counted = {row.id: row for row in seen.submissions}, Counter[tuple[str, str]]()
    tells = set[tuple[str, str, str]]()
    for row in (filed[key] for key in seen.void):
        tells |= {(row.cycle, row.agency, f"{kind}-{row.version}") for kind in _OF_VERSIONS}
    for row in (row for row in seen.reviews if row.decision == "accepted"):
        place = (filed[row.submission_id].cycle, filed[row.submission_id].agency)
        counted[place] += 1
        if row.submission_id in seen.void:
            tells.add((*place, f"acceptance-{counted[place]}"))
    for row in seen.notices:
        waits = row.status in {"pending", "retry"} and seen.act.name == "voiding"
        if waits or row in seen.left:
            rung = "-".join(row.rung.split("-")[:2])
            assert (row.cycle, row.agency, rung) not in tells, row.key


_OF_VERSIONS: Final = ("receipt", "returned")


@invariant
def every_moved_deadline_is_announced(seen: Seen) -> None:
    """A change that moves an announced deadline sends a notice of change.

    Whoever takes another's duty over with its deadline hears of it by the succession.
    """
    if seen.act.name != "apply" or seen.before is None or seen.act.refused:
        return
    told = {(row.cycle, row.agency) for row in seen.planned if row.kind == "deadline"}
    for place, duty in seen.duty.items():
        former = seen.before.duty.get(place)
        if former is None or former.due_at == duty.due_at or not duty.is_chased:
            continue
        if former.covers != duty.covers:
            continue
        if _knows_of(seen, duty) not in {None, str(_due_on(seen, duty))}:
            assert place in told or not _focal(seen, duty.agency), place


def _due_on(seen: Seen, duty: Obligation) -> Any:
    return seen.configuration.calendar.local_day(duty.due_at)


def _knows_of(seen: Seen, duty: Obligation) -> str | None:
    """Return the D that was last written to an agency before the step, if any was."""
    letters = {"opening", "reminder", "overdue", "extension", "deadline", "reopening"}
    sent = [
        row
        for row in seen.notices
        if (row.cycle, row.agency) == (duty.cycle, duty.agency)
        and row.status == "sent"
        and row.kind in letters
    ]
    newest = max(sent, key=lambda row: row.sent_at, default=None)
    return None if newest is None else str(newest.due_on)


@invariant
def a_succession_is_told_to_the_new_first_and_to_the_old_last(seen: Seen) -> None:
    """Contacts of the old agency are told last, those of the new first."""
    if seen.act.passed is None:
        return
    told = {(row.cycle, row.key.split("/")[1]) for row in seen.notices if row.kind == "succession"}
    for duty in seen.owed:
        if duty.status is Status.TRANSFERRED and seen.is_open(duty.cycle):
            assert (duty.cycle, duty.agency) in told or not _focal(seen, duty.agency), duty.agency
    new = [row for row in seen.planned if row.kind == "succession"]
    for cycle in {row.cycle for row in new}:
        ids = {True: [0], False: [1 << 62]}
        for row in (r for r in new if r.cycle == cycle):
            ids[not _is_of_the_old(seen, row)].append(row.id)
        assert max(ids[True]) < min(ids[False]), cycle


def _is_of_the_old(seen: Seen, row: Row[Any]) -> bool:
    """Tell whether a succession is told to an agency whose duty passed on, if under its name."""
    if seen.duty[row.cycle, row.agency].status is Status.TRANSFERRED:
        return True
    ended_on = seen.configuration.directory[row.agency].succeeded_on
    its_own = row.contact.partition("/")[0] == row.agency
    return its_own and row.key.split("/")[2] == f"succession-{ended_on}"


def _focal(seen: Seen, agency: str) -> tuple[Any, ...]:
    directory = seen.configuration.directory
    present = directory.follow(agency, seen.configuration.calendar.local_day(seen.now))
    return recipients_of(directory, present.code, Role.FOCAL)


def _assert_told(seen: Seen, cycle: str, agency: str, rung: str) -> None:
    """Assert that those were told whom it concerns: of what has passed on, whoever holds it."""
    told = {r.contact for r in seen.planned if (r.cycle, r.agency, r.rung) == (cycle, agency, rung)}
    owed = (o for o in seen.owed if o.cycle == cycle and agency in o.covers)
    holders = [o.agency for o in owed if o.status is not Status.TRANSFERRED]
    passed = rung.startswith("reopening-") and _has_passed_on(seen, cycle, agency)
    for code in holders if passed and holders else [agency]:
        missed = [c.id for c in _focal(seen, code) if c.id not in told]
        assert not missed, (cycle, agency, rung, missed)


def _has_passed_on(seen: Seen, cycle: str, agency: str) -> bool:
    return seen.duty[cycle, agency].status is Status.TRANSFERRED


def _new(seen: Seen, name: str) -> tuple[Row[Any], ...]:
    """Return the rows that the step added to a table of the history."""
    return seen.rows[name][0 if seen.before is None else len(seen.before.rows[name]) :]


# Obstacles.

_ACTS: Final = {State.ASSIGNED: Act.ASSIGN, State.ANSWERED: Act.ANSWER, State.CLOSED: Act.CLOSE}


@invariant
def obstacles_are_numbered_without_gaps(seen: Seen) -> None:
    """An obstacle gets its number at once; each year's begin with 1."""
    years = Counter(row.year for row in seen.obstacles_rows)
    expected = [(y, n) for y in sorted(years) for n in range(1, years[y] + 1)]
    assert [(row.year, row.ordinal) for row in seen.obstacles_rows] == expected


@invariant
def an_obstacle_stands_where_its_steps_lead(seen: Seen) -> None:
    """received, assigned, answered, closed: each state follows from the steps."""
    state = dict[str, State]()
    for step in seen.steps:
        reached = State(step.state)
        former = state.get(step.obstacle)
        if former is None:
            assert reached is State.RECEIVED, step.obstacle
        else:
            assert TRANSITIONS[former, _ACTS[reached]] is reached, step.obstacle
        state[step.obstacle] = reached
    assert {obstacle.number: obstacle.state for obstacle in seen.obstacles} == state


@invariant
def every_obstacle_is_receipted_and_told_to_the_focal_point(seen: Seen) -> None:
    """Number and receipt at once, notice to the focal point at once.

    Where an agency has no contact at all, or has ended without a successor, there is nobody to
    tell.
    """
    kinds = {(row.obstacle, row.kind) for row in seen.planned}
    reporting = {obstacle.number: obstacle.agency for obstacle in seen.obstacles}
    focal_point = seen.configuration.program.focal_point
    for step in _new(seen, "steps"):
        number, agency = step.obstacle, reporting[step.obstacle]
        if step.state == "received":
            assert (number, "obstacle_receipt") in kinds or not _reached(seen, agency), number
            assert (number, "obstacle") in kinds or not _focal(seen, focal_point), number
        if step.state in {"answered", "closed"}:
            assert (number, "obstacle_answer") in kinds or not _reached(seen, agency), number


def _reached(seen: Seen, agency: str) -> bool:
    return _lives(seen, _stands(seen, agency).code) and bool(_focal(seen, agency))


def _stands(seen: Seen, code: str) -> Agency:
    """Return the agency that stands for a code today."""
    today = seen.configuration.calendar.local_day(seen.now)
    return seen.configuration.directory.follow(code, today)


def _lives(seen: Seen, code: str) -> bool:
    today = seen.configuration.calendar.local_day(seen.now)
    return seen.configuration.directory[code].exists_on(today)


@invariant
def nothing_is_decided_for_whoever_has_ended_about_an_obstacle(seen: Seen) -> None:
    """Nobody of an agency that is no more is asked for an answer, or told one.

    A receipt answers those who reported, also where the end became known only after that.
    """
    if not _lives(seen, _stands(seen, seen.configuration.program.focal_point).code):
        return
    for row in seen.planned:
        if row.obstacle and row.kind != "obstacle_receipt" and row.status != "superseded":
            assert _lives(seen, row.agency), row.key


@invariant
def whoever_has_to_answer_since_an_end_is_told(seen: Seen) -> None:
    """That somebody else has to answer is told on the day: a rung of its own (decision 18)."""
    if seen.act.passed is None or seen.before is None:
        return
    since = {o.number: o.chased_since for o in seen.before.obstacles}
    for obstacle in (o for o in seen.obstacles if o.is_awaited):
        if since.get(obstacle.number) != obstacle.chased_since:
            continue
        present, former = (_answering(s, obstacle.number) for s in (seen, seen.before))
        known = seen.before.configuration is seen.configuration
        if known and present.code != former.code and _reached(seen, present.code):
            rows = [row for row in seen.notices if row.obstacle == obstacle.number]
            told = {row.agency for row in rows if row.rung.startswith("succession-")}
            assert present.code in told, obstacle.number


@invariant
def somebody_who_exists_answers_every_open_obstacle(seen: Seen) -> None:
    """The answer is asked of whoever stands for the one it was assigned to.

    Where that one is no more, or reported the obstacle, the focal point is asked (decision 18).
    """
    today = seen.configuration.calendar.local_day(seen.now)
    for row in (row for row in seen.left if _asks_for_an_answer(row)):
        answering = _answering(seen, row.obstacle)
        assert row.agency == answering.code, row.key
        assert answering.exists_on(today) or not answering.successors
        reporting = next(o.agency for o in seen.obstacles if o.number == row.obstacle)
        point = _stands(seen, seen.configuration.program.focal_point)
        assert row.agency == point.code or row.agency != _stands(seen, reporting).code, row.key
    for row in (row for row in seen.planned if row.rung.startswith("succession-2")):
        if row.obstacle and row.status != "superseded":
            _assert_asked_by_the_newest_rungs(seen, row.obstacle)


def _asks_for_an_answer(row: Row[Any]) -> bool:
    asks = row.kind in {"obstacle_reminder", "obstacle_assigned"}
    leader = row.contact.split("/")[1].startswith("leader")
    return asks and not leader and not row.rung.startswith("relieved-")


def _answering(seen: Seen, number: str) -> Agency:
    """Return the agency that stands today for whoever has to answer an obstacle."""
    found = next(o for o in seen.obstacles if o.number == number)
    point = seen.configuration.program.focal_point
    asked = _stands(seen, found.assigned_to or point)
    if not _lives(seen, asked.code) or asked == _stands(seen, found.agency):
        return _stands(seen, point)
    return asked


def _assert_asked_by_the_newest_rungs(seen: Seen, number: str) -> None:
    """Assert that a successor has heard, or will, of the newest rung of each audience."""
    own, found = seen.configuration, next(o for o in seen.obstacles if o.number == number)
    chase = Chase(found, own.program, own.obstacles, own.calendar, own.directory, {})
    told = {(row.rung, row.due_on, row.contact) for row in seen.notices if row.obstacle == number}
    agency = _answering(seen, number).code
    for standing in newest([s for s in obstacle_standings(chase) if s.at <= seen.now]):
        for contact in recipients_of(own.directory, agency, standing.audience.role):
            heard = (standing.rung, standing.due_on, contact.id)
            assert heard in told, (number, *heard)


@invariant
def nobody_is_asked_for_an_answer_that_was_given(seen: Seen) -> None:
    """Once an obstacle is answered or closed nothing chases it any more."""
    awaited = {o.number: o for o in seen.obstacles if o.is_awaited}
    for row in seen.left:
        asks = not row.rung.startswith("relieved-")
        if row.kind in {"obstacle_reminder", "obstacle_assigned"} and asks:
            assert row.obstacle in awaited, row.key
            by = seen.configuration.calendar.local_day(awaited[row.obstacle].answer_by_at)
            assert row.due_on == by, row.key


@invariant
def an_open_obstacle_is_scheduled(seen: Seen) -> None:
    """An answer-by date with reminders from the same engine: work follows `next_action_at`."""
    rows = {row.number: row for row in seen.obstacles_rows}
    for obstacle in seen.obstacles:
        at = rows[obstacle.number].next_action_at
        if seen.act.passed is not None:
            assert at is None or at > seen.now, obstacle.number
            ladder_ahead = obstacle.answer_by_at > seen.now
            assert at is not None or not (obstacle.is_awaited and ladder_ahead), obstacle.number
        if not obstacle.is_awaited:
            assert at is None or seen.act.name == "apply", obstacle.number


# Reports, and ladders that were begun.


@invariant
def reports_are_numbered_and_kept(seen: Seen) -> None:
    """A consolidation is one immutable version each time (§2, §5)."""
    numbers = Counter(row.cycle for row in seen.reports)
    for cycle, count in numbers.items():
        own = [row.number for row in seen.reports if row.cycle == cycle]
        assert own == list(range(1, count + 1)), cycle


@invariant
def a_report_is_written_when_all_is_settled_and_when_grace_ends(seen: Seen) -> None:
    """Grace ends with a partial consolidation, written even by a pass after closing (§4)."""
    if seen.act.passed is None:
        return
    for code, cycle in seen.cycle.items():
        owed = [o for o in seen.owed if o.cycle == code and o.ended_at is None]
        reasons = {row.reason for row in seen.reports if row.cycle == code}
        if owed and all(o.is_settled for o in owed) and _settled_now(seen, code):
            assert "complete" in reasons, code
        if owed and seen.now >= cycle.grace_ends_at:
            assert reasons & {"grace", "complete"}, code


def _settled_now(seen: Seen, code: str) -> bool:
    """Tell whether something of a cycle was reviewed or decided, which makes it due."""
    return any(row.cycle == code for row in (*seen.decisions, *seen.submissions))


@invariant
def an_escalation_keeps_the_ladder_it_began_with(seen: Seen) -> None:
    """Ladder and rungs of what escalates stay those it began with."""
    if not seen.act.kept_ladders or seen.before is None:
        return
    for place, duty in seen.duty.items():
        former = seen.before.duty.get(place)
        if former is None or former.due_at != duty.due_at or not seen.is_open(duty.cycle):
            continue
        calendar, cycle = seen.before.configuration.calendar, seen.before.cycle[duty.cycle]
        if is_escalating(former, cycle, calendar, seen.now):
            before = _overdue_rungs(seen.before, former)
            assert list(_overdue_rungs(seen, duty)) == list(before), place


@invariant
def a_duty_that_passes_on_keeps_its_ladder(seen: Seen) -> None:
    """A successor that owes only what it takes over is chased as that began to be (§3)."""
    if seen.act.passed is None or seen.before is None:
        return
    for (cycle, agency), duty in seen.duty.items():
        if (cycle, agency) in seen.before.duty or not duty.is_chased:
            continue
        former = (seen.before.duty.get((cycle, code)) for code in duty.covers)
        kept = [o.ladder for o in former if o and o.is_chased and o.due_at == duty.due_at]
        assert not kept or duty.ladder in kept, (cycle, agency)


def _overdue_rungs(seen: Seen, duty: Obligation) -> Iterator[tuple[str, str]]:
    for standing in seen.standings(duty):
        if "overdue" in standing.rung:
            yield standing.rung, standing.audience.value
