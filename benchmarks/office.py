"""Workplaces for benchmarks: a rehearsal in a folder of its own, under a standing clock."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lsplan_workflow.clock import StandingClock
from lsplan_workflow.notify.channels import Channels
from lsplan_workflow.notify.messages import Messages
from lsplan_workflow.services import installation
from lsplan_workflow.services.workplace import Workplace
from lsplan_workflow.store.database import Database
from lsplan_workflow.store.files import FileStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lsplan_workflow.configuration.folder import Configuration

OPENING = datetime(2025, 9, 3, 8, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
KEY = b"a key of the audit log, measured."


@contextmanager
def office(
    configuration: Configuration, *, url: str = "", smtp_url: str = ""
) -> Iterator[Workplace]:
    """Give an installation in which nothing has happened, on SQLite unless a URL is given."""
    with (
        TemporaryDirectory(prefix="lsplan-bench-") as name,
        workplace_in(Path(name), configuration, url=url, smtp_url=smtp_url) as place,
    ):
        installation.initialise(
            place.database, configuration, rehearsal=True, now=None, actor="bench"
        )
        yield place


@contextmanager
def workplace_in(
    folder: Path,
    configuration: Configuration,
    *,
    url: str = "",
    smtp_url: str = "",
    now: datetime = OPENING,
) -> Iterator[Workplace]:
    """Give the workplace of a folder; mails are filed there unless there is a server's URL."""
    database = Database(url or f"sqlite:///{folder / 'lsplan.db'}", audit_key=KEY)
    yield Workplace(
        database=database,
        configuration=configuration,
        messages=Messages(dict(configuration.messages), configuration.program.language),
        files=FileStore(folder / "files"),
        channels=Channels(smtp_url=smtp_url, maildir=folder / "mail", environ={}),
        clock=StandingClock(now),
        reports=folder / "reports",
    )
    database.dispose()
