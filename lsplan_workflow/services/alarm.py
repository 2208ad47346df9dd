"""Tells the administrators of trouble, straight to the mail server: no outbox, no database."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.domain.errors import LsplanError
from lsplan_workflow.domain.health import Level
from lsplan_workflow.domain.text import VIETNAMESE, Text
from lsplan_workflow.notify.mail import Mail, Recipient
from lsplan_workflow.notify.outcome import Outcome, Result
from lsplan_workflow.services.untold import UNTOLD, clear

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.domain.agencies import Contact
    from lsplan_workflow.domain.health import Finding
    from lsplan_workflow.notify.channels import Channels

_TOLD: Final = "told.json"


@dataclass(frozen=True, slots=True)
class Alarm:
    """What became of telling: contacts reached, and what each other one's server said.

    `earlier` if the same was told today already; `note` is the file that keeps the text where
    nobody was reached.
    """

    reached: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    earlier: bool = False
    note: Path | None = None

    @property
    def in_vain(self) -> bool:
        """Tell whether somebody was to hear of trouble and nobody did."""
        return not self.earlier and not self.reached


@dataclass(frozen=True, slots=True)
class Office:
    """Whom to tell, in whose name, and where; `folder` keeps what was told and what was not."""

    configuration: Configuration | None
    channels: Channels
    folder: Path
    now: datetime

    @property
    def today(self) -> str:
        """The local day; that of UTC where no calendar is known."""
        if self.configuration is None:
            return self.now.date().isoformat()
        return self.configuration.calendar.local_day(self.now).isoformat()


def tell(findings: Iterable[Finding], office: Office) -> Alarm:
    """Tell every administrator of the trouble, once a day for the same set of findings."""
    bad = [f for f in findings if f.level in {Level.NOTICE, Level.TROUBLE}]
    troubles = sorted({f.code for f in bad if f.level is Level.TROUBLE})
    told = _told(office)
    if troubles in told:
        # What could not be told meanwhile was other trouble, which has passed.
        clear(office.folder)
        return Alarm(earlier=True)
    outcomes = _sent(bad, troubles, office)
    reached = tuple(who for who, out in outcomes.items() if out.result is Result.SENT)
    refused = tuple((who, out.reply) for who, out in outcomes.items() if who not in reached)
    if not reached:
        return Alarm(refused=refused, note=_keep(bad, refused, office))
    with suppress(OSError):  # A full disk: rather tell it twice than not at all.
        _write(office.folder / _TOLD, json.dumps({"day": office.today, "sets": [*told, troubles]}))
    clear(office.folder)
    return Alarm(reached=reached, refused=refused)


def _told(office: Office) -> list[list[str]]:
    """Return the sets of codes that were told today."""
    try:
        kept = json.loads((office.folder / _TOLD).read_text(encoding="utf-8"))
        return list(kept["sets"]) if kept["day"] == office.today else []
    except (OSError, ValueError, LookupError, TypeError):
        return []  # Lost or damaged, it says nothing; then it is told once more.


def _sent(
    findings: Sequence[Finding], troubles: Sequence[str], office: Office
) -> dict[str, Outcome]:
    """Write to each administrator; return the outcomes by contact id."""
    configuration = office.configuration
    if configuration is None:
        return {}
    outcomes: dict[str, Outcome] = {}
    try:
        with office.channels.batch() as batch:
            for admin in configuration.directory.administrators():
                mail = _mail(findings, troubles, admin, configuration, office)
                outcomes[admin.id] = batch.send(mail)[admin.address]
    except LsplanError as error:
        # A mail server's URL that cannot be used.
        lost = Outcome(
            Result.PERMANENT, error.text.in_language(configuration.program.language), Cause.LOCAL
        )
        outcomes = {a.id: lost for a in configuration.directory.administrators()}
    return outcomes


def _mail(
    findings: Sequence[Finding],
    troubles: Sequence[str],
    admin: Contact,
    configuration: Configuration,
    office: Office,
) -> Mail:
    program, language = configuration.program, admin.language
    text = "\n".join(_lines(findings, language))
    number = f"{office.now:%Y%m%d%H%M%S%f}.{admin.id.replace('/', '.')}".lower()
    subject = _SUBJECT.in_language(language).format(len(troubles), ", ".join(troubles))
    return Mail(
        message_id=f"<doctor.{number}@{program.sender.rpartition('@')[2]}>",
        date=configuration.calendar.local(office.now),
        sender=Recipient("lsplan", program.sender),
        reply_to=Recipient("lsplan", program.submit_to),
        to=(Recipient(admin.name, admin.address),),
        cc=(),
        subject=subject,
        text=text,
        html="".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line),
    )


_SUBJECT: Final = Text("[lsplan] {} sự cố: {}", "[lsplan] troubles: {} ({})")
_OPENING: Final = Text(
    "Hệ thống theo dõi báo cáo tự kiểm tra và thấy những điều sau. Xem lại bằng lệnh "
    "`lsplan doctor`.",
    "The reporting system looked at itself and found what follows. See `lsplan doctor`.",
)
_WORDS: Final = {
    Level.TROUBLE: Text("SỰ CỐ", "TROUBLE"),
    Level.NOTICE: Text("Lưu ý", "Notice"),
}
_TO_DO: Final = Text("Việc cần làm", "To do")


def _lines(findings: Sequence[Finding], language: str) -> Iterator[str]:
    """Yield the letter, troubles first."""
    yield _OPENING.in_language(language)
    for finding in sorted(findings, key=lambda f: f.level is not Level.TROUBLE):
        word = _WORDS[finding.level].in_language(language)
        yield ""
        yield f"{word} [{finding.code}]: {finding.said.in_language(language)}."
        yield f"{_TO_DO.in_language(language)}: {finding.remedy.in_language(language)}"


def _keep(
    findings: Sequence[Finding], refused: Iterable[tuple[str, str]], office: Office
) -> Path | None:
    """Keep what nobody could be told where the next command shows it; None on a full disk."""
    language = VIETNAMESE
    if office.configuration is not None:
        language = office.configuration.program.language
    lines = [f"{office.now.isoformat(timespec='seconds')}", *_lines(findings, language)]
    lines += ["", *(f"{who}: {reply}" for who, reply in refused)]
    file = office.folder / UNTOLD
    try:
        _write(file, "\n".join(lines) + "\n")
    except OSError:
        return None
    return file


def _write(file: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.new-{os.getpid()}")
    try:
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        new.replace(file)
    except OSError:
        new.unlink(missing_ok=True)
        raise
