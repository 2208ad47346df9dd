"""The calendar files in mails, read as a mail program would hand them to a calendar."""

import re
from datetime import date

from icalendar import Calendar

from lsplan_workflow.services.calendars import write_calendars
from tests.domain.province import local
from tests.services.office import HOUR, OPENING, at_address, body
from tests.services.servers import contents, served

FOCAL = "focal@syt.example"
GRANTED, ACCEPTED = local(2025, 10, 1, 9), local(2025, 10, 8, 9)


def parts(mail):
    return [part for part in mail.iter_attachments() if part.get_content_type() == "text/calendar"]


def event_of(mail):
    """Return the method and the event of the only calendar file of a mail."""
    (part,) = parts(mail)
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    (event,) = calendar.walk("VEVENT")
    assert part.get_param("method") == calendar["method"]
    return calendar["method"], event


def test_the_opening_encloses_its_deadline(opened):
    (mail,) = opened.mails(FOCAL)
    method, event = event_of(mail)
    assert method == "PUBLISH"
    assert event["uid"].startswith("annual-2025.SYT.due@")
    assert event["dtstart"].dt == date(2025, 10, 19)
    assert event["dtend"].dt == date(2025, 10, 20)
    assert event["summary"] == "Hạn gửi: Báo cáo annual năm 2025"
    assert event["organizer"] == "mailto:lsplan@stc.example"
    assert (event["status"], event["sequence"]) == ("CONFIRMED", 0)
    assert "attendee" not in event


def test_it_is_the_event_of_the_calendar_to_which_the_agency_can_subscribe(opened):
    _, enclosed = event_of(opened.mails(FOCAL)[0])
    folder = opened.folder / "calendars"
    write_calendars(opened.workplace, folder)
    published = Calendar.from_ical((folder / "SYT.ics").read_bytes())
    (same,) = [e for e in published.walk("VEVENT") if e["uid"] == enclosed["uid"]]
    names = ("sequence", "dtstart", "dtend", "summary", "dtstamp", "status")
    assert [same[name] for name in names] == [enclosed[name] for name in names]
    # How the duty stands is said where it is brought up to date alone.
    assert same["description"].replace(" Hiện: chưa báo cáo.", "") == enclosed["description"]
    assert "Hiện: chưa báo cáo." in same["description"]


def test_the_letter_stays_a_letter_beside_the_file(small):
    with served(small) as (script, _):
        small.run(OPENING)
        (mail,) = [m for m in contents(script) if FOCAL in m["To"]]
        wire = next(e[1] for e in script.envelopes if FOCAL in e[0])
    assert mail.get_content_type() == "multipart/mixed"
    assert [p.get_content_type() for p in mail.iter_parts()] == [
        "multipart/alternative",
        "text/calendar",
    ]
    assert body(mail).startswith("Kính gửi:")
    (part,) = parts(mail)
    assert part.get_content_charset() == "utf-8"
    assert part.get_content_disposition() == "attachment"
    assert part.get_filename() == "annual-2025-SYT.ics"
    assert wire.isascii()
    assert max(map(len, wire.split(b"\r\n"))) <= 78


def test_a_reminder_that_stands_for_the_opening_encloses_it_and_later_ones_do_not(small):
    first, second = local(2025, 10, 6, 7, 30), local(2025, 10, 13, 7, 30)
    small.run_at(first, second)
    assert [len(parts(mail)) for mail in small.mails(FOCAL)] == [1, 0]


def test_reminders_receipts_and_digests_enclose_nothing(opened):
    opened.run(local(2025, 10, 6, 7, 30))
    opened.submit(local(2025, 10, 7, 9), "SYT")
    opened.run_at(local(2025, 10, 7, 9), local(2025, 10, 20, 7, 30), local(2025, 10, 22, 7, 30))
    enclosing = [mail for mail in opened.mails() if parts(mail)]
    assert {mail["Date"].datetime for mail in enclosing} == {OPENING}


def test_a_waiver_takes_the_deadline_back_and_a_reopening_brings_it_again(opened):
    opened.waive(GRANTED, "SYT")
    opened.run(GRANTED)
    opened.reopen(GRANTED + HOUR, "SYT", to=date(2025, 10, 24))
    opened.run(GRANTED + HOUR)
    told = [event_of(mail) for mail in opened.mails(FOCAL)]
    assert [method for method, _ in told] == ["PUBLISH", "CANCEL", "PUBLISH"]
    sequences = [event["sequence"] for _, event in told]
    assert sequences == sorted(set(sequences))
    assert [event["status"] for _, event in told] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert told[-1][1]["dtstart"].dt == date(2025, 10, 24)


