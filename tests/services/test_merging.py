"""Several items for one person become one mail; nobody reads what is not for him."""

from dataclasses import replace
from datetime import timedelta

from lsplan_workflow.domain.agencies import Contact, Directory, Role
from lsplan_workflow.domain.notice_kinds import NoticeStatus
from lsplan_workflow.domain.program import Rate
from lsplan_workflow.notify.messages import Messages
from lsplan_workflow.services.failures import report_failure
from lsplan_workflow.services.grouping import assign_mails
from lsplan_workflow.services.reporting_pass import decide
from lsplan_workflow.store import outbox
from lsplan_workflow.store.submissions import ReviewDecision
from tests.domain.province import local
from tests.services.office import (
    HOUR,
    addressed,
    at_address,
    body,
    office_of,
    reached,
    with_contacts,
    without,
)
from tests.services.servers import WatchedChannels

OPENING = local(2025, 9, 3, 7, 30)
FIRST_OVERDUE, THIRD = local(2025, 10, 20, 7, 30), local(2025, 10, 22, 7, 30)
SHARED = "mot.nguoi@x.example"
NOTHING, PLENTY = Rate(0, 5000), Rate(600, 5000)


def also(office, *contacts):
    """Give the office more contacts."""
    office.reconfigure(
        lambda c: replace(
            c, directory=Directory(c.directory.agencies, (*c.directory.contacts, *contacts))
        )
    )


def mails_at(office, instant, address):
    return [m for m in office.mails(address) if m["Date"].datetime == instant]


def test_two_agencies_with_one_address_get_one_mail_that_lists_both(small):
    small.reconfigure(lambda c: at_address(c, SYT_focal=SHARED, SCT_focal=SHARED))
    found = small.run(OPENING)
    assert found.sent == 5
    (mail,) = small.mails(SHARED)
    assert addressed(mail) == [SHARED]
    assert "Sở SYT" in body(mail)
    assert "Sở SCT" in body(mail)
    rows = small.notices(recipient=SHARED)
    assert len(rows) == 2
    assert {row.message_id for row in rows.values()} == {mail["Message-ID"]}
    assert {row.status for row in rows.values()} == {"sent"}


def test_what_somebody_takes_over_stands_before_what_is_overdue(small):
    small.reconfigure(lambda c: at_address(c, SYT_focal=SHARED, NEW_focal=SHARED))
    monday = local(2025, 3, 3, 7, 30)
    small.run_at(local(2024, 12, 20, 7, 30), monday)
    told = small.notice("plan-2025/NEW/succession-2025-03-01/focal").message_id
    (mail,) = (m for m in small.mails(SHARED) if m["Message-ID"] == told)
    headings = ("CHUYỂN GIAO NGHĨA VỤ", "ĐÃ QUÁ THỜI HẠN")
    handover, overdue = (body(mail).index(heading) for heading in headings)
    assert handover < overdue


def test_in_chat_too_what_somebody_takes_over_comes_first(small):
    told = []
    chat = "ntfy://127.0.0.1:1/room"
    small.reconfigure(lambda c: at_address(c, SYT_focal=chat, NEW_focal=chat))
    watched = WatchedChannels(
        small.workplace.channels, lambda mail: told.append(mail.short), lambda _: None
    )
    small.workplace = replace(small.workplace, channels=watched)
    small.run_at(local(2024, 12, 20, 7, 30), local(2025, 3, 3, 7, 30))
    (short,) = (said for said in told if "Tiếp nhận nghĩa vụ" in said)
    assert short.index("Tiếp nhận nghĩa vụ") < short.index("Quá hạn")


def test_other_people_get_mails_of_their_own(opened):
    assert len({row.message_id for row in opened.notices().values()}) == 5
    assert all(len(reached(mail)) == 1 for mail in opened.mails())


def test_two_contacts_of_one_agency_at_one_address_read_the_item_once(small):
    also(small, Contact("SYT", Role.FOCAL, 2, "Người thứ hai", "focal@syt.example"))
    small.run(OPENING)
    (mail,) = small.mails("focal@syt.example")
    assert "2 nội dung" not in mail["Subject"]
    assert len(small.notices(message_id=mail["Message-ID"])) == 2


def test_who_stands_in_for_the_head_too_is_asked_once_with_what_was_tried(opened):
    opened.reconfigure(lambda c: without(c, "SYT/head"))
    opened.run(FIRST_OVERDUE - HOUR)
    opened.run(THIRD)
    mail = opened.mails("focal@syt.example")[-1]
    assert mail["Subject"].startswith("V/v đôn đốc")
    assert body(mail).count("Đã gửi trước đó") == 1
    rungs = {row.rung for row in opened.notices(agency="SYT", status="sent").values()}
    assert rungs >= {"overdue-1wd", "overdue-3wd"}


