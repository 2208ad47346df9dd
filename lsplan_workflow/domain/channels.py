"""The ways by which messages leave: e-mail, and each service that contacts may be reached by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time, timedelta
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.agencies import CONTACT_SCHEMES

if TYPE_CHECKING:
    from lsplan_workflow.domain.program import Rate

EMAIL: Final = "email"
"""The channel of the mail server, which carries all plain e-mail addresses."""

USUAL_PATIENCE: Final = timedelta(hours=2)
"""For how long an address is tried in vain before a contact's next one is."""

_CLOCK: Final = r"((?:[01]\d|2[0-3]):[0-5]\d)"
_QUIET: Final = re.compile(f"{_CLOCK}-{_CLOCK}")
_PLAIN: Final = {f"{scheme}s": scheme for scheme in CONTACT_SCHEMES}

CHANNELS: Final = (EMAIL, *(scheme for scheme in CONTACT_SCHEMES if scheme not in _PLAIN))
"""Every channel. A scheme with and without TLS (`ntfys`, `ntfy`) is one and the same."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours, local, in which nothing leaves by a channel; they may go past midnight."""

    begins: time
    ends: time

    @classmethod
    def parse(cls, text: str) -> Quiet:
        """Read `19:00-07:00`; raise ValueError for anything else, and for no time at all."""
        match = _QUIET.fullmatch(text)
        if match is None or match[1] == match[2]:
            raise ValueError(text)
        return cls(time.fromisoformat(match[1]), time.fromisoformat(match[2]))

    def holds_at(self, now: time) -> bool:
        """Tell whether it is quiet at a local time of day: from the beginning up to the end."""
        if self.begins < self.ends:
            return self.begins <= now < self.ends
        return now >= self.begins or now < self.ends

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}"


@dataclass(frozen=True, slots=True)
class Channel:
    """How much a channel lets out, and when nothing; `code` is one of `CHANNELS`.

    A contact with further addresses is written to at the next one after `patience`.
    """

    code: str
    rate: Rate
    quiet: Quiet | None = None
    patience: timedelta = USUAL_PATIENCE


def channel_of(address: str) -> str:
    """Return the channel of an address: an e-mail address, or an Apprise URL."""
    scheme, separator, _ = address.partition("://")
    return _PLAIN.get(scheme.lower(), scheme.lower()) if separator else EMAIL
