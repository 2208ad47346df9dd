"""A recipient is erased from the outbox, and from the database's files."""

from sqlmodel import select

from lsplan_workflow.store import deliveries, erasure, installation
from lsplan_workflow.store.tables import DeliveryRow
from tests.store.rows import NOW, a_notice, claim, look, put

OLD = "nguyen.cu@syt.example"
SCT = "annual-2025/SCT/before-14d/focal"


def _attempt(database, reply, key):
    with database.writing() as session:
        deliveries.record_permanent(session, key, at=NOW, reply=reply)


def _replies(database, key):
    with database.reading() as session:
        of_key = select(DeliveryRow).where(DeliveryRow.notice_key == key)
        return [attempt.reply for attempt in session.exec(of_key)]


def test_an_address_leaves_the_outbox_and_other_peoples_replies(database):
    mine = a_notice(recipient=OLD)
    other = a_notice(SCT, agency="SCT", contact="SCT/focal", recipient="a@sct.example")
    put(database, mine, other)
    claim(database)
    _attempt(database, f"550 5.1.1 <{OLD}>: nguyen.cu unknown", mine.key)
    _attempt(database, f"550 no {OLD.upper()} here", SCT)

    with database.writing() as session:
        erasure.overwrite_when_erased(session)
        rows = erasure.notices_to(session, "SYT/focal")
        erasure.erase_recipient(session, rows, "")
        erasure.erase_quotes(session, {OLD})
    erasure.purge(database)

    row = look(database, mine.key)
    assert (row.recipient, row.reply) == ("", "550 5.1.1")
    assert _replies(database, mine.key) == ["550 5.1.1"]
    assert (look(database, SCT).reply, look(database, SCT).recipient) == (
        "550 no *** here",
        "a@sct.example",
    )
    assert _replies(database, SCT) == ["550 no *** here"]


def test_who_shares_the_address_keeps_what_was_said_of_it(database):
    put(database, a_notice(SCT, agency="SCT", contact="SCT/focal", recipient=OLD.upper()))
    claim(database)
    _attempt(database, f"550 {OLD}", SCT)
    with database.writing() as session:
        erasure.erase_quotes(session, {OLD})
        assert erasure.written_to_at(session, {OLD}) == {"SCT/focal"}
        assert erasure.written_to_at(session, {"nguyen_cu@syt.example"}) == set()
    assert _replies(database, SCT) == [f"550 {OLD}"]


def test_a_configuration_with_other_texts_has_another_fingerprint(database):
    with database.writing() as session:
        installation.apply_configuration(
            session, {"contacts.csv": OLD}, applied_at=NOW, applied_by="an"
        )
        (version,) = erasure.versions(session)
        erasure.replace_files(version, {"contacts.csv": ""})
    with database.reading() as session:
        (version,) = erasure.versions(session)
    assert version.files == {"contacts.csv": ""}
    assert version.sha256 == installation.fingerprint(version.files)
