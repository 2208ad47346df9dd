"""Merged, split, abolished, renamed, reopened: what passes to whom, and who hears of it when."""

import unicodedata
from dataclasses import replace
from datetime import date

import pytest

from lsplan_workflow.configuration.folder import parse, read_files
from lsplan_workflow.domain.errors import ConfigurationError, RequestError
from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.domain.reorganisation import Fate
from lsplan_workflow.services.reorganising import draft, foresee, reorganise
from lsplan_workflow.store.database import Database
from tests.domain.province import local
from tests.services.office import HOUR, TICK, body
from tests.services.reconfiguring import applied, edited

OPENING = local(2025, 9, 3, 7, 30)
DECIDED = local(2025, 9, 10, 9)
BEGINS = local(2025, 10, 1)
FIRST_MORNING = local(2025, 10, 1, 7, 30)
DUE = local(2025, 10, 20)
HEAD = 'document = "Nghị quyết số 99/NQ-HĐND"\nbegins_on = {}\n'
NEW = """
[[new]]
code = "SYM"
name_vi = "Sở Y tế và Giáo dục"
name_en = "Department of Health and Education"
kind = "department"

[[contact]]
agency = "SYM"
role = "focal"
name = "Đầu mối"
address = "dau-moi@sym.example"
"""
MERGED = NEW + '[[merge]]\nagencies = ["SYT", "SGDDT"]\ninto = "SYM"\n'
INTO_EXISTING = '[[merge]]\nagencies = ["SYT"]\ninto = "SCT"\n'


@pytest.fixture
def desk(editable, tmp_path):
    return Desk(editable, tmp_path / "config")


class Desk:
    """An office with the folder from which its configuration was applied."""

    def __init__(self, office, folder):
        self.office, self.folder = office, folder
        for name, text in office.configuration.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def draft(self, text, at=DECIDED, begins="2025-10-01"):
        content = (HEAD.format(begins) + text).encode()
        return draft(self.office.at(at).workplace, read_files(self.folder), "nq.toml", content)

    def foresee(self, text, at=DECIDED, begins="2025-10-01"):
        return foresee(self.office.workplace, self.draft(text, at, begins), actor="an")

    def reorganise(self, text, at=DECIDED, begins="2025-10-01"):
        found = self.draft(text, at, begins)
        made = reorganise(self.office.workplace, found, self.folder, actor="an")
        self.office.reconfigure(lambda _present: found.configuration)
        return made

    def bytes(self):
        return {p: p.read_bytes() for p in sorted(self.folder.rglob("*")) if p.is_file()}


def fates(made, cycle="annual-2025"):
    return {p.agency: (p.fate, p.to) for p in made.passings if p.cycle == cycle}


def rungs(office, agency, **wanted):
    return [row.rung for row in office.notices(agency=agency, **wanted).values()]


def state(office):
    return office.owed(), office.notices(), office.events()


def test_foreseeing_changes_neither_the_folder_nor_the_database(desk):
    desk.office.run(OPENING)
    before = desk.bytes(), state(desk.office)
    desk.foresee(MERGED)
    assert (desk.bytes(), state(desk.office)) == before


def test_what_is_foreseen_is_what_is_carried_out(desk):
    desk.office.run(OPENING)
    foreseen, done = desk.foresee(MERGED), desk.reorganise(MERGED)
    assert (foreseen.passings, foreseen.tellings) == (done.passings, done.tellings)
    assert foreseen.applied.notices == done.applied.notices
    assert done.applied.outcome.value == "applied"


def test_the_document_stands_in_the_log_and_in_the_new_rows(desk):
    desk.office.run(OPENING)
    desk.reorganise(MERGED)
    event = next(e for e in desk.office.events() if e.event == "configuration_applied")
    assert "Nghị quyết số 99/NQ-HĐND" in event.payload
    assert event.actor == "an"
    directory = desk.office.configuration.directory
    assert directory["SYM"].source == "Nghị quyết số 99/NQ-HĐND"
    assert directory["SYT"].valid_to == date(2025, 9, 30)


