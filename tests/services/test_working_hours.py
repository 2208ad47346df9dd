"""What the engine starts leaves in working hours only; the reply to an act leaves at once."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.services.delivery import deliver
from lsplan_workflow.services.failures import report_failure
from tests.domain.province import CALENDAR, local
from tests.services.office import HOUR, TICK, office_of
from tests.services.servers import watched

OPENING = local(2025, 9, 3, 7, 30)
NIGHT = local(2025, 9, 3, 22)
ENDS = local(2025, 9, 3, 17)


@pytest.mark.parametrize(
    ("instant", "sent"),
    [(OPENING - TICK, 0), (OPENING, 5), (ENDS, 5), (ENDS + TICK, 0), (local(2025, 9, 6, 9), 0)],
)
def test_a_notice_leaves_within_working_hours_both_ends_included(small, instant, sent):
    small.run(local(2025, 9, 1))
    assert small.run(instant).sent == sent


def test_a_receipt_leaves_at_once_at_night(opened):
    opened.submit(NIGHT, "SYT")
    assert opened.run(NIGHT).sent == 1
    assert opened.notice("annual-2025/SYT/receipt-1/focal").sent_at == NIGHT


def test_a_return_waits_for_working_hours(opened):
    opened.submit(local(2025, 9, 3, 9), "SYT")
    opened.send_back(NIGHT, "SYT", "Thiếu số liệu")
    assert opened.notices(kind="returned")["annual-2025/SYT/returned-1/focal"].send_at == local(
        2025, 9, 4, 7, 30
    )
    assert opened.run(NIGHT).sent == 1  # The receipt.
    assert opened.run(local(2025, 9, 4, 7, 30)).sent == 1


def test_a_failure_notice_waits_for_working_hours(opened):
    assert report_failure(opened.at(NIGHT).workplace, "reporting-cycle") > 0
    morning = local(2025, 9, 4, 7, 30)
    assert {row.send_at for row in opened.notices(kind="failure").values()} == {morning}
    assert opened.run(NIGHT).sent == 0


def test_replies_can_be_sent_alone(small):
    small.run(local(2025, 9, 1))
    small.submit(OPENING, "SYT")
    small.run(local(2025, 9, 2))
    small.submit(OPENING + HOUR, "SCT")
    assert small.deliver_replies(OPENING + HOUR).sent == 2
    assert {n.kind for n in small.notices(status="sent").values()} == {"receipt"}


def test_other_kinds_can_be_sent_alone_but_not_at_night(opened):
    opened.submit(OPENING + HOUR, "SYT")
    opened.send_back(OPENING + HOUR, "SYT", "Thiếu số liệu")
    returned = {NoticeKind.RETURNED}
    assert deliver(opened.at(NIGHT).workplace, only=returned).sent == 0
    assert deliver(opened.at(OPENING + HOUR).workplace, only=returned).sent == 1
    assert opened.notice("annual-2025/SYT/receipt-1/focal").status == "pending"


def test_a_batch_that_is_not_through_at_the_end_of_the_day_goes_on_in_the_morning(small):
    def dawdle(mail):
        small.at(small.clock.instant + timedelta(minutes=2))

    with watched(small, after=dawdle):
        found = small.run(ENDS - timedelta(minutes=3))
    assert found.sent == 2
    waiting = small.notices(status="pending")
    assert len(waiting) == 3
    assert {row.attempts for row in waiting.values()} == {0}
    assert small.run(local(2025, 9, 4, 7, 30)).sent == 3


def test_a_receipt_of_such_a_batch_leaves_all_the_same(small):
    small.run(local(2025, 9, 1))
    small.submit(ENDS - TICK, "SYT")
    small.submit(ENDS - TICK, "SCT")

    def dawdle(mail):
        small.at(small.clock.instant + timedelta(minutes=2))

    with watched(small, after=dawdle):
        found = small.run(ENDS)
    kinds = [n.kind for n in small.notices(status="sent").values()]
    assert kinds.count("receipt") == 2
    assert found.sent == 2


DAYS = st.dates(min_value=date(2025, 9, 1), max_value=date(2025, 12, 20))
HOURS = st.one_of(st.times(), st.sampled_from([time(7, 29, 50), time(7, 30), time(16, 59, 50)]))
WHENEVER = st.builds(datetime.combine, DAYS, HOURS, tzinfo=st.just(OPENING.tzinfo))
ACTS = st.tuples(WHENEVER, st.sampled_from(["pass", "pass", "submit", "return"]))


@settings(max_examples=12, deadline=None)
@given(acts=st.lists(ACTS, min_size=1, max_size=4), step=st.sampled_from([0, 7, 300]))
def test_nothing_that_the_engine_starts_leaves_outside_working_hours(
    acts, step, small_template, small_configuration, tmp_path_factory
):
    folder = tmp_path_factory.mktemp("hours")
    slowness = timedelta(seconds=step)
    with office_of(folder, small_template, small_configuration, step=slowness) as office:
        office.run(local(2025, 9, 1))
        for instant, act in sorted(acts):
            if act == "submit":
                office.submit(instant, "SYT")
            elif act == "return" and office.owed()["SYT"].status == "submitted":
                office.send_back(instant, "SYT", "Thiếu số liệu")
            office.run(instant)
        sent = office.notices(status="sent").values()
    engines = [row.sent_at for row in sent if not NoticeKind(row.kind).is_reply]
    assert [at for at in engines if not CALENDAR.is_working_time(at)] == []
