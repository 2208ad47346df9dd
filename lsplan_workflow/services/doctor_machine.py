"""Looks at what the work stands on: disk, clock, mail server, Prefect, secrets."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final

from lsplan_workflow.domain import machine_findings as findings
from lsplan_workflow.domain.errors import LsplanError
from lsplan_workflow.domain.health import LATE_RUN
from lsplan_workflow.domain.text import Text
from lsplan_workflow.notify import http
from lsplan_workflow.store import disk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from lsplan_workflow.clock import Clock
    from lsplan_workflow.domain.agencies import Contact
    from lsplan_workflow.domain.health import Finding
    from lsplan_workflow.notify.channels import Channels
    from lsplan_workflow.notify.greeting import Greeting

SCHEDULED: Final = ("reporting-cycle", "deliver-outbox")
"""The flows that run by themselves."""

# RFC 5322, section 3.3, as Sendmail and Exchange put it into their greetings.
_DATE: Final = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), +\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d "
    r"(?:[+-]\d{4}|GMT|UTC?)"
)
# Servers tell full seconds.
_RESOLUTION: Final = timedelta(seconds=1)
_OTHERS: Final = 0o044
_ENTER: Final = 0o011


@dataclass(frozen=True, slots=True)
class Greeted:
    """A mail server's name and greeting, and between which instants of ours it came."""

    host: str
    greeting: Greeting
    before: datetime
    after: datetime


@dataclass(frozen=True, slots=True)
class Conductor:
    """Where Prefect's API is; `credentials` are `user:password`, or empty."""

    api_url: str
    credentials: str = field(default="", repr=False)


def look_at_disk(folders: Iterable[Path]) -> Iterator[Finding]:
    """Yield how much room there is on each disk that is written to."""
    for folder in disk.one_for_each_disk(folders):
        yield findings.disk(str(folder), disk.free_bytes(folder))


def greet(channels: Channels, clock: Clock, sender: str = "") -> Greeted | None:
    """Return how the mail server greets a sender, or None where mail is filed in a folder.

    Raise RequestError for a URL that cannot be used.
    """
    before = clock.now()
    found = channels.greet(sender)
    return None if found is None else Greeted(*found, before, clock.now())


def look_at_mail(greeted: Greeted | LsplanError | None, maildir: Path) -> Iterator[Finding]:
    """Yield whether the mail server lets us in."""
    if greeted is None:
        yield findings.mail_filed(str(maildir))
    elif isinstance(greeted, LsplanError):
        yield findings.mail_unreachable(greeted.text)
    elif greeted.greeting.reached:
        in_clear = greeted.greeting.in_clear
        yield findings.mail_in_clear(greeted.host) if in_clear else findings.mail(greeted.host)
    else:
        words = f"{greeted.host}: {greeted.greeting.words}"
        yield findings.mail_unreachable(Text(words, words), greeted.greeting.cause)


def look_at_clock(
    greeted: Greeted | LsplanError | None, time_source: str, clock: Clock
) -> Iterator[Finding]:
    """Yield how far the machine's clock is off the mail server's, or a web server's."""
    if isinstance(greeted, Greeted) and greeted.greeting.reached:
        said = _DATE.search(greeted.greeting.words)
        if said is not None:
            offset = _offset(said[0], greeted.before, greeted.after)
            yield findings.clock(offset, greeted.host)
            return
    if not time_source:
        yield findings.clock_unknown(
            Text("máy chủ thư không cho biết giờ", "the mail server does not tell its time")
        )
        return
    yield _compared(time_source, clock)


def _compared(url: str, clock: Clock) -> Finding:
    before = clock.now()
    try:
        offset = _offset(http.get(url).date, before, clock.now())
    except OSError as error:
        return findings.clock_unknown(Text(f"LSPLAN_TIME_SOURCE: {error}", f"{error}"))
    except ValueError:
        words = Text("LSPLAN_TIME_SOURCE không cho biết giờ", "LSPLAN_TIME_SOURCE has no Date")
        return findings.clock_unknown(words)
    return findings.clock(offset, http.host_of(url))


def _offset(date: str, before: datetime, after: datetime) -> timedelta:
    """Return by how much we are ahead of who said that date between two instants of ours."""
    there = parsedate_to_datetime(date)
    there = there if there.tzinfo is not None else there.replace(tzinfo=UTC)
    if there > after:
        return after - there
    return max(before - there - _RESOLUTION, timedelta())


def conductor(folder: Path, environ: Mapping[str, str]) -> Conductor | None:
    """Return the Prefect that `lsplan up` started, or the environment names, if any.

    `folder` is the one that `lsplan up` keeps Prefect's data in.
    """
    try:
        profiles = tomllib.loads((folder / "profiles.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        named: Mapping[str, Any] = environ
    else:
        named = profiles["profiles"][profiles["active"]]
    url = named.get("PREFECT_API_URL", "")
    return Conductor(url, named.get("PREFECT_API_AUTH_STRING", "")) if url else None


def look_at_prefect(found: Conductor | None, clock: Clock) -> Iterator[Finding]:
    """Yield whether Prefect answers, and which flows have no schedule, or are not started."""
    if found is None:
        yield findings.prefect_unused()
        return
    try:
        missing = [flow for flow in SCHEDULED if not _is_scheduled(found, flow)]
        late = [flow for flow in SCHEDULED if _is_late(found, flow, clock.now())]
    except OSError as error:
        yield findings.prefect_unreachable(found.api_url, str(error))
    else:
        yield findings.prefect(found.api_url, missing, late)


def _is_scheduled(found: Conductor, flow: str) -> bool:
    deployments = _filtered(found, "deployments", flow)
    return any(
        not deployment["paused"] and any(schedule["active"] for schedule in deployment["schedules"])
        for deployment in deployments
    )


def _is_late(found: Conductor, flow: str, now: datetime) -> bool:
    """Tell whether a run that should have begun long ago still waits for somebody to start it."""
    runs = {
        "state": {"name": {"any_": ["Late"]}},
        "expected_start_time": {"before_": (now - LATE_RUN).isoformat()},
    }
    return bool(_filtered(found, "flow_runs", flow, flow_runs=runs, limit=1))


def _filtered(found: Conductor, what: str, flow: str, **more: object) -> Any:  # noqa: ANN401
    url, flows = f"{found.api_url}/{what}/filter", {"name": {"any_": [flow]}}
    return http.post(url, {"flows": flows, **more}, credentials=found.credentials)


def look_at_secrets(
    key: bytes | None, contacts: Iterable[Contact], channels: Channels, var: Path
) -> Iterator[Finding]:
    """Yield the secrets that are missing, or that other accounts of the machine can read."""
    found = []
    if key is None:
        found.append(findings.audit_key_missing())
    missing = channels.missing_variables(a for contact in contacts for a in contact.addresses)
    if missing:
        found.append(findings.variables_missing(missing))
    readable = [str(file) for file in _readable(var)]
    if readable:
        found.append(findings.secrets_readable(readable))
    yield from found or [findings.secrets()]


def _readable(var: Path) -> Iterator[Path]:
    """Yield the secret files that others can read, where they can enter their folder at all."""
    if not var.is_dir() or not var.stat().st_mode & _ENTER:
        return
    names = ("audit.key", "lsplan.db", "prefect/api.auth", "prefect/profiles.toml")
    for file in (var / name for name in names):
        if file.is_file() and file.stat().st_mode & _OTHERS:
            yield file