def test_in_mid_cycle_what_is_open_passes_on_the_day_and_not_a_moment_before(desk):
    office = desk.office
    office.run(OPENING)
    made = desk.reorganise(MERGED)
    assert fates(made) == {"SYT": (Fate.PASSES, ("SYM",)), "SGDDT": (Fate.PASSES, ("SYM",))}
    office.run(BEGINS - TICK)
    assert office.owed()["SYT"].status is Status.OPEN
    assert "SYM" not in office.owed()
    originally = office.status(BEGINS - TICK).figures.expected_originally
    office.run(BEGINS)
    owed = office.owed()
    assert {owed["SYT"].status, owed["SGDDT"].status} == {Status.TRANSFERRED}
    assert set(owed["SYM"].covers) == {"SYT", "SGDDT"}
    figures = office.status(BEGINS).figures
    assert (figures.expected_originally, figures.expected) == (originally, originally - 1)


def test_whoever_takes_over_hears_of_it_first_and_whoever_ended_last(desk):
    office = desk.office
    office.run(OPENING)
    made = desk.reorganise(MERGED)
    assert [told.agency for told in made.tellings] == ["SYM", "SGDDT", "SYT"]
    assert [c.id for c in made.tellings[0].contacts] == ["SYM/focal"]
    office.run(FIRST_MORNING)
    assert [r.agency for r in office.notices(kind="succession").values()] == [
        told.agency for told in made.tellings
    ]
    assert rungs(office, "SYT")[-1] == "succession"


def test_before_the_opening_the_new_one_owes_from_the_start_and_nothing_passes(desk):
    office = desk.office
    made = desk.reorganise(MERGED, at=local(2025, 8, 20, 9))
    assert fates(made) == {
        "SYT": (Fate.DROPPED, ()),
        "SGDDT": (Fate.DROPPED, ()),
        "SYM": (Fate.ADDED, ()),
    }
    office.run(OPENING)
    assert not {"SYT", "SGDDT"} & set(office.owed())
    assert office.owed()["SYM"].original
    office.run(BEGINS)
    assert office.owed()["SYM"].covers == ()


@pytest.mark.parametrize(
    ("begins", "owing"),
    [("2025-10-19", "SYM"), ("2025-10-20", "SYM"), ("2025-10-21", "SYM")],
)
def test_on_the_due_day_and_around_it_the_new_one_owes_with_the_same_deadline(desk, begins, owing):
    office = desk.office
    office.run(OPENING)
    desk.reorganise(MERGED, begins=begins)
    day = date.fromisoformat(begins)
    office.run(local(day.year, day.month, day.day))
    found = office.owed()[owing]
    assert (found.due_at, found.is_overdue(DUE)) == (DUE, True)
    assert set(found.covers) == {"SYT", "SGDDT"}


@pytest.mark.parametrize(("begins", "passes"), [("2025-12-18", True), ("2025-12-19", False)])
def test_after_the_closing_nothing_passes_on(desk, begins, passes):
    desk.office.run(OPENING)
    made = desk.foresee(MERGED, begins=begins)
    assert (fates(made) != {}) is passes


def test_twice_in_one_cycle_the_duty_passes_down_the_line(desk):
    office = desk.office
    office.run(OPENING)
    desk.reorganise(MERGED)
    office.run(BEGINS)
    desk.reorganise(
        '[[merge]]\nagencies = ["SYM"]\ninto = "SCT"\n',
        at=local(2025, 10, 2, 9),
        begins="2025-10-10",
    )
    office.run(local(2025, 10, 10))
    assert set(office.owed()["SCT"].covers) == {"SYM", "SYT", "SGDDT"}
    assert office.owed()["SYM"].status is Status.TRANSFERRED


