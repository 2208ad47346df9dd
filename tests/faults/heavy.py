"""Loads once, for all processes, what a command loads when it runs."""

import lsplan_workflow.cli.auditing
import lsplan_workflow.cli.keeping
import lsplan_workflow.cli.main
import lsplan_workflow.cli.outbox
import lsplan_workflow.configuration.folder
import lsplan_workflow.notify.channels
import lsplan_workflow.notify.email
import lsplan_workflow.reports.document
import lsplan_workflow.reports.workbook
import lsplan_workflow.services.reporting_pass
import lsplan_workflow.store.migrations
import lsplan_workflow.terminal.output
