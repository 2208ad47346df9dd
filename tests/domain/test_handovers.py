from dataclasses import replace
from datetime import date, timedelta

import pytest

from lsplan_workflow.domain.agencies import Directory
from lsplan_workflow.domain.cycles import plan_cycles
from lsplan_workflow.domain.notice_kinds import NoticeKind, NoticeStatus
from lsplan_workflow.domain.notices import Notice
from lsplan_workflow.domain.obligations import Event, Obligation, Status, outstanding
from lsplan_workflow.domain.planning import plan_notices
from lsplan_workflow.domain.snapshots import Snapshot
from tests.domain.province import CALENDAR, PROGRAM, agency, contacts, local

CYCLE = {cycle.code: cycle for cycle in plan_cycles(PROGRAM, CALENDAR)}["annual-2025"]
SEPTEMBER_ENDS = date(2025, 9, 30)
AGENCIES = (
    agency("OLD"),
    agency("CT"),
    agency("A", valid_to=SEPTEMBER_ENDS, successors=("C",)),
    agency("B", valid_to=SEPTEMBER_ENDS, successors=("D",)),
    agency("C", valid_to=date(2025, 10, 14), successors=("E",)),
    agency("D"),
    agency("E"),
)
DIRECTORY = Directory(AGENCIES, contacts(*AGENCIES))
NOW = local(2025, 10, 15, 7, 30)
TICK = timedelta(microseconds=1)


def owed(code, covers=(), ended_at=None):
    obligation = Obligation(CYCLE.code, code, CYCLE.due_at, covers=covers)
    return obligation if ended_at is None else obligation.after(Event.TRANSFER, ended_at)


def told(*obligations, directory=DIRECTORY, decided=()):
    """Return what the agencies are told, in order, of duties that passed on."""
    snapshot = Snapshot(
        CALENDAR, directory, CYCLE, obligations, outstanding(obligations), dict(decided)
    )
    planned = plan_notices(snapshot, now=NOW)
    kept = [n for n in planned if n.kind is NoticeKind.SUCCESSION]
    reminders = [n for n in planned if n.kind is not NoticeKind.SUCCESSION]
    return kept, reminders, planned


CHAIN = (
    owed("A", ended_at=local(2025, 10, 1)),
    owed("B", ended_at=local(2025, 10, 1)),
    owed("C", covers=("A",), ended_at=local(2025, 10, 15)),
    owed("D", covers=("B",)),
    owed("E", covers=("C", "A")),
)


SETTLED_HEIR = replace(owed("D", covers=("B",)), status=Status.WAIVED)
FILED_HEIR = owed("D", covers=("B",)).after(Event.SUBMIT, NOW)


@pytest.mark.parametrize(
    ("obligation", "key", "later"),
    [
        (owed("B", ended_at=local(2025, 10, 1)), "B/succession-2025-10-01", []),
        (SETTLED_HEIR, "D/succession-2025-10-01", []),
        (FILED_HEIR, "D/succession-2025-10-01", []),
        (owed("D", covers=("B",)), "D/succession-2025-10-01", ["focal-2"]),
    ],
)
def test_whoever_becomes_a_contact_later_is_told_only_while_the_report_is_waited_for(
    obligation, key, later
):
    first, _, planned = told(obligation)
    assert [n.key for n in first] == [f"annual-2025/{key}/focal"]
    code = obligation.agency
    second = replace(DIRECTORY.contact(f"{code}/focal"), number=2, address="moi@x.example")
    directory = replace(DIRECTORY, contacts=(*DIRECTORY.contacts, second))
    kept, _, _ = told(obligation, directory=directory, decided={n.key: n for n in planned})
    assert [n.key for n in kept] == [f"annual-2025/{key}/{slug}" for slug in later]


