"""The doctor's daily look: findings as a table, trouble told to the administrators."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from prefect import get_run_logger
from prefect.artifacts import acreate_table_artifact

from flows.steps import step, tolerated
from lsplan_workflow import bootstrap, checkup
from lsplan_workflow.domain.health import Level
from lsplan_workflow.domain.office_findings import pass_failed
from lsplan_workflow.terminal.failures import masked
from lsplan_workflow.terminal.language import language

if TYPE_CHECKING:
    from lsplan_workflow.domain.health import Finding
    from lsplan_workflow.services.alarm import Alarm

KEY = "doctor"


async def shown_checkup(*, failed: bool) -> None:
    """Look at everything, tell the administrators, show what was found; fail no run.

    That the pass before it has `failed` is trouble too.
    """
    try:
        found, alarm = await step(KEY, lambda: _looked_and_told(failed=failed))
    except Exception as error:  # noqa: BLE001 - The pass is done, whatever ails the doctor.
        get_run_logger().error("The doctor could not look: %s", type(error).__name__)
        return
    for finding in found.findings:
        if finding.level in {Level.NOTICE, Level.TROUBLE}:
            get_run_logger().warning("%s: %s", finding.code, masked(finding.said.en))
    await tolerated(
        acreate_table_artifact(
            [_row(finding) for finding in found.findings],
            key=KEY,
            description=_description(found.findings, alarm),
        )
    )


def _looked_and_told(*, failed: bool) -> tuple[checkup.Checkup, Alarm | None]:
    found = checkup.look(bootstrap.place())
    if failed:
        found = replace(found, findings=(*found.findings, pass_failed()))
    return checkup.tell(found)


def _row(finding: Finding) -> dict[str, Any]:
    return {
        "level": finding.level.value,
        "code": finding.code,
        "found": masked(finding.said.in_language(language())),
        "remedy": masked(finding.remedy.in_language(language())),
    }


def _description(findings: tuple[Finding, ...], alarm: Alarm | None) -> str:
    """Return how many troubles there are, and who was told of them, by contact ids."""
    troubles = sum(finding.level is Level.TROUBLE for finding in findings)
    counted = f"{troubles} trouble" + ("" if troubles == 1 else "s")
    if alarm is None:
        return counted
    if alarm.in_vain:
        return f"{counted} · nobody could be told"
    told = "told earlier today" if alarm.earlier else f"told: {', '.join(alarm.reached)}"
    return f"{counted} · {told}"
