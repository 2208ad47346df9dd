"""What had reached the office under an old name is recorded there, also after the end."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.services.submissions import Arrival
from lsplan_workflow.store import cycles
from tests.domain.province import agency, local
from tests.services.office import DAY, OPENING, TICK, body
from tests.services.test_succession import with_agencies

ENDS, ENDED = date(2025, 9, 30), local(2025, 10, 1)
FIRST = local(2025, 10, 1, 7, 30)
ENTERED = local(2025, 10, 1, 9)
AFTERNOON = local(2025, 9, 30, 16)


def learns(office, *agencies):
    """Have the open cycle looked at again with other agencies, as after `lsplan apply`."""
    with_agencies(office, *agencies)
    with office.workplace.database.writing() as session:
        cycles.schedule(session, "annual-2025", OPENING)
    return office


def on_paper(at=AFTERNOON):
    return Arrival(at, "Bản giấy.")


@pytest.fixture
def merged(opened):
    """SYT becomes N1, which is new, on 1 October."""
    new = agency("N1", valid_from=ENDED.date())
    return learns(opened, agency("SYT", valid_to=ENDS, successors=("N1",)), new)


@pytest.fixture
def joined(opened):
    """SYT becomes part of SCT, which owes itself, on 1 October."""
    return learns(opened, agency("SYT", valid_to=ENDS, successors=("SCT",)))


def contacts(office, **wanted):
    return {key: row.contact for key, row in office.notices(**wanted).items()}


def test_it_stays_under_the_old_name_and_the_new_one_owes_nothing(merged):
    merged.run(FIRST)
    assert merged.owed()["N1"].covers == ("SYT",)
    filed = merged.submit(ENTERED, "SYT", arrival=on_paper())
    assert (filed.version, filed.late, filed.relieved) == (1, False, ("N1",))
    owed = merged.owed()
    assert "N1" not in owed
    assert (owed["SYT"].status, owed["SYT"].first_complete_at) == (Status.SUBMITTED, AFTERNOON)
    assert owed["SYT"].ended_at is None
    merged.deliver_replies(ENTERED)
    assert contacts(merged, kind="receipt") == {"annual-2025/SYT/receipt-1/focal": "N1/focal"}
    said = body(merged.mails("focal@n1.example")[-1])
    assert "16:00 ngày 30/09/2025" in said
    assert "Báo cáo đến trước khi Sở SYT kết thúc hoạt động" in said
    assert "cơ quan kế thừa không phải báo cáo thay phần này" in said


def test_a_receipt_of_before_the_end_does_not_speak_of_it(merged):
    merged.submit(AFTERNOON, "SYT")
    merged.deliver_replies(AFTERNOON)
    assert "kết thúc hoạt động" not in body(merged.mails("focal@syt.example")[-1])


@pytest.mark.parametrize(
    ("received_at", "counts"), [(ENDED - TICK, True), (ENDED, False), (ENDED + TICK, False)]
)
def test_only_what_came_before_the_end_counts_under_the_old_name(merged, received_at, counts):
    merged.run(FIRST)
    if counts:
        merged.submit(ENTERED, "SYT", arrival=on_paper(received_at))
        assert merged.owed()["SYT"].status is Status.SUBMITTED
        return
    before = merged.owed(), merged.notices(), merged.events()
    with pytest.raises(RequestError, match="N1 when the report arrived; record it under N1"):
        merged.submit(ENTERED, "SYT", arrival=on_paper(received_at))
    assert (merged.owed(), merged.notices(), merged.events()) == before
    assert merged.submit(ENTERED, "N1", arrival=on_paper(received_at)).version == 1


@pytest.mark.parametrize("received_at", [ENDED - TICK, AFTERNOON])
def test_nothing_reached_the_office_of_who_was_not_there_yet(merged, received_at):
    merged.run(FIRST)
    with pytest.raises(RequestError, match=r"N1 exists since 01/10/2025 only; .* \(SYT\)"):
        merged.submit(ENTERED, "N1", arrival=on_paper(received_at))


def test_a_new_agency_that_succeeds_nobody_is_named_without_another(opened):
    learns(opened, agency("SCT", valid_from=date(2025, 9, 20)))
    with pytest.raises(RequestError, match=r"SCT exists since 20/09/2025 only\.$"):
        opened.submit(ENTERED, "SCT", arrival=on_paper(local(2025, 9, 19)))


def test_letters_that_become_untrue_are_not_sent(merged):
    merged.decide(ENDED)
    waiting = contacts(merged, status="pending")
    assert {"annual-2025/N1/succession-2025-10-01/focal"} <= waiting.keys()
    merged.submit(ENDED + TICK, "SYT", arrival=on_paper())
    untrue = {key for key in waiting if key.split("/")[1] in {"SYT", "N1"}}
    assert contacts(merged, status="cancelled").keys() == untrue
    merged.run(FIRST)
    assert set(contacts(merged, kind="succession", status="sent").values()) == set()
    merged.run(local(2025, 10, 13, 7, 30))
    assert not [c for c in contacts(merged, status="sent", kind="reminder").values() if "N1" in c]


def test_before_any_pass_has_told_of_the_end_nobody_hears_of_it(merged):
    assert merged.submit(ENDED, "SYT", arrival=on_paper()).relieved == ("N1",)
    merged.run(FIRST)
    assert contacts(merged, kind="succession") == {}


def test_of_a_split_every_successor_that_is_relieved_hears_of_it_once(opened):
    heirs = [agency(code, valid_from=ENDED.date()) for code in ("N1", "N2")]
    learns(opened, agency("SYT", valid_to=ENDS, successors=("N1", "N2")), *heirs)
    opened.run(FIRST)
    assert opened.submit(ENTERED, "SYT", arrival=on_paper()).relieved == ("N1", "N2")
    opened.deliver_replies(ENTERED)
    assert contacts(opened, kind="receipt", status="sent") == {
        "annual-2025/SYT/receipt-1/focal": "N1/focal",
        "annual-2025/SYT/receipt-1/N2-focal": "N2/focal",
    }
    for heir in ("n1", "n2"):
        said = body(opened.mails(f"focal@{heir}.example")[-1])
        assert "cơ quan kế thừa không phải báo cáo thay phần này" in said


def test_whoever_owes_itself_goes_on_owing_for_itself_alone(joined):
    joined.decide(ENDED)
    joined.submit(ENTERED, "SYT", arrival=on_paper())
    assert joined.owed()["SCT"].covers == ()
    joined.run(ENTERED + TICK)
    assert contacts(joined, kind="succession", status="sent") == {}
    joined.run(local(2025, 10, 13, 7, 30))
    assert "annual-2025/SCT/before-7d/focal" in contacts(joined, status="sent")
    joined.submit(local(2025, 10, 14, 9), "SCT")
    assert joined.owed()["SCT"].status is Status.SUBMITTED


def test_of_another_that_passed_on_the_same_day_it_is_told_all_the_same(opened):
    learns(
        opened,
        agency("SYT", valid_to=ENDS, successors=("SCT",)),
        agency("X1", "commune", valid_to=ENDS, successors=("SCT",)),
    )
    opened.decide(ENDED)
    opened.submit(ENTERED, "SYT", arrival=on_paper())
    assert opened.owed()["SCT"].covers == ("X1",)
    opened.run(ENTERED + TICK)
    assert set(contacts(opened, kind="succession", status="sent")) == {
        "annual-2025/SCT/succession-2025-10-01/focal",
        "annual-2025/X1/succession-2025-10-01/focal",
    }


def test_a_successor_that_has_filed_stays_and_the_refusal_says_what_to_do(joined):
    joined.run(FIRST)
    joined.submit(FIRST + TICK, "SCT")
    before = joined.owed(), joined.events()
    with pytest.raises(RequestError, match="submit annual-2025 SCT FILE"):
        joined.submit(ENTERED, "SYT", arrival=on_paper())
    assert (joined.owed(), joined.events()) == before
    assert joined.submit(ENTERED, "SCT", arrival=on_paper()).version == 2


def test_after_the_closing_what_passed_on_stays(joined):
    joined.run(FIRST)
    with pytest.raises(RequestError, match=r"closed.*under SCT, without --received-at"):
        joined.submit(local(2025, 12, 19), "SYT", arrival=on_paper())
    assert joined.submit(local(2025, 12, 19) - TICK, "SYT", arrival=on_paper()).relieved == ("SCT",)


def test_what_ended_with_its_agency_is_filed_all_the_same(opened):
    learns(opened, agency("SYT", valid_to=ENDS))
    opened.run(FIRST)
    with pytest.raises(RequestError, match="ended with its agency"):
        opened.submit(ENTERED, "SYT", arrival=on_paper(ENDED))
    with pytest.raises(RequestError, match=r"stays so\.$"):
        opened.submit(local(2025, 12, 19), "SYT", arrival=on_paper())
    assert opened.submit(ENTERED, "SYT", arrival=on_paper()).relieved == ()
    assert opened.owed()["SYT"].status is Status.SUBMITTED


def test_its_review_and_revision_pass_to_the_successor(merged):
    merged.run(FIRST)
    merged.submit(ENTERED, "SYT", arrival=on_paper())
    merged.send_back(local(2025, 10, 2, 9), "SYT", "Thiếu biểu 2", by=date(2025, 10, 9))
    at = local(2025, 10, 2, 10)
    while at < local(2025, 10, 15):
        merged.run(at)
        at += DAY
    revised = contacts(merged, kind="revision", status="sent")
    assert set(revised.values()) == {"N1/focal", "N1/head"}
    merged.submit(local(2025, 10, 15, 9), "SYT")
    assert merged.owed()["SYT"].status is Status.SUBMITTED


def test_it_stands_in_the_log_with_who_entered_it(merged):
    merged.run(FIRST)
    merged.submit(ENTERED, "SYT", arrival=on_paper())
    events = [e for e in merged.events() if e.at >= ENTERED and "notice" not in e.event]
    assert [(e.event, e.agency, e.actor) for e in events] == [
        ("obligation_removed", "N1", "cli"),
        ("transfer_recalled", "SYT", "cli"),
        ("submitted", "SYT", "cli"),
    ]
    assert json.loads(events[1].payload)["relieved"] == ["N1"]


def test_the_next_passes_do_not_pass_it_on_again(merged):
    merged.run(FIRST)
    merged.submit(ENTERED, "SYT", arrival=on_paper())
    merged.run_at(ENTERED + timedelta(hours=1), local(2025, 10, 2, 8))
    assert merged.owed()["SYT"].status is Status.SUBMITTED
    assert "N1" not in merged.owed()
    figures = merged.status(local(2025, 10, 2, 9)).figures
    assert figures.expected == figures.expected_originally
