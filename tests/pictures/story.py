"""A rehearsed installation in which every kind of letter comes about, and when it does."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lsplan_workflow import bootstrap
from lsplan_workflow.domain.notice_kinds import NoticeKind
from lsplan_workflow.notify.messages import SEVERAL
from lsplan_workflow.services.failures import report_failure
from tests.cli.command import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

SHIPPED = Path(__file__).parents[2] / "config"
_CYCLE, _AFTER = "annual-2025", "annual-2026"
_DEADLINE = 'before = "10-20"'
_MERGER = """\
document = "Nghị quyết số 99/NQ-HĐND"
begins_on = 2025-10-10

[[merge]]
agencies = ["X06001"]
into = "X06004"
"""
_STATED = (
    *("--content", "Chưa có mặt bằng để khởi công hạ tầng Khu công nghiệp; 12 hộ chưa nhận đền bù"),
    *("--cause", "Bảng giá đất mới chưa được ban hành"),
    *("--measures", "Đã tổ chức ba cuộc đối thoại với các hộ dân"),
    *("--proposal", "Đề nghị sớm ban hành bảng giá đất"),
    *("--competence", "Ủy ban nhân dân tỉnh"),
)
_GROUNDS = (
    *("--reason", "Chờ số liệu thống kê chín tháng"),
    *("--authority", "Công văn số 12/UBND-TH ngày 30/9/2025"),
)
_GROUNDS_AGAIN = (
    *("--reason", "Số liệu thống kê có sau ngày 25/10/2025"),
    *("--authority", "Công văn số 15/UBND-TH ngày 14/10/2025"),
)
_NO_DUTY = (
    *("--reason", "Không có nhiệm vụ được giao trong Kế hoạch"),
    *("--authority", "Công văn số 13/UBND-TH ngày 06/10/2025"),
)
_A_DUTY = (
    *("--reason", "Đã được giao nhiệm vụ bổ sung"),
    *("--authority", "Công văn số 14/UBND-TH ngày 13/10/2025"),
)
_INCOMPLETE = "Thiếu Phụ lục II.\nChỉ tiêu 7 chưa có số liệu."
# A flow run that crashed, as Prefect tells it and nobody types it.
_CRASH = ("reporting-cycle-crashed",)
_FILES, _RESOLUTION, _EVERYBODY = "FILES", "RESOLUTION", "EVERYBODY"


@dataclass(frozen=True)
class Scene:
    """A kind of letter, or one of several, when it leaves; about a cycle and to an agency."""

    kind: str
    agency: str
    at: str
    cycle: str


@dataclass(frozen=True)
class _Step:
    """What people do at an instant, and the letters that are looked at when it is done."""

    at: str
    acts: tuple[tuple[str, ...], ...] = ()
    letters: tuple[tuple[str, str], ...] = ()
    cycle: str = _CYCLE


_BEFORE = (
    _Step("2025-08-01T08:00", (("init", "--rehearsal"),)),
    _Step("2025-09-03T08:00", letters=((NoticeKind.OPENING, "SYT"),)),
)
_MOVED = _Step("2025-09-10T08:00", (("apply", "--yes"),), ((NoticeKind.DEADLINE, "SYT"),))
_AFTERWARDS = (
    _Step(
        "2025-09-22T09:15",
        (("obstacle", "add", "SXD25", *_STATED),),
        ((NoticeKind.OBSTACLE, "STC25"), (NoticeKind.OBSTACLE_RECEIPT, "SXD25")),
    ),
    _Step(
        "2025-09-23T08:00",
        (("obstacle", "assign", "2025-001", "SNNMT", "--by", "06/10/2025"),),
        ((NoticeKind.OBSTACLE_ASSIGNED, "SNNMT"),),
    ),
    _Step("2025-10-01T08:00", (("extend", _CYCLE, "STP", "--to", "24/10/2025", *_GROUNDS),)),
    _Step("2025-10-02T08:00"),
    _Step("2025-10-03T08:00", letters=((NoticeKind.OBSTACLE_REMINDER, "SNNMT"),)),
    _Step(
        "2025-10-06T10:00",
        (("obstacle", "answer", "2025-001", "--text", "Bảng giá đất ban hành trước 31/10/2025."),),
        ((NoticeKind.OBSTACLE_ANSWER, "SXD25"),),
    ),
    _Step(
        "2025-10-07T08:00",
        (("waive", _CYCLE, "HQKV6", *_NO_DUTY),),
        ((NoticeKind.WAIVER, "HQKV6"),),
    ),
    _Step(
        "2025-10-08T14:20",
        (("submit", _CYCLE, "SGDDT", _FILES),),
        ((NoticeKind.RECEIPT, "SGDDT"),),
    ),
    _Step(
        "2025-10-09T08:00",
        (("review", "return", _CYCLE, "SGDDT", "--reason", _INCOMPLETE),),
        ((NoticeKind.RETURNED, "SGDDT"),),
    ),
    _Step(
        "2025-10-10T08:00",
        (("reorganise", "apply", _RESOLUTION),),
        ((NoticeKind.SUCCESSION, "X06004"),),
    ),
    # What is decided on a Sunday night leaves with the reminder of Monday morning.
    _Step(
        "2025-10-12T20:00",
        (
            ("obstacle", "add", "SXD25", "--content", "Trạm y tế xã chưa có quỹ đất để xây mới"),
            ("obstacle", "assign", "2025-002", "SYT", "--by", "24/10/2025"),
        ),
    ),
    _Step("2025-10-13T08:00", letters=((NoticeKind.REMINDER, "SYT"), (SEVERAL, "SYT"))),
    _Step(
        "2025-10-14T08:00",
        (
            ("submit", _CYCLE, "SCT", _FILES),
            ("review", "accept", _CYCLE, "SCT"),
            ("obstacle", "answer", "2025-002", "--text", "Quỹ đất đã được bố trí tại xã."),
        ),
        ((NoticeKind.ACCEPTANCE, "SCT"),),
    ),
    _Step(
        "2025-10-15T08:00",
        (
            ("reopen", _CYCLE, "HQKV6", *_A_DUTY),
            ("extend", _CYCLE, "STP", "--to", "31/10/2025", *_GROUNDS_AGAIN),
        ),
        (
            (NoticeKind.REOPENING, "HQKV6"),
            (NoticeKind.EXTENSION, "STP"),
        ),
    ),
    _Step("2025-10-16T08:00", letters=((NoticeKind.REVISION, "SGDDT"),)),
    _Step("2025-10-17T08:00", (("submit", _CYCLE, _EVERYBODY, _FILES),)),
    _Step("2025-10-20T08:00", letters=((NoticeKind.OVERDUE, "SYT"),)),
    _Step(
        "2025-10-22T08:00",
        (_CRASH,),
        ((NoticeKind.ESCALATION, "SYT"), (NoticeKind.FAILURE, "STC25")),
    ),
    _Step("2025-12-22T08:00"),
    _Step("2026-09-03T08:00"),
    _Step("2026-10-15T08:00", (("submit", _AFTER, _EVERYBODY, _FILES),)),
    _Step("2026-10-20T08:00"),
    _Step("2026-11-02T08:00", letters=((NoticeKind.DIGEST, "CT-UBND"),), cycle=_AFTER),
)
# Whoever is shown as late has not filed; in the year after, two more have not.
_SILENT = {_CYCLE: 20, _AFTER: 12}


@contextmanager
def scenes() -> Iterator[Iterator[tuple[Scene, Place]]]:
    """Give every kind of letter with an installation as it stands when that letter leaves."""
    with tempfile.TemporaryDirectory(prefix="lsplan-") as folder:
        yield _told(Path(folder))


def _told(folder: Path) -> Iterator[tuple[Scene, Place]]:
    place, moved = (Place(folder / n / "config", folder / n / "var") for n in ("one", "moved"))
    shutil.copytree(SHIPPED, place.config, ignore=shutil.ignore_patterns("*.local.csv"))
    for step in _BEFORE:
        yield from _done(step, place)
    shutil.copytree(folder / "one", folder / "moved")
    _move_deadline(moved)
    yield from _done(_MOVED, moved)
    for step in _AFTERWARDS:
        yield from _done(step, place)


def _move_deadline(place: Place) -> None:
    file = place.config / "program.toml"
    text = file.read_text(encoding="utf-8").replace(_DEADLINE, 'before = "10-31"')
    file.write_text(text, encoding="utf-8")


def _done(step: _Step, place: Place) -> Iterator[tuple[Scene, Place]]:
    if _CRASH in step.acts:
        with bootstrap.opened(bootstrap.Place(place.config, place.var, step.at)) as workplace:
            report_failure(workplace, *_CRASH)
    for act in (a for a in step.acts if a != _CRASH):
        for words in _typed(act, place, step.at):
            place.done(*words, at=step.at)
    if step.acts[:1] != _BEFORE[0].acts:
        place.done("tick", at=step.at)
    for kind, agency in step.letters:
        yield Scene(kind, agency, step.at, step.cycle), place


def _typed(act: tuple[str, ...], place: Place, at: str) -> Iterator[list[str]]:
    """Yield the commands that an act stands for, with the paths of their files."""
    folder = place.config.parent
    files = [folder / "Báo cáo kết quả năm.docx", folder / "Phụ lục chỉ tiêu.xlsx"]
    for file in files:
        file.write_bytes(b"PK " + file.name.encode())
    resolution = folder / "nghị quyết.toml"
    resolution.write_text(_MERGER, encoding="utf-8")
    paths = {_FILES: [str(f) for f in files], _RESOLUTION: [str(resolution)]}
    words = [word for named in act for word in paths.get(named, [named])]
    if _EVERYBODY not in words:
        yield words
        return
    for agency in _filing(place, act[1], at):
        yield [agency if word == _EVERYBODY else word for word in words]


def _filing(place: Place, cycle: str, at: str) -> list[str]:
    """Return who files in a cycle: all who owe but the first few and those shown as late."""
    owed = place.json("status", cycle, at=at)["obligations"]
    waiting = [o["agency"] for o in owed if o["status"] in {"open", "expected", "pending"}]
    late = {"SYT", "STP", "HQKV6"}
    return [agency for agency in waiting if agency not in late][: -_SILENT[cycle]]
