"""The ways by which messages leave: e-mail, and each service that contacts may be reached by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.agencies import CONTACT_SCHEMES

if TYPE_CHECKING:
    from lsplan_workflow.domain.program import Rate

EMAIL: Final = "email"
"""The channel of the mail server, which carries all plain e-mail addresses."""

_PLAIN: Final = {f"{scheme}s": scheme for scheme in CONTACT_SCHEMES}

CHANNELS: Final = (EMAIL, *(scheme for scheme in CONTACT_SCHEMES if scheme not in _PLAIN))
"""Every channel. A scheme with and without TLS (`ntfys`, `ntfy`) is one and the same."""


@dataclass(frozen=True, slots=True)
class Channel:
    """How much a channel lets out; `code` is one of `CHANNELS`."""

    code: str
    rate: Rate


def channel_of(address: str) -> str:
    """Return the channel of an address: an e-mail address, or an Apprise URL."""
    scheme, separator, _ = address.partition("://")
    return _PLAIN.get(scheme.lower(), scheme.lower()) if separator else EMAIL
