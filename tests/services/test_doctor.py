"""Each check, on an office in which what it looks for has really happened."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lsplan_workflow.clock import StandingClock
from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.domain.errors import RequestError
from lsplan_workflow.domain.health import Level
from lsplan_workflow.domain.office_findings import no_backup_needed
from lsplan_workflow.domain.text import Text
from lsplan_workflow.notify.channels import Channels
from lsplan_workflow.notify.greeting import Greeting
from lsplan_workflow.services import doctor_machine as machine
from lsplan_workflow.services import doctor_office as office
from lsplan_workflow.services.doctor import Check, examine, reason
from lsplan_workflow.services.installation import initialise, record_first_run
from lsplan_workflow.store import audit
from lsplan_workflow.store.database import Database
from tests.domain.province import local
from tests.notify.server import LOST, Script, free_port, smtp_server
from tests.notify.web import web_server
from tests.services.office import DAY, KEY, OPENING, TICK, at_address, hasty_database
from tests.services.servers import served

NOW = datetime(2025, 1, 8, 1, 0, tzinfo=UTC)
CLOCK = StandingClock(NOW)
NOON = local(2025, 9, 4, 12)


def codes(findings):
    return [finding.code for finding in findings]


# A check that fails.


def test_a_check_that_crashes_is_a_finding_and_hides_no_other():
    def crash():
        yield no_backup_needed()
        raise KeyError("a secret")

    found = examine(
        [Check("audit", crash), Check("backup", lambda: [no_backup_needed()])],
    )
    assert codes(found) == ["audit-unchecked", "backup"]
    assert found[0].level is Level.TROUBLE
    assert "KeyError (test_doctor.py:" in found[0].said.en
    assert "secret" not in found[0].said.en


def test_why_something_failed_is_said_without_secrets():
    assert reason(RequestError(Text("vì", "why"))) == Text("vì", "why")
    assert reason(FileNotFoundError(2, "No such file", "var")).en == "No such file (var)"
    assert reason(OSError(28, "No space left")).en == "No space left"
    assert reason(ValueError("hidden")).en == "ValueError"
    database = Database("sqlite:////nowhere/at/all.db")
    with pytest.raises(Exception) as raised, database.reading() as session:  # noqa: PT011
        audit.head_of(session)
    assert reason(raised.value).en == "unable to open database file"


# The work.


def known_years(opened, *years):
    calendar = replace(opened.configuration.calendar, announced_years=frozenset(years))
    return replace(opened.configuration, calendar=calendar)


@pytest.mark.parametrize(
    ("day", "years", "levels"),
    [
        (local(2025, 10, 31), (2025,), [Level.NOTICE]),
        (local(2025, 12, 15), (2025,), [Level.TROUBLE]),
        (local(2025, 11, 1), (2025, 2026), [Level.OK]),
        (local(2026, 3, 1), (), [Level.TROUBLE]),
        (local(2026, 11, 1), (2026,), [Level.OK]),
        (local(2024, 6, 1), (), [Level.TROUBLE, Level.NOTICE]),
        (local(2023, 6, 1), (), [Level.NOTICE]),
    ],
)
def test_the_calendar_must_be_known_for_years_in_which_a_cycle_lies(opened, day, years, levels):
    found = list(office.look_at_calendar(known_years(opened, *years), day))
    assert [finding.level for finding in found] == levels


def test_an_action_that_no_pass_did_for_a_day_was_overlooked(opened):
    rung = local(2025, 9, 19, 7, 30)
    (found,) = office.look_at_actions(opened.at(rung + DAY).workplace)
    assert found.code == "actions"
    (found,) = office.look_at_actions(opened.at(rung + DAY + TICK).workplace)
    assert (found.code, "19/09/2025 07:30" in found.said.en) == ("actions-overlooked", True)
    opened.run(rung + DAY + TICK)
    assert codes(office.look_at_actions(opened.workplace)) == ["actions"]


def test_a_cycle_that_nobody_opened_was_overlooked_since_it_opens_or_we_began(small):
    small.run(local(2025, 1, 2, 8))
    assert codes(office.look_at_actions(small.workplace)) == ["actions"]
    late = small.at(local(2025, 9, 2) + DAY)
    assert codes(office.look_at_actions(late.workplace)) == ["actions-overlooked"]


def test_before_the_first_pass_nothing_was_overlooked(small):
    with small.workplace.database.writing() as session:
        record_first_run(session, NOON, actor="test")
    assert codes(office.look_at_actions(small.at(NOON + DAY).workplace)) == ["actions"]
    late = small.at(NOON + DAY + TICK)
    assert codes(office.look_at_actions(late.workplace)) == ["actions-overlooked"]


def test_messages_that_nobody_sends_wait_long_from_the_next_working_morning(small):
    small.decide(OPENING)
    for instant, code in [
        (OPENING, "waiting"),
        (local(2025, 9, 4, 7, 30) - TICK, "waiting"),
        (local(2025, 9, 4, 7, 30), "waiting-long"),
        (local(2025, 9, 7, 12), "waiting-long"),
        (local(2025, 9, 8, 7, 30), "waiting-stuck"),
    ]:
        (found,) = office.look_at_waiting(small.at(instant).workplace)
        assert found.code == code
    assert "5" in found.said.en
    assert "03/09/2025 07:30" in found.said.en


def test_a_message_that_the_server_refused_has_failed(small):
    with served(small, rcpt={"focal@syt.example": "550 5.1.1 no such user"}):
        small.run(OPENING)
    (found,) = office.look_at_failed(small.workplace)
    assert (found.code, "1" in found.said.en) == ("failed-messages", True)


@pytest.mark.parametrize(
    ("instant", "code"),
    [
        (OPENING + 7 * DAY, "failed-messages"),
        (OPENING + 7 * DAY + TICK, "failed-earlier"),
        (local(2025, 12, 19) - TICK, "failed-earlier"),
        (local(2025, 12, 19), "failed"),
    ],
)
def test_a_failure_is_less_than_trouble_after_a_week_and_nothing_once_its_cycle_closed(
    small, instant, code
):
    with served(small, rcpt={"focal@syt.example": "550 5.1.1 no such user"}):
        small.run(OPENING)
    assert codes(office.look_at_failed(small.at(instant).workplace)) == [code]


def test_a_mail_of_which_the_server_said_nothing_is_uncertain(small):
    with served(small, data=LOST):
        small.run(OPENING)
    assert codes(office.look_at_failed(small.workplace)) == ["failed", "uncertain-messages"]


@pytest.fixture
def installed(small, tmp_path):
    """A real installation, no rehearsal, that first ran at NOW."""
    database = hasty_database(f"sqlite:///{tmp_path / 'real.db'}")
    initialise(database, small.configuration, rehearsal=False, now=NOW, actor="test")
    yield replace(small.workplace, database=database)
    database.dispose()


def backup_at(installed, age):
    place = replace(installed, clock=StandingClock(NOW + age))
    (found,) = office.look_at_backup(place)
    return found.code, found.level


def test_a_backup_is_missed_from_the_first_day_on_and_trouble_after_a_week(installed):
    assert backup_at(installed, timedelta()) == ("backup-never", Level.NOTICE)
    assert backup_at(installed, 7 * DAY) == ("backup-never", Level.NOTICE)
    assert backup_at(installed, 7 * DAY + TICK) == ("backup-never", Level.TROUBLE)


def test_the_last_backup_counts(installed):
    with installed.database.writing() as session:
        audit.append(session, at=NOW, actor="test", event=office.BACKED_UP)
    assert backup_at(installed, 2 * DAY) == ("backup", Level.OK)
    assert backup_at(installed, 2 * DAY + TICK) == ("backup-old", Level.NOTICE)
    assert backup_at(installed, 7 * DAY + TICK) == ("backup-old", Level.TROUBLE)


def test_a_rehearsal_needs_no_backup(opened):
    assert list(office.look_at_backup(opened.at(NOON).workplace)) == [no_backup_needed()]


def test_an_event_that_was_changed_behind_our_back_is_found(opened):
    assert codes(office.look_at_audit(opened.workplace, KEY)) == ["audit"]
    with sqlite3.connect(opened.folder / "lsplan.db") as connection:
        connection.execute("UPDATE audit_event SET actor = 'nobody' WHERE number = 3")
    connection.close()
    (found,) = office.look_at_audit(opened.workplace, KEY)
    assert (found.code, "event 3" in found.said.en) == ("audit-broken", True)


def test_without_a_key_the_log_is_not_looked_at(opened):
    assert list(office.look_at_audit(opened.workplace, None)) == []


# The machine.


def test_a_disk_without_room_is_trouble():
    (found,) = machine.look_at_disk([Path("/proc")])
    assert (found.code, found.said.en) == ("disk-full", "/proc: 0.0 GiB of the disk are free")


def channels(tmp_path, smtp_url="", **environ):
    return Channels(smtp_url=smtp_url, maildir=tmp_path / "mail", environ=environ)


@pytest.fixture
def greeted(tmp_path):
    """Give a function that is greeted by a server with an ident, and looks at mail and clock."""

    def look(ident, source=""):
        with smtp_server(Script(), ident=ident) as server:
            met = machine.greet(channels(tmp_path, f"mailto://127.0.0.1:{server.port}"), CLOCK)
        mail = machine.look_at_mail(met, tmp_path)
        return [*mail, *machine.look_at_clock(met, source, CLOCK)]

    return look


@pytest.mark.parametrize(
    ("ident", "code"),
    [
        ("ESMTP Sendmail 8.17.1/8.17.1; Wed, 8 Jan 2025 08:00:59 +0700", "clock"),
        ("ESMTP Sendmail 8.17.1/8.17.1; Wed, 8 Jan 2025 08:01:01 +0700", "clock-drifting"),
        ("Microsoft ESMTP MAIL Service ready at Wed, 8 Jan 2025 00:54:58 +0000", "clock-wrong"),
        ("ready at Wed, 08 Jan 2025 01:05:01 GMT", "clock-wrong"),
        ("ready at Wed, 08 Jan 2025 00:59:59 -0000", "clock"),
        ("ESMTP Postfix", "clock-unknown"),
        ("ESMTP 8 Jan 2025", "clock-unknown"),
    ],
)
def test_the_clock_is_compared_with_the_date_in_the_mail_servers_greeting(greeted, ident, code):
    assert codes(greeted(ident)) == ["mail", code]


def test_a_date_that_there_is_not_is_a_failed_check(greeted):
    with pytest.raises(ValueError, match="day"):
        greeted("ready at Wed, 99 Jan 2025 01:00:00 GMT")


def test_where_the_mail_server_tells_no_time_a_web_server_is_asked(greeted):
    with web_server(date="Wed, 08 Jan 2025 00:50:00 GMT") as server:
        _, found = greeted("ESMTP Postfix", server.url)
    assert (found.code, found.said.en) == (
        "clock-wrong",
        "the machine's clock differs by 599 seconds from 127.0.0.1",
    )


def test_a_web_server_that_tells_no_time_leaves_the_clock_unknown(greeted):
    with web_server() as server:
        assert codes(greeted("ESMTP Postfix", server.url)) == ["mail", "clock-unknown"]
    assert codes(greeted("ESMTP Postfix", server.url)) == ["mail", "clock-unknown"]


def test_a_mail_server_that_does_not_answer_or_cannot_be_named_is_trouble(tmp_path):
    met = machine.greet(channels(tmp_path, f"mailto://127.0.0.1:{free_port()}"), CLOCK)
    assert codes(machine.look_at_mail(met, tmp_path)) == ["mail-unreachable"]
    assert codes(machine.look_at_clock(met, "", CLOCK)) == ["clock-unknown"]
    unusable = RequestError(Text("vì", "why"))
    assert codes(machine.look_at_mail(unusable, tmp_path)) == ["mail-unreachable"]


def test_why_the_mail_server_cannot_be_used_decides_what_to_do(tmp_path):
    def remedy(cause):
        met = machine.Greeted("x", Greeting(reached=False, words="no", cause=cause), NOW, NOW)
        (found,) = machine.look_at_mail(met, tmp_path)
        return found.remedy.en

    told = [Cause.LOGIN, Cause.UNPROTECTED, Cause.UNREACHABLE, Cause.SILENT]
    assert len({remedy(cause) for cause in told}) == 4
    assert "app password" in remedy(Cause.LOGIN)
    assert "certificate" in remedy(Cause.UNPROTECTED)
    assert "port" in remedy(Cause.UNREACHABLE)


def test_a_password_that_travels_in_clear_text_is_told(tmp_path):
    met = machine.Greeted("x", Greeting(reached=True, words="x", in_clear=True), NOW, NOW)
    assert codes(machine.look_at_mail(met, tmp_path)) == ["mail-in-clear"]


def test_mail_that_is_filed_reaches_nobody(tmp_path):
    assert machine.greet(channels(tmp_path), CLOCK) is None
    assert codes(machine.look_at_mail(None, tmp_path)) == ["mail-filed"]


def profile(tmp_path, url):
    text = f'active = "lsplan"\n[profiles.lsplan]\nPREFECT_API_URL = "{url}"\n'
    (tmp_path / "profiles.toml").write_text(text + 'PREFECT_API_AUTH_STRING = "u:p"\n')
    return machine.conductor(tmp_path, {"PREFECT_API_URL": "http://another.example"})


ON = '[{"paused": false, "schedules": [{"active": true}]}]'
LATE = "/flow_runs/filter"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (ON, "prefect"),
        ("[]", "schedules-missing"),
        ('[{"paused": true, "schedules": [{"active": true}]}]', "schedules-missing"),
        ('[{"paused": false, "schedules": [{"active": false}]}]', "schedules-missing"),
        ('[{"paused": false, "schedules": []}]', "schedules-missing"),
        ("<html>", "prefect-unreachable"),
    ],
)
def test_prefect_must_answer_with_a_schedule_that_is_on_for_each_flow(tmp_path, answer, code):
    with web_server(body=answer, bodies={LATE: "[]"}) as server:
        found = profile(tmp_path, server.url)
        assert codes(machine.look_at_prefect(found, CLOCK)) == [code]
    assert {asked[3]["Authorization"] for asked in server.asked} == {"Basic dTpw"}
    assert "u:p" not in repr(found)


def test_a_run_that_nobody_starts_for_two_hours_is_trouble(tmp_path):
    with web_server(body=ON, bodies={LATE: '[{"name": "late"}]'}) as server:
        found = profile(tmp_path, server.url)
        assert codes(machine.look_at_prefect(found, CLOCK)) == ["runs-late"]
    asked = [json.loads(body) for _, path, body, _ in server.asked if path == LATE]
    times = {body["flow_runs"]["expected_start_time"]["before_"] for body in asked}
    assert times == {"2025-01-07T23:00:00+00:00"}


def test_a_prefect_that_is_not_there_is_trouble(tmp_path):
    found = profile(tmp_path, f"http://127.0.0.1:{free_port()}")
    assert codes(machine.look_at_prefect(found, CLOCK)) == ["prefect-unreachable"]


def test_prefect_is_not_missed_where_nobody_started_it(tmp_path):
    assert machine.conductor(tmp_path, {}) is None
    assert codes(machine.look_at_prefect(None, CLOCK)) == ["prefect"]
    named = machine.conductor(tmp_path, {"PREFECT_API_URL": "http://p.example/api"})
    assert named == machine.Conductor("http://p.example/api")


def test_a_key_or_a_variable_that_is_missing_is_trouble(opened, tmp_path):
    changed = at_address(opened.configuration, SYT_focal="tgram://${SYT_BOT}/12345")
    contacts = changed.directory.contacts
    found = list(machine.look_at_secrets(None, contacts, channels(tmp_path), tmp_path))
    assert codes(found) == ["audit-key-missing", "secrets-missing"]
    assert "SYT_BOT" in found[1].said.en
    complete = channels(tmp_path, SYT_BOT="x")
    assert codes(machine.look_at_secrets(KEY, contacts, complete, tmp_path)) == ["secrets"]


@pytest.mark.parametrize(
    ("folder", "file", "code"),
    [
        (0o755, 0o644, "secrets-readable"),
        (0o755, 0o640, "secrets-readable"),
        (0o755, 0o600, "secrets"),
        (0o700, 0o644, "secrets"),
    ],
)
def test_a_secret_that_others_can_read_is_a_notice(tmp_path, folder, file, code):
    var = tmp_path / "var"
    var.mkdir()
    (var / "audit.key").touch()
    (var / "audit.key").chmod(file)
    var.chmod(folder)
    assert codes(machine.look_at_secrets(KEY, (), channels(tmp_path), var)) == [code]


def test_a_folder_that_is_not_there_holds_no_secret(tmp_path):
    found = machine.look_at_secrets(KEY, (), channels(tmp_path), tmp_path / "var")
    assert codes(found) == ["secrets"]
