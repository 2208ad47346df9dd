"""`notify test`."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

from tests.cli.command import DONE, FAILED, WRONG, Place
from tests.notify.server import Script, smtp_server

KEYS = ["contact", "address", "channel", "result", "cause", "reply"]
WHO = "SYT/focal"
AT = "2025-01-02T08:00"


def test_a_test_message_leaves_at_once_and_the_answer_is_shown(opened, monkeypatch):
    script = Script(data="250 2.0.0 queued as 4F2A")
    before = opened.json("outbox")
    with smtp_server(script) as server:
        monkeypatch.setenv("LSPLAN_SMTP_URL", f"mailto://127.0.0.1:{server.port}")
        answer = opened.done("notify", "test", WHO)
    assert answer.out == "SYT/focal: máy chủ đã nhận (email): 250 2.0.0 queued as 4F2A\n"
    ((to, content),) = script.envelopes
    mail = message_from_bytes(content, policy=default)
    assert to == ["dau-moi@syt.example"]
    assert mail["Subject"] == "Thư thử, không cần trả lời"
    assert "20/12/2024 08:00:00" in mail.get_body(("plain",)).get_content()
    assert opened.json("outbox") == before


def test_what_the_server_does_not_take_ends_with_1_and_its_words(opened, monkeypatch):
    script = Script(rcpt={"dau-moi@syt.example": "550 5.1.1 no such user"})
    with smtp_server(script) as server:
        monkeypatch.setenv("LSPLAN_SMTP_URL", f"mailto://127.0.0.1:{server.port}")
        answer = opened("notify", "test", WHO)
        found = opened("notify", "test", WHO, "--json")
    assert (answer.code, answer.out, found.code) == (FAILED, "", FAILED)
    assert "máy chủ từ chối địa chỉ: 550 5.1.1 no such user" in answer.err
    (told,) = found.json
    assert list(told) == KEYS
    assert (told["result"], told["cause"]) == ("permanent", "recipient")


def test_every_address_is_tried_and_one_that_fails_ends_with_1(own_folder, tmp_path, monkeypatch):
    own_folder.joinpath("contacts.csv").write_text(
        "agency,role,name,address,language,fallback\n"
        "SYT,focal,An,json://127.0.0.1:1/syt,vi,an@syt.example\n"
        "SYT,focal,Hai,mot@syt.example,vi,hai@syt.example ba@syt.example\n",
        encoding="utf-8",
    )
    place = Place(own_folder, tmp_path / "var")
    place.done("init", "--rehearsal")
    script = Script(rcpt={"hai@syt.example": "550 5.1.1 no such user"})
    with smtp_server(script) as server:
        monkeypatch.setenv("LSPLAN_SMTP_URL", f"mailto://127.0.0.1:{server.port}")
        chat = place("notify", "test", WHO, at=AT)
        mails = place("notify", "test", "SYT/focal-2", "--json", at=AT)
    assert (chat.code, mails.code) == (FAILED, FAILED)
    assert chat.err.startswith("SYT/focal (1): không gửi được (json)")
    assert chat.out.startswith("SYT/focal (2): máy chủ đã nhận (email): 250")
    assert [(told["address"], told["result"]) for told in mails.json] == [
        ("mot@syt.example", "sent"),
        ("hai@syt.example", "permanent"),
        ("ba@syt.example", "sent"),
    ]
    assert [to for to, _ in script.envelopes] == [
        [f"{name}@syt.example"] for name in ("an", "mot", "ba")
    ]
    assert len({content.split(b"Message-ID: ")[1][:60] for _, content in script.envelopes}) == 3


def test_a_test_that_arrives_makes_its_contact_trusted_again_and_stands_in_the_log(
    fresh, monkeypatch
):
    script = Script(rcpt={"dau-moi@syt.example": "550 5.1.1 no such user"})
    with smtp_server(script) as server:
        monkeypatch.setenv("LSPLAN_SMTP_URL", f"mailto://127.0.0.1:{server.port}")
        fresh.done("tick", at="2024-12-20T08:00")
        assert fresh.json("contact", "list", "SYT")[0]["refusal"]
        script.answers.clear()
        assert fresh.json("notify", "test", WHO)[0]["result"] == "sent"
    assert fresh.json("contact", "list", "SYT")[0]["refusal"] is None
    events = [e for e in fresh.json("log", "--agency", "SYT") if e["event"].startswith("contact_")]
    assert [e["event"] for e in events] == [
        "contact_suspected",
        "contact_tested",
        "contact_trusted",
    ]
    assert events[1]["payload"] == {"channel": "email", "contact": WHO, "result": "sent"}


def test_whoever_is_no_contact_gets_no_test(opened):
    answer = opened("notify", "test", "SYT/focal-9")
    assert answer.code == WRONG
    assert "contact list" in answer.err


def test_the_group_alone_shows_its_help(opened):
    answer = opened("notify")
    assert answer.code == WRONG
    assert "test" in answer.err
    assert opened("notify", "--help").code == DONE
