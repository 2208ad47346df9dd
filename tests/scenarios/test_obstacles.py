"""An obstacle outlives the merger of the focal point, is assigned, answered late, and reported."""

from lsplan_workflow.domain.obstacles import Statement
from lsplan_workflow.services.obstacles import (
    answer_obstacle,
    assign_obstacle,
    close_obstacle,
    obstacle_history,
    report_obstacle,
)
from tests.domain.province import ZONE, local
from tests.scenarios.stories import FOCAL, HEAD, assert_proper, only, pass_days
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