def test_a_chain_that_is_known_at_once_is_applied_in_the_order_of_its_dates_by_a_late_pass(desk):
    office = desk.office
    office.run(OPENING)
    desk.reorganise(MERGED)
    desk.reorganise('[[merge]]\nagencies = ["SYM"]\ninto = "SCT"\n', begins="2025-10-10")
    assert "SYM" not in office.owed()
    office.run(local(2025, 10, 13, 7, 30))
    assert set(office.owed()["SCT"].covers) == {"SYM", "SYT", "SGDDT"}


ONWARDS = '[[merge]]\nagencies = ["SYM"]\ninto = "SCT"\n'


@pytest.mark.parametrize("at", [DECIDED + HOUR, FIRST_MORNING, local(2025, 10, 2, 9)])
def test_a_second_decision_is_foreseen_on_what_the_first_will_have_made_of_the_cycle(desk, at):
    """Before the first holds; on its day; and after it, though no pass has run since."""
    desk.office.run(OPENING)
    desk.reorganise(MERGED)
    made = desk.foresee(ONWARDS, at=at, begins="2025-10-10")
    assert fates(made) == {"SYM": (Fate.PASSES, ("SCT",))}
    assert [told.agency for told in made.tellings] == ["SCT", "SYM"]


def test_a_second_decision_is_foreseen_in_a_cycle_to_come_that_both_concern(desk):
    early = local(2025, 7, 10, 9)
    desk.reorganise(MERGED, at=early, begins="2025-10-20")  # D: SYT and SGDDT owe, and pass on.
    made = desk.foresee(ONWARDS, at=early + HOUR, begins="2025-11-03")
    assert fates(made) == {"SYM": (Fate.PASSES, ("SCT",))}


def test_a_second_decision_of_an_earlier_day_is_foreseen_on_what_holds_until_then(desk):
    desk.office.run(OPENING)
    desk.reorganise(INTO_EXISTING, begins="2025-11-03")
    second = '[[merge]]\nagencies = ["SGDDT"]\ninto = "SYT"\n'
    made = desk.foresee(second, at=DECIDED + HOUR, begins="2025-10-01")
    assert fates(made) == {"SGDDT": (Fate.PASSES, ("SYT",))}


def test_a_merger_into_an_agency_that_owes_is_covered_by_its_obligation(desk):
    office = desk.office
    office.run(OPENING)
    made = desk.reorganise(INTO_EXISTING)
    assert fates(made) == {"SYT": (Fate.PASSES, ("SCT",))}
    office.run(BEGINS)
    assert office.owed()["SCT"].covers == ("SYT",)
    assert office.owed()["SCT"].original


def test_an_heir_that_has_filed_already_files_what_is_left_under_the_old_name(desk):
    office = desk.office
    office.run(OPENING)
    office.submit(DECIDED - HOUR, "SCT")
    made = desk.reorganise(INTO_EXISTING)
    assert fates(made) == {"SYT": (Fate.KEPT, ("SCT",))}
    office.run(FIRST_MORNING)
    owed = office.owed()
    assert (owed["SYT"].status, owed["SCT"].covers) == (Status.OPEN, ())
    told = [(row.agency, row.contact) for row in office.notices(kind="succession").values()]
    assert told == [("SYT", "SCT/focal"), ("SYT", "SYT/focal")]
    assert any("dưới tên Sở Y tế" in body(mail) for mail in office.mails("dau-moi@sct.example"))
    office.run(local(2025, 10, 6, 7, 30))
    (reminder,) = office.notices(agency="SYT", rung="before-14d").values()
    assert reminder.contact == "SCT/focal"
    office.submit(local(2025, 10, 7, 9), "SYT")
    assert office.owed()["SYT"].status is Status.SUBMITTED


