"""A file that describes one reorganisation: who is new, merged, split, abolished, renamed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from lsplan_workflow.configuration.addresses import fault_of_address, shown_address
from lsplan_workflow.configuration.findings import ABSENT
from lsplan_workflow.configuration.tables import A_CODE, CODE, one_of
from lsplan_workflow.configuration.toml_table import Table, read_toml
from lsplan_workflow.domain.agencies import Agency, Contact, Directory, Role
from lsplan_workflow.domain.reorganisation import Comeback, Ending, Reorganisation
from lsplan_workflow.domain.text import LANGUAGES, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from lsplan_workflow.configuration.findings import Findings

_KNOWN: Final = Text(
    "mã cơ quan trong agencies.csv hoặc trong [[new]] của tệp này",
    "the code of an agency in agencies.csv or in [[new]] of this file",
)
_UNUSED: Final = Text("mã chưa dùng trong agencies.csv và tệp này", "a code that is not used yet")
_ANOTHER_CODE: Final = Text(
    "một mã mới; nếu giữ nguyên mã thì không dùng [[rename]]: hãy sửa name_vi, name_en trong "
    "agencies.csv rồi chạy `lsplan apply`",
    "a new code; where the code stays there is no [[rename]]: change name_vi and name_en in "
    "agencies.csv, and run `lsplan apply`",
)
_ONCE: Final = Text(
    "mỗi cơ quan chỉ kết thúc một lần trong tệp này", "an agency that ends only once in this file"
)
_NOT_ITSELF: Final = Text("một cơ quan khác", "another agency")
_SEVERAL: Final = Text("ít nhất hai cơ quan khi chia tách", "at least two agencies of a split")
_ENDING_LATER: Final = Text(
    "cơ quan có ngày kết thúc chưa đến; cơ quan đã kết thúc thì lập lại với mã mới (code)",
    "an agency whose end is still to come; one that has ended comes back under a new code",
)


def read_reorganisation(
    text: str, directory: Directory, findings: Findings, *, today: date
) -> Reorganisation | None:
    """Return what the file describes; None, with the faults, if anything in it is wrong.

    Agencies are those of `directory`; `today` tells which ends are still to come.
    """
    root = read_toml(text, findings)
    if root is None:
        return None
    found = _Reader(root, directory, today).read()
    return None if findings.faults else found


@dataclass
class _Reader:
    """Reads the tables of one file, and keeps what was read so far."""

    root: Table
    directory: Directory
    today: date
    founded: dict[str, Agency] = field(default_factory=dict)
    comebacks: list[Comeback] = field(default_factory=list)
    endings: dict[str, Ending] = field(default_factory=dict)
    revoked: list[str] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    heirs: list[tuple[Table, str, str, tuple[int, ...]]] = field(default_factory=list)
    ended: list[tuple[Table, str, str, tuple[int, ...]]] = field(default_factory=list)

    def read(self) -> Reorganisation:
        document, self.begins_on = self.root.text("document"), self.root.day("begins_on")
        readers: dict[str, Callable[[Table], None]] = {
            "new": self._new,
            "rename": self._rename,
            "reopen": self._reopen,
            "merge": self._merge,
            "split": self._split,
            "abolish": self._abolish,
            "contact": self._contact,
        }
        for key, read in readers.items():
            for table in self.root.tables(key) if self.root.has(key) else ():
                read(table)
                table.finish()
        self.root.finish()
        self._check_heirs()
        self._check_awaited()
        self._check_content(list(readers))
        founded = (replace(agency, source=document) for agency in self.founded.values())
        return Reorganisation(
            document=document,
            begins_on=self.begins_on,
            founded=tuple(founded),
            comebacks=tuple(self.comebacks),
            endings=tuple(self.endings.values()),
            revoked=tuple(self.revoked),
            contacts=tuple(self.contacts),
        )

    def _check_content(self, tables: Sequence[str]) -> None:
        """Note a file that decides nothing: it would be recorded as if it had been carried out."""
        found = self.founded or self.endings or self.revoked or self.contacts
        if not (found or self.root.findings.faults):
            listed = one_of([f"[[{table}]]" for table in tables])
            self.root.findings.note_absent(1, "[[…]]", listed)

    def _new(self, table: Table) -> None:
        kinds = sorted({agency.kind for agency in self.directory.agencies})
        kind = table.text("kind")
        if kind and kind not in kinds:
            table.fault("kind", kind, one_of(kinds))
        self._found(table, kind, table.text("name_vi"), table.text("name_en"))

    def _found(self, table: Table, kind: str, name_vi: str, name_en: str) -> str:
        """Keep a new agency; return its code."""
        code = table.text("code")
        if code and not CODE.fullmatch(code):
            table.fault("code", code, A_CODE)
        elif code in self.directory or code in self.founded:
            table.fault("code", code, _UNUSED)
        self.founded[code] = Agency(
            code=code,
            name_vi=name_vi,
            name_en=name_en,
            kind=kind,
            valid_from=self.begins_on,
            verified=True,
        )
        return code

    def _rename(self, table: Table) -> None:
        """Read a new name, under which the agency goes on as another of a new code."""
        old = self._ending_agency(table, "agency")
        names = table.text("name_vi"), table.text("name_en")
        if not table.has("code") or table.optional_text("code") == old:
            table.fault("code", table.values.get("code", ABSENT), _ANOTHER_CODE)
            return
        new = self._found(table, self._kind(old), *names)
        self._end(table, "agency", old, (new,))
        self._hand_on_contacts(old, new)

    def _reopen(self, table: Table) -> None:
        """Read an agency that comes back: its end is revoked, or it has a new code."""
        code = table.text("agency")
        agency = self._present(code)
        if table.has("code"):
            if agency is None or agency.exists_on(self.begins_on):
                table.fault("agency", code, _ENDED)
                agency = None
            new = self._found(table, self._kind(code), *_names(agency))
            self._hand_on_contacts(code, new)
            self.comebacks.append(Comeback(code, new))
        elif agency is None or agency.valid_to is None or agency.valid_to < self.today:
            table.fault("agency", code, _ENDING_LATER)
        else:
            self.revoked.append(code)

    def _merge(self, table: Table) -> None:
        into = table.text("into")
        self._check_existing(table, "into", into)
        for number, code in enumerate(table.some("agencies", str, _KNOWN)):
            self._check_ending(table, "agencies", code, number)
            self._end(table, "agencies", code, (into,), number)

    def _split(self, table: Table) -> None:
        agency, into = self._ending_agency(table, "agency"), table.some("into", str, _KNOWN)
        if len(into) == 1:
            table.fault("into", into[0], _SEVERAL)
        for number, code in enumerate(into):
            self._check_existing(table, "into", code, number)
        self._end(table, "agency", agency, into)

    def _abolish(self, table: Table) -> None:
        self._end(table, "agency", self._ending_agency(table, "agency"), ())

    def _contact(self, table: Table) -> None:
        agency, address = table.text("agency"), table.text("address")
        if agency and agency not in self.founded and agency not in self.directory:
            table.fault("agency", agency, _KNOWN)
        if address and (expected := fault_of_address(address)) is not None:
            table.fault("address", shown_address(address), expected)
        language = table.text("language") if table.has("language") else LANGUAGES[0]
        if language not in LANGUAGES:
            table.fault("language", language, one_of(LANGUAGES))
        role, name = table.word("role", Role), table.text("name")
        self.contacts.append(Contact(agency, role, 1, name, address, language))

    def _hand_on_contacts(self, old: str, new: str) -> None:
        """Give the persons of an agency to the one as which it goes on."""
        found = (c for c in self.directory.contacts if c.agency == old)
        self.contacts += [replace(contact, agency=new) for contact in found]

    def _present(self, code: str) -> Agency | None:
        return self.directory[code] if code in self.directory else None  # noqa: SIM401 - No dict.

    def _kind(self, code: str) -> str:
        return self.directory[code].kind if code in self.directory else ""

    def _ending_agency(self, table: Table, key: str) -> str:
        code = table.text(key)
        self._check_ending(table, key, code)
        return code

    def _check_ending(self, table: Table, key: str, code: str, *element: int) -> None:
        """Note an agency that cannot end on the last day of the old order."""
        if not code:
            return
        agency = self._present(code)
        if agency is None:
            table.fault(key, code, _KNOWN, *element)
        elif agency.valid_to is not None:
            table.fault(key, code, _ending_already(agency.valid_to), *element)
        elif agency.valid_from is not None and agency.valid_from >= self.begins_on:
            table.fault(key, code, _existing_before(self.begins_on), *element)

    def _check_existing(self, table: Table, key: str, code: str, *element: int) -> None:
        """Note an agency that does not exist on the first day of the new order."""
        self.heirs.append((table, key, code, element))
        if code in self.founded or not code:
            return
        if code not in self.directory:
            table.fault(key, code, _KNOWN, *element)
        elif not self.directory[code].exists_on(self.begins_on):
            table.fault(key, code, _existing_on(self.begins_on), *element)

    def _check_heirs(self) -> None:
        """Note who takes over and ends in the same file, wherever in it that stands."""
        for table, key, code, element in self.heirs:
            if code in self.endings:
                table.fault(key, code, _existing_on(self.begins_on), *element)

    def _check_awaited(self) -> None:
        """Note who ends before it takes over what an earlier decision gives it."""
        for table, key, code, element in self.ended:
            for agency in self.directory.agencies:
                on = agency.succeeded_on
                if code not in agency.successors or on is None or on < self.begins_on:
                    continue
                if agency.code not in self.revoked:
                    revocable = agency.valid_to is not None and agency.valid_to >= self.today
                    expected = _taking_over(agency.code, on, revocable=revocable)
                    table.fault(key, code, expected, *element)

    def _end(
        self, table: Table, key: str, code: str, successors: tuple[str, ...], *element: int
    ) -> None:
        if code in self.endings:
            table.fault(key, code, _ONCE, *element)
        elif code and code in successors:
            table.fault(key, code, _NOT_ITSELF, *element)
        self.endings.setdefault(code, Ending(code, successors))
        self.ended.append((table, key, code, element))


_ENDED: Final = Text(
    "cơ quan trong agencies.csv đã kết thúc trước ngày begins_on",
    "an agency of agencies.csv that has ended before begins_on",
)


def _names(agency: Agency | None) -> tuple[str, str]:
    return ("", "") if agency is None else (agency.name_vi, agency.name_en)


def _ending_already(day: date) -> Text:
    return Text(
        f"cơ quan chưa có ngày kết thúc; cơ quan này kết thúc ngày {day:%d/%m/%Y}",
        f"an agency that has no end yet; this one ends on {day:%d/%m/%Y}",
    )


def _taking_over(ending: str, on: date, *, revocable: bool) -> Text:
    vi, en = "", ""
    if revocable:
        vi = f' thêm [[reopen]] với agency = "{ending}" vào tệp này để hủy việc đó, hoặc'
        en = f' add [[reopen]] with agency = "{ending}" to this file to revoke that, or'
    return Text(
        f"cơ quan không phải tiếp nhận gì nữa; cơ quan này kế thừa {ending} từ ngày "
        f"{on:%d/%m/%Y}:{vi} để begins_on sau ngày đó",
        f"an agency that takes nothing over any more; this one succeeds {ending} on "
        f"{on:%d/%m/%Y}:{en} let begins_on come after that day",
    )


def _existing_before(day: date) -> Text:
    return Text(
        f"cơ quan đã tồn tại trước ngày {day:%d/%m/%Y}",
        f"an agency that existed before {day:%d/%m/%Y}",
    )


def _existing_on(day: date) -> Text:
    return Text(
        f"cơ quan còn tồn tại vào ngày {day:%d/%m/%Y}", f"an agency that exists on {day:%d/%m/%Y}"
    )
