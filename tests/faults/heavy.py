"""Loads and compiles once, for all processes, what a command needs when it runs."""

from __future__ import annotations

from importlib import import_module

from sqlalchemy.orm import configure_mappers

from lsplan_workflow import bootstrap
from lsplan_workflow.configuration.folder import parse, read_files
from tests.faults.province import SHIPPED

_OURS = (
    "cli.auditing",
    "cli.filing",
    "cli.following",
    "cli.keeping",
    "cli.outbox",
    "clock",
    "notify.channels",
    "notify.email",
    "reports.document",
    "reports.workbook",
    "services.alarm",
    "services.backup",
    "services.installation",
    "services.outbox",
    "services.workplace",
    "settings",
    "store.migrations",
    "terminal.output",
)
# A process that is forked runs the program of its parent as a module, which is pytest.
_OTHERS = ("pytest", "rich.table", "sqlite3")
for _name in (*(f"lsplan_workflow.{_name}" for _name in _OURS), *_OTHERS):
    import_module(_name)
configure_mappers()
_configuration = parse(read_files(SHIPPED))
bootstrap._messages(tuple(sorted(_configuration.messages.items())), _configuration.program.language)