def test_what_was_filed_or_settled_stays_under_the_old_name(desk):
    office = desk.office
    office.run(OPENING)
    office.submit(DECIDED - HOUR, "SYT")
    office.submit(DECIDED - HOUR, "SGDDT")
    office.accept(DECIDED - HOUR, "SGDDT")
    made = desk.reorganise(MERGED)
    assert fates(made) == {"SYT": (Fate.FOLLOWED_UP, ("SYM",)), "SGDDT": (Fate.SETTLED, ())}
    office.run(FIRST_MORNING)
    assert "SYM" not in office.owed()
    assert office.owed()["SYT"].status is Status.SUBMITTED


def test_a_report_returned_after_the_end_is_revised_by_the_successor(desk):
    office = desk.office
    office.run(OPENING)
    office.submit(DECIDED - HOUR, "SYT")
    desk.reorganise(MERGED)
    office.send_back(local(2025, 10, 2, 9), "SYT", "Thiếu biểu 2", by=date(2025, 10, 9))
    office.run_at(local(2025, 10, 2, 9), local(2025, 10, 9, 7, 30), local(2025, 10, 10, 7, 30))
    asked = office.notices(agency="SYT", status="sent")
    to_successor = {r.rung for r in asked.values() if r.contact == "SYM/focal"}
    assert {"returned-1", "revise-before-1wd", "revise-overdue-1wd"} <= to_successor
    assert {r.rung for r in asked.values() if r.contact == "SYT/focal"} == {"opening", "receipt-1"}


def test_a_report_that_waits_for_its_revision_when_its_agency_ends_is_asked_of_the_successor(desk):
    office = desk.office
    office.run(OPENING)
    office.submit(DECIDED - HOUR, "SYT")
    office.send_back(local(2025, 9, 29, 9), "SYT", "Thiếu biểu 2", by=date(2025, 10, 9))
    office.run(local(2025, 9, 29, 10))
    made = desk.reorganise(MERGED, at=local(2025, 9, 29, 11))
    foretold = [t.agency for t in made.tellings]
    assert foretold.index("SYM") < foretold.index("SYT")
    office.run(FIRST_MORNING)
    told = office.notices(kind="succession", agency="SYT").values()
    assert [row.contact for row in told] == ["SYM/focal", "SYT/focal"]
    office.run(local(2025, 10, 9, 7, 30))
    (chased,) = office.notices(rung="revise-before-1wd").values()
    assert chased.contact == "SYM/focal"


@pytest.mark.parametrize(("split", "heirs"), [("all", ("SCT", "SXD25")), ("lead", ("SCT",))])
def test_a_split_leaves_the_duty_to_all_or_to_the_lead(desk, split, heirs):
    office = desk.office
    changed = edited(office.configuration, ('split = "all"', f'split = "{split}"'))
    if split == "lead":
        applied(office, changed, local(2025, 8, 20, 9))
        (desk.folder / "program.toml").write_text(changed.files["program.toml"], encoding="utf-8")
    office.run(OPENING)
    made = desk.reorganise('[[split]]\nagency = "SYT"\ninto = ["SCT", "SXD25"]\n')
    assert fates(made) == {"SYT": (Fate.PASSES, heirs)}
    office.run(BEGINS)
    covering = {code for code, owed in office.owed().items() if "SYT" in owed.covers}
    assert covering == set(heirs)


def test_an_abolished_agency_owes_no_more_and_is_told_so(desk):
    office = desk.office
    office.run(OPENING)
    made = desk.reorganise('[[abolish]]\nagency = "SYT"\n')
    assert fates(made) == {"SYT": (Fate.LAPSES, ())}
    assert [told.agency for told in made.tellings] == ["SYT"]
    office.run(FIRST_MORNING)
    assert office.owed()["SYT"].status is Status.TRANSFERRED
    (mail,) = [m for m in office.mails("dau-moi@syt.example") if "chấm dứt" in m["Subject"]]
    assert "không chuyển cho cơ quan nào" in body(mail)


