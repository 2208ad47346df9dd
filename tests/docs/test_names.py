"""What the documents name exists: settings, files, other pages."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from lsplan_workflow.bootstrap import LANGUAGE_VARIABLE
from lsplan_workflow.settings import Settings
from tests.cli.command import lsplan
from tests.docs.pages import ROOT, code_spans, links, pages

ALL_PAGES = pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)

# What a rehearsal does not make, and the source that names it.
MADE_ELSEWHERE = {
    "config/contacts.local.csv": "lsplan_workflow/configuration/folder.py",
    "var/calendars": "lsplan_workflow/cli/calendars.py",
    "var/demo": "flows/demo.py",
    "var/doctor": "lsplan_workflow/services/untold.py",
    "var/doctor/untold.txt": "lsplan_workflow/services/untold.py",
    "var/lsplan-error.log": "lsplan_workflow/terminal/failures.py",
    "var/prefect": "flows/up.py",
    "var/prefect/api.auth": "flows/server.py",
    "var/prefect/profiles.toml": "flows/server.py",
    "var/prefect/server.log": "flows/server.py",
    "var/prefect/flows.log": "flows/up.py",
}
# These are made by SQLite while a database is open, and by Prefect.
MADE_BY_OTHERS = {"var/lsplan.db-wal", "var/lsplan.db-shm", "var/prefect/prefect.db"}


@ALL_PAGES
def test_every_setting_that_is_named_exists(page):
    known = {f"LSPLAN_{name.upper()}" for name in Settings.model_fields} | {LANGUAGE_VARIABLE}

    named = set(re.findall(r"LSPLAN_[A-Z_]*[A-Z]", page.read_text(encoding="utf-8")))

    assert named <= known


def test_the_guide_names_every_setting():
    guide = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")

    for name in Settings.model_fields:
        assert f"LSPLAN_{name.upper()}" in guide


@pytest.fixture
def rehearsed(office) -> Path:
    """The folder of a rehearsal in which a report was consolidated."""
    folder = office("standing")
    lsplan("consolidate", "plan-2025", "--partial")
    return folder


def test_every_path_that_is_named_exists_after_a_rehearsal(rehearsed):
    named = {path for page in pages() for span in code_spans(page) for path in _paths(span)}
    assert named

    unknown = {path for path in named - MADE_BY_OTHERS if not _exists(path, rehearsed)}

    assert unknown == set()


def _paths(span: str) -> set[str]:
    found = re.findall(r"(?<![\w/.-])((?:config|var)/[\w./-]*)", span)
    return {path.rstrip("/.") for path in found}


def _exists(path: str, folder: Path) -> bool:
    source = MADE_ELSEWHERE.get(path)
    if source is not None:
        return path.rpartition("/")[2] in (ROOT / source).read_text(encoding="utf-8")
    return (folder / path).exists()


@ALL_PAGES
def test_every_link_to_another_page_leads_somewhere(page):
    for target in (link for link in links(page) if "://" not in link):
        path, _, anchor = target.partition("#")
        there = (page.parent / unquote(path)).resolve() if path else page
        assert there.exists(), f"{page.name}: {target}"
        assert not anchor or anchor in _anchors(there), f"{page.name}: {target}"


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\s-]", "", heading).strip().lower() for heading in headings)
    return {heading.replace(" ", "-") for heading in plain}
