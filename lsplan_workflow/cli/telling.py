"""The story of a rehearsal in words, and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from lsplan_workflow.cli import shapes, words
from lsplan_workflow.cli.foreseen import weekdays
from lsplan_workflow.terminal.language import counted, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from lsplan_workflow.rehearsal.story import Happening, Story
    from lsplan_workflow.services.status import CycleStatus

_NAMED: Final = 3
"""How many agencies are named before they are only counted."""


def beginning(story: Story, first: datetime, *, cast: bool) -> Iterator[str]:
    """Yield how everything stood when it began, nothing where there is nothing to tell.

    `cast` tells that the agencies act from an empty beginning on.
    """
    found = story.beginning
    lines = [_open_at_first(status) for status in found.open]
    if cast and any(status.cycle.due_at > first for status in found.open):
        lines.append(
            say(
                "Ai lẽ ra đã nộp trước đó thì nộp khi giờ làm việc bắt đầu.",
                "Whoever would have filed before files when work begins.",
            )
        )
    if found.closed:
        codes = ", ".join(found.closed)
        lines.append(say(f"Đã kết thúc trước đó: {codes}.", f"Closed before: {codes}."))
    if found.ended:
        count = len(found.ended)
        lines.append(
            say(
                f"{count} cơ quan đã kết thúc hoạt động trước đó.",
                f"{counted(count, 'agency')} ended before.",
            )
        )
    if lines:
        day = words.day(first)
        yield say(f"Lúc bắt đầu, {day}", f"At the beginning, {day}")
        yield from (f"  {line}" for line in lines)


def _open_at_first(status: CycleStatus) -> str:
    cycle, counts = status.cycle, status.figures
    since = words.day(cycle.opens_at.astimezone(status.as_of.tzinfo))
    before = words.day(cycle.due_on)
    filed = counts.on_time + counts.late
    return say(
        f"{cycle.code} đang mở từ {since}, thời hạn trước {before}: {counts.expected} cơ quan phải "
        f"báo cáo, {filed} đã nộp.",
        f"{cycle.code} has been open since {since}, due before {before}: "
        f"{counted(counts.expected, 'agency')} to report, {filed} filed.",
    )


def days(story: Story, names: Mapping[str, str]) -> Iterator[str]:
    """Yield what happened, each day under its date."""
    for day in story.days:
        yield f"{weekdays()[day.day.weekday()]} {words.day(day.day)}"
        for happening in day.happenings:
            yield f"  {_sentence(happening, names)}"


def _sentence(happening: Happening, names: Mapping[str, str]) -> str:
    cycle, count, who = happening.cycle, happening.count, _who(happening, names)
    notices, rung = counted(count, "notice"), _rung(happening)
    owing = len(happening.agencies)
    heir = ", ".join(names.get(code, code) for code in happening.detail.split(";"))
    known = {
        "cycle_opened": say(
            f"Mở kỳ {cycle}: {owing} cơ quan phải báo cáo.",
            f"{cycle} opens: {counted(owing, 'agency')} to report.",
        ),
        "deadline_passed": say(
            f"Hết thời hạn của {cycle}.", f"The deadline of {cycle} has passed."
        ),
        "cycle_closed": say(f"Kết thúc kỳ {cycle}.", f"{cycle} closes."),
        "agency_ended": say(
            f"Kết thúc, do {heir} kế thừa: {who}.", f"Ends, {heir} succeeds: {who}."
        )
        if heir
        else say(f"Kết thúc: {who}.", f"Ends: {who}."),
        "obligation_transferred": say(
            f"Chuyển giao nghĩa vụ {cycle}: {who}.", f"Duties of {cycle} pass on: {who}."
        ),
        "obligation_taken_over": say(
            f"Nhận nghĩa vụ {cycle}: {who}.", f"Duties of {cycle} are taken over: {who}."
        ),
        "submitted": say(f"Nộp báo cáo {cycle}: {who}.", f"Report of {cycle} filed: {who}."),
        "returned": say(f"Bị trả lại {cycle}: {who}.", f"Report of {cycle} returned: {who}."),
        "accepted": say(f"Được chấp nhận {cycle}: {who}.", f"Report of {cycle} accepted: {who}."),
        "consolidated": say(
            f"Lập báo cáo tổng hợp {cycle}, lần {happening.rung}.",
            f"Consolidated report of {cycle}, number {happening.rung}.",
        ),
        "notice_sent": say(f"Gửi {count} thông báo: {rung}.", f"{notices} sent: {rung}."),
        "notice_failed": say(f"Không gửi được {count} thông báo.", f"{notices} failed."),
    }
    return known[happening.what]


def _rung(happening: Happening) -> str:
    kind = words.kind(happening.detail)
    rung = "" if happening.rung == happening.detail else f"{happening.rung}, "
    return f"{rung}{kind}" + (f" ({happening.cycle})" if happening.cycle else "")


def _who(happening: Happening, names: Mapping[str, str]) -> str:
    agencies = happening.agencies
    if len(agencies) > _NAMED:
        return say(f"{len(agencies)} cơ quan", f"{len(agencies)} agencies")
    return ", ".join(names.get(code, code) for code in agencies)


def figures(status: CycleStatus) -> tuple[str, ...]:
    """Return a cycle's figures as a row."""
    found = status.figures
    return status.cycle.code, *words.figures(status), str(found.accepted), str(found.transferred)


def summary(story: Story) -> Iterator[str]:
    """Yield how many messages there were, and the day on which most mails left."""
    counts = story.notices
    yield say(
        f"Thông báo: gửi {counts['sent']} trong {story.mails} thư, thay thế "
        f"{counts['superseded']}, hủy {counts['cancelled']}, không gửi được {counts['failed']}.",
        f"Notices: {counts['sent']} sent in {counted(story.mails, 'mail')}, {counts['superseded']} "
        f"superseded, {counts['cancelled']} cancelled, {counts['failed']} failed.",
    )
    if story.busiest is not None:
        day, mails = story.busiest
        yield say(
            f"Ngày nhiều thư nhất: {words.day(day)}, {mails} thư.",
            f"The busiest day: {words.day(day)}, {counted(mails, 'mail')}.",
        )


def shape(story: Story, first: datetime, last: datetime, seed: int | None) -> dict[str, Any]:
    """Return the story for programs."""
    return {
        "from": shapes.instant(first),
        "to": shapes.instant(last),
        "seed": seed,
        "beginning": {
            "open": [shapes.summary(status) for status in story.beginning.open],
            "closed": list(story.beginning.closed),
            "ended": list(story.beginning.ended),
        },
        "mails": story.mails,
        "notices": story.notices,
        "busiest_day": story.busiest[0].isoformat() if story.busiest else None,
        "cycles": [shapes.summary(status) for status in story.cycles],
        "days": [
            {
                "day": day.day.isoformat(),
                "happenings": [_happening(happening) for happening in day.happenings],
            }
            for day in story.days
        ],
    }


def _happening(found: Happening) -> dict[str, Any]:
    return {
        "what": found.what,
        "cycle": found.cycle or None,
        "agencies": list(found.agencies),
        "count": found.count,
        "rung": found.rung or None,
        "detail": found.detail or None,
    }
