"""Waiting within a pass until a channel's minute lets out more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsplan_workflow.services.claiming import WINDOW
from lsplan_workflow.store import installation

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from lsplan_workflow.services.workplace import Workplace


class Patience:
    """How long in all a pass waits since it began.

    It ends as well where another configuration is applied meanwhile, or a person is taken out of
    this one: what is due then leaves by that one, with the next pass.
    """

    def __init__(self, workplace: Workplace, begun: datetime, lasting: timedelta) -> None:
        self._workplace = workplace
        self._until = begun + lasting
        self._text = self._in_force() if lasting else None

    def lasts_until(self, instant: datetime | None) -> bool:
        """Wait until an instant, in no transaction; tell whether it came and the pass goes on."""
        if instant is None or instant > self._until:
            return False
        # Further off it can only be where the clock was put back.
        if instant - self._workplace.clock.now() > WINDOW:
            return False
        return self._workplace.clock.wait_until(instant) and self._in_force() == self._text

    def _in_force(self) -> str | None:
        """Return the fingerprint of the configuration in force."""
        with self._workplace.database.reading() as session:
            found = installation.configuration_in_force(session)
            return None if found is None else found.sha256
