"""A period is played apart from the real installation, by a cast that the seed decides."""

import mailbox
from dataclasses import replace
from datetime import date, datetime, time

import pytest

from lsplan_workflow.bootstrap import Place
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.rehearsal.cast import Act, ActKind
from lsplan_workflow.rehearsal.performance import Terms, perform
from lsplan_workflow.rehearsal.play import acts_between, passes
from lsplan_workflow.store import audit, installation
from lsplan_workflow.store.database import Database
from tests.domain.province import CALENDAR, local
from tests.services.office import HOUR, KEY, at_address

FIRST, LAST = local(2025, 8, 30), local(2025, 12, 31)
MIDDLE = local(2025, 10, 1, 9)


def rehearsed(office, folder, first=FIRST, last=LAST, seed=268, *, present=False):
    """Rehearse a period of an office in a folder; return the story and the instants reached."""
    reached = []
    place = Place(office.folder / "config", office.folder)
    terms = Terms(first, last, seed, office.clock.now() if present else None)
    story = perform(place, office.workplace, folder, terms, progress=reached.append)
    return story, reached


def happenings(story, what):
    return [
        (day.day, found) for day in story.days for found in day.happenings if found.what == what
    ]


def figures(story, code="annual-2025"):
    return next(status.figures for status in story.cycles if status.cycle.code == code)


def filed_mails(folder):
    return list(mailbox.Maildir(folder / "mail", create=False))


@pytest.fixture(autouse=True)
def _key(monkeypatch):
    monkeypatch.setenv("LSPLAN_AUDIT_KEY", KEY.decode())


def test_nothing_of_the_real_installation_changes_and_no_mail_of_it_is_written(opened, tmp_path):
    before = {f: f.read_bytes() for f in opened.folder.rglob("*") if f.is_file()}
    story, _ = rehearsed(opened, tmp_path / "stage")
    assert story.mails > 0
    assert len(filed_mails(tmp_path / "stage")) == story.mails
    after = {f: f.read_bytes() for f in opened.folder.rglob("*") if f.is_file()}
    kept = {file: content for file, content in after.items() if "-shm" not in file.name}
    assert {f: c for f, c in before.items() if "-shm" not in f.name} == kept


def test_the_same_seed_tells_the_same_story(opened, tmp_path):
    first, _ = rehearsed(opened, tmp_path / "one")
    assert rehearsed(opened, tmp_path / "two")[0] == first
    assert rehearsed(opened, tmp_path / "three", seed=5)[0] != first


def test_where_nobody_files_everybody_is_chased_to_the_end(opened, tmp_path):
    story, _ = rehearsed(opened, tmp_path / "stage", seed=None)
    found = figures(story)
    assert (found.expected, found.missing) == (5, 5)
    assert not happenings(story, "submitted")
    rungs = [found.rung for _, found in happenings(story, "notice_sent")]
    assert rungs[0] == "opening"
    assert rungs[-1] == "overdue-10wd"
    assert next(found.count for _, found in happenings(story, "notice_sent")) == 5


def test_the_story_tells_the_turns_of_a_cycle_on_their_days(opened, tmp_path):
    story, reached = rehearsed(opened, tmp_path / "stage")
    (opening,) = happenings(story, "cycle_opened")
    assert opening[0] == date(2025, 9, 1)
    assert len(opening[1].agencies) == 5
    assert [day for day, _ in happenings(story, "deadline_passed")] == [date(2025, 10, 20)]
    assert [day for day, _ in happenings(story, "cycle_closed")] == [date(2025, 12, 19)]
    assert [found.rung for _, found in happenings(story, "consolidated")][:1] == ["1"]
    assert [day.day for day in story.days] == sorted(day.day for day in story.days)
    assert reached == sorted(reached)
    assert (reached[0], reached[-1]) == (FIRST, LAST)


def test_who_files_within_a_day_is_told_together(opened, tmp_path):
    story, _ = rehearsed(opened, tmp_path / "stage")
    filings = happenings(story, "submitted")
    assert len({(day, found.cycle) for day, found in filings}) == len(filings)
    assert sum(found.count for _, found in filings) >= figures(story).accepted > 0


def test_a_succession_is_part_of_the_story(small, tmp_path):
    story, _ = rehearsed(small, tmp_path / "s", local(2024, 12, 19), local(2025, 3, 31), None)
    (ended,) = [f for day, f in happenings(story, "agency_ended") if day == date(2025, 3, 1)]
    assert (ended.agencies, ended.detail) == (("FIN", "OLD"), "NEW")
    assert happenings(story, "obligation_transferred")
    assert happenings(story, "obligation_taken_over")


