"""The templates of the configuration, which turn letters into words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from lsplan_workflow.domain.errors import WorkError
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.domain.text import VIETNAMESE, Text
from lsplan_workflow.notify.mime import single_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from lsplan_workflow.notify.letter import Letter

SEVERAL: Final = "several"
NAMES: Final = (*(kind.value for kind in NoticeKind), SEVERAL)
FOLDER: Final = "messages"
SUBJECT: Final = "#subject"
"""What the name of a template ends with that is a letter's first line alone."""

_BLANK_LINES: Final = re.compile(r"\n{3,}")
_CONTROLS: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
"""Unicode's category Cc, but for the line feed."""


@dataclass(frozen=True)
class Rendered:
    """A letter in words: all NFC, the subject one line without control characters."""

    subject: str
    text: str
    html: str


class Messages:
    """The templates of one configuration, by their file names under `messages/`.

    A template sees `letter`, `items` and, if there is one item only, `item`. They are
    data: whatever an agency writes is never read as a template. `usual` is the language of
    the installation, in which there is a template for every letter.
    """

    def __init__(self, templates: Mapping[str, str], usual: str = VIETNAMESE) -> None:
        self._templates, self._usual = templates, usual

    @cached_property
    def _environment(self) -> ImmutableSandboxedEnvironment:
        # Most commands write no letter and need not wait for Jinja.
        from lsplan_workflow.notify.sandbox import environment  # noqa: PLC0415

        return environment(self._templates)

    def render(self, letter: Letter) -> Rendered:
        """Render a letter in its language if there are templates for that, else the usual one.

        Raise WorkError where a template fails on what no sample letter holds.
        """
        name = template_name(letter)
        language = letter.language if self.speaks(name, letter.language) else self._usual
        base = f"{name}.{language}"
        try:
            return self.render_as(base, letter)
        except Exception as error:
            raise _failing(base, error) from error

    def short(self, letter: Letter) -> str:
        """Return what a letter says in one line, for chat and SMS; its subject without a template.

        Raise WorkError where the template fails.
        """
        name = short_name(letter.language)
        if not self.has(name):
            return self.render(letter).subject
        try:
            return self.short_as(name, letter)
        except Exception as error:
            raise _failing(name, error) from error

    def short_as(self, name: str, letter: Letter) -> str:
        """Return a letter in one line by the template of a name."""
        values = {"letter": letter, "items": letter.items}
        return single_line(self._environment.get_template(name).render(values))

    def render_as(self, base: str, letter: Letter) -> Rendered:
        """Render a letter by the two templates `<base>.txt.j2` and `<base>.html.j2`."""
        values: dict[str, object] = {"letter": letter, "items": letter.items}
        if len(letter.items) == 1:
            values["item"] = letter.items[0]
        text, html = f"{base}.txt.j2", f"{base}.html.j2"
        return Rendered(
            subject=single_line(self._environment.get_template(text + SUBJECT).render(values)),
            text=_clean(self._environment.get_template(text).render(values)) + "\n",
            html=_clean(self._environment.get_template(html).render(values)) + "\n",
        )

    def has(self, name: str) -> bool:
        """Tell whether there is a template of a file name."""
        return name in self._templates

    def speaks(self, name: str, language: str) -> bool:
        """Tell whether there is a letter's template in a language, in both forms."""
        return all(f"{name}.{language}.{form}.j2" in self._templates for form in ("txt", "html"))


def _failing(template: str, error: Exception) -> WorkError:
    return WorkError(
        Text(
            f"Mẫu thư {template} không tạo được thư: {type(error).__name__}.",
            f"The template {template} does not render: {type(error).__name__}.",
        )
    )


def short_name(language: str) -> str:
    """Return the template of what letters in a language say where there is no room."""
    return f"_short.{language}.txt.j2"


def template_name(letter: Letter) -> str:
    """Return which template a letter uses: that of its one item's kind, or `several`."""
    if len(letter.items) != 1:
        return SEVERAL
    return letter.items[0].kind.value


def _clean(rendered: str) -> str:
    """Return what was rendered in NFC, without control characters and needless blanks."""
    visible = _CONTROLS.sub("", rendered)
    lines = (line.rstrip() for line in unicodedata.normalize("NFC", visible).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")
