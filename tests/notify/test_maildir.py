import email
import mailbox

from lsplan_workflow.notify.maildir import MaildirCarrier
from lsplan_workflow.notify.outcome import Result
from tests.notify.mails import FOCAL, HEAD, MAIL


def test_a_mail_is_filed_once_with_every_recipient_of_its_envelope(tmp_path):
    folder = tmp_path / "var" / "mail"
    carrier = MaildirCarrier(folder)
    outcomes = carrier.deliver(MAIL, [FOCAL.address, HEAD.address])
    carrier.close()
    [(name, message)] = mailbox.Maildir(folder).items()
    assert message.get_all("Delivered-To") == [FOCAL.address, HEAD.address]
    assert message["Message-ID"] == MAIL.message_id
    assert {o.result for o in outcomes.values()} == {Result.SENT}
    assert outcomes[HEAD.address].reply == f"250 2.0.0 filed in Maildir as {name}"


def test_a_filed_mail_is_whole_and_new(tmp_path):
    MaildirCarrier(tmp_path / "mail").deliver(MAIL, [FOCAL.address])
    [path] = (tmp_path / "mail" / "new").iterdir()
    text, _ = email.message_from_bytes(path.read_bytes()).get_payload()
    assert "Kính gửi: Sở Y tế" in text.get_payload(decode=True).decode()
    assert list((tmp_path / "mail" / "tmp").iterdir()) == []


def test_a_full_disk_is_a_temporary_failure(tmp_path, monkeypatch):
    def full(self, message):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(mailbox.Maildir, "add", full)
    outcomes = MaildirCarrier(tmp_path / "mail").deliver(MAIL, [FOCAL.address])
    assert outcomes[FOCAL.address].result is Result.TEMPORARY
    assert outcomes[FOCAL.address].reply.startswith("No space left on device")