def test_what_was_told_of_one_end_leaves_another_to_be_told():
    last = owed("B", ended_at=local(2025, 10, 1))
    _, _, told_of_b = told(last)
    first = owed("A", ended_at=local(2025, 10, 1))
    kept, _, _ = told(first, last, decided={n.key: n for n in told_of_b})
    assert [n.key for n in kept] == ["annual-2025/A/succession-2025-10-01/focal"]


@pytest.mark.parametrize(
    ("status", "anew"),
    [
        (NoticeStatus.PENDING, False),
        (NoticeStatus.RETRY, False),
        (NoticeStatus.SENT, True),
        (NoticeStatus.FAILED, True),
    ],
)
def test_what_passes_to_a_successor_on_a_day_of_which_it_heard_already_is_told_apart(status, anew):
    """A second agency ends on the day of the first; the letter that waits will speak of both."""
    end = local(2025, 10, 1)
    late = agency("F", valid_to=SEPTEMBER_ENDS, successors=("D",))
    directory = Directory((*AGENCIES, late), contacts(*AGENCIES, late))
    before = told(owed("B", ended_at=end), owed("D", covers=("B",)), directory=directory)[2]
    decided = {n.key: replace(n, status=status) for n in before}
    both = (owed("B", ended_at=end), owed("F", ended_at=end), owed("D", covers=("B", "F")))
    kept, _, planned = told(*both, directory=directory, decided=decided)
    news = ["annual-2025/D/succession-2025-10-01.F/focal"] if anew else []
    assert [n.key for n in kept] == [*news, "annual-2025/F/succession-2025-10-01/focal"]
    again, _, _ = told(*both, directory=directory, decided=decided | {n.key: n for n in planned})
    assert again == []


SPLIT = agency("F", valid_to=SEPTEMBER_ENDS, successors=("G", "D"))
G = agency("G")
WITH_SPLIT = Directory((*AGENCIES, SPLIT, G), contacts(*AGENCIES, SPLIT, G))


def kept_and_passed(*first):
    """Return what is told when what F had filed, before it was split on the day of B, is void.

    G, the lead, has filed its own, so that D covers it; D had heard of B in one of the passes
    that `first` saw.
    """
    end = local(2025, 10, 1)
    decided = dict[str, Notice]()
    for obligations in first:
        planned = told(*obligations, directory=WITH_SPLIT, decided=decided)[2]
        decided |= {n.key: replace(n, status=NoticeStatus.SENT) for n in planned}
    filed = owed("G").after(Event.SUBMIT, local(2025, 9, 20))
    passed = (owed("B", ended_at=end), owed("D", covers=("B", "F")), owed("F", ended_at=end))
    kept = told(*passed, filed, directory=WITH_SPLIT, decided=decided)[0]
    return [n.key.partition("/")[2] for n in kept]


OF_B = (owed("B", ended_at=local(2025, 10, 1)), owed("D", covers=("B",)))
RETURNED = (
    owed("F")
    .after(Event.SUBMIT, local(2025, 9, 20))
    .returned(local(2025, 9, 21), revise_by_at=local(2025, 10, 17))
)


@pytest.mark.parametrize("first", [((*OF_B, RETURNED),), ((RETURNED, *OF_B),), (OF_B, (RETURNED,))])
def test_what_was_kept_under_an_old_name_and_passes_on_after_all_is_told_apart(first):
    assert kept_and_passed(*first) == [
        "D/succession-2025-10-01.F/focal",
        # Whoever was to revise it hears that it need not.
        "F/succession-2025-10-01.D/G-focal",
    ]


def test_what_the_successor_heard_when_it_passed_on_after_all_is_not_told_again():
    both = (*OF_B[:1], owed("D", covers=("B", "F")), owed("F", ended_at=local(2025, 10, 1)))
    assert kept_and_passed((RETURNED,), both) == []


