"""`doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from lsplan_workflow.cli import shapes
from lsplan_workflow.cli.index import summary
from lsplan_workflow.cli.main import AsJson, app, refuse_instant
from lsplan_workflow.terminal.exit_codes import FAILED
from lsplan_workflow.terminal.failures import masked
from lsplan_workflow.terminal.language import language, say
from lsplan_workflow.terminal.output import complain, print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from lsplan_workflow.bootstrap import Place
    from lsplan_workflow.domain.health import Finding
    from lsplan_workflow.services.alarm import Alarm

_LEVEL_VI: Final = {"ok": "tốt", "unknown": "không rõ", "notice": "lưu ý", "trouble": "SỰ CỐ"}
_WORST_FIRST: Final = ("trouble", "notice", "unknown", "ok")


@app.command(help=summary("doctor"))
def doctor(
    context: typer.Context,
    *,
    tell: Annotated[
        bool,
        typer.Option(
            "--tell",
            help=say(
                "Báo ngay cho người quản trị nếu có sự cố.",
                "Tell the administrators of trouble at once.",
            ),
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print what every check found; exit 1 if there is trouble, else 0."""
    from lsplan_workflow import checkup

    refuse_instant(context)
    found, alarm = checkup.look(context.obj), None
    if tell:
        found, alarm = checkup.tell(found)
    if as_json:
        print_json(shapes.checkup(found.findings, language(), conceal=masked))
    else:
        _print(found.findings)
    if alarm is not None:
        _say_told(alarm)
    elif not tell:
        mention_untold(context.obj)
    if not found.is_well:
        raise typer.Exit(FAILED)


def _print(findings: Sequence[Finding]) -> None:
    worst_first = sorted(findings, key=lambda f: _WORST_FIRST.index(f.level.value))
    counts = [sum(f.level.value == level for f in findings) for level in _WORST_FIRST[:2]]
    print_table(
        say(
            f"Tự kiểm tra: {counts[0]} sự cố, {counts[1]} điểm lưu ý",
            f"Troubles: {counts[0]}; points to note: {counts[1]}",
        ),
        [say("Mức", "Level"), say("Mã", "Code"), say("Thấy gì", "Found"), say("Làm gì", "To do")],
        [_row(finding) for finding in worst_first],
    )


def _row(finding: Finding) -> tuple[str, str, str, str]:
    level = finding.level.value
    said, remedy = finding.said.in_language(language()), finding.remedy.in_language(language())
    return say(_LEVEL_VI[level], level), finding.code, masked(said), masked(remedy)


def _say_told(alarm: Alarm) -> None:
    """Say who was told, on standard error: the output may be a program's."""
    if alarm.earlier:
        complain(
            say("Hôm nay đã báo những sự cố này rồi.", "These troubles were told today already.")
        )
    if alarm.reached:
        who = ", ".join(alarm.reached)
        complain(say(f"Đã báo cho: {who}.", f"Told: {who}."))
    for who, reply in alarm.refused:
        complain(masked(say(f"Không báo được {who}: {reply}", f"Not told, {who}: {reply}")))
    if alarm.in_vain:
        _say_in_vain(alarm.note)


def _say_in_vain(note: Path | None) -> None:
    kept = say(f" Nội dung: {note}", f" The text: {note}") if note is not None else ""
    complain(
        say(
            f"Không báo được cho người quản trị nào.{kept}",
            f"No administrator could be told.{kept}",
        )
    )


def mention_untold(place: Place) -> None:
    """Say, on standard error, where the text lies that no administrator could be told."""
    from lsplan_workflow.services.untold import notes, untold

    note = untold(notes(place.var))
    if note is not None:
        complain(
            say(
                f"Có sự cố chưa báo được cho ai: đọc {note}",
                f"There was trouble of which nobody could be told: read {note}",
            )
        )