def test_a_renamed_agency_goes_on_under_its_new_name_with_its_persons(desk):
    office = desk.office
    office.run(OPENING)
    desk.reorganise(
        '[[rename]]\nagency = "SYT"\ncode = "SYM"\nname_vi = "Sở Sức khỏe"\nname_en = "Health"\n'
    )
    office.run(FIRST_MORNING)
    assert office.owed()["SYM"].covers == ("SYT",)
    office.run(local(2025, 10, 6, 7, 30))
    (reminder,) = office.notices(agency="SYM", rung="before-14d").values()
    assert reminder.recipient == "dau-moi@syt.example"


def test_the_focal_point_itself_is_succeeded_and_mails_come_from_the_new_one(desk):
    office = desk.office
    office.run(OPENING)
    desk.reorganise(
        '[[rename]]\nagency = "STC25"\ncode = "STC26"\nname_vi = "Sở Tài chính và Đầu tư"\n'
        'name_en = "Department of Finance and Investment"\n'
    )
    office.run_at(FIRST_MORNING, local(2025, 10, 6, 7, 30), local(2025, 10, 24, 7, 30))
    reminder = office.mails("dau-moi@sct.example")[-1]
    assert "SỞ TÀI CHÍNH VÀ ĐẦU TƯ" in body(reminder)
    digests = office.notices(kind="digest")
    assert {row.contact for row in digests.values()} == {"STC26/leader"}


@pytest.mark.parametrize(
    ("at", "possible"), [(local(2025, 9, 30, 17), True), (local(2025, 10, 1, 0), False)]
)
def test_an_end_is_revoked_up_to_the_last_day_and_nothing_passes(desk, at, possible):
    office = desk.office
    office.run(OPENING)
    desk.reorganise(INTO_EXISTING)
    text = '[[reopen]]\nagency = "SYT"\n'
    if not possible:
        with pytest.raises(ConfigurationError):
            desk.draft(text, at=at)
        return
    desk.reorganise(text, at=at)
    office.run(FIRST_MORNING)
    assert office.owed()["SYT"].status is Status.OPEN
    assert office.notices(kind="succession") == {}


def test_an_agency_that_comes_back_after_its_end_owes_anew_under_a_new_code(desk):
    office = desk.office
    office.run(OPENING)
    desk.reorganise(INTO_EXISTING)
    office.run(BEGINS)
    back = '[[reopen]]\nagency = "SYT"\ncode = "SYT26"\n'
    desk.reorganise(back, at=local(2025, 10, 2, 9), begins="2025-10-06")
    office.run(local(2025, 10, 6, 7, 30))
    owed = office.owed()
    assert (owed["SYT26"].status, owed["SCT"].covers) == (Status.OPEN, ("SYT",))
    (reminder,) = office.notices(agency="SYT26", rung="before-14d").values()
    assert reminder.recipient == "dau-moi@syt.example"


def test_a_folder_with_other_changes_is_refused(desk):
    path = desk.folder / "tasks.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(RequestError, match="lsplan apply"):
        desk.draft(MERGED)


def test_what_was_in_the_folder_is_put_back_if_it_cannot_be_applied(desk):
    desk.office.run(OPENING)
    found, before = desk.draft(MERGED), desk.bytes()
    workplace = desk.office.workplace
    keyless = Database(workplace.database.engine.url)
    with pytest.raises(Exception, match="key"):
        reorganise(replace(workplace, database=keyless), found, desk.folder, actor="an")
    keyless.dispose()
    assert desk.bytes() == before


def test_the_focal_point_cannot_end_without_a_successor(desk):
    with pytest.raises(RequestError, match="focal point"):
        desk.draft('[[abolish]]\nagency = "STC25"\n')