def test_whoever_had_to_file_what_was_kept_and_takes_it_over_is_not_relieved_of_it():
    lead = replace(SPLIT, successors=("D", "G"))
    directory = Directory((*AGENCIES, lead, G), contacts(*AGENCIES, lead, G))
    first = told(RETURNED, *OF_B, directory=directory)[2]
    decided = {n.key: replace(n, status=NoticeStatus.SENT) for n in first}
    passed = (owed("D", covers=("B", "F")), owed("F", ended_at=local(2025, 10, 1)))
    kept = told(*passed, directory=directory, decided=decided)[0]
    assert [n.key.partition("/")[2] for n in kept] == ["D/succession-2025-10-01.F/focal"]


def test_what_waits_to_tell_who_files_it_will_tell_that_it_passed_on():
    decided = {n.key: n for n in told(RETURNED, *OF_B, directory=WITH_SPLIT)[2]}
    passed = (owed("D", covers=("B", "F")), owed("F", ended_at=local(2025, 10, 1)))
    assert told(*passed, directory=WITH_SPLIT, decided=decided)[0] == []


def test_what_passes_to_a_successor_on_another_day_is_told_in_the_letter_of_that_day():
    end, later = local(2025, 10, 1), local(2025, 10, 15)
    late = agency("F", valid_to=date(2025, 10, 14), successors=("D",))
    directory = Directory((*AGENCIES, late), contacts(*AGENCIES, late))
    before = told(owed("B", ended_at=end), owed("D", covers=("B",)), directory=directory)[2]
    decided = {n.key: replace(n, status=NoticeStatus.SENT) for n in before}
    both = (owed("B", ended_at=end), owed("F", ended_at=later), owed("D", covers=("B", "F")))
    kept, _, _ = told(*both, directory=directory, decided=decided)
    assert [n.key for n in kept] == [
        "annual-2025/D/succession-2025-10-15/focal",
        "annual-2025/F/succession-2025-10-15/focal",
    ]


def test_what_passes_on_the_same_day_is_told_apart_beside_what_passed_on_another():
    """D took over from LATE, which is first among those that its report covers."""
    end, later = local(2025, 10, 1), local(2025, 10, 15)
    late = agency("LATE", valid_to=date(2025, 10, 14), successors=("D",))
    same = agency("F", valid_to=SEPTEMBER_ENDS, successors=("D",))
    directory = Directory((*AGENCIES, late, same), contacts(*AGENCIES, late, same))
    before = told(owed("B", ended_at=end), owed("D", covers=("B",)), directory=directory)[2]
    decided = {n.key: replace(n, status=NoticeStatus.SENT) for n in before}
    ended = (owed("B", ended_at=end), owed("LATE", ended_at=later), owed("F", ended_at=end))
    covering = owed("D", covers=("LATE", "B", "F"))
    kept, _, _ = told(*ended, covering, directory=directory, decided=decided)
    assert "annual-2025/D/succession-2025-10-01.F/focal" in [n.key for n in kept]


def test_nobody_is_relieved_of_what_was_kept_where_it_passes_to_nobody():
    first = told(RETURNED, directory=WITH_SPLIT)[2]
    decided = {n.key: replace(n, status=NoticeStatus.SENT) for n in first}
    gone = owed("F", ended_at=local(2025, 10, 1))
    assert told(gone, directory=WITH_SPLIT, decided=decided)[0] == []


def test_what_passes_from_an_agency_without_contacts_is_told_once():
    end, nobody = local(2025, 10, 1), [c for c in DIRECTORY.contacts if c.agency != "B"]
    directory = replace(DIRECTORY, contacts=tuple(nobody))
    both = (owed("B", ended_at=end), owed("D", covers=("B",)))
    planned = told(*both, directory=directory)[2]
    decided = {n.key: replace(n, status=NoticeStatus.SENT) for n in planned}
    assert told(*both, directory=directory, decided=decided)[0] == []


