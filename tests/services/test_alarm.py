"""Administrators are told straight, once a day for the same troubles; else the text is kept."""

from __future__ import annotations

import json
import mailbox
from dataclasses import replace
from datetime import UTC, timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from lsplan_workflow.domain.health import Finding, Level
from lsplan_workflow.domain.text import Text
from lsplan_workflow.notify.channels import Channels
from lsplan_workflow.services import alarm, untold
from tests.domain.province import local
from tests.notify.server import Script, free_port, smtp_server
from tests.services.office import body, with_contacts
from tests.services.servers import contents, recipients

NOW = local(2025, 1, 8, 7, 30)
ADMIN = "admin@syt.example"
OTHER = "admin@sct.example"


def finding(code, level=Level.TROUBLE):
    return Finding(code, level, Text(f"thấy {code}", f"saw {code}"), Text("sửa <nó>", "mend <it>"))


DISK, AUDIT = finding("disk-full"), finding("audit-broken")
NOTICE, FINE = finding("mail-filed", Level.NOTICE), finding("prefect", Level.OK)
UNKNOWN = finding("clock-unknown", Level.UNKNOWN)


@pytest.fixture
def two(small_configuration):
    """The small province with two administrators, one of whom reads English."""

    def keep(contact):
        if contact.id == "SCT/admin":
            return replace(contact, language="en")
        return contact if contact.id == "SYT/admin" else None

    return with_contacts(small_configuration, keep)


@pytest.fixture
def office(tmp_path, two):
    """Give a function that makes an office at an instant, whose mail leaves by some URL."""

    def make(now=NOW, url="", configuration=two):
        channels = Channels(smtp_url=url, maildir=tmp_path / "mail", environ={})
        return alarm.Office(configuration, channels, tmp_path / "doctor", now)

    return make


def filed(tmp_path):
    box = mailbox.Maildir(tmp_path / "mail")
    return [message_from_bytes(box.get_bytes(key), policy=default) for key in box.keys()]  # noqa: SIM118


def test_every_administrator_is_told_in_his_language_by_a_mail_of_his_own(office):
    script = Script()
    with smtp_server(script) as server:
        url = f"mailto://127.0.0.1:{server.port}"
        told = alarm.tell([FINE, NOTICE, DISK, UNKNOWN], office(url=url))
    assert told == alarm.Alarm(reached=("SYT/admin", "SCT/admin"))
    assert recipients(script) == [[ADMIN], [OTHER]]
    vietnamese, english = contents(script)
    assert vietnamese["Subject"] == "[lsplan] 1 sự cố: disk-full"
    assert english["Subject"] == "[lsplan] troubles: 1 (disk-full)"
    text = body(english)
    assert text.index("TROUBLE [disk-full]: saw disk-full.") < text.index("Notice [mail-filed]")
    assert "To do: mend <it>" in text
    assert "prefect" not in text + body(vietnamese)
    assert "clock-unknown" not in text
    html = english.get_body(("html",)).get_content()
    assert "mend &lt;it&gt;" in html
    assert vietnamese["Message-ID"] != english["Message-ID"]


def test_the_same_troubles_are_told_once_a_day_whatever_else_is_noticed(office, tmp_path):
    assert alarm.tell([DISK, AUDIT], office()).reached
    later = NOW + timedelta(hours=16, minutes=29)
    again = alarm.tell([AUDIT, DISK, NOTICE], office(later))
    assert (again.earlier, again.in_vain, len(filed(tmp_path))) == (True, False, 2)


def test_other_troubles_are_told_the_same_day_and_the_first_not_again(office, tmp_path):
    for findings, mails in [([DISK], 2), ([DISK, AUDIT], 4), ([DISK], 4)]:
        alarm.tell(findings, office())
        assert len(filed(tmp_path)) == mails


def test_the_same_troubles_are_told_again_on_the_next_local_day(office, tmp_path):
    alarm.tell([DISK], office())
    alarm.tell([DISK], office(local(2025, 1, 9)))
    assert len(filed(tmp_path)) == 4


