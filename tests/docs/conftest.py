"""Folders as an administrator has them when a block of the guide is typed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from lsplan_workflow.terminal.language import language
from tests.cli.command import Place
from tests.docs.pages import ROOT
from tests.notify.server import Script, smtp_server

OLD_ADDRESS = "cu@syt.example"
REFUSED = ("SYT", "SCT")


def _forget_environment(patch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.startswith("LSPLAN_") or n == "COLUMNS"]:
        patch.delenv(name)


@pytest.fixture(autouse=True)
def _clean(monkeypatch):
    _forget_environment(monkeypatch)
    language.cache_clear()
    yield
    language.cache_clear()


@pytest.fixture(scope="session")
def states(tmp_path_factory) -> dict[str, Path]:
    """A folder with the configuration alone, and such as stand at a time of the year.

    `standing` on 8 January: SYT has filed its plan and everybody else was reminded. `erase`
    with an old address; `refused` on 6 October, with two reminders that a server refused.
    """
    root = tmp_path_factory.mktemp("office")
    found = {name: root / name for name in ("empty", "standing", "erase", "refused")}
    for folder in found.values():
        folder.mkdir()
        ignored = shutil.ignore_patterns("*.local.csv")
        shutil.copytree(ROOT / "config", folder / "config", ignore=ignored)
        for name in ("bao-cao.docx", "phu-luc.xlsx"):
            (folder / name).write_bytes(b"PK " + name.encode())
    with pytest.MonkeyPatch.context() as patch:
        _forget_environment(patch)
        _stand(found["standing"])
        _leave_an_old_address(found["erase"])
        _have_refused(found["refused"], patch)
    return found


def _stand(folder: Path) -> None:
    place = Place(folder / "config", folder / "var")
    place.done("init", "--rehearsal")
    place.done("tick", at="2024-12-20T08:00")
    place.done("submit", "plan-2025", "SYT", str(folder / "bao-cao.docx"))
    place.done("tick", at="2025-01-08T08:00")


def _leave_an_old_address(folder: Path) -> None:
    place, sample = Place(folder / "config", folder / "var"), folder / "config" / "contacts.csv"
    text = sample.read_text(encoding="utf-8")
    local = folder / "config" / "contacts.local.csv"
    local.write_text(text.replace("dau-moi@syt.example", OLD_ADDRESS), encoding="utf-8")
    place.done("init", "--rehearsal")
    place.done("tick", at="2024-12-20T08:00")
    local.write_text(text, encoding="utf-8")
    place.done("apply")


def _have_refused(folder: Path, patch: pytest.MonkeyPatch) -> None:
    place = Place(folder / "config", folder / "var")
    local = folder / "config" / "contacts.local.csv"
    rows = (f"{agency},focal,Đầu mối,dau-moi@{agency.lower()}.example,vi" for agency in REFUSED)
    local.write_text("\n".join(["agency,role,name,address,language", *rows, ""]), encoding="utf-8")
    place.done("init", "--rehearsal")
    place.done("tick", at="2025-09-03T08:00")
    refused = {f"dau-moi@{agency.lower()}.example": "550 5.1.1 no such user" for agency in REFUSED}
    with smtp_server(Script(rcpt=refused)) as server, patch.context() as served:
        served.setenv("LSPLAN_SMTP_URL", f"mailto://127.0.0.1:{server.port}")
        place.done("tick", at="2025-10-06T08:00")


@pytest.fixture
def office(states, tmp_path, monkeypatch):
    """Give a function that lays out a state's folder and works in it."""

    def lay_out(state: str) -> Path:
        folder = tmp_path / "office"
        shutil.copytree(states[state], folder)
        monkeypatch.chdir(folder)
        return folder

    return lay_out
