"""`contact list` and `contact forget`."""

from __future__ import annotations

import json
import sqlite3

import pytest

from tests.cli.command import WRONG, Place
from tests.notify.server import Script, smtp_server

OLD, NAME = "nguyen.cu@syt.example", "Nguyễn Thị Cũ"
ROW = f"SYT,focal,{NAME},{OLD},vi"


@pytest.fixture
def office(empty, own_folder) -> Place:
    """An office that has written to a person of SYT, who is in force still."""
    place = Place(own_folder, empty.var)
    _put(place, ROW)
    place.done("init", "--rehearsal")
    place.done("tick", at="2024-12-20T08:00")
    return place


def _put(place, *rows):
    file = place.config / "contacts.csv"
    lines = [x for x in file.read_text("utf-8").splitlines() if not x.startswith("SYT,focal,")]
    file.write_text("\n".join([*lines, *rows]) + "\n", encoding="utf-8")


def _leave(place, *rows):
    _put(place, *rows)
    place.done("apply")


def _kept(place):
    return b"".join(file.read_bytes() for file in place.var.rglob("*") if file.is_file())


def test_the_contacts_in_force_are_listed_of_all_or_of_one_agency(chased):
    every = chased.json("contact", "list")
    assert [c for c in every if c["agency"] == "SYT"] == chased.json("contact", "list", "SYT")
    assert "SYT/focal" in chased.done("contact", "list", "SYT").out
    assert chased("contact", "list", "XXX").code == WRONG
    assert {(c["suspected_since"], c["refusal"]) for c in every} == {(None, None)}


def test_a_contact_that_cannot_be_reached_is_shown_until_he_is_trusted(fresh, monkeypatch):
    words = "550 5.1.1 no such user"
    with smtp_server(Script(rcpt={"dau-moi@syt.example": words})) as server:
        monkeypatch.setenv("LSPLAN_SMTP_URL", f"mailto://127.0.0.1:{server.port}")
        fresh.done("tick", at="2024-12-20T08:00")
    held = {c["id"]: c for c in fresh.json("contact", "list") if c["suspected_since"]}
    assert set(held) == {"SYT/focal"}
    assert held["SYT/focal"]["suspected_since"] == "2024-12-20T08:00:00+07:00"
    assert held["SYT/focal"]["refusal"] == words
    assert "20/12/2024 08:00: 550" in fresh.done("contact", "list", "SYT").out
    assert "địa chỉ được tin lại" in fresh.done("contact", "trust", "SYT/focal").out
    assert fresh("contact", "trust", "SYT/focal").code == WRONG
    assert {c["suspected_since"] for c in fresh.json("contact", "list")} == {None}


def test_who_is_in_force_is_not_forgotten(office):
    answer = office("contact", "forget", "SYT/focal")
    assert (answer.code, answer.out) == (WRONG, "")
    assert "lsplan apply" in answer.err
    assert OLD.encode() in _kept(office)


@pytest.mark.parametrize("contact", ["SYT/focal-9", "XXX/focal", "SYT", ""])
def test_an_unknown_contact_is_refused(office, contact):
    answer = office("contact", "forget", contact)
    assert answer.code == WRONG
    assert "lsplan contact list" in answer.err


@pytest.mark.parametrize("rows", [(), ("SYT,focal,Trần Mới,moi@syt.example,vi",)])
def test_a_forgotten_person_is_in_no_byte_that_is_kept(office, rows):
    with sqlite3.connect(office.var / "lsplan.db") as db:
        db.execute("UPDATE notice SET reply = ? WHERE agency = 'SCT'", (f"550 <{OLD.upper()}>",))
        # What an earlier version of a row leaves in a free page of the file.
        db.execute("PRAGMA secure_delete = OFF")
        db.execute("CREATE TABLE gone AS SELECT ? AS old", (OLD * 2_000,))
        db.execute("DROP TABLE gone")
    db.close()
    _leave(office, *rows)
    assert OLD.encode() in _kept(office)

    office.done("contact", "forget", "SYT/focal")

    kept = _kept(office)
    assert OLD.encode() not in kept
    assert OLD.upper().encode() not in kept
    assert NAME.encode() not in kept
    assert NAME.encode("unicode_escape") not in kept
    office.done("audit", "verify")
    assert office.done("apply").out == "Cấu hình này đang có hiệu lực.\n"
    office.done("tick", at="2024-12-31T08:00")


def test_the_log_says_that_a_contact_was_forgotten_and_not_who(office):
    _leave(office)
    office.done("contact", "forget", "SYT/focal")
    event = office.json("log")[-1]
    assert (event["event"], event["agency"]) == ("contact_forgotten", "SYT")
    assert event["payload"] == {"contact": "SYT/focal"}


def test_what_waits_for_a_contact_whom_nobody_follows_is_cancelled(office):
    _wait(office)
    _leave(office)
    office.done("contact", "forget", "SYT/focal")
    (notice,) = [n for n in office.json("outbox") if n["key"] == "plan-2025/SYT/opening/focal"]
    assert (notice["status"], notice["recipient"]) == ("cancelled", "")
    assert "notice_cancelled" in [e["event"] for e in office.json("log", "--agency", "SYT")]


