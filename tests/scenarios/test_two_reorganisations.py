"""The two reorganisations of 2025 over both cycles, every number written out.

Nobody files, so that every rung addresses everybody: 37 agencies owe the plan, 85 the report.
On 1 March eleven departments merge into six, on 15 March one customs office follows; on 1 July
the districts end, after the plan's cycle has closed and before the report's opens.
"""

from collections import Counter

import pytest

from lsplan_workflow.domain.obligations import Status
from lsplan_workflow.services.agenda import next_due_at
from tests.domain.province import local
from tests.services.office import MINUTE, office_of

OPENS, LAST = local(2024, 12, 20, 7, 30), local(2026, 1, 5)
CLOSED = local(2025, 3, 17)

SENT = {
    "plan-2025": [
        ("20/12/2024 07:30", "opening", 37),
        ("31/12/2024 07:30", "before-14d", 37),
        ("08/01/2025 07:30", "before-7d", 37),
        ("10/01/2025 07:30", "before-3wd", 37),
        ("14/01/2025 07:30", "before-1wd", 37),
        ("15/01/2025 07:30", "overdue-1wd", 37),
        # To the heads, with the focal persons in copy.
        ("17/01/2025 07:30", "overdue-3wd", 2 * 37),
        ("21/01/2025 07:30", "overdue-5wd", 1),
        # The Tết holidays lie in between.
        ("04/02/2025 07:30", "overdue-10wd", 1),
        # 1 March is a Saturday: the six successors hear on Monday what they took over, and how
        # it stands; then the eleven that ended, for the last time.
        ("03/03/2025 07:30", "overdue-1wd", 6),
        ("03/03/2025 07:30", "overdue-3wd", 2 * 6),
        ("03/03/2025 07:30", "succession", 6 + 11),
        # The cycle closes on 16 March, a Sunday: of the merger of the 15th both are still told.
        ("17/03/2025 07:30", "succession", 1 + 1),
    ],
    "annual-2025": [
        ("03/09/2025 07:30", "opening", 85),
        ("19/09/2025 07:30", "before-30d", 85),
        ("06/10/2025 07:30", "before-14d", 85),
        ("13/10/2025 07:30", "before-7d", 85),
        ("15/10/2025 07:30", "before-3wd", 85),
        ("17/10/2025 07:30", "before-1wd", 85),
        ("20/10/2025 07:30", "overdue-1wd", 85),
        ("22/10/2025 07:30", "overdue-3wd", 2 * 85),
        ("24/10/2025 07:30", "overdue-5wd", 1),
        ("31/10/2025 07:30", "overdue-10wd", 1),
    ],
}
COVERED = {
    "HQKV6": {"CHQ"},
    "SDTTG": {"BDT"},
    "SKHCN25": {"SKHCN24", "STTTT"},
    "SNNMT": {"SNNPTNT", "STNMT"},
    "SNV25": {"SLDTBXH", "SNV24"},
    "STC25": {"SKHDT", "STC24"},
    "SXD25": {"SGTVT", "SXD24"},
}


@pytest.fixture(scope="module")
def lived(real_template, real_configuration, tmp_path_factory):
    """The province after both cycles, each pass run when something was due."""
    folder = tmp_path_factory.mktemp("two") / "office"
    with office_of(folder, real_template, real_configuration) as office:
        at = OPENS
        while at <= LAST:
            office.run(at)
            at = max(next_due_at(office.workplace) or LAST + MINUTE, at + MINUTE)
        yield office


def sent(office, cycle):
    """Return how many notices of each rung left, by their instants, in that order."""
    local_time = office.configuration.calendar.local
    left = office.notices(cycle=cycle, status="sent").values()
    counted = Counter((local_time(row.sent_at), row.rung) for row in left)
    return [(f"{at:%d/%m/%Y %H:%M}", rung, count) for (at, rung), count in sorted(counted.items())]


@pytest.mark.parametrize("cycle", SENT)
def test_what_left_when_and_how_often(lived, cycle):
    assert sent(lived, cycle) == SENT[cycle]


def test_every_notice_was_sent_but_those_that_something_newer_or_the_end_made_pointless(lived):
    states = Counter(row.status for row in lived.notices().values())
    assert states["sent"] == sum(count for rungs in SENT.values() for *_, count in rungs)
    assert set(states) == {"sent", "superseded", "cancelled"}
    superseded = {row.agency for row in lived.notices(status="superseded").values()}
    assert superseded == set(COVERED)
    cancelled = lived.notices(status="cancelled").values()
    assert {(row.agency, row.kind) for row in cancelled} == {
        *(("HQKV6", "overdue"), ("HQKV6", "escalation"))
    }


def test_twelve_duties_passed_to_seven_successors(lived):
    owed = lived.owed("plan-2025")
    covers = {code: set(found.covers) for code, found in owed.items() if found.covers}
    assert covers == COVERED
    passed_on = {code for code, found in owed.items() if found.status is Status.TRANSFERRED}
    assert passed_on == set().union(*COVERED.values())
    assert len(owed) == 37 + 7


def test_the_figures_of_the_plans_after_both_mergers(lived):
    found = lived.status(CLOSED, "plan-2025").figures
    assert (found.expected_originally, found.transferred) == (37, 12)
    assert found.expected == 37 - 12 + 7
    assert (found.missing, found.late, found.on_time, found.pending) == (32, 0, 0, 0)


def test_the_figures_of_the_reports_which_the_districts_do_not_owe(lived):
    found = lived.status(LAST).figures
    assert (found.expected_originally, found.expected, found.transferred) == (85, 85, 0)
    assert found.missing == 85
    kinds = Counter(lived.configuration.directory[code].kind for code in lived.owed())
    assert kinds == {"department": 14, "agency": 6, "commune": 65}


def test_each_end_stands_in_the_log_once(lived):
    ended = Counter(event.agency for event in lived.events() if event.event == "agency_ended")
    directory = lived.configuration.directory
    assert ended == Counter(agency.code for agency in directory.endings())
    on = Counter(str(agency.succeeded_on) for agency in directory.endings())
    assert on == {"2025-03-01": 12, "2025-03-15": 1, "2025-07-01": 12}


def test_both_consolidated_reports_were_written_when_grace_ended(lived):
    for cycle, day in (("plan-2025", "04/02/2025"), ("annual-2025", "31/10/2025")):
        (report,) = lived.reports(cycle)
        at = lived.configuration.calendar.local(report.made_at)
        assert (f"{at:%d/%m/%Y %H:%M}", report.partial) == (f"{day} 17:00", True)