def test_of_a_revision_that_is_overdue_whoever_stands_in_for_the_head_reads_once(opened):
    opened.reconfigure(lambda c: without(c, "SYT/head"))
    opened.submit(local(2025, 10, 8, 9), "SYT")
    opened.review(local(2025, 10, 8, 10), "SYT", ReviewDecision.RETURNED, "Thiếu Phụ lục")
    opened.run(local(2025, 10, 8, 10))
    opened.run(THIRD)
    mail = opened.mails("focal@syt.example")[-1]
    assert "2 nội dung" not in mail["Subject"]
    rungs = {row.rung for row in opened.notices(agency="SYT", status="sent").values()}
    assert rungs >= {"revise-overdue-1wd", "revise-overdue-3wd"}


def test_a_copy_reaches_the_focal_person_in_the_mail_to_the_head(opened):
    opened.run_at(FIRST_OVERDUE, THIRD)
    (mail,) = mails_at(opened, THIRD, "head@syt.example")
    assert addressed(mail) == ["head@syt.example"]
    assert addressed(mail, "Cc") == ["focal@syt.example"]
    assert reached(mail) == ["head@syt.example", "focal@syt.example"]
    copy = opened.notice("annual-2025/SYT/overdue-3wd/focal-copy")
    assert copy.message_id == mail["Message-ID"]
    assert copy.copy_of == "annual-2025/SYT/overdue-3wd/head"


def test_a_head_of_two_agencies_gets_two_mails_if_others_are_in_copy(small):
    """Otherwise the focal person of each would read of the other's agency."""
    small.reconfigure(lambda c: at_address(c, SYT_head=SHARED, SCT_head=SHARED))
    small.run_at(OPENING, FIRST_OVERDUE, THIRD)
    mails = mails_at(small, THIRD, SHARED)
    assert len(mails) == 2
    for mail in mails:
        (copied,) = addressed(mail, "Cc")
        own, other = ("SYT", "SCT") if "syt" in copied else ("SCT", "SYT")
        assert f"Sở {own}" in body(mail)
        assert f"Sở {other}" not in body(mail)
    focal = mails_at(small, THIRD, "focal@syt.example")
    assert [addressed(m, "Cc") for m in focal] == [["focal@syt.example"]]


def test_a_head_of_two_agencies_gets_one_mail_if_the_same_people_are_in_copy(small):
    small.reconfigure(
        lambda c: at_address(
            c, SYT_head=SHARED, SCT_head=SHARED, SYT_focal="f@x.example", SCT_focal="f@x.example"
        )
    )
    small.run_at(OPENING, FIRST_OVERDUE, THIRD)
    (mail,) = mails_at(small, THIRD, SHARED)
    assert addressed(mail, "Cc") == ["f@x.example"]
    assert len(small.notices(message_id=mail["Message-ID"])) == 4


def test_whoever_is_head_and_focal_person_in_one_gets_one_copy(small):
    small.reconfigure(lambda c: at_address(c, SYT_head=SHARED, SYT_focal=SHARED))
    small.run_at(OPENING, FIRST_OVERDUE, THIRD)
    (mail,) = mails_at(small, THIRD, SHARED)
    assert addressed(mail) == reached(mail) == [SHARED]
    assert addressed(mail, "Cc") == []
    rows = small.notices(message_id=mail["Message-ID"])
    assert [row.status for row in rows.values()] == ["sent", "sent"]


def test_receipts_are_not_merged_because_each_answers_an_act_of_its_own(small):
    small.reconfigure(lambda c: at_address(c, SYT_focal=SHARED, SCT_focal=SHARED))
    small.run(OPENING)
    small.submit(OPENING + HOUR, "SYT")
    small.submit(OPENING + HOUR, "SCT")
    small.run(OPENING + HOUR)
    assert len(mails_at(small, OPENING + HOUR, SHARED)) == 2


def test_a_person_to_whom_the_digests_of_two_audiences_go_gets_one_mail(small):
    small.reconfigure(lambda c: at_address(c, NEW_leader=SHARED, CT_leader=SHARED))
    instant = local(2025, 10, 31, 7, 30)
    small.run_at(OPENING, instant)
    (mail,) = mails_at(small, instant, SHARED)
    assert len(small.notices(message_id=mail["Message-ID"])) == 2
    assert body(mail).count("Sở SYT") == 2


def test_a_failure_and_a_reminder_for_one_person_share_a_mail(small):
    small.reconfigure(lambda c: at_address(c, SYT_focal=SHARED, SYT_admin=SHARED))
    small.run(local(2025, 9, 1))
    report_failure(small.at(OPENING).workplace, "reporting-cycle")
    small.run(OPENING)
    (mail,) = small.mails(SHARED)
    assert len(small.notices(message_id=mail["Message-ID"])) == 2
    assert "reporting-cycle" in body(mail)


