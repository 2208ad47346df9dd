"""What the outbox could not get rid of, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.domain.notice_kinds import NoticeStatus
from lsplan_workflow.store import audit, audit_events, backlog, deliveries, outbox
from tests.store.rows import HOUR, NOW, NOW_UTC, TICK, a_notice, claim, put


@pytest.fixture
def waiting(database):
    """Give a function that tells what waits at an instant."""

    def ask(now):
        with database.reading() as session:
            return backlog.waiting(session, now)

    return ask


def notices(*names, **values):
    return [a_notice(key=f"annual-2025/{name}/before-14d/focal", **values) for name in names]


def test_what_is_to_leave_later_does_not_wait_yet(database, waiting):
    put(database, *notices("A", send_at=NOW))
    assert waiting(NOW - TICK) == (0, None)
    assert waiting(NOW) == (1, NOW_UTC)


def test_what_is_being_sent_or_tried_again_waits_and_what_left_does_not(database, waiting):
    put(database, *notices("A", "B", "C"))
    keys = claim(database, limit=2)
    with database.writing() as session:
        deliveries.record_temporary(session, keys[0], at=NOW, reply="450 later")
    assert waiting(NOW)[0] == 3
    with database.writing() as session:
        deliveries.record_sent(session, keys[1], at=NOW, reply="250 OK")
        outbox.mark(session, [n.key for n in notices("C")], NoticeStatus.CANCELLED)
    assert waiting(NOW) == (1, NOW_UTC)


def test_a_failure_is_as_old_as_its_last_attempt(database):
    put(database, *notices("A", "B"))
    keys = claim(database)
    with database.writing() as session:
        for key in keys:
            deliveries.record_temporary(session, key, at=NOW - HOUR, reply="450 later")
    claim(database, NOW + timedelta(days=1))
    with database.writing() as session:
        deliveries.record_permanent(session, keys[0], at=NOW + HOUR, reply="550 no")
    with database.reading() as session:
        assert backlog.failed(session) == [("annual-2025", NOW_UTC + HOUR)]


def test_what_waits_and_may_have_arrived_is_counted(database):
    put(database, *notices("A", "B", "C"))
    keys = claim(database)
    with database.writing() as session:
        unsure = {"reply": "no answer", "cause": Cause.UNCERTAIN}
        deliveries.record_temporary(session, keys[0], at=NOW, **unsure)
        deliveries.record_temporary(session, keys[1], at=NOW, reply="451", cause=Cause.BUSY)
        deliveries.record_permanent(session, keys[2], at=NOW, **unsure)
    with database.reading() as session:
        assert backlog.count_uncertain(session) == 1


def test_when_an_event_was_last_recorded(database):
    with database.writing() as session:
        for at in (NOW, NOW + HOUR, NOW - HOUR):
            audit.append(session, at=at, actor="an", event="backed_up")
        audit.append(session, at=NOW + 2 * HOUR, actor="an", event="other")
    with database.reading() as session:
        assert audit_events.last_at(session, "backed_up") == NOW_UTC + HOUR
        assert audit_events.last_at(session, "never") is None