def test_what_a_forgotten_contact_is_not_told_any_more_the_next_of_the_agency_hears(office):
    why = ("--reason", "Theo đề nghị của Sở", "--authority", "Công văn số 12/UBND-TH")
    office.done("waive", "plan-2025", "SYT", *why, at="2024-12-20T20:00")
    _leave(office)
    office.done("contact", "forget", "SYT/focal")
    notices = {n["key"]: n["status"] for n in office.json("outbox")}
    assert notices["plan-2025/SYT/waiver-1/focal"] == "cancelled"
    assert notices["plan-2025/SYT/waiver-1/head"] == "pending"


def test_what_waits_for_a_contact_goes_to_who_holds_it_now(office):
    _wait(office)
    _leave(office, "SYT,focal,Trần Mới,moi@syt.example,vi")
    office.done("contact", "forget", "SYT/focal")
    (notice,) = [n for n in office.json("outbox") if n["key"] == "plan-2025/SYT/opening/focal"]
    assert (notice["status"], notice["recipient"]) == ("pending", "moi@syt.example")


def _wait(place, lease="NULL", status="pending"):
    with sqlite3.connect(place.var / "lsplan.db") as db:
        set_values = f"status = '{status}', sent_at = NULL, lease_until = {lease}"
        db.execute(f"UPDATE notice SET {set_values} WHERE contact = 'SYT/focal'")
    db.close()


def test_nobody_is_forgotten_while_a_mail_to_him_is_leaving(office):
    _wait(office, "'2030-01-01 00:00:00.000000'", "sending")
    _leave(office)
    answer = office("contact", "forget", "SYT/focal")
    assert (answer.code, answer.out) == (WRONG, "")
    assert OLD.encode() in _kept(office)


def test_forgetting_again_cleans_the_files_again(office):
    _leave(office)
    office.done("contact", "forget", "SYT/focal")
    count = len(office.json("log"))
    again = office.done("contact", "forget", "SYT/focal")
    assert again.out == ("SYT/focal: đã xóa từ trước; không còn tên hay địa chỉ cũ nào để xóa.\n")
    assert len(office.json("log")) == count


def test_forgetting_again_in_english(office, english):
    _leave(office)
    office.done("contact", "forget", "SYT/focal")
    again = office.done("contact", "forget", "SYT/focal")
    assert again.out == "SYT/focal: erased before; no former name or address is left to erase.\n"


def test_an_address_of_another_contact_stays_there_and_is_named(office):
    _leave(office, ROW, "SYT,focal,Người khác,chung@syt.example,vi")
    _leave(office, f"SCT,admin,Người chung,{OLD},vi")
    answer = office.done("contact", "forget", "SYT/focal")
    assert "SCT/admin" in answer.err
    assert "var/mail" in answer.out
    assert OLD.encode() in _kept(office)
    assert NAME.encode() not in (office.var / "lsplan.db").read_bytes()


def test_the_persons_below_an_erased_row_stay_who_they_were(office):
    _leave(office, ROW, "SYT,focal,Người thứ hai,hai@syt.example,vi")
    _leave(office, "SYT,focal,Người thứ hai,hai@syt.example,vi")
    office.done("contact", "forget", "SYT/focal")
    assert OLD.encode() not in _kept(office)
    with sqlite3.connect(office.var / "lsplan.db") as db:
        rows = db.execute("SELECT files FROM configuration_version ORDER BY number").fetchall()
    db.close()
    second = json.loads(rows[1][0])["contacts.csv"].splitlines()
    assert second[-2:] == [
        f"SYT,focal,(đã xóa),erased-{len(second) - 2}@erased.invalid,vi",
        "SYT,focal,Người thứ hai,hai@syt.example,vi",
    ]


def test_mail_that_was_delivered_to_the_person_alone_is_deleted(office):
    before = len(list((office.var / "mail" / "new").iterdir()))
    _leave(office)
    answer = office.done("contact", "forget", "SYT/focal")
    assert len(list((office.var / "mail" / "new").iterdir())) == before - 1
    assert "xóa 1 thư trong var/mail" in answer.out


def test_a_log_that_quotes_the_address_is_named(office):
    (office.var / "lsplan-error.log").write_text(f"KeyError: '{OLD}'")
    _leave(office)
    answer = office.done("contact", "forget", "SYT/focal")
    assert "lsplan-error.log" in answer.err


def test_further_addresses_are_used_shown_and_forgotten_like_the_first(own_folder, tmp_path):
    file = own_folder / "contacts.csv"
    head, *rows = file.read_text("utf-8").splitlines()
    chat = "json://localhost/${LSPLAN_NOWHERE}"
    others = [f"{row}," for row in rows if not row.startswith("SYT,focal,")]
    mine = f"SYT,focal,{NAME},{chat},vi,{OLD}"
    file.write_text("\n".join([f"{head},fallback", *others, mine, ""]), encoding="utf-8")
    place = Place(own_folder, tmp_path / "var")
    place.done("init", "--rehearsal")
    assert place.json("tick", at="2024-12-20T08:00")["failed"] == 0
    (contact,) = [c for c in place.json("contact", "list") if c["id"] == "SYT/focal"]
    assert (contact["address"], contact["fallback"]) == (chat, [OLD])
    (notice,) = [n for n in place.json("outbox") if n["agency"] == "SYT"]
    assert (notice["status"], notice["channel"], notice["recipient"]) == ("sent", "email", OLD)
    file.write_text("\n".join([f"{head},fallback", *others, ""]), encoding="utf-8")
    place.done("apply")
    place.done("contact", "forget", "SYT/focal")
    assert OLD.encode() not in _kept(place)
    assert NAME.encode() not in _kept(place)
