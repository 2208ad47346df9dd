"""What an agency filed before it ended: it stays under its name, others revise it."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.domain.obstacles import Statement
from lsplan_workflow.services.obstacles import assign_obstacle, report_obstacle
from tests.domain.province import agency, local
from tests.services.office import DAY, TICK, at_address, body
from tests.services.test_calendars import events, written
from tests.services.test_enclosures import event_of
from tests.services.test_succession import passes, with_agencies

OPENS, FILED = local(2025, 9, 3, 7, 30), local(2025, 10, 7, 9)
RETURNED = local(2025, 10, 8, 15)
"""It is due again before 16 October; revise-before-1wd stands on the 15th."""
ENDS = date(2025, 10, 12)
ENDED = local(2025, 10, 13)  # A Monday.
FIRST_DAY = local(2025, 10, 13, 7, 30)
NOT_BEFORE = "annual-2025/SYT/revise-before-1wd@2025-10-16"
OVERDUE = "annual-2025/SYT/revise-overdue-1wd@2025-10-16"
ESCALATED = "annual-2025/SYT/revise-overdue-3wd@2025-10-16"
PASSED = "annual-2025/SYT/succession-2025-10-13"


def ending(office, code="SYT", *successors, on=ENDS):
    with_agencies(office, agency(code, valid_to=on, successors=successors or ("SCT",)))


@pytest.fixture
def office(small):
    """SYT, which becomes part of SCT on 13 October, has filed and is to revise its report."""
    small.run(OPENS)
    ending(small)
    small.submit(FILED, "SYT")
    small.send_back(RETURNED, "SYT", "Thiếu phụ lục II.")
    small.run(RETURNED)
    return small


def test_its_day_stands_in_the_calendar_of_the_successor_and_is_cancelled_in_the_old_one(office):
    before = events(written(office, RETURNED)["SYT"])
    office.run(FIRST_DAY)
    found = written(office, FIRST_DAY)
    old, new = (events(found[code]) for code in ("SYT", "SCT"))
    revise = new["annual-2025.SYT.revise"]
    assert (revise["status"], revise["dtstart"].dt) == ("CONFIRMED", date(2025, 10, 15))
    assert revise["summary"] == "Hạn gửi lại: Báo cáo annual năm 2025 của Sở SYT"
    assert "annual-2025.SYT.revise-before-1wd" in new
    of_it = {name: event for name, event in old.items() if name.startswith("annual-2025.SYT")}
    assert {event["status"] for event in of_it.values()} == {"CANCELLED"}
    for name, event in of_it.items():
        assert event["sequence"] == new[name]["sequence"] > before[name]["sequence"]
        assert event["dtstamp"].dt == ENDED


def test_the_letters_of_the_succession_bring_the_day_along_and_take_it_back(office):
    office.run(FIRST_DAY)
    methods = {}
    for code in ("sct", "syt"):
        method, event = event_of(office.mails(f"focal@{code}.example")[-1])
        methods[code] = method, str(event["uid"]).partition("@")[0]
    assert methods == {
        "sct": ("PUBLISH", "annual-2025.SYT.revise"),
        "syt": ("CANCEL", "annual-2025.SYT.revise"),
    }


def test_whoever_reads_for_both_agencies_keeps_the_day(office):
    office.reconfigure(lambda c: at_address(c, SCT_focal="focal@syt.example"))
    office.run(FIRST_DAY)
    method, event = event_of(office.mails("focal@syt.example")[-1])
    assert (method, event["status"]) == ("PUBLISH", "CONFIRMED")


def test_what_an_agency_gives_up_is_told_last_also_where_an_older_letter_waits_for_it(small):
    small.run(OPENS)
    ending(small)
    asked = small.at(local(2025, 10, 10, 9)).workplace
    obstacle = report_obstacle(asked, "SCT", Statement("Thiếu mặt bằng."), actor="an")
    assign_obstacle(asked, obstacle.number, "SYT", actor="an")
    small.run(local(2025, 10, 10, 9))
    evening = small.at(local(2025, 10, 10, 18)).workplace
    assign_obstacle(evening, obstacle.number, "NEW", actor="an")
    small.run(FIRST_DAY)
    sent = [json.loads(e.payload)["key"] for e in small.events() if e.event == "notice_sent"]
    assert [key.partition("/")[2] for key in sent if "relieved" in key or "succession" in key] == [
        "2025-001/SYT/relieved-3/focal",
        "SYT/succession-2025-10-13/SCT-focal",
        "SYT/succession-2025-10-13/focal",
    ]


def test_what_is_awaited_by_nobody_any_more_is_cancelled_where_it_stood(small):
    small.run(OPENS)
    with_agencies(small, agency("SYT", valid_to=ENDS))
    small.submit(FILED, "SYT")
    small.send_back(RETURNED, "SYT", "Thiếu phụ lục II.")
    small.run(FIRST_DAY)
    found = written(small, FIRST_DAY)
    of_it = [e for c in found.values() for n, e in events(c).items() if "annual-2025.SYT" in n]
    assert {event["status"] for event in of_it} == {"CANCELLED"}


def daily(office, first, last):
    at = first
    while at <= last:
        office.run(at)
        at += DAY


def about(office, status="sent", **wanted):
    return {k: n.contact for k, n in office.notices(agency="SYT", status=status, **wanted).items()}


def test_the_revision_is_chased_at_the_successor(office):
    daily(office, FIRST_DAY, local(2025, 10, 24, 7, 30))
    assert about(office, kind="revision") == {
        f"{NOT_BEFORE}/SCT-focal": "SCT/focal",
        f"{OVERDUE}/SCT-focal": "SCT/focal",
        f"{ESCALATED}/SCT-head": "SCT/head",
        f"{ESCALATED}/SCT-focal-copy": "SCT/focal",
    }


@pytest.mark.parametrize(
    ("instant", "told"),
    [
        (ENDED - TICK, {}),
        (ENDED, {f"{PASSED}/SCT-focal": "SCT/focal", f"{PASSED}/focal": "SYT/focal"}),
        (ENDED + TICK, {f"{PASSED}/SCT-focal": "SCT/focal", f"{PASSED}/focal": "SYT/focal"}),
    ],
)
def test_that_the_revision_passes_on_is_decided_at_the_first_instant_without_the_agency(
    office, instant, told
):
    passes(office, instant)
    assert about(office, "pending", kind="succession") == told


def test_the_new_one_hears_what_is_to_be_revised_and_before_the_old_one(office):
    office.submit(local(2025, 10, 9, 9), "SCT")
    office.run(local(2025, 10, 9, 9))
    office.run(FIRST_DAY)
    told = [k for k, n in office.notices(kind="succession").items() if n.agency == "SYT"]
    assert told == [f"{PASSED}/SCT-focal", f"{PASSED}/focal"]
    taken = body(office.mails("focal@sct.example")[-1])
    assert "Kính gửi: Sở SCT" in taken
    assert "Sở SCT tiếp nhận báo cáo annual năm 2025 của Sở SYT" in taken
    assert "gửi lại trước ngày 16/10/2025" in taken
    assert "Thiếu phụ lục II." in taken
    given = body(office.mails("focal@syt.example")[-1])
    assert "Sở SYT đã chuyển cho Sở SCT" in given
    assert "thư cuối cùng" in given


def test_the_old_one_hears_nothing_more(office):
    daily(office, FIRST_DAY, local(2025, 10, 31, 7, 30))
    last = office.mails("focal@syt.example")[-1]
    assert last["Date"].datetime == FIRST_DAY
    assert office.mails("head@syt.example") == []


def test_a_notice_that_waits_for_the_old_one_is_not_sent(small):
    small.run(OPENS)
    ending(small, on=date(2025, 10, 8))
    small.submit(FILED, "SYT")
    small.send_back(local(2025, 10, 8, 20), "SYT", "Thiếu phụ lục II.")  # After hours.
    small.run(local(2025, 10, 9, 7, 30))
    assert small.notice("annual-2025/SYT/returned-1/focal").status == "cancelled"
    assert "Thiếu phụ lục II." in body(small.mails("focal@sct.example")[-1])


def test_a_reminder_that_waits_for_the_old_one_is_superseded(office):
    with_agencies(office, agency("SYT", valid_to=date(2025, 10, 15), successors=("SCT",)))
    passes(office, local(2025, 10, 15, 20))
    assert office.notice(f"{NOT_BEFORE}/focal").status == "pending"
    passes(office, local(2025, 10, 16))
    assert office.notice(f"{NOT_BEFORE}/focal").status == "superseded"


def test_what_is_returned_after_the_end_is_told_the_successor_alone(small):
    small.run(OPENS)
    ending(small)
    small.submit(FILED, "SYT")
    small.send_back(ENDED + timedelta(hours=9), "SYT", "Thiếu phụ lục II.")
    daily(small, local(2025, 10, 13, 17), local(2025, 10, 30, 17))
    chased = about(small, kind="returned") | about(small, kind="revision")
    assert set(chased.values()) == {"SCT/focal", "SCT/head"}
    assert about(small, kind="succession") == {}


def test_what_was_only_filed_is_told_nobody_and_can_be_accepted(small):
    small.run(OPENS)
    ending(small)
    small.submit(FILED, "SYT")
    small.run(FIRST_DAY)
    assert about(small, kind="succession") == {}
    small.accept(local(2025, 10, 14, 9), "SYT")
    assert small.owed()["SYT"].status is Status.ACCEPTED


def test_the_revision_is_filed_under_the_old_name_and_ends_the_chase(office):
    office.run(FIRST_DAY)
    office.submit(local(2025, 10, 14, 9), "SYT")
    daily(office, local(2025, 10, 14, 10), local(2025, 10, 24, 10))
    assert about(office, kind="revision") == {}
    assert about(office, kind="receipt")["annual-2025/SYT/receipt-2/focal"] == "SCT/focal"
    assert office.owed()["SYT"].status is Status.SUBMITTED


def test_in_a_split_the_lead_successor_revises_also_where_all_owe(small):
    small.run(OPENS)
    ending(small, "SYT", "SCT", "NEW")
    small.submit(FILED, "SYT")
    small.send_back(RETURNED, "SYT", "Thiếu phụ lục II.")
    daily(small, FIRST_DAY, local(2025, 10, 20, 7, 30))
    assert set(about(small, kind="revision").values()) == {"SCT/focal", "SCT/head"}


def test_along_a_chain_whoever_holds_it_on_the_day_is_chased(office):
    middle = agency("SCT", valid_to=date(2025, 10, 15), successors=("NEW",))
    with_agencies(office, replace(middle), agency("SYT", valid_to=ENDS, successors=("SCT",)))
    daily(office, FIRST_DAY, local(2025, 10, 22, 7, 30))
    assert about(office, kind="revision") == {
        f"{NOT_BEFORE}/SCT-focal": "SCT/focal",
        f"{OVERDUE}/NEW-focal": "NEW/focal",
        f"{ESCALATED}/NEW-head": "NEW/head",
        f"{ESCALATED}/NEW-focal-copy": "NEW/focal",
    }
    second = "annual-2025/SYT/succession-2025-10-16"
    assert {f"{second}/NEW-focal", f"{second}/SCT-focal"} <= set(about(office, kind="succession"))


def test_without_a_successor_nobody_is_asked_for_a_revision_after_the_end(small):
    small.run(OPENS)
    with_agencies(small, agency("SYT", valid_to=ENDS))
    small.submit(FILED, "SYT")
    small.send_back(RETURNED, "SYT", "Thiếu phụ lục II.")
    daily(small, FIRST_DAY, local(2025, 10, 20, 7, 30))
    assert about(small, kind="revision") == {}
    assert about(small, kind="succession") == {}
    assert small.owed()["SYT"].status is Status.RETURNED


def test_without_a_successor_a_revision_is_asked_for_until_the_end(small):
    small.run(OPENS)
    small.submit(FILED, "SYT")
    small.send_back(RETURNED, "SYT", "Thiếu phụ lục II.")
    last = local(2025, 10, 17).date()
    with_agencies(small, agency("SYT", valid_to=last))
    daily(small, RETURNED, local(2025, 10, 27, 7, 30))
    sent = small.notices(kind="revision", status="sent").values()
    assert {row.contact for row in sent} == {"SYT/focal"}
    assert max(row.sent_at for row in sent) < local(2025, 10, 18)


def test_an_agency_that_lapses_is_told_that_nothing_is_owed_any_more(small):
    with_agencies(small, agency("SYT", valid_to=date(2025, 10, 20)))
    small.run(OPENS)
    daily(small, local(2025, 10, 20, 7, 30), local(2025, 10, 24, 7, 30))
    assert small.owed()["SYT"].status is Status.TRANSFERRED
    last = body(small.mails("focal@syt.example")[-1])
    assert "chấm dứt và không chuyển cho cơ quan nào" in last
    assert "tiếp nhận nghĩa vụ gửi" not in last


def test_the_successor_alone_hears_that_what_the_old_one_filed_is_accepted(office):
    office.run(FIRST_DAY)
    office.submit(FIRST_DAY, "SYT")
    office.accept(FIRST_DAY + TICK, "SYT")
    office.run(FIRST_DAY + TICK)
    assert list(about(office, kind="acceptance").values()) == ["SCT/focal"]
    told = body(office.mails("focal@sct.example")[-1])
    assert "của Sở SYT" in told
    assert "được rà soát và chấp nhận" in told


def test_a_return_that_nobody_could_answer_any_more_is_refused_with_the_way_out(small):
    small.run(OPENS)
    with_agencies(small, agency("SYT", valid_to=ENDS))
    small.submit(FILED, "SYT")
    with pytest.raises(RequestError) as refused:
        small.send_back(FIRST_DAY, "SYT", "Thiếu phụ lục II.")
    assert "lsplan review accept" in refused.value.text.vi
    small.accept(FIRST_DAY, "SYT")
    assert small.owed()["SYT"].status is Status.ACCEPTED


def test_until_the_last_evening_a_report_is_returned_to_whoever_can_answer(small):
    small.run(OPENS)
    with_agencies(small, agency("SYT", valid_to=ENDS))
    small.submit(FILED, "SYT")
    small.send_back(ENDED - TICK, "SYT", "Thiếu phụ lục II.")
    assert small.owed()["SYT"].status is Status.RETURNED
