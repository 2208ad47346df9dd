"""Everything a service works with, put together once by `bootstrap`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from lsplan_workflow.clock import Clock
    from lsplan_workflow.configuration.folder import Configuration
    from lsplan_workflow.notify.channels import Channels
    from lsplan_workflow.notify.messages import Messages
    from lsplan_workflow.store.database import Database
    from lsplan_workflow.store.files import FileStore


@dataclass(frozen=True, slots=True)
class Workplace:
    """The database with the configuration in force, and the ways in and out.

    `reports` is the folder into which consolidated reports are laid under readable names.
    """

    database: Database
    configuration: Configuration
    messages: Messages
    files: FileStore
    channels: Channels
    clock: Clock
    reports: Path