@pytest.mark.parametrize("kept", ["", "{", "[]", '{"day": "2025-01-08"}', '{"day": 1, "sets": 2}'])
def test_a_note_of_what_was_told_that_is_damaged_says_nothing(office, tmp_path, kept):
    (tmp_path / "doctor").mkdir()
    (tmp_path / "doctor" / "told.json").write_text(kept)
    assert alarm.tell([DISK], office()).reached
    kept = json.loads((tmp_path / "doctor" / "told.json").read_text())
    assert kept == {"day": "2025-01-08", "sets": [["disk-full"]]}


def test_a_folder_that_cannot_be_written_does_not_keep_anybody_from_being_told(office, tmp_path):
    (tmp_path / "doctor").write_text("a file where the folder should be")
    assert alarm.tell([DISK], office()).reached
    assert alarm.tell([DISK], office()).reached


def test_a_note_that_cannot_be_replaced_leaves_no_half_of_itself(office, tmp_path):
    (tmp_path / "doctor" / "told.json").mkdir(parents=True)
    assert alarm.tell([DISK], office()).reached
    assert [file.name for file in (tmp_path / "doctor").iterdir()] == ["told.json"]


def test_without_a_configuration_the_day_is_that_of_utc(office, tmp_path):
    alarm.tell([DISK], office(local(2025, 1, 9, 1)))
    assert not alarm.tell(
        [DISK], office(local(2025, 1, 9, 6).astimezone(UTC), configuration=None)
    ).earlier
    assert alarm.tell(
        [DISK], office(local(2025, 1, 9, 8).astimezone(UTC), configuration=None)
    ).earlier


def test_where_nobody_is_reached_the_text_is_kept_for_its_owner_alone(office, tmp_path):
    dead = f"mailto://127.0.0.1:{free_port()}"
    told = alarm.tell([DISK], office(url=dead))
    assert told.in_vain
    assert [who for who, _ in told.refused] == ["SYT/admin", "SCT/admin"]
    assert told.note == untold.untold(tmp_path / "doctor")
    text = told.note.read_text()
    assert "SỰ CỐ [disk-full]: thấy disk-full." in text
    assert "SYT/admin: " in text
    assert told.note.stat().st_mode & 0o077 == 0


def test_what_was_kept_goes_away_once_somebody_was_told(office, tmp_path):
    alarm.tell([DISK], office(url=f"mailto://127.0.0.1:{free_port()}"))
    alarm.tell([DISK], office())
    assert untold.untold(tmp_path / "doctor") is None


def test_one_administrator_who_is_reached_is_enough(office, tmp_path):
    script = Script(rcpt={ADMIN: "550 5.1.1 no such user"})
    with smtp_server(script) as server:
        told = alarm.tell([DISK], office(url=f"mailto://127.0.0.1:{server.port}"))
    assert told.reached == ("SCT/admin",)
    assert told.refused == (("SYT/admin", "550 5.1.1 no such user"),)
    assert untold.untold(tmp_path / "doctor") is None


def test_a_mail_server_that_cannot_be_named_is_said_for_each(office):
    told = alarm.tell([DISK], office(url="smtp://x"))
    assert (told.in_vain, len(told.refused)) == (True, 2)
    assert "LSPLAN_SMTP_URL" in told.refused[0][1]


@pytest.mark.parametrize("whom", ["no configuration", "no administrator"])
def test_where_there_is_nobody_to_tell_the_text_is_kept(office, two, whom):
    configuration = None if whom == "no configuration" else with_contacts(two, lambda _: None)
    told = alarm.tell([DISK], office(configuration=configuration))
    assert (told.in_vain, told.refused) == (True, ())
    assert told.note is not None


def test_where_the_text_cannot_be_kept_either_nobody_is_told_and_nothing_breaks(office, tmp_path):
    (tmp_path / "doctor").write_text("a file where the folder should be")
    told = alarm.tell([DISK], office(configuration=None))
    assert (told.in_vain, told.note) == (True, None)
