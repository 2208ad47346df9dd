"""A town in which everything is done by commands, and people read what is in their mailboxes."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.cli.command import Answer, Place
from tests.services.office import mails_in

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from lsplan_workflow.configuration.folder import Configuration

CAST = ("CT-UBND", "SYT", "SGDDT", "SCT", "STC25")
CYCLE = "annual-2025"


@dataclass(frozen=True)
class Town:
    """The place where commands are typed; `letters` of the stories reads its mailboxes too."""

    place: Place

    def tick(self, *instants: str) -> None:
        """Run a pass at each instant."""
        for at in instants:
            self.place.done("tick", at=at)

    def file(self, agency: str, *, at: str, accepted: bool = True) -> None:
        """File an agency's report, and accept it if that is asked for."""
        report = self.place.var / f"{agency}.docx"
        report.write_bytes(b"PK " + agency.encode())
        self.place.done("submit", CYCLE, agency, str(report), at=at)
        if accepted:
            self.place.done("review", "accept", CYCLE, agency, at=at)

    def foresee(self, text: str, *, begins: str, at: str) -> list[str]:
        """Return what a decision would bring about, line by line."""
        path = self._written(text, begins)
        return self.place.done("reorganise", "preview", path, at=at).out.splitlines()

    def reorganise(self, text: str, *, begins: str, at: str) -> Answer:
        """Carry a decision out."""
        return self.place("reorganise", "apply", self._written(text, begins), at=at)

    def _written(self, text: str, begins: str) -> str:
        path = self.place.var / "quyết định.toml"
        head = f'document = "Nghị quyết số 99/NQ-HĐND"\nbegins_on = {begins}\n\n'
        path.write_text(head + text, encoding="utf-8")
        return str(path)

    def duties(self) -> dict[str, dict[str, Any]]:
        """Return what `status` says of each duty, by agency."""
        found = self.place.json("status", CYCLE)
        return {line["agency"]: line for line in found["obligations"]}

    def mails(self, address: str | None = None) -> list[EmailMessage]:
        """Return the mails that reached an address, by their dates."""
        return mails_in(self.place.var / "mail", address)


def lay_out(folder: Path, configuration: Configuration) -> Path:
    """Set a town up in August and bring it to September; return where both are kept."""
    august, september = folder / "august", folder / "september"
    for name, text in configuration.files.items():
        path = august / "config" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_of_the_cast(text) if name == "contacts.csv" else text, encoding="utf-8")
    town = Town(Place(august / "config", august / "var"))
    town.place.done("init", "--rehearsal")
    town.tick("2025-08-20T08:00")
    shutil.copytree(august, september)
    Town(Place(september / "config", september / "var")).tick("2025-09-03T07:30")
    return folder


def _of_the_cast(contacts: str) -> str:
    """Leave mailboxes to the cast alone; the others owe as before, but in silence."""
    header, *rows = contacts.splitlines()
    kept = [row for row in rows if row.partition(",")[0] in CAST]
    return "\n".join([header, *kept, ""])
