"""One difference between two configurations, and the part of the configuration it is in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable


class Part(StrEnum):
    """The parts of a configuration, in the order in which differences are told."""

    PROGRAM = "program"
    REGIME = "regime"
    AGENCIES = "agencies"
    CONTACTS = "contacts"
    CALENDAR = "calendar"
    INDICATORS = "indicators"
    TASKS = "tasks"
    MESSAGES = "messages"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs, in words; `subject` is a code, a contact's id, a year or a file's name.

    The text holds neither the names nor the addresses of contacts, so that it can be kept.
    """

    part: Part
    subject: str
    text: Text


@dataclass(frozen=True, slots=True)
class Topic:
    """What a sentence is about: `name` is how it begins, «Chế độ annual»."""

    part: Part
    subject: str
    name: Text

    def within(self, name: Text) -> Topic:
        """Return something within it, under the same subject."""
        return replace(self, name=joined((self.name, name), ": "))

    def tell(self, vi: str, en: str) -> Difference:
        """Return a sentence about it."""
        text = Text(f"{self.name.vi}: {vi}", f"{self.name.en}: {en}")
        return Difference(self.part, self.subject, text)

    def state(self, vi: str, en: str) -> Difference:
        """Return a sentence that does not begin with its name."""
        return Difference(self.part, self.subject, Text(vi, en))


def joined(texts: Iterable[Text], separator: str = ", ") -> Text:
    """Return several texts as one."""
    listed = list(texts)
    return Text(separator.join(t.vi for t in listed), separator.join(t.en for t in listed))
