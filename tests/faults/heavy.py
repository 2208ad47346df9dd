"""Loads and compiles once, for all processes, what a command needs when it runs."""

from __future__ import annotations

from importlib import import_module

from lsplan_workflow import bootstrap
from lsplan_workflow.configuration.folder import parse, read_files
from tests.faults.province import SHIPPED

for _name in (
    "cli.auditing",
    "cli.following",
    "cli.keeping",
    "cli.outbox",
    "notify.channels",
    "notify.email",
    "reports.document",
    "reports.workbook",
    "store.migrations",
    "terminal.output",
):
    import_module(f"lsplan_workflow.{_name}")
_configuration = parse(read_files(SHIPPED))
bootstrap._messages(tuple(sorted(_configuration.messages.items())), _configuration.program.language)
