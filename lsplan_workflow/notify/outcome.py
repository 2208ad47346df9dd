"""What became of one attempt to reach one recipient."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lsplan_workflow.domain.causes import Cause


class Result(StrEnum):
    """Sent; or a failure that may pass (4xx, timeout, lost connection); or one for good."""

    SENT = "sent"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result for one recipient, with the server's own words; a failure has a cause."""

    result: Result
    reply: str
    cause: Cause | None = None