def test_a_cycle_that_had_closed_before_is_no_part_of_it(small, tmp_path):
    story, _ = rehearsed(small, tmp_path / "stage")
    assert story.beginning.closed == ("plan-2025",)
    assert [status.cycle.code for status in story.cycles] == ["annual-2025"]


def test_what_had_happened_before_is_how_it_begins_and_no_part_of_the_first_day(small, tmp_path):
    begins = local(2025, 10, 1)
    story, _ = rehearsed(small, tmp_path / "s", begins, local(2025, 12, 31), None)
    assert story.beginning.ended == ("FIN", "OLD", "D1")
    (status,) = story.beginning.open
    assert (status.cycle.code, status.figures.expected) == ("annual-2025", 5)
    assert story.days[0].day == date(2025, 10, 1)
    assert {found.what for found in story.days[0].happenings} == {"notice_sent"}
    told = {found.what for day in story.days for found in day.happenings}
    assert not told & {"agency_ended", "cycle_opened", "cycle_untracked"}


def test_duties_that_had_passed_on_before_are_part_of_how_it_begins(small, tmp_path):
    story, _ = rehearsed(small, tmp_path / "s", local(2025, 3, 2), local(2025, 3, 10), None)
    (status,) = story.beginning.open
    assert (status.cycle.code, status.figures.transferred) == ("plan-2025", 2)
    assert not happenings(story, "obligation_transferred")
    assert not happenings(story, "obligation_taken_over")


def test_what_happens_on_the_first_day_itself_is_told_on_it(small, tmp_path):
    story, _ = rehearsed(small, tmp_path / "s", local(2025, 3, 1), local(2025, 3, 10), None)
    (ended,) = happenings(story, "agency_ended")
    assert (ended[0], ended[1].agencies) == (date(2025, 3, 1), ("FIN", "OLD"))
    assert happenings(story, "obligation_transferred")
    assert story.beginning.ended == ()
    opening, _ = rehearsed(small, tmp_path / "t", local(2025, 9, 1), local(2025, 9, 2), None)
    assert [day for day, _ in happenings(opening, "cycle_opened")] == [date(2025, 9, 1)]
    assert opening.beginning.open == ()


def test_the_present_is_how_it_begins_where_it_goes_on_from_there(opened, tmp_path):
    opened.submit(MIDDLE, "SYT")
    story, _ = rehearsed(opened.at(MIDDLE), tmp_path / "s", MIDDLE, LAST, None, present=True)
    (status,) = story.beginning.open
    assert (status.figures.expected, status.figures.on_time) == (5, 1)


def test_in_mid_cycle_who_would_have_filed_earlier_files_when_work_begins(small, tmp_path):
    story, _ = rehearsed(small, tmp_path / "stage", local(2025, 10, 18), local(2025, 10, 19), 5)
    assert not happenings(story, "submitted")
    acts = acts_between(small.configuration, local(2025, 10, 11), LAST, seed=5)
    assert min(act.at for act in acts) == local(2025, 10, 13, 7, 30)
    late = acts_between(small.configuration, local(2025, 10, 20), LAST, seed=5)
    assert all(act.at > local(2025, 10, 20) for act in late)
    assert all(act.at <= LAST for act in late)


def test_whoever_is_reached_by_a_service_gets_nothing_and_no_token_is_written(opened, tmp_path):
    address = "json://user:secret@127.0.0.1:9/inbox"
    opened.reconfigure(lambda c: at_address(c, SYT_focal=address))
    story, _ = rehearsed(opened, tmp_path / "stage", seed=None)
    assert story.notices["failed"] == story.notices["retry"] == 0
    reached = [m["Delivered-To"] for m in filed_mails(tmp_path / "stage")]
    assert "json://" in reached
    mails = [f for f in (tmp_path / "stage" / "mail").rglob("*") if f.is_file()]
    assert not any(b"secret" in file.read_bytes() for file in mails)


def test_the_present_state_goes_on_where_it_stands(opened, tmp_path):
    opened.submit(MIDDLE, "SYT")
    opened.waive(MIDDLE, "SCT")
    story, _ = rehearsed(opened.at(MIDDLE), tmp_path / "s", MIDDLE, LAST, None, present=True)
    found = figures(story)
    assert (found.on_time, found.waived, found.missing) == (1, 1, 3)
    assert opened.owed()["SYT"].status is Status.SUBMITTED
    assert len(opened.mails()) == 5