def test_what_shares_a_mail_is_decided_once_and_kept(small):
    """A notice that comes later does not change the mail of one that waits."""
    small.reconfigure(lambda c: at_address(c, SYT_focal=SHARED, SCT_focal=SHARED))
    small.reconfigure(lambda c: replace(c, rate=NOTHING))
    small.run(OPENING)
    before = {key: row.message_id for key, row in small.notices().items()}
    small.reconfigure(lambda c: at_address(c, X1_focal=SHARED))
    small.reconfigure(lambda c: replace(c, rate=PLENTY))
    small.run(OPENING + HOUR)
    assert None not in before.values()
    assert {key: row.message_id for key, row in small.notices().items()} == before


def test_the_message_id_follows_from_the_keys_alone(
    small, small_template, small_configuration, tmp_path
):
    small.run(OPENING)
    with office_of(tmp_path / "other", small_template, small_configuration) as other:
        other.run(OPENING + HOUR)
        ids = [{k: n.message_id for k, n in office.notices().items()} for office in (small, other)]
    assert ids[0] == ids[1]
    assert all(message_id.endswith("@stc.example>") for message_id in ids[0].values())


def test_a_copy_has_no_mail_before_its_original_has_one(small):
    small.run_at(OPENING, FIRST_OVERDUE)
    decide(small.at(THIRD).workplace)
    with small.workplace.database.writing() as session:
        outbox.mark(session, ["annual-2025/SYT/overdue-3wd/head"], NoticeStatus.SUPERSEDED)
        assign_mails(session, small.configuration, now=THIRD, kinds=None)
    assert small.notice("annual-2025/SYT/overdue-3wd/focal-copy").message_id is None
    assert small.notice("annual-2025/SCT/overdue-3wd/focal-copy").message_id is not None


def _preferring_english(configuration):
    return with_contacts(configuration, lambda contact: replace(contact, language="en"))


def _without_one_english_template(configuration):
    kept = {n: t for n, t in configuration.messages.items() if n != "digest.en.html.j2"}
    return replace(_preferring_english(configuration), messages=kept)


def test_a_mail_is_in_vietnamese_while_one_english_template_is_missing(small):
    """A language is a whole mail's: no English name stands in a Vietnamese sentence."""
    small.reconfigure(_without_one_english_template)
    small.run(OPENING)
    (mail,) = small.mails("focal@syt.example")
    assert "Kính gửi: Sở SYT" in body(mail)
    assert "Department" not in body(mail)
    assert "report" not in mail["Subject"]


def test_a_mail_is_in_english_once_every_letter_has_an_english_template(small):
    def complete(configuration):
        """Every letter is there in English; words of no matter here stand in for what is not."""
        missing = {
            english: "Subject\n\nTo: {{ letter.addressee }}"
            for name in configuration.messages
            if ".vi." in name
            and (english := name.replace(".vi.", ".en.")) not in configuration.messages
        }
        messages = {**configuration.messages, **missing}
        return replace(_preferring_english(configuration), messages=messages)

    small.reconfigure(complete)
    small.workplace = replace(small.workplace, messages=Messages(small.configuration.messages))
    small.run(OPENING)
    (mail,) = small.mails("focal@syt.example")
    assert mail["Subject"] == "Request for the annual report for 2025, before 20 October 2025"
    assert body(mail).startswith("To: Department SYT")
    assert "Sở" not in body(mail)


def _moved(configuration):
    return at_address(configuration, SYT_focal="moi@syt.example")


def test_who_got_an_address_of_his_own_before_sending_gets_his_own_matter_alone(small):
    small.reconfigure(lambda c: at_address(c, SYT_focal="f@x.example", SCT_focal="f@x.example"))
    decide(small.at(OPENING).workplace)
    small.reconfigure(_moved)
    small.deliver(OPENING)
    (mail,) = small.mails("moi@syt.example")
    assert addressed(mail) == ["moi@syt.example"]
    assert "SCT" not in body(mail)


def test_who_got_an_address_of_his_own_before_a_retry_gets_his_own_matter_alone(small):
    small.reconfigure(lambda c: at_address(c, SYT_focal="f@x.example", SCT_focal="f@x.example"))
    small.over("mailto://127.0.0.1:1").run(OPENING)
    assert {row.status for row in small.notices().values()} == {"retry"}
    small.reconfigure(_moved)
    small.over("").run(OPENING + timedelta(hours=1))
    (mail,) = small.mails("moi@syt.example")
    assert addressed(mail) == ["moi@syt.example"]
    assert "SCT" not in body(mail)
    (other,) = small.mails("f@x.example")
    assert addressed(other) == ["f@x.example"]
    assert "SYT" not in body(other)
