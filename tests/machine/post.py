"""The way out of the world's mails: a server with a weather, which remembers what it took."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from lsplan_workflow.domain.causes import Cause
from lsplan_workflow.notify.maildir import Purged
from lsplan_workflow.notify.outcome import Outcome, Result

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from lsplan_workflow.notify.mail import Mail


class Killed(Exception):  # noqa: N818 - What happens to the process, not an error of ours.
    """The process ended here."""


class Weather(StrEnum):
    """What happens to a mail at the server, and to the process around it."""

    FAIR = "fair"
    BUSY = "busy"  # The server asks to come again.
    REFUSED = "refused"  # The server will never take it.
    BROKEN = "broken"  # The server took it, but its answer was lost.
    KILLED_BEFORE = "killed before"  # The process ends just before the mail leaves,
    KILLED_AFTER = "killed after"  # or just after, before anything is marked.


_SAID = {
    Weather.FAIR: Outcome(Result.SENT, "250 2.0.0 queued"),
    Weather.BUSY: Outcome(Result.TEMPORARY, "451 4.7.1 Try again later", Cause.BUSY),
    Weather.REFUSED: Outcome(Result.PERMANENT, "550 5.1.1 User unknown", Cause.RECIPIENT),
    Weather.BROKEN: Outcome(Result.TEMPORARY, "connection lost", Cause.UNCERTAIN),
}
_TAKEN = frozenset({Weather.FAIR, Weather.BROKEN, Weather.KILLED_AFTER})


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of one mail to one recipient: whether it was taken, what was answered.

    Nothing was answered where the process was killed.
    """

    message_id: str
    recipient: str
    text: str
    taken: bool
    answered: Result | None


class Post:
    """Channels with a weather: that of the mails to come, else one that lasts."""

    def __init__(self) -> None:
        self.coming: deque[Weather] = deque()
        self.lasting = Weather.FAIR
        self.posted: list[Posted] = []

    @contextmanager
    def batch(self) -> Iterator[Post]:
        yield self

    def forget_mails(self, addresses: Collection[str], *, keep: bool) -> Purged:
        """Return that nothing was filed here that could be deleted."""
        del addresses, keep
        return Purged(0, ())

    def send(self, mail: Mail) -> dict[str, Outcome]:
        """Return the server's answer for each recipient that this attempt goes to."""
        weather = self.coming.popleft() if self.coming else self.lasting
        said, taken = _SAID.get(weather), weather in _TAKEN
        everyone = dict.fromkeys(person.address for person in (*mail.to, *mail.cc))
        meant = [a for a in everyone if mail.envelope is None or a in mail.envelope]
        if weather is not Weather.KILLED_BEFORE:
            answered = None if said is None else said.result
            self.posted += [
                Posted(mail.message_id, address, mail.text, taken, answered) for address in meant
            ]
        if said is None:
            raise Killed
        return dict.fromkeys(meant, said)
