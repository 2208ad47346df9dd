"""What is foreseen under a supposition is what the real act would have brought about."""

import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.suppositions import Supposed, Supposition
from lsplan_workflow.services.foresight import foresee
from lsplan_workflow.services.status import preview
from tests.domain.province import local
from tests.services.office import office_of
from tests.services.reconfiguring import (
    applied,
    editable,
    editable_configuration,
    editable_template,
    edited,
)

__all__ = ["editable", "editable_configuration", "editable_template"]

MIDDLE = local(2025, 10, 1, 9)
TO = date(2025, 11, 3)


def what_if(office, now, *given, code=None, until=None):
    with office.workplace.database.reading() as session:
        return foresee(session, office.configuration, now, given, code=code, until=until)


def previewed(office, now, code=None):
    with office.workplace.database.reading() as session:
        return tuple(preview(session, office.configuration, now, code=code))


def asked(office, now, *given, code=None):
    """Return why a supposition is refused."""
    with pytest.raises(RequestError) as refused:
        what_if(office, now, *given, code=code)
    return refused.value.text


def extend(to=TO, agency="SYT"):
    return Supposition(Supposed.EXTEND, agency, to)


def instants(first, last):
    """Return whole hours between two instants."""
    hours = int((last - first).total_seconds()) // 3600
    return st.integers(0, hours).map(lambda n: first + timedelta(hours=n))


@pytest.fixture(scope="module")
def place(opened_template, small_configuration):
    """Give a function that sets up a new office in a folder, in which annual-2025 has opened."""

    def opened_in(folder):
        return office_of(Path(folder), opened_template, small_configuration)

    return opened_in


def both(place, passed: datetime, now: datetime, supposition, act):
    """Return what is foreseen under a supposition, and what follows from the act, or why not."""
    with tempfile.TemporaryDirectory() as folder, place(folder) as office:
        office.run(passed)
        try:
            seen = what_if(office, now, supposition, code="annual-2025").notices
        except RequestError as error:
            seen = error.text
        try:
            act(office)
        except RequestError as error:
            return seen, error.text
        return seen, previewed(office, now, "annual-2025")


FIRST, LAST = local(2025, 9, 3, 8), local(2025, 12, 18, 20)
EXAMPLES = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@EXAMPLES
@given(
    passed=instants(FIRST, LAST),
    waited=instants(local(2025, 1, 1), local(2025, 1, 12)),
    to=st.dates(date(2025, 10, 10), date(2025, 12, 25)),
    agency=st.sampled_from(["SYT", "X1", "CT"]),
)
def test_what_if_extended_is_what_a_real_extension_brings_about(place, passed, waited, to, agency):
    now = min(passed + (waited - local(2025, 1, 1)), LAST)
    supposition = extend(to, agency)
    seen, followed = both(
        place, passed, now, supposition, lambda office: office.extend(now, agency, to=to)
    )
    assert seen == followed


@EXAMPLES
@given(passed=instants(FIRST, LAST), what=st.sampled_from([Supposed.WAIVE, Supposed.SUBMIT]))
def test_what_if_waived_or_filed_is_what_the_real_act_brings_about(place, passed, what):
    # In the evening, when what is supposed for today would be filed at once.
    now = passed.replace(hour=20)
    day = now.date() if what is Supposed.SUBMIT else None
    acts = {
        Supposed.WAIVE: lambda office: office.waive(now, "SYT"),
        Supposed.SUBMIT: lambda office: office.submit(now, "SYT"),
    }
    seen, followed = both(place, passed, now, Supposition(what, "SYT", day), acts[what])
    assert seen == followed


def test_what_is_decided_on_the_last_evening_of_a_cycle_is_foreseen_to_leave_after_it(opened):
    evening, morning = LAST, local(2025, 12, 19, 7)
    seen = what_if(opened, evening, Supposition(Supposed.WAIVE, "SYT", None), code="annual-2025")
    opened.waive(evening, "SYT")
    for now in (evening, morning):
        told = previewed(opened, now, "annual-2025")
        assert [notice.key for notice in told] == ["annual-2025/SYT/waiver-1/focal"]
        assert told == seen.notices


def test_a_second_extension_is_foreseen_under_its_own_number(opened):
    opened.extend(MIDDLE, "SYT", to=date(2025, 10, 27))
    seen = what_if(opened, MIDDLE, extend())
    assert "annual-2025/SYT/extension-2/focal" in {n.key for n in seen.change.added}
    (duty,) = seen.duties
    assert (duty.before.due_at, duty.after.due_at) == (local(2025, 10, 28), local(2025, 11, 4))


def test_news_of_a_reopening_that_waits_gives_way_to_that_of_an_extension(opened):
    night = local(2025, 10, 1, 20)
    opened.waive(MIDDLE, "SYT")
    opened.deliver(MIDDLE)
    opened.reopen(night, "SYT")
    seen = what_if(opened, night, extend()).notices
    opened.extend(night, "SYT", to=TO)
    assert seen == previewed(opened, night)
    assert "reopening-1" not in {n.rung for n in seen}


def test_nothing_is_written(opened):
    before = opened.owed(), opened.notices(), opened.events()
    what_if(opened, MIDDLE, extend(), Supposition(Supposed.WAIVE, "SCT"))
    assert [len(part) for part in (opened.owed(), opened.notices(), opened.events())] == [
        len(part) for part in before
    ]
    assert opened.owed() == before[0]


