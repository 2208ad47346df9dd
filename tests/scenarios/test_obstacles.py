"""Obstacles: received at once, assigned, answered late, closed, and told of in the report."""

from lsplan_workflow.domain.obstacles import Statement
from lsplan_workflow.services.consolidation import consolidate
from lsplan_workflow.services.obstacles import (
    answer_obstacle,
    assign_obstacle,
    close_obstacle,
    list_obstacles,
    obstacle_history,
    report_obstacle,
)
from tests.domain.province import ZONE, local
from tests.scenarios.stories import (
    FOCAL,
    HEAD,
    all_filed_but,
    assert_proper,
    last_report,
    letters,
    only,
    pass_days,
)
from tests.services.office import body

MARCH = 3
SAID = Statement(
    content="Chưa giải phóng được mặt bằng.",
    cause="Đơn giá đền bù chưa được ban hành.",
    measures="Đã đối thoại với các hộ dân.",
    proposal="Ban hành đơn giá.",
    competence="Ủy ban nhân dân tỉnh",
)


def test_an_obstacle_is_received_handed_over_assigned_answered_late_and_closed(real):
    only(real, "SYT", "SKHDT", "STC25", "SCT")
    place = real.at(local(2025, 2, 21, 21)).workplace
    number = report_obstacle(place, "SYT", SAID, actor="cli").number
    real.deliver_replies(local(2025, 2, 21, 21))
    pass_days(real, local(2025, 2, 24, 7, 30), local(2025, 3, 5, 7, 30))
    assign_obstacle(
        real.at(local(2025, 3, 5, 9)).workplace,
        number,
        "SCT",
        by=local(2025, 3, 12).date(),
        actor="cli",
    )
    pass_days(real, local(2025, 3, 5, 10), local(2025, 3, 18, 10))
    answer_obstacle(real.at(local(2025, 3, 18, 20)).workplace, number, "Đã ban hành.", actor="cli")
    real.run(local(2025, 3, 19, 7, 30))
    close_obstacle(real.at(local(2025, 3, 20, 9)).workplace, number, "Đã xong.", actor="cli")
    pass_days(real, local(2025, 3, 20, 9), local(2025, 3, 31, 9))

    def told(address):
        rows = real.notices(obstacle=number, recipient=address, status="sent").values()
        return [f"{row.sent_at.astimezone(ZONE):%d/%m %H:%M}" for row in rows]

    assert told(FOCAL.format("syt")) == ["21/02 21:00", "19/03 07:30", "20/03 09:00"]
    assert told(FOCAL.format("skhdt")) == ["21/02 21:00"]
    # Its successor hears of it on the first working day.
    assert told(FOCAL.format("stc25")) == ["03/03 07:30"]
    assert told(FOCAL.format("sct")) == ["05/03 10:00", "11/03 10:00", "13/03 10:00"]
    assert told(HEAD.format("sct")) == ["17/03 10:00"]
    since = [m for m in real.mails(FOCAL.format("sct")) if m["Date"].datetime.month == MARCH]
    assert len(since) == 3
    for mail in since:
        assert_proper(mail)
        assert SAID.content in body(mail)
    assert [step.state.value for step in obstacle_history(real.workplace, number).steps] == [
        "received",
        "assigned",
        "answered",
        "closed",
    ]


def section(office):
    """Return what the newest consolidated report says of obstacles, as one line."""
    said = last_report(office).partition("III. KHÓ KHĂN")[2].partition("IV. GIA HẠN")[0]
    return " ".join(said.split())


def test_the_digest_and_the_reports_of_the_cycle_tell_how_an_obstacle_stands(editable):
    only(editable, "SYT", "SCT", "STC25")
    editable.run(local(2025, 9, 3, 7, 30))
    all_filed_but(editable, local(2025, 9, 4, 9), "SYT", accepted=True)
    editable.run(local(2025, 9, 4, 10))
    place = editable.at(local(2025, 10, 6, 21)).workplace
    number = report_obstacle(place, "SYT", SAID, actor="cli").number
    editable.deliver_replies(local(2025, 10, 6, 21))
    place = editable.at(local(2025, 10, 7, 9)).workplace
    assign_obstacle(place, number, "SCT", by=local(2025, 10, 22).date(), actor="cli")
    pass_days(editable, local(2025, 10, 7, 10), local(2025, 10, 31, 10))
    editable.run(local(2025, 10, 31, 17))

    assert letters(editable, FOCAL.format("stc25"))[3:] == [("06/10 21:00", "Khó khăn,")]
    assert letters(editable, FOCAL.format("sct"))[3:] == [
        ("07/10 10:00", "V/v trả"),
        ("21/10 10:00", "Nhắc trả"),
        ("23/10 10:00", "V/v đôn"),
    ]
    assert letters(editable, HEAD.format("sct")) == [("27/10 10:00", "V/v đôn")]
    (digest,) = editable.mails(HEAD.format("stc25"))
    said = "còn 1 khó khăn, vướng mắc chưa được trả lời, trong đó 1 đã quá hạn trả lời."
    assert said in body(digest)
    assert f"1. Sở Y tế (số {number}, tiếp nhận ngày 06/10/2025)" in section(editable)
    for words in (
        "Nội dung: Chưa giải phóng được mặt bằng.",
        "Nguyên nhân: Đơn giá đền bù chưa được ban hành.",
        "Kiến nghị: Ban hành đơn giá.",
        "Thẩm quyền giải quyết: Ủy ban nhân dân tỉnh",
        "Tình trạng: đã giao Sở Công Thương trả lời trước ngày 23/10/2025 (quá hạn)",
    ):
        assert words in section(editable)

    place = editable.at(local(2025, 11, 3, 9)).workplace
    assert [one.obstacle.number for one in list_obstacles(place, overdue=True)] == [number]
    answer_obstacle(place, number, "Đã ban hành đơn giá.", actor="cli")
    editable.submit(local(2025, 11, 3, 10), "SYT")
    editable.accept(local(2025, 11, 3, 11), "SYT")
    editable.run(local(2025, 11, 3, 12))
    assert [row.reason for row in editable.reports()] == ["grace", "complete"]
    assert "Tình trạng: đã trả lời" in section(editable)
    assert "Nội dung trả lời: Đã ban hành đơn giá." in section(editable)
    close_obstacle(editable.at(local(2025, 11, 5, 9)).workplace, number, "Đã xong.", actor="cli")
    pass_days(editable, local(2025, 11, 5, 10), local(2025, 11, 30, 10))
    assert {letter for letter in letters(editable, FOCAL.format("syt")) if "/11" in letter[0]} == {
        ("03/11 12:00", "Thông báo"),  # The answer, and that the report was accepted.
        ("03/11 12:00", "Xác nhận"),
        ("05/11 10:00", "Kết thúc"),
    }
    consolidate(editable.workplace, "annual-2025", partial=False, actor="cli")
    assert "Tình trạng: đã kết thúc" in section(editable)
    assert [one.obstacle.number for one in list_obstacles(place, state="closed")] == [number]
    steps = [e for e in editable.events(agency="SYT") if e.event.startswith("obstacle")]
    assert [(e.event, f"{e.at.astimezone(ZONE):%d/%m %H:%M}") for e in steps] == [
        ("obstacle_received", "06/10 21:00"),
        ("obstacle_assigned", "07/10 09:00"),
        ("obstacle_answered", "03/11 09:00"),
        ("obstacle_closed", "05/11 09:00"),
    ]
