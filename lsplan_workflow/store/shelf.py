"""The folder in which people find consolidated reports: what is recorded is shown, and no more."""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from lsplan_workflow.store.files import sync_folder

if TYPE_CHECKING:
    from pathlib import Path

_HIDDEN: Final = ".{}.new"
_ANY_HIDDEN: Final = "*/" + _HIDDEN.format("*")


@dataclass(frozen=True, slots=True)
class Laid:
    """A report's file that lies hidden beside the place where it is to be shown."""

    place: Path

    @property
    def hidden(self) -> Path:
        """Return where it lies until then."""
        return self.place.with_name(_HIDDEN.format(self.place.name))

    @property
    def cycle(self) -> str:
        """Return the cycle of the report."""
        return self.place.parent.name

    @property
    def sha256(self) -> str | None:
        """Return the hash of its content (hex); None once it is shown or taken away."""
        try:
            return sha256(self.hidden.read_bytes()).hexdigest()
        except FileNotFoundError:
            return None

    def show(self) -> None:
        """Give it its name, so that it outlives a power cut; who has done so already did it."""
        try:
            self.hidden.replace(self.place)
        except FileNotFoundError:
            return
        sync_folder(self.place.parent)

    def remove(self) -> None:
        """Take it away unseen."""
        self.hidden.unlink(missing_ok=True)


def lay(place: Path, content: bytes) -> Laid:
    """Write a report's file whole and onto the disk, where nobody sees it yet."""
    laid = Laid(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        _write(laid.hidden, content)
    except BaseException:
        laid.remove()
        raise
    sync_folder(place.parent)
    sync_folder(place.parent.parent)
    return laid


def _write(file: Path, content: bytes) -> None:
    with file.open("wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())


def laid_in(folder: Path) -> list[Laid]:
    """Return what lies hidden in the folders of the cycles."""
    start, _, end = _HIDDEN.partition("{}")
    return [
        Laid(path.with_name(path.name.removeprefix(start).removesuffix(end)))
        for path in sorted(folder.glob(_ANY_HIDDEN))
    ]
