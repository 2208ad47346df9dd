"""The ladder changes while some escalate: they keep theirs unless it is begun anew."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lsplan_workflow.domain.agencies import Directory
from tests.domain.province import local
from tests.scenarios.stories import FOCAL, HEAD, acts, letters, only, pass_days
from tests.services.reconfiguring import applied, edited

CAST = ("SYT", "SCT", "STC25")
CHANGED = local(2025, 10, 20, 9)
OLD = """[[regime.ladder]]
rung = "overdue-1wd"
to = "focal"

[[regime.ladder]]
rung = "overdue-3wd"
to = "head"
copy = ["focal"]

[[regime.ladder]]
rung = "overdue-5wd"
to = "focal-point"
"""
NEW = """[[regime.ladder]]
rung = "overdue-2wd"
to = "focal"

[[regime.ladder]]
rung = "overdue-4wd"
to = "head"

[[regime.ladder]]
rung = "overdue-6wd"
to = "focal-point"
"""


@pytest.fixture
def office(editable):
    """SYT is overdue since this morning, 20 October; SCT has until 31 October."""
    only(editable, *CAST)
    editable.run(local(2025, 9, 3, 7, 30))
    editable.extend(local(2025, 9, 4, 9), "SCT", to=local(2025, 10, 31).date())
    pass_days(editable, local(2025, 10, 17, 7, 30), local(2025, 10, 20, 7, 30))
    return editable


def change(office, **terms):
    applied(office, edited(office.configuration, (OLD, NEW)), CHANGED, **terms)
    only(office, *CAST)


def chased(office, code):
    """Return when an agency and its head were written to after their deadline."""
    found = (letters(office, address.format(code)) for address in (FOCAL, HEAD))
    return [[day for day, words in mails if words == "V/v đôn"] for mails in found]


def test_what_escalates_goes_on_as_it_began_and_what_comes_later_by_the_new_ladder(office):
    change(office)
    pass_days(office, local(2025, 10, 21, 7, 30), local(2025, 11, 7, 7, 30))
    assert chased(office, "syt") == [["20/10 07:30", "22/10 07:30"], ["22/10 07:30"]]
    assert chased(office, "sct") == [["04/11 07:30"], ["06/11 07:30"]]
    (kept,) = [e for e in office.events() if e.event == "ladder_kept"]
    assert '"SYT"' in kept.payload
    assert '"SCT"' not in kept.payload


@pytest.mark.parametrize(("restart", "day"), [(False, "22/10 07:30"), (True, "23/10 07:30")])
def test_under_another_name_it_goes_on_by_the_ladder_that_it_began_with(office, restart, day):
    change(office, restart_ladder=restart)
    office.reconfigure(renamed)
    pass_days(office, local(2025, 10, 21, 7, 30), local(2025, 10, 31, 7, 30))
    assert office.owed()["SYM"].covers == ("SYT",)
    _focal, head = chased(office, "syt")
    assert head == [day]


def renamed(configuration):
    """Let SYT go on as SYM from 21 October, with the persons it has."""
    directory, last = configuration.directory, local(2025, 10, 20).date()
    old = directory["SYT"]
    new = replace(old, code="SYM", name_vi="Sở Sức khỏe", valid_from=last + timedelta(days=1))
    ended = replace(old, valid_to=last, successors=("SYM",))
    others = (agency for agency in directory.agencies if agency.code != "SYT")
    persons = (replace(c, agency="SYM") for c in directory.contacts if c.agency == "SYT")
    agencies, contacts = (*others, ended, new), (*directory.contacts, *persons)
    return replace(configuration, directory=Directory(agencies, contacts))


def test_begun_anew_all_are_chased_by_the_new_ladder(office):
    change(office, restart_ladder=True)
    pass_days(office, local(2025, 10, 21, 7, 30), local(2025, 11, 7, 7, 30))
    assert chased(office, "syt") == [["20/10 07:30", "21/10 07:30"], ["23/10 07:30"]]
    assert chased(office, "sct") == [["04/11 07:30"], ["06/11 07:30"]]
    assert [e for e in office.events() if e.event == "ladder_kept"] == []


def test_a_ladder_that_was_kept_can_be_begun_anew_later_by_the_same_configuration(office):
    change(office)
    office.run(CHANGED)
    applied(office, office.configuration, local(2025, 10, 21, 9), restart_ladder=True)
    only(office, *CAST)
    pass_days(office, local(2025, 10, 21, 10), local(2025, 10, 31, 10))
    assert chased(office, "syt") == [["20/10 07:30", "21/10 10:00"], ["23/10 10:00"]]
    (restarted,) = [e for e in office.events() if e.event == "ladder_restarted"]
    assert '"SYT"' in restarted.payload


def test_the_digests_stay_on_the_old_ladder_once_anybody_escalates(office):
    change(office)
    pass_days(office, local(2025, 10, 21, 7, 30), local(2025, 10, 31, 7, 30))
    digests = [d for d, words in letters(office, HEAD.format("stc25")) if words == "Tình hình"]
    assert digests == ["24/10 07:30"]
    assert acts(office, "SYT") == []


@pytest.mark.parametrize(("restart", "day"), [(False, "22/10 07:30"), (True, "23/10 07:30")])
def test_a_revision_that_escalates_keeps_its_ladder_in_the_same_way(editable, restart, day):
    only(editable, "SYT")
    editable.run(local(2025, 9, 3, 7, 30))
    editable.submit(local(2025, 10, 10, 9), "SYT")
    editable.send_back(local(2025, 10, 13, 9), "SYT", "thiếu", by=local(2025, 10, 17).date())
    pass_days(editable, local(2025, 10, 17, 7, 30), local(2025, 10, 20, 7, 30))
    later = ('rung = "overdue-3wd"\nto = "head"', 'rung = "overdue-4wd"\nto = "head"')
    applied(editable, edited(editable.configuration, later), CHANGED, restart_ladder=restart)
    pass_days(only(editable, "SYT"), local(2025, 10, 21, 7, 30), local(2025, 10, 27, 7, 30))
    assert letters(editable, HEAD.format("syt")) == [(day, "V/v đôn")]