def test_refusals_use_the_words_of_the_real_decision(opened):
    early = date(2025, 10, 10)
    with pytest.raises(RequestError) as refused:
        opened.extend(MIDDLE, "SYT", to=early)
    assert asked(opened, MIDDLE, extend(early)) == refused.value.text
    with pytest.raises(RequestError) as refused:
        opened.waive(MIDDLE, "XYZ")
    assert asked(opened, MIDDLE, Supposition(Supposed.WAIVE, "XYZ")) == refused.value.text
    with pytest.raises(RequestError) as refused:
        opened.waive(MIDDLE, "SYT", cycle="annual-2026")
    unopened = asked(opened, MIDDLE, Supposition(Supposed.WAIVE, "SYT"), code="annual-2026")
    assert unopened == refused.value.text
    with pytest.raises(RequestError) as refused:
        opened.waive(MIDDLE, "SYT", cycle="plan-2025")
    waiver = Supposition(Supposed.WAIVE, "SYT")
    assert asked(opened, MIDDLE, waiver, code="plan-2025") == refused.value.text
    with pytest.raises(RequestError) as refused:
        opened.submit(MIDDLE, "SYT", cycle="plan-2025")
    filing = Supposition(Supposed.SUBMIT, "SYT", MIDDLE.date())
    assert asked(opened, MIDDLE, filing, code="plan-2025") == refused.value.text


def test_a_filing_in_a_cycle_to_come_finds_its_cycle_by_its_day(opened):
    filing = Supposition(Supposed.SUBMIT, "SYT", date(2026, 10, 1))
    assert {n.cycle for n in what_if(opened, MIDDLE, filing).change.added} == {"annual-2026"}


def test_what_may_speak_of_no_cycle_or_of_several_asks_for_one(opened):
    now = local(2026, 3, 1)
    assert what_if(opened, now).notices
    said = asked(opened, MIDDLE, Supposition(Supposed.WAIVE, "D1"))
    assert "lsplan preview annual-2025 --what-if waive:D1" in said.en


def test_a_regime_is_moved_in_every_cycle_that_is_shown(opened):
    moved = what_if(opened, MIDDLE, Supposition(Supposed.MOVE, "annual", TO))
    assert {d.after.due_at for d in moved.duties} == {local(2025, 11, 4), local(2026, 11, 4)}
    one = what_if(opened, MIDDLE, Supposition(Supposed.MOVE, "annual-2026", date(2026, 11, 3)))
    assert {d.after.due_at for d in one.duties} == {local(2026, 11, 4)}


@pytest.mark.parametrize(
    ("subject", "day", "said"),
    [
        ("annual-2025", date(2026, 11, 3), "must be a day of 2025"),
        ("annual", date(2028, 2, 29), "must be a day of"),
        ("weekly", TO, "there is no such reporting cycle"),
        ("annual-2025", date(2025, 9, 30), "has passed"),
        ("plan-2025", date(2025, 3, 1), "this cycle has closed"),
    ],
)
def test_a_move_that_is_impossible_says_why(opened, subject, day, said):
    assert said in asked(opened, MIDDLE, Supposition(Supposed.MOVE, subject, day)).en


@pytest.mark.parametrize(
    "now", [local(2025, 9, 3, 7, 20), local(2025, 9, 3, 18), local(2025, 10, 1, 9)], ids=str
)
@pytest.mark.parametrize("last", [date(2025, 10, 13), date(2025, 10, 24)], ids=str)
def test_what_if_moved_is_what_applying_such_a_configuration_brings_about(editable, now, last):
    editable.run(local(2025, 9, 3, 7, 20))
    if now.month == 10:
        editable.run(now)
        editable.extend(now, "SYT", to=date(2025, 10, 22))
    supposed = Supposition(Supposed.MOVE, "annual", last)
    seen = what_if(editable, now, supposed, code="annual-2025").notices
    changed = edited(editable.configuration, ('before = "10-20"', f'by = "{last:%m-%d}"'))
    applied(editable, changed, now)
    assert seen
    assert seen == previewed(editable, now, "annual-2025")


@pytest.mark.parametrize("last", [date(2025, 10, 13), date(2025, 10, 19)], ids=str)
def test_what_if_moved_again_before_the_first_move_was_told_is_what_applying_it_brings_about(
    editable, last
):
    now = local(2025, 10, 1, 18)  # Letters about deadlines wait for working hours.
    editable.run(local(2025, 9, 3, 7, 30))
    applied(editable, edited(editable.configuration, ('before = "10-20"', 'by = "10-24"')), now)
    later = now + timedelta(hours=1)
    supposed = Supposition(Supposed.MOVE, "annual", last)
    seen = what_if(editable, later, supposed, code="annual-2025").notices
    changed = edited(editable.configuration, ('by = "10-24"', f'by = "{last:%m-%d}"'))
    applied(editable, changed, later)
    assert seen == previewed(editable, later, "annual-2025")
    told = {n.rung for n in seen if n.kind is NoticeKind.DEADLINE}
    # Who is given back the deadline that he knows hears of no change.
    assert told == (set() if last == date(2025, 10, 19) else {"deadline-3-2025-10-20"})