def test_successors_hear_first_what_they_took_over_and_those_that_ended_hear_last():
    kept, reminders, planned = told(*CHAIN)
    gained = ["D/succession-2025-10-01", "E/succession-2025-10-15"]
    lost = ["A/succession-2025-10-01", "B/succession-2025-10-01", "C/succession-2025-10-15"]
    assert [n.key for n in kept] == [f"annual-2025/{key}/focal" for key in (*gained, *lost)]
    assert reminders != []
    assert planned == [*kept[:2], *reminders, *kept[2:]]


def test_what_tells_of_a_succession_names_the_deadline_and_waits_for_working_hours():
    heir = told(*CHAIN)[0][1]
    assert heir == Notice(
        key="annual-2025/E/succession-2025-10-15/focal",
        kind=NoticeKind.SUCCESSION,
        rung="succession",
        cycle="annual-2025",
        agency="E",
        contact="E/focal",
        recipient="focal@e.example",
        language="vi",
        send_at=NOW,
        due_on=date(2025, 10, 20),
    )


def test_who_stands_for_an_agency_that_left_a_report_behind_hears_of_it_and_is_chased():
    at = local(2025, 9, 20)
    left = [
        owed(code).after(Event.SUBMIT, at).returned(at, revise_by_at=local(2025, 10, 16))
        for code in ("A", "B")
    ]
    accepted = owed("C").after(Event.SUBMIT, at).after(Event.ACCEPT, at)
    kept, reminders, _ = told(*left, accepted)
    assert [(n.key.split("/", 1)[1], n.recipient) for n in kept] == [
        ("A/succession-2025-10-15/E-focal", "focal@e.example"),
        ("B/succession-2025-10-01/D-focal", "focal@d.example"),
        # Those that had to file it before hear last to whom it passed.
        ("A/succession-2025-10-01/focal", "focal@a.example"),
        ("A/succession-2025-10-15/C-focal", "focal@c.example"),
        ("B/succession-2025-10-01/focal", "focal@b.example"),
    ]
    assert {n.recipient for n in reminders} == {"focal@e.example", "focal@d.example"}


@pytest.mark.parametrize(
    ("returned_at", "givers"),
    [
        (local(2025, 10, 1) - TICK, ["A", "C"]),
        (local(2025, 10, 1), ["C"]),
        (local(2025, 10, 2), ["C"]),
        (local(2025, 10, 15), []),
    ],
    ids=str,
)
def test_an_end_before_what_was_left_behind_was_asked_for_is_not_told_of(returned_at, givers):
    filed = owed("A").after(Event.SUBMIT, local(2025, 9, 20))
    left = filed.returned(returned_at, revise_by_at=local(2025, 10, 17))
    kept, _, _ = told(left)
    heirs = ["E/focal"] if givers else []
    assert [n.contact for n in kept] == [*heirs, *(f"{giver}/focal" for giver in givers)]


def test_the_record_of_what_passed_on_names_those_who_were_reminded():
    _, recorded, _ = told(CHAIN[0])
    assert {n.recipient for n in recorded} == {"focal@a.example"}
    assert {n.status for n in recorded} == {NoticeStatus.SUPERSEDED}


def test_an_end_that_was_taken_back_is_not_told_of():
    standing = tuple(replace(a, valid_to=None) if a.code == "B" else a for a in AGENCIES)
    directory = Directory(standing, DIRECTORY.contacts)
    kept, _, _ = told(*CHAIN, directory=directory)
    assert {n.agency for n in kept} == {"A", "C", "E"}


def test_whoever_holds_it_now_holds_it_although_its_end_is_known():
    ending = replace(DIRECTORY["E"], valid_to=date(2025, 11, 30), successors=("D",))
    agencies = tuple(ending if a.code == "E" else a for a in AGENCIES)
    filed = owed("A").after(Event.SUBMIT, local(2025, 9, 20))
    left = filed.returned(local(2025, 10, 2), revise_by_at=local(2025, 10, 17))
    assert told(left, directory=Directory(agencies, DIRECTORY.contacts)) == told(left)
    assert told(left)[0] != []
