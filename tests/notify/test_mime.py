import email
import email.policy
import unicodedata
from dataclasses import replace
from email.header import decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsplan_workflow.notify.mail import Recipient
from lsplan_workflow.notify.mime import build, is_email_address, single_line
from tests.notify.mails import DIACRITICS, FOCAL, HEAD, MAIL

LONG_NAME = (
    "Ủy ban nhân dân thành phố Lạng Sơn, phòng Tài chính - Kế hoạch, "
    "bộ phận một cửa điện tử liên thông (đầu mối)"
)


def parsed(mail):
    return email.message_from_bytes(build(mail).as_bytes(), policy=email.policy.default)


def said(mail, header):
    """Return a header as RFC 2047 defines it; Python's newer parser adds blanks of its own."""
    return str(make_header(decode_header(email.message_from_bytes(build(mail).as_bytes())[header])))


def test_a_mail_has_exactly_one_of_each_header_and_a_date_in_local_time():
    message = parsed(MAIL)
    for header in ("Message-ID", "Date", "From", "To", "Cc", "Subject", "MIME-Version"):
        assert len(message.get_all(header)) == 1
    assert message["Message-ID"] == MAIL.message_id
    assert message["Date"] == "Fri, 17 Oct 2025 07:30:00 +0700"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Reply-To"].addresses[0].addr_spec == "hang@stc.example"


def test_text_and_html_are_alternatives_and_come_back_as_they_were():
    message = parsed(MAIL)
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    for kind, expected in (("plain", MAIL.text), ("html", MAIL.html)):
        assert message.get_body((kind,)).get_content().replace("\r\n", "\n") == expected


def test_vietnamese_goes_as_base64_also_where_it_begins_late_and_english_stays_readable():
    late = "<p>line</p>\n" * 20 + "<p>Kính gửi</p>\n"
    vietnamese = build(replace(MAIL, text="Kính gửi\n", html=late))
    english = build(replace(MAIL, text="Dear all\n", html="<p>Dear all</p>\n"))
    encodings = [
        [part["Content-Transfer-Encoding"] for part in found.walk() if not part.is_multipart()]
        for found in (vietnamese, english)
    ]
    assert encodings == [["base64", "base64"], ["7bit", "7bit"]]


def test_every_line_on_the_wire_is_short_seven_bit_and_ends_in_crlf():
    wire = build(replace(MAIL, subject=LONG_NAME * 9, html=f"<p>{'ế' * 5000}</p>")).as_bytes()
    assert wire.isascii()
    assert max(map(len, wire.split(b"\r\n"))) <= 78
    assert wire.count(b"\n") == wire.count(b"\r\n")


def test_a_second_copy_is_the_same_to_the_byte_and_another_mail_is_separated_otherwise():
    first, again = build(MAIL), build(MAIL)
    other = build(replace(MAIL, message_id="<other@stc.example>"))
    assert first.as_bytes() == again.as_bytes()
    assert first.get_boundary() != other.get_boundary()
    boundaries = [part.get_boundary() for part in first.walk() if part.is_multipart()]
    assert len(set(boundaries)) == len(boundaries)


def test_the_subject_comes_back_in_nfc_whatever_form_it_had():
    assert said(replace(MAIL, subject=unicodedata.normalize("NFD", DIACRITICS)), "Subject") == (
        unicodedata.normalize("NFC", DIACRITICS)
    )


@pytest.mark.parametrize(
    "name", [LONG_NAME, 'Trần "Tý" <x@y.example>', "A, B; C", "=?utf-8?q?x?=", "Nguyen Van A"]
)
def test_a_name_comes_back_whole_however_long_it_is_and_whatever_signs_it_holds(name):
    mail = replace(MAIL, to=(Recipient(name, FOCAL.address),))
    assert said(mail, "To") == f"{name} <{FOCAL.address}>"
    assert [a.addr_spec for a in parsed(mail)["To"].addresses] == [FOCAL.address]


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_subject_and_no_name_can_add_a_header(subject, name):
    mail = replace(MAIL, subject=subject, to=(Recipient(name, FOCAL.address),))
    headers, _, _ = build(mail).as_bytes().partition(b"\r\n\r\n")
    names = [line.split(b":")[0] for line in headers.split(b"\r\n") if line[:1] not in b" \t"]
    assert sorted(names) == sorted(key.encode() for key in build(MAIL))
    assert [a.addr_spec for a in parsed(mail)["To"].addresses] == [FOCAL.address]


def test_line_breaks_in_a_name_or_subject_become_blanks():
    assert single_line(" a\r\nBcc: x@y.example\u2028b\x00c ") == "a Bcc: x@y.example b c"


def test_recipients_that_are_no_email_addresses_do_not_stand_in_the_headers():
    mail = replace(MAIL, to=(Recipient("Bot", "tgram://token/1"),), cc=(HEAD,))
    message = parsed(mail)
    assert message["To"] is None
    assert [a.addr_spec for a in message["Cc"].addresses] == [HEAD.address]


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@", "@b", "a b@c.example", "a@b\r\nBcc: c@d", "Đ@x.example", "a@x..y", "a<b>@c.d"],
)
def test_what_cannot_stand_on_the_wire_is_no_email_address(address):
    assert not is_email_address(address)


@pytest.mark.parametrize("address", ["a@localhost", "a.b+c@syt.langson.gov.vn", "x_y-z@1.example"])
def test_an_ordinary_address_is_an_email_address(address):
    assert is_email_address(address)


@pytest.mark.parametrize(
    "mail",
    [
        replace(MAIL, sender=Recipient("x", "x@y\r\nBcc: c@d")),
        replace(MAIL, message_id="<a@b>\r\nBcc: c@d"),
        replace(MAIL, message_id="no brackets"),
    ],
)
def test_a_sender_or_message_id_that_cannot_stand_in_a_header_is_refused(mail):
    with pytest.raises(ValueError, match="cannot stand in a header"):
        build(mail)
