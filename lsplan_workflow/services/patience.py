"""Waiting within a pass until a channel's minute lets out more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.domain.text import Text, counted
from lsplan_workflow.services.claiming import WINDOW
from lsplan_workflow.store import installation

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from lsplan_workflow.services.claiming import HeldBack
    from lsplan_workflow.services.progress import Progress
    from lsplan_workflow.services.workplace import Workplace


class Patience:
    """How long in all a pass waits since it began.

    It ends as well where another configuration is applied meanwhile, or a person is taken out of
    this one: what is due then leaves by that one, with the next pass.
    """

    def __init__(
        self, workplace: Workplace, begun: datetime, lasting: timedelta, progress: Progress
    ) -> None:
        self._workplace, self._progress = workplace, progress
        self._until = begun + lasting
        self._text = self._in_force() if lasting else None

    def lasts_for(self, held: HeldBack) -> bool:
        """Wait, in no transaction, until some of it may leave; tell whether the pass goes on."""
        instant = held.until
        if instant is None or instant > self._until:
            return False
        # Further off it can only be where the clock was put back.
        if instant - self._workplace.clock.now() > WINDOW:
            return False
        self._say(held.count, instant)
        return self._workplace.clock.wait_until(instant) and self._in_force() == self._text

    def _say(self, count: int, until: datetime) -> None:
        at = f"{self._workplace.configuration.calendar.local(until):%H:%M:%S}"
        self._progress(
            Text(
                f"Kênh gửi đã đủ số thư của phút này; {count} thông báo chờ đến {at}…",
                f"The minute's rate is used up; {counted(count, 'notice')} waiting until {at}…",
            )
        )

    def _in_force(self) -> str | None:
        """Return the fingerprint of the configuration in force."""
        with self._workplace.database.reading() as session:
            found = installation.configuration_in_force(session)
            return None if found is None else found.sha256
