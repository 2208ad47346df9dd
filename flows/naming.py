"""What a run is called and tagged by, and the table that it leaves: codes and counts only."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from lsplan_workflow.services.reporting_pass import PassResult

IDLE: Final = "idle"

_WORDS: Final = {
    "opening": ("opening", "openings"),
    "reminder": ("reminder", "reminders"),
    "overdue": ("overdue notice", "overdue notices"),
    "escalation": ("escalation", "escalations"),
    "digest": ("digest", "digests"),
    "revision": ("reminder of a revision", "reminders of a revision"),
    "receipt": ("receipt", "receipts"),
    "returned": ("return", "returns"),
    "acceptance": ("acceptance", "acceptances"),
    "extension": ("extension", "extensions"),
    "waiver": ("waiver", "waivers"),
    "reopening": ("reopening", "reopenings"),
    "deadline": ("change of deadline", "changes of deadline"),
    "succession": ("succession", "successions"),
    "obstacle": ("obstacle", "obstacles"),
    "obstacle_receipt": ("receipt of an obstacle", "receipts of an obstacle"),
    "obstacle_assigned": ("assigned obstacle", "assigned obstacles"),
    "obstacle_reminder": ("reminder of an obstacle", "reminders of an obstacle"),
    "obstacle_answer": ("answer to an obstacle", "answers to an obstacle"),
    "failure": ("failure notice", "failure notices"),
}


def run_name(result: PassResult) -> str:
    """Return what happened: `annual-2025 · 12 reminders · 1 escalation · 0 failed`."""
    if result.idle:
        return IDLE
    cycles = sorted(filter(None, result.cycles))
    kinds = Counter(kind for _cycle, kind in result.left)
    parts = [", ".join(cycles)] if cycles else []
    if result.opened:
        parts.append(_counted(result.opened, "cycle", "cycles") + " opened")
    parts += [_counted(kinds[kind], *words) for kind, words in _WORDS.items() if kinds[kind]]
    if result.consolidated:
        parts.append(_counted(result.consolidated, "report", "reports"))
    quiet = {"retrying": result.retrying, "cancelled": result.cancelled}
    quiet |= {"held back": result.held_back}
    if not result.left:
        quiet |= {"planned": result.planned, "superseded": result.superseded}
    parts += [f"{count} {what}" for what, count in quiet.items() if count]
    return " · ".join([*parts, f"{result.failed} failed"])


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def run_tags(result: PassResult) -> set[str]:
    """Return the cycles and their regimes, or `idle`."""
    cycles = set(filter(None, result.cycles))
    found = cycles | {cycle.rpartition("-")[0] for cycle in cycles}
    return found | ({IDLE} if result.idle else set())


def table(result: PassResult) -> list[dict[str, Any]]:
    """Return the counts of a pass, then how many notices of each kind left for each cycle."""
    counts = [{"what": name, "count": count} for name, count in result.counts.items()]
    left = Counter(result.left)
    sent = [
        {"what": f"{cycle or '-'}: {kind}", "count": count}
        for (cycle, kind), count in sorted(left.items())
    ]
    return counts + sent
