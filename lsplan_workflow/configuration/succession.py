"""Checks of agencies' successors: known, in existence when needed, never in a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.configuration.agencies_file import AN_AGENCY, Agencies
from lsplan_workflow.domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lsplan_workflow.configuration.findings import Findings
    from lsplan_workflow.domain.agencies import Agency


def check_successions(agencies: Agencies, findings: Findings) -> None:
    """Note every fault of the successors that agencies name."""
    by_code = {agency.code: agency for agency in reversed(agencies.agencies)}
    circles = list(_circles(by_code))
    in_circle = {code for circle in circles for code in circle}
    for circle in circles:
        _note_circle(circle, agencies, findings)
    for agency in by_code.values():
        line = agencies.lines[agency.code]
        _check_dated(agency, line, findings)
        _check_named_once(agency, line, findings)
        for successor in dict.fromkeys(agency.successors):
            if agencies.lacks(successor):
                findings.note(line, "successors", successor, AN_AGENCY)
            elif successor == agency.code:
                findings.note(line, "successors", successor, _ANOTHER)
            elif successor in by_code and successor not in in_circle:
                _check_existence(agency, by_code[successor], line, findings)


_ANOTHER = Text(
    "một cơ quan khác; cơ quan không thể kế thừa chính mình",
    "another agency; an agency cannot be its own successor",
)


def _check_dated(agency: Agency, line: int, findings: Findings) -> None:
    """Note successors without a day on which they take over."""
    if agency.successors and agency.valid_to is None:
        expected = Text(
            "ngày cuối cùng tồn tại (valid_to), vì cơ quan này có cơ quan kế thừa",
            "the agency's last day (valid_to), because it has successors",
        )
        findings.note(line, "valid_to", "", expected)


def _check_named_once(agency: Agency, line: int, findings: Findings) -> None:
    for successor in dict.fromkeys(agency.successors):
        if agency.successors.count(successor) > 1:
            expected = Text("mỗi cơ quan kế thừa chỉ một lần", "each successor only once")
            findings.note(line, "successors", successor, expected)


def _check_existence(agency: Agency, successor: Agency, line: int, findings: Findings) -> None:
    """Note a successor that is not there on the day on which it takes over.

    One that existed before as well is a merger into it, which is in order.
    """
    day = agency.succeeded_on
    if day is None or successor.exists_on(day):
        return
    expected = Text(
        f"cơ quan kế thừa tồn tại vào ngày {day:%d/%m/%Y}, ngay sau valid_to",
        f"a successor that exists on {day:%d/%m/%Y}, the day after valid_to",
    )
    findings.note(line, "successors", successor.code, expected)


def _note_circle(circle: tuple[str, ...], agencies: Agencies, findings: Findings) -> None:
    path = " → ".join((*circle, circle[0]))
    expected = Text(
        "chuỗi kế thừa có điểm kết thúc, không quay lại cơ quan đầu",
        "a line of successors that ends, and does not return to where it began",
    )
    findings.note(agencies.lines[circle[0]], "successors", path, expected)


def _circles(by_code: dict[str, Agency]) -> Iterator[tuple[str, ...]]:
    """Yield each circle of two or more agencies once, from its first agency on.

    A depth-first walk with its own stack: a line of successors may be longer than
    Python's recursion allows.
    """
    finished: set[str] = set()
    order = {code: number for number, code in enumerate(reversed(by_code))}
    for start in order:
        path: list[str] = []
        stack = [(start, 0)] if start not in finished else []
        while stack:
            code, depth = stack.pop()
            finished.update(path[depth:])
            del path[depth:]
            if code in path:
                yield _from_first(path[path.index(code) :], order)
            elif code not in finished:
                path.append(code)
                stack.extend((s, len(path)) for s in _others(by_code, code))
        finished.update(path)


def _others(by_code: dict[str, Agency], code: str) -> list[str]:
    successors = dict.fromkeys(by_code[code].successors)
    return [s for s in reversed(successors) if s in by_code and s != code]


def _from_first(circle: list[str], order: dict[str, int]) -> tuple[str, ...]:
    """Return a circle turned so that it begins with the agency that stands first."""
    first = circle.index(min(circle, key=order.__getitem__))
    return (*circle[first:], *circle[:first])
