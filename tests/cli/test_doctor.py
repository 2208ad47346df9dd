"""`doctor`: what is broken is found, the rest is still looked at, and somebody hears of it."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from lsplan_workflow.bootstrap import Place
from lsplan_workflow.checkup import Checkup, look, tell
from lsplan_workflow.domain.health import Finding, Level
from lsplan_workflow.domain.text import Text
from tests.cli.command import DONE, FAILED, WRONG
from tests.domain.province import local
from tests.notify.server import Script, free_port, smtp_server
from tests.notify.web import web_server
from tests.services.servers import contents, recipients
from tests.store.damaging import damage

ALL = [
    *("configuration", "database", "disk", "mail", "clock", "prefect", "secrets"),
    *("calendar", "actions", "waiting", "failed", "contacts", "backup", "audit"),
]
ADMIN = "quan-tri@stc25.example"


@pytest.fixture(autouse=True)
def _no_prefect(monkeypatch):
    monkeypatch.delenv("PREFECT_API_URL", raising=False)


def found(place, *arguments):
    """Return the exit code, and the levels by code, of what the doctor prints."""
    answer = place("doctor", "--json", *arguments)
    assert answer.json["well"] is (answer.code == DONE)
    return answer.code, {f["code"]: f["level"] for f in answer.json["findings"]}


def corrupt(place):
    for file in place.var.glob("lsplan.db*"):
        file.unlink()
    (place.var / "lsplan.db").write_bytes(b"no database at all, but a text of some length " * 99)


def edited(place, own_folder, name, before, after):
    file = own_folder / name
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
    return replace(place, config=own_folder)


# What is found.


def test_a_sound_installation_is_well_and_every_check_has_its_say(chased):
    code, levels = found(chased)
    assert code == DONE
    assert [name.partition("-")[0] for name in levels] == ALL
    assert {name for name, level in levels.items() if level != "ok"} == {
        "mail-filed",
        "clock-unknown",
    }


def test_people_read_a_table_with_the_worst_first_and_what_to_do(chased, own_folder):
    place = edited(chased, own_folder, "program.toml", "[program]", "[programm]")
    answer = place("doctor")
    assert (answer.code, answer.err) == (FAILED, "")
    lines = answer.out.splitlines()
    assert lines[0] == "Tự kiểm tra: 1 sự cố, 1 điểm lưu ý"
    assert lines[3].startswith("SỰ CỐ")
    assert "configuration-faulty" in lines[3]
    assert "lsplan check" in answer.out
    assert lines[-1].startswith("tốt")


def test_the_table_is_english_where_english_is_wanted(chased, english):
    answer = chased.done("doctor")
    assert answer.out.startswith("Troubles: 0; points to note: 1\n")
    assert "the audit log is intact" in answer.out


def test_an_instant_cannot_be_given(chased):
    assert chased("doctor", at="2025-01-21T08:00").code == WRONG


def test_nothing_is_written_by_looking(chased):
    before = {f: f.read_bytes() for f in chased.var.rglob("*") if f.is_file()}
    found(chased)
    after = {f: f.read_bytes() for f in chased.var.rglob("*") if f.is_file()}
    names = ("lsplan.db-wal", "lsplan.db-shm")
    assert {f: b for f, b in after.items() if f.name not in names} == {
        f: b for f, b in before.items() if f.name not in names
    }


# Each check, broken for real.


def test_a_place_where_nothing_was_set_up_is_trouble_and_nothing_is_made(empty):
    code, levels = found(empty)
    assert (code, levels["database-missing"], levels["audit-unknown"]) == (
        FAILED,
        "trouble",
        "unknown",
    )
    assert levels["secrets"] == "ok"
    assert not empty.var.exists()


def test_a_damaged_database_leaves_the_other_checks_running(chased):
    corrupt(chased)
    code, levels = found(chased)
    assert code == FAILED
    # Which days off are known is asked of today's calendar, as the folder has it.
    bad = [name for name, level in levels.items() if level == "trouble"]
    assert [name for name in bad if name != "calendar-estimated"] == ["database-unreachable"]
    unknown = [name for name, level in levels.items() if level == "unknown"]
    assert unknown == ["clock-unknown", *(f"{name}-unknown" for name in ALL[8:])]
    assert levels["configuration"] == levels["disk"] == levels["secrets"] == "ok"


def test_a_database_that_opens_but_is_damaged_in_a_place_that_is_seldom_read_is_trouble(chased):
    damage(chased.var / "lsplan.db", "obstacle")
    code, levels = found(chased)
    assert (code, levels["database-damaged"]) == (FAILED, "trouble")
    assert "database" not in levels


def test_a_database_server_that_is_down_is_trouble_and_its_password_no_secret_told(
    chased, monkeypatch
):
    address = f"postgresql://u:s3cr3t@127.0.0.1:{free_port()}/lsplan"
    monkeypatch.setenv("LSPLAN_DATABASE_URL", address)
    answer = chased("doctor")
    assert (answer.code, "database-unreachable" in answer.out) == (FAILED, True)
    assert "s3cr3t" not in answer.out + answer.err


def test_a_rehearsal_that_was_never_told_an_instant_says_so(fresh):
    answer = fresh("doctor", "--json")
    assert answer.code == FAILED
    said = {f["code"]: f["found"] for f in answer.json["findings"]}
    assert "--at" in said["waiting-unchecked"]


def test_tables_of_another_version_are_trouble_and_stay_as_they_are(chased):
    with sqlite3.connect(chased.var / "lsplan.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    assert "database-migrations" in found(chased)[1]


def test_a_faulty_folder_and_an_edited_one_are_told_apart(chased, own_folder):
    place = edited(chased, own_folder, "contacts.csv", "Quản trị", "Quản lý")
    assert found(place)[1]["configuration-edited"] == "notice"
    place = edited(chased, own_folder, "contacts.csv", ",admin,", ",amin,")
    answer = place("doctor", "--json")
    assert (answer.code, answer.json["findings"][0]["code"]) == (FAILED, "configuration-faulty")
    assert "contacts.csv:" in answer.json["findings"][0]["found"]
    assert "@" not in answer.json["findings"][0]["found"]


def test_a_configuration_in_force_that_this_release_does_not_understand_is_trouble(chased):
    with sqlite3.connect(chased.var / "lsplan.db") as connection:
        connection.execute("""UPDATE configuration_version SET files = '{"program.toml": ""}'""")
    connection.close()
    code, levels = found(chased)
    assert (code, levels["configuration-outdated"]) == (FAILED, "trouble")
    assert (levels["configuration"], levels["audit-unknown"]) == ("ok", "unknown")


def test_a_folder_that_is_gone_is_trouble(chased, tmp_path):
    _, levels = found(replace(chased, config=tmp_path / "gone"))
    assert levels["configuration-faulty"] == "trouble"
    assert levels["calendar"] == "ok"


def test_where_neither_folder_nor_database_is_left_the_calendar_is_unknown(chased, tmp_path):
    corrupt(chased)
    _, levels = found(replace(chased, config=tmp_path / "gone"))
    assert levels["calendar-unknown"] == "unknown"


def test_a_configuration_without_administrators_is_noticed(empty, own_folder):
    place = replace(empty, config=own_folder)
    lines = (own_folder / "contacts.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = "".join(line for line in lines if ",admin," not in line)
    (own_folder / "contacts.csv").write_text(kept, encoding="utf-8")
    assert found(place)[1]["administrators-missing"] == "notice"


def test_an_administrator_of_an_agency_that_has_ended_is_noticed_to_be_the_last(empty, own_folder):
    begun = "Department of Finance,department,2025-03-01,"
    place = edited(empty, own_folder, "agencies.csv", begun + ",", begun + "2025-03-31,SCT")
    assert found(place)[1]["administrators-missing"] == "notice"
    said = {f["code"]: f["found"] for f in place("doctor", "--json").json["findings"]}
    assert said["administrators-missing"].endswith("cơ quan đã kết thúc: STC25/admin")


def test_a_mail_server_that_is_down_is_trouble(chased, monkeypatch):
    monkeypatch.setenv("LSPLAN_SMTP_URL", f"mailto://127.0.0.1:{free_port()}")
    assert found(chased)[1]["mail-unreachable"] == "trouble"
    monkeypatch.setenv("LSPLAN_SMTP_URL", "smtp://u:s3cr3t@x")
    answer = chased("doctor")
    assert "mail-unreachable" in answer.out
    assert "s3cr3t" not in answer.out + answer.err


def test_a_clock_that_is_years_off_is_trouble(chased, monkeypatch):
    with web_server(date="Wed, 08 Jan 2020 01:00:00 GMT") as server:
        monkeypatch.setenv("LSPLAN_TIME_SOURCE", server.url)
        assert found(chased)[1]["clock-wrong"] == "trouble"


def test_a_prefect_that_was_started_and_is_gone_is_trouble(chased):
    (chased.var / "prefect").mkdir()
    url = f"http://127.0.0.1:{free_port()}/api"
    text = f'active = "lsplan"\n[profiles.lsplan]\nPREFECT_API_URL = "{url}"\n'
    (chased.var / "prefect" / "profiles.toml").write_text(text)
    assert found(chased)[1]["prefect-unreachable"] == "trouble"


def test_a_profile_that_cannot_be_read_is_a_check_that_failed(chased):
    (chased.var / "prefect").mkdir()
    (chased.var / "prefect" / "profiles.toml").write_text("active = ")
    code, levels = found(chased)
    assert (code, levels["prefect-unchecked"], levels["secrets"]) == (FAILED, "trouble", "ok")


def test_a_key_that_was_lost_is_trouble(chased):
    (chased.var / "audit.key").unlink()
    code, levels = found(chased)
    assert (code, levels["audit-key-missing"]) == (FAILED, "trouble")
    assert "audit" not in levels


def test_a_log_that_was_tampered_with_is_trouble(chased):
    with sqlite3.connect(chased.var / "lsplan.db") as connection:
        connection.execute("DELETE FROM audit_event WHERE number = 5")
    connection.close()
    code, levels = found(chased)
    assert (code, levels["audit-broken"]) == (FAILED, "trouble")


def test_a_database_elsewhere_has_its_disk_looked_at_too(chased, monkeypatch):
    monkeypatch.setenv("LSPLAN_DATABASE_URL", "sqlite:////proc/none.db")
    _, levels = found(chased)
    assert (levels["disk"], levels["disk-full"]) == ("ok", "trouble")


# Who hears of it.


@pytest.fixture
def mail(monkeypatch):
    """A mail server that the product sends by."""
    script = Script()
    with smtp_server(script) as server:
        monkeypatch.setenv("LSPLAN_SMTP_URL", f"mailto://127.0.0.1:{server.port}")
        yield script


def test_administrators_are_told_once_a_day_even_where_the_database_is_gone(chased, mail):
    corrupt(chased)
    answer = chased("doctor", "--tell")
    assert (answer.code, answer.err) == (FAILED, "Đã báo cho: STC25/admin.\n")
    assert recipients(mail) == [[ADMIN]]
    assert "database-unreachable" in contents(mail)[0]["Subject"]
    again = chased("doctor", "--tell")
    assert (again.code, again.err) == (FAILED, "Hôm nay đã báo những sự cố này rồi.\n")
    assert len(mail.envelopes) == 1


def test_telling_does_not_touch_database_or_outbox(chased, mail):
    (chased.var / "audit.key").unlink()
    before = chased.json("outbox"), chased.json("log")
    assert chased("doctor", "--tell").code == FAILED
    assert (chased.json("outbox"), chased.json("log")) == before
    assert recipients(mail) == [[ADMIN]]


def test_nobody_is_told_where_all_is_well_or_nobody_asked(chased, mail):
    assert chased.done("doctor", "--tell").err == ""
    corrupt(chased)
    assert chased("doctor").err == ""
    assert mail.envelopes == []


def test_where_mail_itself_is_broken_the_text_is_kept_and_shown(chased, monkeypatch):
    monkeypatch.setenv("LSPLAN_SMTP_URL", f"mailto://127.0.0.1:{free_port()}")
    answer = chased("doctor", "--tell")
    note = chased.var / "doctor" / "untold.txt"
    assert answer.code == FAILED
    assert "Không báo được STC25/admin: " in answer.err
    assert f"Không báo được cho người quản trị nào. Nội dung: {note}" in answer.err
    assert "mail-unreachable" in note.read_text()
    for command in ("status", "doctor"):
        assert f"đọc {note}" in chased(command).err
    monkeypatch.delenv("LSPLAN_SMTP_URL")
    chased.done("doctor", "--tell")
    assert chased.done("status").err == ""


# The heartbeat.


OKAY = Finding("disk", Level.OK, Text("tốt", "fine"))
BROKEN = Finding("disk-full", Level.TROUBLE, Text("đầy", "full"), Text("dọn", "make room"))


def checked(place, finding, *, rehearsal=False):
    """Return what was found in an installation, as `look` does."""
    at = Place(place.config, place.var, None)
    return Checkup(at, (finding,), None, local(2025, 1, 10), rehearsal)


def test_the_heartbeat_is_called_when_all_is_well_and_only_by_those_who_tell(chased, monkeypatch):
    with web_server() as server:
        monkeypatch.setenv("LSPLAN_HEARTBEAT_URL", f"{server.url}/ping/s3cr3t")
        chased.done("doctor")
        assert server.asked == []
        tell(checked(chased, OKAY))
        assert [asked[:2] for asked in server.asked] == [("GET", "/ping/s3cr3t")]


def test_the_heartbeat_is_silent_while_there_is_trouble(chased, monkeypatch):
    with web_server() as server:
        monkeypatch.setenv("LSPLAN_HEARTBEAT_URL", server.url)
        tell(checked(chased, BROKEN))
        assert server.asked == []


def test_a_rehearsal_says_nothing_to_whoever_watches_the_installation(chased, monkeypatch):
    with web_server() as server:
        monkeypatch.setenv("LSPLAN_HEARTBEAT_URL", server.url)
        assert look(Place(chased.config, chased.var, None)).rehearsal
        chased.done("doctor", "--tell")
        tell(checked(chased, OKAY, rehearsal=True))
        assert server.asked == []


def test_a_heartbeat_that_nobody_takes_is_noticed_and_all_is_still_well(chased, monkeypatch):
    monkeypatch.setenv("LSPLAN_HEARTBEAT_URL", f"http://127.0.0.1:{free_port()}/ping/s3cr3t")
    found, told = tell(checked(chased, OKAY))
    assert (found.is_well, told) == (True, None)
    (noticed,) = found.findings[1:]
    assert noticed.code == "heartbeat-unreached"
    assert "s3cr3t" not in noticed.said.en
    with web_server(status=500) as server:
        monkeypatch.setenv("LSPLAN_HEARTBEAT_URL", server.url)
        assert "HTTP 500" in tell(checked(chased, OKAY))[0].findings[-1].said.en
