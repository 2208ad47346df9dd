"""Letters as pictures, drawn by a browser: a stand-in, and once the real one."""

import struct
from pathlib import Path

import pytest

from lsplan_workflow.domain.errors import WorkError
from lsplan_workflow.notify.picture import draw

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
    picture = draw(LETTER, width=360)
    assert picture.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", picture[16:24])
    assert width == 360
    assert 300 <= height <= 400
