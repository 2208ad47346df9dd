"""The tables of channels: rates and quiet hours of their own, and what is wrong with them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lsplan_workflow.configuration.differences import differences
from lsplan_workflow.configuration.folder import parse
from lsplan_workflow.domain.channels import Channel, Quiet
from lsplan_workflow.domain.program import Rate
from tests.configuration.folders import FILES, PROGRAM, encoded, faults_of

FILE = "program.toml"


def with_tables(text):
    return parse(encoded({**FILES, FILE: PROGRAM + text}))


def test_what_a_channel_leaves_out_is_as_for_e_mail():
    text = '\n[channels.tgram]\nmax_per_minute = 20\nquiet = "19:00-07:00"\n[channels.ntfy]\n'
    found = with_tables(text)
    usual = found.rate
    assert found.channels == (
        Channel("tgram", Rate(20, usual.max_per_day), Quiet.parse("19:00-07:00")),
        Channel("ntfy", usual),
    )
    assert found.rate_of("tgram").max_per_minute == 20
    assert found.rate_of("email") == found.rate_of("slack") == usual


def test_how_long_a_channel_is_tried_before_the_next_address():
    found = with_tables("\n[channels.tgram]\nfall_back_after_hours = 5\n")
    assert found.patience_with("tgram") == timedelta(hours=5)
    assert found.patience_with("email") == timedelta(hours=2)


def test_without_tables_every_channel_is_as_e_mail():
    found = with_tables("")
    assert found.channels == ()
    assert found.rate_of("tgram") == found.rate
    assert not found.is_quiet("tgram", found.calendar.midnight(found.programs[0].effective_from))


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("[channels.sms]\nmax_per_day = 3", "channels.sms"),
        ("[channels.tgram]\nmax_per_day = 0", "channels.tgram.max_per_day"),
        ('[channels.tgram]\nquiet = "7-9"', "channels.tgram.quiet"),
        ("[channels.tgram]\nloud = true", "channels.tgram.loud"),
        ("[channels.tgram]\nfall_back_after_hours = 0", "channels.tgram.fall_back_after_hours"),
        ("[channels.email]\nmax_per_day = 3", "channels.email.max_per_day"),
        ("[channels]\ntgram = 3", "channels.tgram"),
    ],
)
def test_a_fault_names_its_field(text, field):
    found = faults_of(FILE, PROGRAM, PROGRAM + "\n" + text + "\n")
    assert [fault.field for fault in found] == [field]


def test_apply_says_what_changes_about_a_channel():
    one = with_tables('\n[channels.tgram]\nmax_per_day = 20\nquiet = "19:00-07:00"\n')
    other = with_tables('\n[channels.tgram]\nmax_per_day = 30\nquiet = "20:00-07:00"\n')
    said = [d.text.en for d in differences(one, other)]
    assert any("20" in text and "30" in text for text in said)
    assert any("19:00-07:00" in text and "20:00-07:00" in text for text in said)
