"""Sending what is due: claim under a lease, look again, send, and only then mark."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.domain.errors import LsplanError
from lsplan_workflow.domain.notice_kinds import NoticeKind, NoticeStatus
from lsplan_workflow.domain.text import Text, counted
from lsplan_workflow.notify.mail import Mail, Recipient
from lsplan_workflow.notify.outcome import Outcome, Result
from lsplan_workflow.services.claiming import Errand, HeldBack, allowed_now, claim_due, held_back
from lsplan_workflow.services.conversations import conversation_of
from lsplan_workflow.services.enclosures import Enclosures
from lsplan_workflow.services.grouping import bring_up_to_date, distinct, home_of
from lsplan_workflow.services.letter_heads import focal_point, program_of
from lsplan_workflow.services.letters import write_letter
from lsplan_workflow.services.patience import Patience
from lsplan_workflow.services.progress import Progress, silent
from lsplan_workflow.services.recheck import is_void
from lsplan_workflow.services.rerouting import fall_back
from lsplan_workflow.services.suspicion import (
    clear_edited,
    is_out_of_reach,
    note_reached,
    note_refusal,
    raise_next,
)
from lsplan_workflow.store import audit, deliveries, obligations, outbox
from lsplan_workflow.store.audit import ENGINE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.obligations import Obligation
    from lsplan_workflow.notify.channels import Batch
    from lsplan_workflow.services.workplace import Workplace
    from lsplan_workflow.store.tables import NoticeRow

    _Owed = Mapping[tuple[str, str], Obligation]


@dataclass(frozen=True, slots=True)
class Delivered:
    """How many notices left, wait to be tried again, failed for good or were cancelled.

    `held_back` are due and left for later by the rate of their channel alone. `left` names the
    cycle and kind of each that left, `cycles` those of all the others.
    """

    sent: int = 0
    retrying: int = 0
    failed: int = 0
    cancelled: int = 0
    held_back: int = 0
    left: tuple[tuple[str, str], ...] = ()
    cycles: frozenset[str] = frozenset()

    def __add__(self, other: Delivered) -> Delivered:
        return Delivered(
            self.sent + other.sent,
            self.retrying + other.retrying,
            self.failed + other.failed,
            self.cancelled + other.cancelled,
            self.held_back + other.held_back,
            self.left + other.left,
            self.cycles | other.cycles,
        )


@dataclass(frozen=True, slots=True)
class _Parcel:
    """A mail with the notices that it carries in this attempt."""

    mail: Mail
    rows: tuple[NoticeRow, ...]


@dataclass(frozen=True, slots=True)
class _Taken:
    """What one claim brought: whether there was anything, and what of it is to leave.

    Where there was nothing, `held` is what the rate holds back.
    """

    empty: bool
    held: HeldBack = field(default_factory=HeldBack)
    parcels: tuple[_Parcel, ...] = ()
    settled: Delivered = Delivered()
    suspects: frozenset[str] = frozenset()


DECISIONS: Final = frozenset({NoticeKind.EXTENSION, NoticeKind.WAIVER, NoticeKind.REOPENING})
REVIEWS: Final = frozenset({NoticeKind.RETURNED, NoticeKind.ACCEPTANCE})


def deliver(
    workplace: Workplace,
    *,
    only: Collection[NoticeKind] | None = None,
    lasting: timedelta = timedelta(0),
    progress: Progress = silent,
) -> Delivered:
    """Send every notice that is due, of some kinds or of all, as far as the rate allows.

    Outside working hours only replies to a person's own act leave. Where nothing but the rate
    of the minute holds something back, it is waited for, for as long as `lasting` in all.
    `progress` is told how many have left, and what is waited for.
    """
    total, errand = Delivered(), Errand(uuid4().hex, workplace.clock.now(), only)
    patience = Patience(workplace, errand.begun, lasting, progress)
    with workplace.channels.batch() as batch:
        while not (taken := _take(workplace, errand)).empty or patience.lasts_for(taken.held):
            total += taken.settled
            for parcel in taken.parcels:
                total += _send(workplace, batch, parcel, taken.suspects)
            if taken.parcels:
                progress(_so_far(total.sent))
    return replace(total, held_back=taken.held.count)


def _so_far(sent: int) -> Text:
    return Text(f"Đã gửi {sent} thông báo…", f"{counted(sent, 'notice')} sent…")


def _take(workplace: Workplace, errand: Errand) -> _Taken:
    """Claim some notices, drop those that are void, and write the others' mails."""
    now, configuration = workplace.clock.now(), workplace.configuration
    with workplace.database.writing() as session:
        suspects = clear_edited(session, configuration, now)
        claimed = claim_due(session, configuration, errand, now)
        if not claimed:
            return _Taken(empty=True, held=held_back(session, configuration, errand, now))
        owed = obligations.obligations_about(session, claimed)
        valid = _without_void(session, configuration, claimed, owed, now)
        cancelled = Delivered(cancelled=len(claimed) - len(valid))
        taken = _write_all(session, workplace, valid, owed, now, cancelled)
        return replace(taken, suspects=suspects)


