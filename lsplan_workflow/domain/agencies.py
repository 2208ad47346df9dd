"""Agencies, the dates between which they exist, their successors and their contacts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


SMS_SCHEMES: Final = (
    *("twilio", "vonage", "nexmo", "clickatell", "clicksend", "bulksms", "msgbird", "plivo"),
    *("sinch", "httpsms", "smseagle", "smseagles"),
)
"""The Apprise schemes that send text messages to a telephone."""

CONTACT_SCHEMES: Final = (
    "mailto",
    "mailtos",
    "tgram",
    "slack",
    "msteams",
    "discord",
    "json",
    "jsons",
    "ntfy",
    "ntfys",
    "matrix",
    "matrixs",
    *SMS_SCHEMES,
)
"""The Apprise schemes that a contact may be reached by: all of them over the network.

Apprise knows others that run programs or write files; those are no way to reach a person.
"""

_BRACKETS: Final = re.compile(r"\s*\([^()]*\)$")


class Role(StrEnum):
    """What a contact is to its agency."""

    FOCAL = "focal"
    HEAD = "head"
    LEADER = "leader"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Agency:
    """An organisation; `valid_from` and `valid_to` are its first and last days, local.

    `kind` is a word of the configuration (`department`, `commune`, …). The first of
    several `successors` is the lead successor.
    """

    code: str
    name_vi: str
    name_en: str
    kind: str
    valid_from: date | None = None
    valid_to: date | None = None
    successors: tuple[str, ...] = ()
    verified: bool = False
    source: str = ""

    def exists_on(self, day: date) -> bool:
        """Tell whether the agency exists on a local day, both ends included."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_to is None or day <= self.valid_to)

    @property
    def succeeded_on(self) -> date | None:
        """The first day on which its successors stand in for it."""
        return None if self.valid_to is None else self.valid_to + timedelta(days=1)

    def name(self, language: str) -> str:
        """Return the name in `language`, Vietnamese for any but English."""
        return self.name_en if language == "en" else self.name_vi

    def form_of_address(self, language: str) -> str:
        """Return the name as one writes to the agency.

        A name may end in brackets that tell it from a namesake («Sở Xây dựng (trước
        01/03/2025)»); nobody is addressed by those.
        """
        return _BRACKETS.sub("", self.name(language))


@dataclass(frozen=True, slots=True)
class Contact:
    """A person or mailbox of an agency; `number` tells apart those of one role.

    `address` is an e-mail address or an Apprise URL and is personal data: records that
    are kept hold `id` instead. `fallback` are further ones, tried in order where the ones
    before do not do.
    """

    agency: str
    role: Role
    number: int
    name: str
    address: str
    language: str = "vi"
    fallback: tuple[str, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """All addresses, in the order in which they are tried."""
        return (self.address, *self.fallback)

    def address_by(self, way: int) -> str:
        """Return the address that is tried after so many others, or the last one."""
        return self.addresses[min(way, len(self.fallback))]

    @property
    def slug(self) -> str:
        """The contact's part of a notice's key: `focal`, `focal-2`, …."""
        return self.role.value if self.number == 1 else f"{self.role.value}-{self.number}"

    @property
    def id(self) -> str:
        """The contact's name in records that outlive the person."""
        return f"{self.agency}/{self.slug}"


@dataclass(frozen=True)
class Directory:
    """All agencies and contacts of one configuration."""

    agencies: tuple[Agency, ...]
    contacts: tuple[Contact, ...] = ()
    _by_code: dict[str, Agency] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_code", {agency.code: agency for agency in self.agencies})

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __getitem__(self, code: str) -> Agency:
        return self._by_code[code]

    def existing(self, day: date, kinds: Iterable[str]) -> list[Agency]:
        """Return the agencies of some kinds that exist on a local day, in file order."""
        wanted = frozenset(kinds)
        return [a for a in self.agencies if a.kind in wanted and a.exists_on(day)]

    def follow(self, code: str, day: date) -> Agency:
        """Return the agency that stands for `code` on a day, by lead successors.

        The last of a line that ends without a successor stands for itself.
        """
        return self.line(code, day)[-1]

    def line(self, code: str, day: date) -> tuple[Agency, ...]:
        """Return an agency and the lead successors that have stood for it up to a day, in order."""
        found = [self[code]]
        while found[-1].successors and not _outlives(found[-1], day):
            found.append(self[found[-1].successors[0]])
        return tuple(found)

    @cached_property
    def _by_role(self) -> dict[tuple[str, Role], tuple[Contact, ...]]:
        found: dict[tuple[str, Role], tuple[Contact, ...]] = {}
        for contact in self.contacts:
            place = (contact.agency, contact.role)
            found[place] = (*found.get(place, ()), contact)
        return found

    @cached_property
    def _by_id(self) -> dict[str, Contact]:
        return {contact.id: contact for contact in self.contacts}

    def contacts_of(self, code: str, role: Role) -> tuple[Contact, ...]:
        """Return an agency's contacts of one role, in file order."""
        return self._by_role.get((code, role), ())

    def contact(self, contact_id: str) -> Contact | None:
        """Return the contact of that id, or None if the configuration has it no more."""
        return self._by_id.get(contact_id)

    def administrators(self) -> tuple[Contact, ...]:
        """Return the `admin` contacts of every agency, also of those that have ended.

        Trouble is told to all of them: they look after the installation, not after their agency,
        and whoever is left over from one that ended may be the only one who can be told.
        """
        return tuple(c for c in self.contacts if c.role is Role.ADMIN)

    def administrators_after(self, day: date) -> tuple[Contact, ...]:
        """Return the `admin` contacts of the agencies that have not ended before a local day.

        Those of one that has yet to begin are there already.
        """
        return tuple(c for c in self.administrators() if _outlives(self[c.agency], day))

    def endings(self) -> Iterator[Agency]:
        """Yield the agencies that end, in the order of their dates."""
        ending = [a for a in self.agencies if a.valid_to is not None]
        yield from sorted(ending, key=lambda a: (a.valid_to or date.max, a.code))


def agency_of(contact: str) -> str:
    """Return the code of the agency whose contact an id (`SYT/focal`) names."""
    return contact.partition("/")[0]


def slug_of(contact: str) -> str:
    """Return the part of a notice's key by which it names a contact of an id: `focal-2`."""
    return contact.partition("/")[2]


def role_of(contact: str) -> Role:
    """Return the role of the contact that an id (`SYT/focal-2`) names."""
    return Role(slug_of(contact).partition("-")[0])


def _outlives(agency: Agency, day: date) -> bool:
    return agency.valid_to is None or day <= agency.valid_to
