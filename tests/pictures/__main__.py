"""Draws a letter of every kind and writes docs/messages.md: `python -m tests.pictures`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lsplan_workflow import bootstrap
from lsplan_workflow.notify.picture import draw
from lsplan_workflow.services.specimens import specimen
from tests.pictures.page import LANGUAGES, PAGE, PICTURES, WIDTHS, Shown, page, picture_of
from tests.pictures.png import smaller
from tests.pictures.story import scenes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.cli.command import Place
    from tests.pictures.story import Scene


def main() -> None:
    """Rehearse, and write what every kind of letter then looks like."""
    for name in [name for name in os.environ if name.startswith("LSPLAN_")]:
        del os.environ[name]
    PICTURES.mkdir(exist_ok=True)
    with scenes() as found:
        letters = [shown for scene, place in found for shown in _drawn(scene, place)]
    PAGE.write_text(page(letters), encoding="utf-8")


def _drawn(scene: Scene, place: Place) -> Iterator[Shown]:
    """Draw a scene's letter in each language and width; yield what it says in short."""
    print(scene.at, scene.kind.value, flush=True)
    where = bootstrap.Place(place.config, place.var, scene.at)
    with bootstrap.opened(where) as workplace:
        for language in LANGUAGES:
            letter = specimen(workplace, scene.kind, scene.cycle, scene.agency, language)
            rendered = workplace.messages.render(letter)
            for width in WIDTHS:
                picture = smaller(draw(rendered.html, width=width))
                picture_of(scene.kind, language, width).write_bytes(picture)
            short = workplace.messages.short(letter)
            yield Shown(scene.kind, language, rendered.subject, short)


if __name__ == "__main__":
    main()
