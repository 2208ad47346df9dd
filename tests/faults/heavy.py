"""Loads and compiles once, for all processes, what a command needs when it runs."""

from __future__ import annotations

import lsplan_workflow.cli.auditing
import lsplan_workflow.cli.following
import lsplan_workflow.cli.keeping
import lsplan_workflow.cli.main
import lsplan_workflow.cli.outbox
import lsplan_workflow.notify.channels
import lsplan_workflow.notify.email
import lsplan_workflow.reports.document
import lsplan_workflow.reports.workbook
import lsplan_workflow.services.reporting_pass
import lsplan_workflow.services.submissions
import lsplan_workflow.store.migrations
import lsplan_workflow.terminal.output
from lsplan_workflow import bootstrap
from lsplan_workflow.configuration.folder import parse, read_files
from tests.faults.province import SHIPPED

_configuration = parse(read_files(SHIPPED))
bootstrap._messages(
    tuple(sorted(_configuration.messages.items())), _configuration.program.language
)
