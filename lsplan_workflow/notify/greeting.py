"""What a mail server says when somebody comes to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lsplan_workflow.domain.causes import Cause


@dataclass(frozen=True, slots=True)
class Greeting:
    """Whether a server let us in, and what it said: of itself, or why not, and for what cause.

    `in_clear` tells that a password went to it over a connection that others can read.
    """

    reached: bool
    words: str
    cause: Cause | None = None
    in_clear: bool = False