def test_what_passes_to_a_successor_is_cancelled_for_the_old_one_and_told_to_the_new_one(small):
    small.run(local(2025, 1, 2, 8))
    small.run(local(2025, 3, 3, 8))
    (_, before), (method, cancelled) = map(event_of, small.mails("focal@old.example"))
    assert (before["status"], method) == ("CONFIRMED", "CANCEL")
    assert cancelled["uid"] == before["uid"]
    assert cancelled["sequence"] > before["sequence"]
    told = [mail for mail in small.mails("focal@new.example") if parts(mail)]
    method, taken = event_of(told[-1])
    assert (method, taken["uid"]) == ("PUBLISH", cancelled["uid"].replace("OLD", "NEW"))


def test_a_mail_about_several_duties_encloses_a_file_for_each(small):
    shared = "mot.nguoi@x.example"
    small.reconfigure(lambda c: at_address(c, SYT_focal=shared, SCT_focal=shared))
    small.run(OPENING)
    (mail,) = small.mails(shared)
    names = [part.get_filename() for part in parts(mail)]
    assert sorted(names) == ["annual-2025-SCT.ics", "annual-2025-SYT.ics"]


def test_every_line_of_a_file_is_as_the_standard_has_it(opened):
    (part,) = parts(opened.mails(FOCAL)[0])
    lines = part.get_payload(decode=True).split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    assert not re.search(rb"X-WR-CALNAME", b"".join(lines))


def test_an_acceptance_takes_the_deadline_out_of_the_calendar(opened):
    opened.submit(ACCEPTED, "SYT")
    opened.accept(ACCEPTED, "SYT")
    opened.run(ACCEPTED)
    (_, first), (method, last) = map(event_of, filter(parts, opened.mails(FOCAL)))
    assert (method, last["uid"], last["status"]) == ("CANCEL", first["uid"], "CANCELLED")
    assert last["sequence"] > first["sequence"]
    assert last["summary"] == "Đã được chấp nhận: Báo cáo annual năm 2025"


def revisions(office):
    """Return the method and the event of every file about a revision, in the order of the mails."""
    found = []
    for part in (part for mail in office.mails(FOCAL) for part in parts(mail)):
        calendar = Calendar.from_ical(part.get_payload(decode=True))
        (event,) = calendar.walk("VEVENT")
        if event["uid"].startswith("annual-2025.SYT.revise@"):
            assert part.get_filename() == "annual-2025-SYT-revise.ics"
            found.append((calendar["method"], event))
    return found


def sent_back(office, at, by):
    office.submit(at, "SYT")
    office.send_back(at + HOUR, "SYT", "Thiếu phụ lục", by=by)
    office.run(at + HOUR)


def test_a_return_encloses_until_when_the_report_is_due_again(opened):
    sent_back(opened, GRANTED, date(2025, 10, 10))
    ((method, event),) = revisions(opened)
    assert (method, event["dtstart"].dt) == ("PUBLISH", date(2025, 10, 10))
    assert event["summary"] == "Hạn gửi lại: Báo cáo annual năm 2025"


def test_another_return_moves_the_day_and_an_acceptance_cancels_it(opened):
    sent_back(opened, GRANTED, date(2025, 10, 10))
    sent_back(opened, GRANTED + 4 * HOUR, date(2025, 10, 15))
    opened.submit(ACCEPTED, "SYT")
    opened.accept(ACCEPTED, "SYT")
    opened.run(ACCEPTED)
    (_, first), (moved, second), (method, last) = revisions(opened)
    assert (moved, second["dtstart"].dt) == ("PUBLISH", date(2025, 10, 15))
    assert (method, last["status"], last["uid"]) == ("CANCEL", "CANCELLED", first["uid"])
    assert first["sequence"] < second["sequence"] < last["sequence"]
    assert [last[name] for name in ("dtstart", "dtend")] == [second["dtstart"], second["dtend"]]


def test_a_waiver_of_what_is_to_be_revised_takes_its_day_back(opened):
    sent_back(opened, GRANTED, date(2025, 10, 10))
    opened.waive(ACCEPTED, "SYT")
    opened.run(ACCEPTED)
    (_, told), (method, cancelled) = revisions(opened)
    assert (method, cancelled["dtstart"].dt) == ("CANCEL", date(2025, 10, 10))
    assert cancelled["uid"] == told["uid"]
    assert cancelled["sequence"] > told["sequence"]


def test_an_acceptance_of_a_revision_takes_the_day_back_that_was_told(opened):
    sent_back(opened, GRANTED, date(2025, 10, 10))
    opened.submit(ACCEPTED, "SYT")
    opened.accept(ACCEPTED, "SYT")
    opened.run(ACCEPTED)
    days = [event["dtstart"].dt for _, event in revisions(opened)]
    assert days == [date(2025, 10, 10)] * 2
