from dataclasses import replace

from sqlalchemy import inspect

from lsplan_workflow.domain.obstacles import Act, State
from lsplan_workflow.store import obstacles, outbox
from lsplan_workflow.store.obstacles import Open, Step
from lsplan_workflow.store.submissions import Document
from tests.domain.province import local
from tests.domain.test_obstacles import DUE_AT, OBSTACLE
from tests.store.rows import NOW, TICK, a_notice, put

BEGAN = local(2025, 10, 1)


def given(database, *found):
    with database.writing() as session:
        for obstacle in found:
            obstacles.add(session, obstacle)


def numbered(number, **differing):
    return replace(OBSTACLE, number=number, **differing)


def read(database, query, *arguments):
    with database.reading() as session:
        return query(session, *arguments)


def test_an_obstacle_is_read_as_it_was_added_and_then_as_it_was_saved(database):
    given(database, OBSTACLE)
    assert read(database, obstacles.obstacle_of, "2025-003") == OBSTACLE
    assert read(database, obstacles.obstacle_of, "2025-004") is None
    changed = OBSTACLE.assigned("SCT", NOW, answer_by_at=local(2025, 11, 1))
    with database.writing() as session:
        obstacles.save(session, changed)
    assert read(database, obstacles.obstacle_of, "2025-003") == changed


def test_numbers_run_on_within_a_year_and_begin_anew_in_the_next(database):
    assert read(database, obstacles.next_number, 2025) == "2025-001"
    given(database, numbered("2025-999", state=State.CLOSED), numbered("2025-1000"))
    assert read(database, obstacles.next_number, 2025) == "2025-1001"
    assert read(database, obstacles.next_number, 2026) == "2026-001"


def test_obstacles_stand_in_the_order_of_their_numbers(database):
    numbers = ["2024-002", "2025-002", "2025-999", "2025-1000"]
    given(database, *map(numbered, reversed(numbers)))
    assert [found.number for found in read(database, obstacles.obstacles)] == numbers


def test_steps_with_their_files_are_kept_in_the_order_in_which_they_were_taken(database):
    steps = [
        Step(State.RECEIVED, NOW, "cli", documents=(Document("a.pdf", "0" * 64, 3),)),
        Step(State.ASSIGNED, NOW, "cli", agency="SCT", answer_by_at=DUE_AT),
        Step(State.ANSWERED, NOW, "cli", "Xong."),
    ]
    given(database, OBSTACLE, numbered("2025-004"))
    with database.writing() as session:
        for step in steps:
            obstacles.record_step(session, "2025-003", step)
        obstacles.record_step(session, "2025-004", steps[0])
    assert read(database, obstacles.steps_of, "2025-003") == steps


def test_what_is_due_for_action_is_found_at_its_instant_and_not_before(database):
    given(database, OBSTACLE, numbered("2025-004"))
    assert read(database, obstacles.next_action_at) is None
    with database.writing() as session:
        obstacles.schedule(session, "2025-003", NOW)
    assert read(database, obstacles.next_action_at) == NOW
    assert read(database, obstacles.due_for_action, NOW - TICK) == []
    assert read(database, obstacles.due_for_action, NOW) == [OBSTACLE]
    names = {index["name"] for index in inspect(database.engine).get_indexes("obstacle")}
    assert "ix_obstacle_next_action_at" in names


def test_what_waits_for_an_answer_is_counted_and_overdue_from_the_due_instant_on(database):
    answered = numbered("2025-005").after(Act.ANSWER)
    given(database, OBSTACLE, numbered("2025-004", program="other"), answered)
    assert read(database, obstacles.count_open, "268", DUE_AT - TICK) == Open(1, 0)
    assert read(database, obstacles.count_open, "268", DUE_AT) == Open(1, 1)
    assert [o.number for o in read(database, obstacles.awaited)] == ["2025-003", "2025-004"]


def test_a_report_tells_of_what_is_new_and_of_what_is_not_closed_of_its_own_program(database):
    earlier = BEGAN - TICK
    given(
        database,
        numbered("2025-001", received_at=earlier, state=State.CLOSED),
        numbered("2025-002", received_at=earlier, state=State.ANSWERED),
        numbered("2025-003", received_at=BEGAN, state=State.CLOSED),
        numbered("2025-004", program="other"),
    )
    found = read(database, obstacles.reported_on, "268", BEGAN)
    assert [obstacle.number for obstacle in found] == ["2025-002", "2025-003"]


def test_notices_about_an_obstacle_are_found_by_its_number(database):
    about = a_notice("obstacle/2025-003/SYT/receipt-1/focal", cycle="", obstacle="2025-003")
    put(database, about, a_notice())
    assert list(read(database, outbox.notices_of_obstacle, "2025-003").values()) == [about]
