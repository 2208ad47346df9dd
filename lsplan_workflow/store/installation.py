"""The installation: its rehearsal clock, its first run, the configurations in force."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlmodel import Session, col, select

from lsplan_workflow.store.tables import ConfigurationVersion, Installation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


def install(session: Session, *, rehearsal: bool) -> Installation:
    """Record a new installation, of which there is one per database."""
    row = Installation(rehearsal=rehearsal)
    session.add(row)
    session.flush()
    return row


def installation(session: Session) -> Installation | None:
    """Return the installation, or None if the database was never initialised."""
    return session.get(Installation, 1)


def set_clock(session: Session, at: datetime) -> None:
    """Make a rehearsal's clock stand at an instant."""
    session.get_one(Installation, 1).clock_at = at
    session.flush()


def record_first_run(session: Session, at: datetime) -> datetime:
    """Return when the product first ran, which is `at` if it had not run before."""
    row = session.get_one(Installation, 1)
    row.first_ran_at = row.first_ran_at or at
    session.flush()
    return row.first_ran_at


def apply_configuration(
    session: Session, files: Mapping[str, str], *, applied_at: datetime | None, applied_by: str
) -> ConfigurationVersion:
    """Take a configuration into effect: file names and their text."""
    newest = configuration_in_force(session)
    row = ConfigurationVersion(
        number=1 if newest is None else newest.number + 1,
        applied_at=applied_at,
        applied_by=applied_by,
        sha256=fingerprint(files),
        files=dict(files),
    )
    session.add(row)
    session.flush()
    return row


def configuration_in_force(session: Session) -> ConfigurationVersion | None:
    """Return the configuration last applied, or None before the first."""
    statement = select(ConfigurationVersion).order_by(col(ConfigurationVersion.number).desc())
    return session.exec(statement.limit(1)).first()


def configurations(session: Session) -> list[ConfigurationVersion]:
    """Return every configuration that was applied, oldest first."""
    statement = select(ConfigurationVersion).order_by(col(ConfigurationVersion.number))
    return list(session.exec(statement))


def applied_at(session: Session) -> list[datetime | None]:
    """Return when each configuration was applied, oldest first; a rehearsal's first has no time."""
    statement = select(ConfigurationVersion.applied_at)
    return list(session.exec(statement.order_by(col(ConfigurationVersion.number))))


def fingerprint(files: Mapping[str, str]) -> str:
    """Return the SHA-256 (hex) of a configuration, whatever the order of its files."""
    return sha256(json.dumps(dict(files), sort_keys=True).encode()).hexdigest()
