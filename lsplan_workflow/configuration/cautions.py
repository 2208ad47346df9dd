"""What a valid configuration should still be looked at for: warnings, not faults."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from lsplan_workflow.configuration.erasure import ERASED_DOMAIN
from lsplan_workflow.domain.agencies import Agency, Directory, Role
from lsplan_workflow.domain.cycles import rung_stands_at
from lsplan_workflow.domain.text import ENGLISH, VIETNAMESE, Text, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lsplan_workflow.configuration.facts_file import Indicator, Task
    from lsplan_workflow.domain.calendar import WorkingCalendar
    from lsplan_workflow.domain.cycles import Cycle
    from lsplan_workflow.domain.program import Program, Step

# RFC 2606 keeps this ending free, so that what is sent there reaches nobody.
_SAMPLE_ENDING: Final = ".example"


def untranslated(
    file: str, directory: Directory, messages: Mapping[str, str], usual: str
) -> Iterator[Text]:
    """Yield the languages that contacts ask for and that some letter does not speak."""
    for language in sorted({contact.language for contact in directory.contacts} - {usual}):
        missing = missing_translations(messages, usual, language)
        if missing:
            names = ", ".join(missing)
            yield Text(
                f"{file}: có liên hệ muốn nhận thư bằng «{language}» nhưng messages/ còn thiếu "
                f"{names}; thư gửi bằng «{usual}»",
                f"{file}: some contacts ask for «{language}», but messages/ lacks {names}; they "
                f"are written to in «{usual}»",
            )


def missing_translations(messages: Mapping[str, str], usual: str, language: str) -> list[str]:
    """Return the templates of letters that are there in one language but not in another."""
    marks = f".{usual}.", f".{language}."
    needed = (name.replace(*marks) for name in messages if marks[0] in name and name[0] != "_")
    return [name for name in needed if name not in messages]


def unverified(
    file: str,
    facts: Mapping[int, Agency] | Mapping[int, Indicator] | Mapping[int, Task],
    language: str,
) -> Iterator[Text]:
    """Yield one sentence for each fact that nobody has confirmed; facts come by line."""
    for line, fact in facts.items():
        if fact.verified:
            continue
        name = fact.name(language) if isinstance(fact, Agency) else fact.name
        # A source may go over several lines, a warning is one.
        where, source = f"{file}:{line}: {fact.code}", " ".join(fact.source.split()) or "?"
        yield Text(
            f"{where}: {name}: chưa được xác minh (nguồn: {source})",
            f"{where}: {name}: not verified (source: {source})",
        )


def assumed(file: str, assumptions: Mapping[int, Text]) -> Iterator[Text]:
    """Yield what the regimes of a program take for granted."""
    for line, text in assumptions.items():
        where = f"{file}:{line}"
        yield Text(f"{where}: giả định: {text.vi}", f"{where}: assumed: {text.en}")


def estimated_years(cycles: Iterable[Cycle], calendar: WorkingCalendar) -> Iterator[Text]:
    """Yield the years in which a cycle is due or chased and the calendar only estimates."""
    days = (day for c in cycles for day in (c.due_on, calendar.local_day(c.closes_at)))
    for year in sorted({day.year for day in days if calendar.is_estimated(day)}):
        yield Text(
            f"calendar.csv: lịch nghỉ năm {year} mới là ước tính; hãy bổ sung khi có thông báo",
            f"calendar.csv: the holidays of {year} are only estimated; add them when announced",
        )


def cut_off(
    programs: Mapping[str, Program], cycles: Iterable[Cycle], calendar: WorkingCalendar
) -> Iterator[Text]:
    """Yield what a regime sets for a time when its cycle has ended; programs by file."""
    cycles = list(cycles)
    for name, program in programs.items():
        for regime in program.regimes:
            own = [cycle for cycle in cycles if cycle.regime.code == regime.code]
            late = [
                str(s.rung) for s in regime.ladder if any(_ends_before(c, s, calendar) for c in own)
            ]
            late += ["grace"] if any(c.closes_at <= c.grace_ends_at for c in own) else []
            if late:
                listed = ", ".join(late)
                yield Text(
                    f"{name}: {regime.code}: kỳ báo cáo kết thúc (closes = {regime.closes}) trước "
                    f"{listed}; sau khi kết thúc không đôn đốc nữa",
                    f"{name}: {regime.code}: the cycle ends (closes = {regime.closes}) before "
                    f"{listed}; after its end nobody is chased",
                )


def _ends_before(cycle: Cycle, step: Step, calendar: WorkingCalendar) -> bool:
    return rung_stands_at(cycle, step.rung, cycle.due_at, calendar) is None


def misspelt_kinds(
    file: str, agencies: Mapping[int, Agency], cycles: Iterable[Cycle]
) -> Iterator[Text]:
    """Yield the agencies that owe nothing because of a kind that looks like one that does."""
    owing = sorted({kind for cycle in cycles for kind in cycle.regime.owed_by})
    for line, agency in agencies.items():
        close = get_close_matches(agency.kind, owing, n=1) if agency.kind not in owing else []
        for meant in close:
            where = f"{file}:{line}: {agency.code}"
            yield Text(
                f"{where}: loại «{agency.kind}» không có trong owed_by của chế độ nào nên cơ quan "
                f"này không phải báo cáo; có phải là «{meant}»?",
                f"{where}: no regime's owed_by names the kind «{agency.kind}», so that it owes "
                f"nothing; is «{meant}» meant?",
            )


def missing_contacts(file: str, directory: Directory, cycles: Iterable[Cycle]) -> Iterator[Text]:
    """Yield whoever owes or decides but cannot be written to."""
    cycles = list(cycles)
    for code in _owing(directory, cycles):
        for role in (Role.FOCAL, Role.HEAD):
            yield from _missing(file, directory, code, role)
    points = [directory.follow(c.program.focal_point, c.due_on).code for c in cycles]
    leading = [code for cycle in cycles for code in cycle.program.leadership]
    for code in dict.fromkeys((*points, *leading)):
        yield from _missing(file, directory, code, Role.LEADER)
    if not directory.administrators():
        yield Text(
            f"{file}: không có liên hệ vai trò admin; không ai được báo khi một lượt chạy thất bại",
            f"{file}: no contact has the role admin; nobody hears of runs that fail",
        )


def _owing(directory: Directory, cycles: list[Cycle]) -> list[str]:
    """Return the agencies that owe in some cycle, in the order of the file."""
    codes = {
        agency.code
        for cycle in cycles
        for agency in directory.existing(cycle.last_full_day, cycle.regime.owed_by)
    }
    return [agency.code for agency in directory.agencies if agency.code in codes]


def _missing(file: str, directory: Directory, code: str, role: Role) -> Iterator[Text]:
    if not directory.contacts_of(code, role):
        agency = directory[code]
        yield Text(
            f"{file}: {code}: {agency.name(VIETNAMESE)} không có liên hệ vai trò {role.value}",
            f"{file}: {code}: {agency.name(ENGLISH)} has no contact of the role {role.value}",
        )


def samples(file: str, programs: Mapping[str, Program], directory: Directory) -> Iterator[Text]:
    """Yield a sentence for addresses that are samples and reach nobody; programs by file."""
    count = sum(contact.address.endswith(_SAMPLE_ENDING) for contact in directory.contacts)
    if count:
        yield Text(
            f"{file}: {count} địa chỉ là địa chỉ mẫu ({_SAMPLE_ENDING}), thư không đến ai cả; "
            "hãy ghi địa chỉ thật vào contacts.local.csv",
            f"{file}: {counted(count, 'sample address')} ({_SAMPLE_ENDING}) that reach nobody; "
            "put the real ones into contacts.local.csv",
        )
    for name, program in programs.items():
        for key, address in (("sender", program.sender), ("submit_to", program.submit_to)):
            if address.endswith(_SAMPLE_ENDING):
                yield Text(
                    f"{name}: {key}: {address} là địa chỉ mẫu",
                    f"{name}: {key}: {address} is a sample",
                )


def erased(file: str, directory: Directory) -> Iterator[Text]:
    """Yield a sentence for each contact that was erased: an old version put back has them."""
    for contact in directory.contacts:
        if contact.address.endswith(ERASED_DOMAIN):
            yield Text(
                f"{file}: {contact.id}: người này đã được xóa, thư không đến ai cả; hãy bỏ dòng "
                "này hoặc ghi người hiện nay",
                f"{file}: {contact.id}: this person was erased, mails reach nobody; take the row "
                "out, or write who it is now",
            )
