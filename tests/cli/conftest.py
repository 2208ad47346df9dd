"""Rehearsals at several instants, each made once and copied for every test."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from lsplan_workflow.terminal.language import language
from tests.cli.command import Place

SHIPPED = Path(__file__).parents[2] / "config"


def _forget_environment(patch: pytest.MonkeyPatch) -> None:
    for name in [n for n in os.environ if n.startswith("LSPLAN_") or n == "COLUMNS"]:
        patch.delenv(name)


@pytest.fixture(autouse=True)
def _clean(monkeypatch, tmp_path):
    """Forget the developer's environment, and work in an empty folder."""
    _forget_environment(monkeypatch)
    monkeypatch.chdir(tmp_path)
    language.cache_clear()
    yield
    language.cache_clear()


@pytest.fixture
def english(monkeypatch):
    monkeypatch.setenv("LSPLAN_LANG", "en")
    language.cache_clear()


@pytest.fixture(scope="session")
def folder(tmp_path_factory) -> Path:
    """The shipped configuration, without what a developer keeps beside it."""
    copied = tmp_path_factory.mktemp("shipped") / "config"
    shutil.copytree(SHIPPED, copied, ignore=shutil.ignore_patterns("*.local.csv"))
    return copied


@pytest.fixture(scope="session")
def _states(tmp_path_factory, folder) -> dict[str, Path]:
    """The data of a rehearsal at three instants: set up, opened, chased."""
    with pytest.MonkeyPatch.context() as patch:
        _forget_environment(patch)
        root = tmp_path_factory.mktemp("states")
        patch.chdir(root)
        place, states = Place(folder, root / "var"), {}

        def keep(name: str) -> None:
            states[name] = root / name
            shutil.copytree(place.var, states[name])

        place.done("init", "--rehearsal")
        keep("fresh")
        place.done("tick", at="2024-12-20T08:00")
        keep("opened")
        report = root / "Báo cáo.docx"
        report.write_text("báo cáo")
        place.done("submit", "plan-2025", "SYT", str(report))
        for day in ("2025-01-15", "2025-01-17", "2025-01-21"):
            place.done("tick", at=f"{day}T08:00")
        keep("chased")
    return states


@pytest.fixture
def empty(tmp_path, folder) -> Place:
    """A place where nothing was set up."""
    return Place(folder, tmp_path / "var")


def _copied(states: dict[str, Path], name: str, empty: Place) -> Place:
    shutil.copytree(states[name], empty.var)
    return empty


@pytest.fixture
def fresh(_states, empty) -> Place:
    """A rehearsal that was never told an instant."""
    return _copied(_states, "fresh", empty)


@pytest.fixture
def opened(_states, empty) -> Place:
    """A rehearsal after its first pass, on 20 December 2024 at 08:00."""
    return _copied(_states, "opened", empty)


@pytest.fixture
def chased(_states, empty) -> Place:
    """A rehearsal on 21 January 2025: SYT has filed, everybody else was chased."""
    return _copied(_states, "chased", empty)


@pytest.fixture
def own_folder(folder, tmp_path) -> Path:
    """A copy of the configuration that a test may edit."""
    copied = tmp_path / "config"
    shutil.copytree(folder, copied)
    return copied


@pytest.fixture
def report(tmp_path) -> str:
    """A file to submit."""
    path = tmp_path / "Báo cáo Sở Y tế.docx"
    path.write_bytes(b"PK a report")
    return str(path)


@pytest.fixture
def alone(own_folder, tmp_path) -> Place:
    """An installation in which Sở Y tế has no contact; the cycle is open."""
    file = own_folder / "contacts.csv"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.startswith("SYT,")), "utf-8")
    place = Place(own_folder, tmp_path / "var")
    place.done("init", "--rehearsal")
    place.done("tick", at="2024-12-20T08:00")
    return place