def _without_void(
    session: Session,
    configuration: Configuration,
    claimed: Iterable[NoticeRow],
    owed: _Owed,
    now: datetime,
) -> list[NoticeRow]:
    """Return the notices that still hold; cancel the others."""
    valid = []
    for row in claimed:
        if is_void(session, configuration, row, owed, now):
            outbox.mark(session, [row.key], NoticeStatus.CANCELLED)
            _record(session, row, "notice_cancelled", now)
        else:
            valid.append(row)
    return valid


def _write_all(
    session: Session,
    workplace: Workplace,
    rows: Iterable[NoticeRow],
    owed: _Owed,
    now: datetime,
    settled: Delivered,
) -> _Taken:
    by_mail = defaultdict[object, list["NoticeRow"]](list)
    directory = workplace.configuration.directory
    language = workplace.configuration.program.language
    for row in rows:
        channel = row.channel
        if bring_up_to_date(workplace.configuration, row):
            if row.channel != channel:
                # It is claimed anew, as far as the rate of its new channel allows.
                outbox.release(session, [row.key])
                continue
            # Whoever has moved away from a shared address gets what is his there alone.
            by_mail[row.message_id, home_of(session, directory, row), row.channel].append(row)
        else:
            nobody = Outcome(Result.PERMANENT, _NOBODY.in_language(language), Cause.LOCAL)
            _settle(session, row, nobody, now)
            raise_next(session, workplace.configuration, row, now)
            settled += Delivered(failed=1)
    parcels, writing = [], _Writing.of(session, workplace, by_mail.values(), owed, now)
    for shared in by_mail.values():
        try:
            parcels.append(_parcel(writing, shared))
        except LsplanError as error:
            for row in shared:
                reason = error.text.in_language(language)
                _settle(session, row, Outcome(Result.PERMANENT, reason, Cause.LOCAL), now)
            settled += Delivered(failed=len(shared))
    session.flush()
    return _Taken(empty=False, parcels=tuple(parcels), settled=settled)


_NOBODY: Final = Text(
    "Cấu hình không còn liên hệ này.", "The configuration has this contact no more."
)


@dataclass(frozen=True, slots=True)
class _Writing:
    """What the mails of one claim are written from, read once for all of them."""

    session: Session
    workplace: Workplace
    owed: _Owed
    now: datetime
    everyone: Mapping[str, list[NoticeRow]]
    """All notices of each mail by Message-ID, whether or not they leave now."""
    enclosures: Enclosures

    @classmethod
    def of(
        cls,
        session: Session,
        workplace: Workplace,
        mails: Iterable[list[NoticeRow]],
        owed: _Owed,
        now: datetime,
    ) -> _Writing:
        rows = [row for mail in mails for row in mail]
        ids = {row.message_id for row in rows if row.message_id is not None}
        everyone = outbox.sharing(session, ids)
        enclosures = Enclosures.gathered(session, workplace.configuration, rows, owed, now)
        return cls(session, workplace, owed, now, everyone, enclosures)


def _parcel(writing: _Writing, rows: Sequence[NoticeRow]) -> _Parcel:
    session, now = writing.session, writing.now
    configuration, messages = writing.workplace.configuration, writing.workplace.messages
    letter = write_letter(session, configuration, distinct(rows), now, writing.owed)
    rendered = messages.render(letter)
    to, cc = _headers(writing, rows)
    program = program_of(session, configuration, rows[0])
    point = focal_point(configuration, program, now).name(rows[0].language)
    sender = Recipient(point, program.sender)
    mail = Mail(
        message_id=rows[0].message_id or "",
        date=configuration.calendar.local(now),
        sender=sender,
        reply_to=Recipient(point, program.submit_to),
        to=to,
        cc=cc,
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        envelope=frozenset(row.recipient for row in rows),
        conversation=conversation_of(configuration, program, rows),
        short=messages.short(letter) if _in_chat(rows) else "",
        calendars=writing.enclosures.of_mail(sender, rows),
    )
    return _Parcel(mail, tuple(rows))


def _in_chat(rows: Iterable[NoticeRow]) -> bool:
    """Tell whether somebody is reached by a service and not by e-mail."""
    return any("://" in row.recipient for row in rows)


