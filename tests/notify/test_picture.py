"""Letters as pictures, drawn by a browser: a stand-in, and once the real one."""

import re
import shutil
import struct
from pathlib import Path

import pytest

from lsplan_workflow.domain.errors import WorkError
from lsplan_workflow.notify import picture
from lsplan_workflow.notify.messages import Messages
from lsplan_workflow.notify.picture import draw
from lsplan_workflow.notify.samples import sample_letters
from tests.notify.test_messages import SHIPPED
from tests.pictures.png import smaller

LETTER = '<p style="height:300px">Kính gửi: "Sở Y tế" & <b>Sở A</b></p>'
_BROWSER = """#!/bin/sh
for last; do :; done
echo "$@" >> "{log}"
cp "${{last#file://}}" "{log}.html"
for option; do
  case "$option" in
    --dump-dom) echo '<html data-height="{height}">' ;;
    --screenshot=*) printf 'PNG' > "${{option#--screenshot=}}" ;;
  esac
done
"""


@pytest.fixture
def browser(tmp_path, monkeypatch):
    """Put a browser on the path that notes what it was asked; return how to make it."""

    def made(height):
        script = tmp_path / "bin" / "chromium"
        script.parent.mkdir(exist_ok=True)
        script.write_text(_BROWSER.format(log=tmp_path / "log", height=height))
        script.chmod(0o755)
        return tmp_path / "log"

    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    return made


def test_the_picture_is_as_wide_as_asked_and_as_high_as_the_letter(browser):
    log = browser(420)
    assert draw(LETTER, width=360) == b"PNG"
    measured, drawn = log.read_text().splitlines()
    assert "--dump-dom" in measured
    assert "--window-size=360,420" in drawn
    assert 'width="360" height="420"' in log.with_name("log.html").read_text()


def test_the_browser_keeps_nothing_after_it(browser):
    log = browser(100)
    draw(LETTER, width=360)
    profile = log.read_text().partition("--user-data-dir=")[2].split()[0]
    assert not Path(profile).exists()


def test_a_browser_that_draws_nothing_is_told_of(browser):
    browser("?")
    with pytest.raises(WorkError, match="did not draw the letter"):
        draw(LETTER, width=360)


def test_without_a_browser_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WorkError, match="apt-get install chromium"):
        draw(LETTER, width=360)


@pytest.mark.system
def test_a_real_browser_draws_the_whole_letter():
    drawn = draw(LETTER, width=360)
    assert drawn.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", drawn[16:24])
    assert width == 360
    assert 300 <= height <= 400


def luminance(colour):
    """Return how bright a colour is, from 0 to 1 (WCAG 2.1, relative luminance)."""
    shares = [part / 255 for part in colour]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return sum(weight * s for weight, s in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def colours_of(picture_of_letter):
    """Return the most frequent colours of a picture, the most frequent first."""
    small = smaller(picture_of_letter)
    start = small.index(b"PLTE") + 4
    length = struct.unpack(">I", small[start - 8 : start - 4])[0]
    return [tuple(small[at : at + 3]) for at in range(start, start + length, 3)]


def written(pattern):
    """Return the colours that the shipped letters name by a pattern."""
    found = {colour for text in SHIPPED.values() for colour in re.findall(pattern, text)}
    return [tuple(bytes.fromhex(colour)) for colour in sorted(found)]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_letters_say_that_they_are_made_for_a_light_ground(language):
    head = SHIPPED[f"_layout.{language}.html.j2"].partition("</head>")[0]
    for name in ("color-scheme", "supported-color-schemes"):
        assert f'<meta name="{name}" content="light">' in head


def test_whatever_is_written_can_be_read_on_every_ground_of_a_letter():
    # A box is given the colour of its edge and of what stands out in it, then that of its ground.
    texts = [*written(r"(?<![-\w])color:#([0-9a-f]{6})"), *written(r'"#([0-9a-f]{6})", "#')]
    grounds = [(255, 255, 255), *written(r"background-color:#([0-9a-f]{6})")]
    grounds += written(r'"#[0-9a-f]{6}", "#([0-9a-f]{6})"')
    assert len(texts) > 5
    assert len(grounds) > 5
    for ground in grounds:
        for text in texts:
            assert contrast(text, ground) >= 4.5, (text, ground)


_DARK = ("--force-dark-mode", "--enable-features=WebContentsForceDark")


@pytest.mark.system
@pytest.mark.parametrize("kind", ["escalation", "digest"])
@pytest.mark.parametrize("forced", [(), _DARK])
def test_letters_can_be_read_on_a_phone_that_is_made_dark(tmp_path, kind, forced):
    letter = next(one for one in sample_letters() if one.items[0].kind == kind)
    html = Messages(SHIPPED).render(letter).html
    browser = next(filter(None, map(shutil.which, picture._BROWSERS)))
    drawn = tmp_path / "dark.png"
    # 0 is dark in Blink's own list; a letter that is made for light ground stays as it is.
    asked = (f"--screenshot={drawn}", "--window-size=360,1200", *forced)
    page = picture._page(html, 360, 1200)
    picture._run(browser, tmp_path, page, "--blink-settings=preferredColorScheme=0", *asked)
    ground, *others = colours_of(drawn.read_bytes())
    assert (luminance(ground) < 0.1) is bool(forced)
    assert max(contrast(other, ground) for other in others) > 12
    assert sum(contrast(other, ground) > 4.5 for other in others) >= 3