def test_whoever_has_filed_already_does_not_file_again(opened, tmp_path):
    for agency in opened.owed():
        opened.submit(MIDDLE, agency)
    now = MIDDLE + HOUR
    story, _ = rehearsed(opened.at(now), tmp_path / "s", now, LAST, 268, present=True)
    returned = sum(found.count for _, found in happenings(story, "returned"))
    assert sum(found.count for _, found in happenings(story, "submitted")) == returned
    assert figures(story).on_time == 5
    assert (tmp_path / "s" / "files").is_dir()


def test_the_copy_is_a_rehearsal_whose_log_is_intact(opened, tmp_path):
    with opened.workplace.database.writing() as session:
        installation.installation(session).rehearsal = False
    rehearsed(opened.at(MIDDLE), tmp_path / "s", MIDDLE, LAST, None, present=True)
    database = Database(f"sqlite:///{tmp_path / 's' / 'lsplan.db'}", audit_key=KEY)
    with database.reading() as session:
        assert audit.verify(session, KEY) is None
        head, _hash = audit.head_of(session)
        assert installation.installation(session).rehearsal
    database.dispose()
    with opened.workplace.database.reading() as session:
        assert audit.head_of(session)[0] < head
    assert (tmp_path / "s" / "audit.key").read_text().strip() == KEY.decode()


def test_the_present_cannot_be_begun_earlier_than_it_is(opened, tmp_path):
    with pytest.raises(RequestError, match="before which --present cannot begin"):
        rehearsed(opened.at(MIDDLE), tmp_path / "s", FIRST, LAST, None, present=True)


def test_a_database_on_a_server_is_not_copied(opened, tmp_path):
    server = Database("postgresql://nobody@127.0.0.1:9/none", audit_key=KEY)
    opened.workplace = replace(opened.at(MIDDLE).workplace, database=server)
    with pytest.raises(RequestError, match="lies on a server"):
        rehearsed(opened, tmp_path / "s", MIDDLE, LAST, None, present=True)
    server.dispose()
    assert not (tmp_path / "s").exists()


def test_a_period_ends_where_it_begins_at_the_earliest(opened, tmp_path):
    with pytest.raises(RequestError, match="expected a day from 30/08/2025 on"):
        rehearsed(opened, tmp_path / "s", last=local(2025, 8, 29))
    one_day = datetime.combine(FIRST, time.max, tzinfo=CALENDAR.zone)
    assert rehearsed(opened, tmp_path / "s", last=one_day)[0].busiest is None


def test_what_lies_in_a_folder_is_never_written_over(opened, tmp_path):
    (tmp_path / "precious.txt").write_text("x")
    for folder in (tmp_path, tmp_path / "precious.txt"):
        with pytest.raises(RequestError, match="expected a new or empty folder"):
            rehearsed(opened, folder)
    assert (tmp_path / "precious.txt").read_text() == "x"


def test_files_on_another_disk_are_copied(opened, tmp_path, monkeypatch):
    opened.submit(MIDDLE, "SYT")

    def refused(*_paths):
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr("os.link", refused)
    rehearsed(opened.at(MIDDLE), tmp_path / "s", MIDDLE, MIDDLE, None, present=True)
    originals = {f.name for f in (opened.folder / "files").rglob("*") if f.is_file()}
    assert {f.name for f in (tmp_path / "s" / "files").rglob("*") if f.is_file()} == originals


def test_an_agency_ends_in_the_story_on_its_day_also_where_no_cycle_is_open(small, tmp_path):
    story, _ = rehearsed(small, tmp_path / "s", local(2025, 4, 1), local(2025, 10, 1), None)
    ended = [(day, found.agencies) for day, found in happenings(story, "agency_ended")]
    assert (date(2025, 7, 1), ("D1",)) in ended


def test_what_is_due_at_the_very_instant_of_an_act_is_done_then(opened):
    """Grace ends when somebody files; the partial report is not put off to the next morning."""
    ends = local(2025, 10, 31, 17)
    opened.run(MIDDLE)
    act = Act(ends, ActKind.SUBMIT, "annual-2025", "SYT")
    first = local(2025, 10, 31, 16)
    at = []
    for instant in passes(opened.at(first).workplace, [act], first, ends, actor="test"):
        at.append(instant)
        opened.run(instant)
    assert at == [first, ends, ends]
    assert [report.reason for report in opened.reports()] == ["grace"]