def _headers(
    writing: _Writing, rows: Sequence[NoticeRow]
) -> tuple[tuple[Recipient, ...], tuple[Recipient, ...]]:
    """Return everyone the mail is addressed to, whether or not he has it already."""
    session, configuration = writing.session, writing.workplace.configuration
    directory = configuration.directory
    home = home_of(session, directory, rows[0])
    everyone = writing.everyone.get(rows[0].message_id or "", rows)
    shared = [row for row in everyone if home_of(session, directory, row) == home]
    to = _people(configuration, (row for row in shared if row.copy_of is None))
    copies = _people(configuration, (row for row in shared if row.copy_of is not None))
    addressed = {person.address for person in to}
    return to, tuple(person for person in copies if person.address not in addressed)


def _people(configuration: Configuration, rows: Iterable[NoticeRow]) -> tuple[Recipient, ...]:
    found = {}
    for row in rows:
        contact = configuration.directory.contact(row.contact)
        address = contact.address_by(row.way) if contact else row.recipient
        found[address] = Recipient(contact.name if contact else "", address)
    found.pop("", None)  # Whoever was forgotten has no address any more.
    return tuple(found.values())


def _send(
    workplace: Workplace, batch: Batch, parcel: _Parcel, suspects: frozenset[str]
) -> Delivered:
    """Send one mail and record what became of it, as of the instant at which it left.

    A mail whose lease ran out is left to another claim, and given back is one that the end
    of working hours or the quiet hours of its channel overtook.
    """
    now, rows = workplace.clock.now(), parcel.rows
    if any(row.lease_until is not None and now >= row.lease_until for row in rows):
        return Delivered()
    configuration = workplace.configuration
    allowed = allowed_now(configuration, now, None)
    if any(row.kind not in allowed or configuration.is_quiet(row.channel, now) for row in rows):
        with workplace.database.writing() as session:
            outbox.release(session, [row.key for row in rows])
        return Delivered()
    outcomes, total = batch.send(parcel.mail), Delivered()
    # If the power fails now, the mail leaves once more, under the same Message-ID; waiting for
    # the disk after each mail would take as long as sending it.
    with workplace.database.writing(durable=False) as session:
        for row in rows:
            outcome = outcomes[row.recipient]
            settled = _settle(session, row, outcome, now)
            if settled.sent and row.contact in suspects:
                note_reached(session, row, now)
            total += _follow_up(session, configuration, row, outcome, settled, now)
    return total


def _follow_up(
    session: Session,
    configuration: Configuration,
    row: NoticeRow,
    outcome: Outcome,
    settled: Delivered,
    now: datetime,
) -> Delivered:
    """Do what a failure asks for: another address of the recipient, or another recipient."""
    refused = settled.failed > 0 and is_out_of_reach(row, outcome)
    if refused:
        note_refusal(session, row, now)
    if not settled.sent and fall_back(session, configuration, row, now):
        # It is due at the next address, and counts as what becomes of it there.
        return Delivered(cycles=settled.cycles)
    if refused:
        raise_next(session, configuration, row, now)
    return settled


def _settle(session: Session, row: NoticeRow, outcome: Outcome, now: datetime) -> Delivered:
    """Record one notice's outcome; return what it now counts as."""
    reply = outcome.reply
    if outcome.result is Result.SENT:
        deliveries.record_sent(session, row.key, at=now, reply=reply)
        _record(session, row, "notice_sent", now)
        return Delivered(sent=1, left=((row.cycle, row.kind),))
    if outcome.result is Result.TEMPORARY:
        cause = outcome.cause or Cause.BUSY
        deliveries.record_temporary(session, row.key, at=now, reply=reply, cause=cause)
        return _failed_or_waiting(session, row, now)
    cause = outcome.cause or Cause.REFUSED
    deliveries.record_permanent(session, row.key, at=now, reply=reply, cause=cause)
    return _failed_or_waiting(session, row, now)


def _failed_or_waiting(session: Session, row: NoticeRow, now: datetime) -> Delivered:
    present = outbox.notice(session, row.key)
    if present is None or present.status != NoticeStatus.FAILED.value:
        return Delivered(retrying=1, cycles=frozenset({row.cycle}))
    _record(session, row, "notice_failed", now)
    return Delivered(failed=1, cycles=frozenset({row.cycle}))


def _record(session: Session, row: NoticeRow, event: str, now: datetime) -> None:
    audit.append(
        session,
        at=now,
        actor=ENGINE,
        event=event,
        cycle=row.cycle or None,
        agency=row.agency,
        key=row.key,
        contact=row.contact,
        message_id=row.message_id,
    )
