"""Setting an installation up, and taking a configuration into effect."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from lsplan_workflow.configuration.folder import Configuration, language_of, parse, survey
from lsplan_workflow.domain.errors import ConfigurationError, Fault, RequestError
from lsplan_workflow.domain.text import Text, counted
from lsplan_workflow.notify.apprise_url import has_plain_secret, is_complete_url
from lsplan_workflow.store import audit, cycles, installation
from lsplan_workflow.store.migrations import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlmodel import Session

    from lsplan_workflow.store.database import Database


def check_configuration(files: Mapping[str, bytes]) -> Configuration:
    """Return the configuration; raise ConfigurationError with every fault there is."""
    # Most commands read a configuration that was checked before, and need no templates.
    from lsplan_workflow.notify.faults import template_faults  # noqa: PLC0415

    found = survey(files)
    faults = [*found.faults, *template_faults(_templates(files), language_of(files))]
    if found.configuration is not None:
        faults += _address_faults(found.configuration)
    if found.configuration is None or faults:
        raise faulty(faults)
    return found.configuration


def _address_faults(configuration: Configuration) -> Iterator[Fault]:
    """Yield the contacts whose URL reaches no service, or spells out a key; none is shown."""
    name = next(name for name in configuration.files if name.startswith("contacts"))
    lines = configuration.files[name].splitlines()
    for address in (a for c in configuration.directory.contacts for a in c.addresses):
        scheme, separator, _secret = address.partition("://")
        expected = _fault_of_url(address) if separator else None
        if expected is not None:
            at = next((n for n, line in enumerate(lines, 1) if address in line), 1)
            yield Fault(name, at, "address", f"{scheme}://…", expected)


def _fault_of_url(url: str) -> Text | None:
    """Return what was expected instead of a URL, or None if it is in order."""
    if not is_complete_url(url):
        return _A_COMPLETE_URL
    return _NO_KEY if has_plain_secret(url) else None


_A_COMPLETE_URL: Final = Text(
    "địa chỉ Apprise đầy đủ của dịch vụ này", "a complete Apprise URL of that service"
)
_NO_KEY: Final = Text(
    "khóa và mật khẩu của dịch vụ thay bằng biến môi trường, dạng ${TEN_BIEN}",
    "the service's keys and passwords replaced by environment variables, as ${ENV_NAME}",
)


def faulty(faults: Sequence[Fault]) -> ConfigurationError:
    """Return the error that shows faults of a configuration."""
    count = len(faults)
    text = Text(
        f"Cấu hình có {count} lỗi; hãy sửa rồi chạy lại `lsplan check`.",
        f"The configuration has {counted(count, 'fault')}; mend what is wrong and run "
        "`lsplan check` again.",
    )
    return ConfigurationError(text, faults)


def _templates(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the message templates; what is no UTF-8 is the survey's to complain about."""
    folder = "messages/"
    return {
        name.removeprefix(folder): content.decode("utf-8-sig", errors="replace")
        for name, content in files.items()
        if name.startswith(folder)
    }


def initialise(
    database: Database,
    configuration: Configuration,
    *,
    rehearsal: bool,
    now: datetime | None,
    actor: str,
) -> None:
    """Make the tables and take the first configuration into effect.

    A rehearsal is given no `now`: its clock starts at the first instant it is told.
    Raise RequestError if there is an installation already.
    """
    migrate(database.engine)
    with database.writing() as session:
        if installation.installation(session) is not None:
            raise RequestError(ALREADY_THERE)
        installation.install(session, rehearsal=rehearsal)
        installation.apply_configuration(
            session, configuration.files, applied_at=now, applied_by=actor
        )
        if now is not None:
            record_first_run(session, now, actor=actor)


ALREADY_THERE = Text(
    "Dữ liệu đã được khởi tạo; dùng `lsplan apply` để áp dụng cấu hình, hoặc chọn --var khác.",
    "This is initialised already; use `lsplan apply` for a configuration, or another --var.",
)


def record_first_run(session: Session, now: datetime, *, actor: str) -> None:
    """Record when the product first ran: what had closed before then stays untracked."""
    installation.record_first_run(session, now)
    applied = installation.configuration_in_force(session)
    if applied is not None:
        audit.append(session, at=now, actor=actor, event="initialised")
        record_applied(session, applied.number, applied.files, now, actor=actor)


def record_applied(
    session: Session,
    number: int,
    files: Mapping[str, str],
    now: datetime,
    *,
    actor: str,
    document: str = "",
) -> None:
    """Write the audit event of a configuration that was taken into effect, as a document decided.

    It must not depend on people's addresses, which can be erased.
    """
    impersonal = {name: text for name, text in files.items() if not name.startswith("contacts")}
    audit.append(
        session,
        at=now,
        actor=actor,
        event="configuration_applied",
        number=number,
        sha256=installation.fingerprint(impersonal),
        **({"authority": document} if document else {}),
    )


def configuration_in_force(session: Session) -> Configuration:
    """Return the configuration last applied; raise RequestError before `lsplan init`."""
    version = installation.configuration_in_force(session)
    if version is None:
        raise RequestError(NOT_INITIALISED)
    return remembered(session, _parsed(tuple(sorted(version.files.items()))))


def remembered(
    session: Session, configuration: Configuration, *, closed_by: datetime | None = None
) -> Configuration:
    """Return a configuration in which recorded cycles keep the instants that they were given.

    A cycle that has closed is history: no edit changes when it was due, or opens it again.
    With `closed_by` it is those alone that had closed by then, or were never tracked.
    """
    differing = {
        row.code: cycles.dates_of(row)
        for row in cycles.cycles(session)
        if (cycle := configuration.cycle(row.code)) is not None
        and (closed_by is None or row.untracked or row.closes_at <= closed_by)
        and cycle.dates != cycles.dates_of(row)
    }
    return replace(configuration, recorded=differing) if differing else configuration


NOT_INITIALISED = Text(
    "Chưa khởi tạo dữ liệu; hãy chạy `lsplan init` trước.",
    "Nothing is initialised here; run `lsplan init` first.",
)


@lru_cache(maxsize=4)
def _parsed(files: tuple[tuple[str, str], ...]) -> Configuration:
    """Return a configuration that was checked, templates and all, when it was applied."""
    return parse({name: text.encode() for name, text in files})


def is_in_force(session: Session, configuration_files: Mapping[str, str]) -> bool:
    """Tell whether a folder's files are those last applied."""
    present = installation.configuration_in_force(session)
    return present is not None and present.sha256 == installation.fingerprint(configuration_files)
