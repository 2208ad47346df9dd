"""Draws letters of every kind and writes docs/messages.md: `python -m tests.pictures [KIND …]`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from lsplan_workflow import bootstrap
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.notify.messages import SEVERAL
from lsplan_workflow.notify.picture import draw
from lsplan_workflow.services.letters import write_letter
from lsplan_workflow.services.specimens import specimen
from lsplan_workflow.store import outbox
from tests.pictures.page import LANGUAGES, PAGE, PICTURES, WIDTHS, Shown, page, picture_of
from tests.pictures.png import smaller
from tests.pictures.story import scenes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lsplan_workflow.notify.letter import Letter
    from lsplan_workflow.services.workplace import Workplace
    from tests.cli.command import Place
    from tests.pictures.story import Scene

_AS_ARIAL = ("Arial", "Liberation Sans", "Arimo")
_A_HASH = "9f2c4e7a1b0d3f5c" * 4
"""Stands for the head of the log, whose key is another one in every rehearsal."""


def main() -> None:
    """Rehearse, and write what every kind of letter then looks like; draw those named, or all."""
    wanted = sys.argv[1:]
    require_arial()
    for name in [name for name in os.environ if name.startswith("LSPLAN_")]:
        del os.environ[name]
    PICTURES.mkdir(exist_ok=True)
    with scenes() as found:
        letters = [shown for scene, place in found for shown in _drawn(scene, place, wanted)]
    PAGE.write_text(page(letters), encoding="utf-8")


def require_arial() -> None:
    """Stop, in words, where letters would be drawn in a font that readers do not see."""
    finder = shutil.which("fc-match")
    asked = [finder or "fc-match", "--format=%{family}", "Arial"]
    found = subprocess.check_output(asked, encoding="utf-8").strip() if finder else "no fc-match"
    if not found.startswith(_AS_ARIAL):
        raise SystemExit(
            f"Letters name Arial, for which this machine has {found}: pictures would be as no "
            "reader sees them. Install fonts-liberation."
        )


def _drawn(scene: Scene, place: Place, wanted: list[str]) -> Iterator[Shown]:
    """Draw a scene's letter in each language and width; yield what it says in short."""
    print(scene.at, scene.kind, flush=True)
    where = bootstrap.Place(place.config, place.var, scene.at)
    with bootstrap.opened(where) as workplace:
        for language in LANGUAGES:
            letter = replace(_letter(workplace, scene, language), audit_hash=_A_HASH)
            rendered = workplace.messages.render(letter)
            for width in WIDTHS if not wanted or scene.kind in wanted else ():
                picture = smaller(draw(rendered.html, width=width))
                picture_of(scene.kind, language, width).write_bytes(picture)
            short = workplace.messages.short(letter)
            yield Shown(scene.kind, language, rendered.subject, short)


def _letter(workplace: Workplace, scene: Scene, language: str) -> Letter:
    """Return a letter of a scene's kind, or the one in which its focal person reads several."""
    if scene.kind != SEVERAL:
        kind = NoticeKind(scene.kind)
        return specimen(workplace, kind, scene.cycle, scene.agency, language)
    now = workplace.clock.now()
    with workplace.database.reading() as session:
        contact = f"{scene.agency}/focal"
        rows = [n for n in outbox.notices(session) if (n.contact, n.sent_at) == (contact, now)]
        session.expunge_all()
        for row in rows:
            row.language = language
        return write_letter(session, workplace.configuration, rows, now)


if __name__ == "__main__":
    main()
