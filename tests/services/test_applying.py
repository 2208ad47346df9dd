"""What a configuration that is applied in the middle of a cycle changes about who owes."""

from lsplan_workflow.configuration.folder import parse
from tests.domain.province import local
from tests.services.reconfiguring import applied

OPENING = local(2025, 9, 3, 7, 30)
LATER = local(2025, 9, 4, 9)
NEXT_RUNG = local(2025, 9, 19, 7, 30)


def _applied(real, edit):
    text = edit(real.configuration.files["agencies.csv"])
    files = {**real.configuration.files, "agencies.csv": text}
    changed = parse({name: content.encode() for name, content in files.items()})
    applied(real, changed, LATER)
    real.reconfigure(lambda _present: changed)


def _with_a_new_department(agencies):
    line = "MOI,Sở Mới,New Department,department,2025-08-01,,,yes,quyết định"
    return agencies.rstrip("\n") + "\n" + line + "\n"


def _ended_in_july(agencies):
    lines = agencies.splitlines()
    (at,) = [n for n, line in enumerate(lines) if line.startswith("X06004,")]
    code, rest = lines[at].split(",commune,")
    started, _to, _successors, tail = rest.split(",", 3)
    lines[at] = f"{code},commune,{started},2025-07-31,X06040,{tail}"
    return "\n".join(lines) + "\n"


def test_an_agency_that_becomes_known_after_the_opening_owes_too(real):
    real.run(OPENING)
    _applied(real, _with_a_new_department)
    assert len(real.owed()) == 86
    assert real.owed()["MOI"].original
    assert [e.event for e in real.events(agency="MOI")] == ["obligation_added"]


def test_applying_again_adds_nobody_twice(real):
    real.run(OPENING)
    _applied(real, _with_a_new_department)
    _applied(real, lambda agencies: agencies.replace("Sở Mới", "Sở Mới hơn"))
    assert len(real.owed()) == 86


def test_an_end_before_the_opening_that_becomes_known_later_passes_the_duty_on(real):
    real.run(OPENING)
    _applied(real, _ended_in_july)
    real.run(NEXT_RUNG)
    assert real.owed()["X06004"].status == "transferred"
    assert real.owed()["X06040"].covers == ("X06004",)
    reminded = {notice.agency for notice in real.notices(rung="before-30d").values()}
    assert "X06004" not in reminded
    assert "X06040" in reminded
