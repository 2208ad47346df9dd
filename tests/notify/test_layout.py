"""How wide and how high letters are in a window, as a browser lays them out."""

import shutil
import subprocess
from dataclasses import replace
from datetime import date

import pytest

from lsplan_workflow.notify.letter import Missing, OfKind
from lsplan_workflow.notify.messages import Messages
from lsplan_workflow.notify.samples import sample_letters
from tests.notify.test_messages import SHIPPED
from tests.notify.window import measured

pytestmark = pytest.mark.system

MESSAGES = Messages(SHIPPED)
PHONE, SCREEN = 360, 1200
# As wide as what most people see, and wider than anything they see.
USUAL, WIDE = "Liberation Sans", "DejaVu Sans"
FAMILIES = (
    "'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif",
    "Segoe UI,Roboto,Helvetica Neue,Arial,sans-serif",
)
LATE = {
    "vi": ("Ủy ban nhân dân xã Hữu A", "Sở Nông nghiệp và Môi trường", "Ủy ban nhân dân phường B"),
    "en": (
        "The People's Committee of Huu A Commune",
        "The Department of Agriculture and Environment",
        "The People's Committee of B Ward",
    ),
}


def in_font(font, html):
    """Return a letter as it is where only one font is installed."""
    found = shutil.which("fc-list")
    assert font in subprocess.run([found], capture_output=True, check=True, text=True).stdout, (
        f"{font} is not installed: apt-get install fonts-liberation fonts-dejavu-core"
    )
    for family in FAMILIES:
        html = html.replace(family, f"'{font}'")
    return html


def typical_digest(language):
    """Return the digest of a year in which one of 85 has filed, after twelve days."""
    letter = next(x for x in sample_letters(language) if x.items[0].kind == "digest")
    due, names = date(2025, 10, 20), LATE[language]
    missing = tuple(Missing(f"X{n}", names[n % 3], (), due, 12) for n in range(84))
    item = letter.items[0].evolve(
        missing=missing,
        by_kind=(OfKind("department", 14, 14), OfKind("agency", 6, 6), OfKind("commune", 65, 64)),
        filed=1,
        days=12,
        waived=0,
        extended=(),
        unrevised=(),
    )
    return replace(letter, items=(item,))


@pytest.mark.parametrize("font", [USUAL, WIDE])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_letter_is_wider_than_a_telephone(tmp_path, language, font):
    letters = {
        in_font(font, MESSAGES.render(letter).html): letter for letter in sample_letters(language)
    }
    found = measured(tmp_path, list(letters), PHONE)
    wider = {x.items[0].kind for x, m in zip(letters.values(), found, strict=True) if m.width > 360}
    assert wider == set()


@pytest.mark.parametrize(("width", "height"), [(SCREEN, 720), (PHONE, 800)])
@pytest.mark.parametrize("font", [USUAL, WIDE])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_figures_trend_and_the_longest_overdue_stand_on_the_first_screen(
    tmp_path, language, font, width, height
):
    html = in_font(font, MESSAGES.render(typical_digest(language)).html)
    (found,) = measured(tmp_path, [html], width)
    figures, longest = found.ends
    assert figures < longest < height


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_whole_digest_of_84_missing_fits_one_large_screen(tmp_path, language):
    html = in_font(USUAL, MESSAGES.render(typical_digest(language)).html)
    (found,) = measured(tmp_path, [html], SCREEN)
    assert found.height <= 900