def test_a_renamed_agencys_persons_keep_their_further_addresses(desk):
    path = desk.folder / "contacts.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    further = [f"{r},du-phong@syt.example" if r.startswith("SYT,focal") else f"{r}," for r in rows]
    path.write_text("\n".join([f"{header},fallback", *further, ""]), encoding="utf-8")
    files = read_files(desk.folder)
    applied(desk.office, parse(files), local(2025, 8, 20, 9))
    made = desk.draft(
        '[[rename]]\nagency = "SYT"\ncode = "SYM"\nname_vi = "Sở Sức khỏe"\nname_en = "Health"\n'
    )
    assert made.configuration.directory.contact("SYM/focal").fallback == ("du-phong@syt.example",)


def test_what_a_decision_would_make_faulty_is_said_to_be_the_decisions_fault(desk):
    twice = NEW + NEW[NEW.index("[[contact]]") :]
    with pytest.raises(ConfigurationError, match=r"nq\.toml: .* mend this file") as found:
        desk.draft(twice)
    assert [(f.field, f.value) for f in found.value.faults] == [("address", "dau-moi@sym.example")]


def test_names_in_a_decision_are_written_composed_as_everywhere(desk):
    made = desk.draft(unicodedata.normalize("NFD", MERGED))
    (founded,) = made.reorganisation.founded
    assert founded.name_vi == "Sở Y tế và Giáo dục"
    assert unicodedata.is_normalized("NFC", made.changed["agencies.csv"].decode())


@pytest.mark.parametrize(
    ("begins", "cycle", "fate"),
    [
        ("2026-10-19", "annual-2026", (Fate.DROPPED, ())),  # The last full day: SYT is gone.
        ("2026-10-20", "annual-2026", (Fate.PASSES, ("SCT",))),  # D.
        ("2026-10-21", "annual-2026", (Fate.PASSES, ("SCT",))),
        ("2025-10-25", "annual-2025", (Fate.PASSES, ("SCT",))),
    ],
)
def test_a_decision_that_is_known_long_before_is_foreseen_in_the_cycle_that_it_concerns(
    desk, begins, cycle, fate
):
    at = local(2025, 7, 10, 9)  # Between the two regimes' cycles: none is open.
    made = desk.foresee(INTO_EXISTING, at=at, begins=begins)
    assert fates(made, cycle) == {"SYT": fate}


def test_what_becomes_known_after_a_cycle_has_closed_does_not_change_it(desk):
    """Not even if no pass has run since, whose successions are judged by their dates."""
    office = desk.office
    office.run(local(2024, 12, 20, 7, 30))
    before = office.owed("plan-2025")
    made = desk.reorganise(INTO_EXISTING, at=local(2025, 4, 1, 9), begins="2025-03-10")
    assert fates(made, "plan-2025") == {}
    office.run(local(2025, 4, 1, 10))
    after = office.owed("plan-2025")
    assert after["SYT"] == before["SYT"]
    assert after["SCT"].covers == ()
    # What was known while it was open passes on all the same.
    assert after["SGTVT"].status is Status.TRANSFERRED


def test_nothing_is_changed_if_the_second_file_cannot_be_written(desk, monkeypatch):
    found, before, written = desk.draft(MERGED), desk.bytes(), []

    def full(handle):
        written.append(handle)
        if len(written) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("lsplan_workflow.configuration.replacing.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        reorganise(desk.office.workplace, found, desk.folder, actor="an")
    assert desk.bytes() == before


def test_whoever_comes_back_after_the_last_full_day_owes_nothing_in_the_cycle_that_is_open(desk):
    desk.office.run(OPENING)
    back = '[[reopen]]\nagency = "SKHDT"\ncode = "SKHDT2"\n'
    made = desk.foresee(back, begins="2025-10-20")
    assert fates(made) == {"SKHDT2": (Fate.EXEMPT, ())}
    assert fates(made, "annual-2026") == {"SKHDT2": (Fate.ADDED, ())}
    assert fates(desk.foresee(back, begins="2025-10-19")) == {"SKHDT2": (Fate.ADDED, ())}
