"""The exit codes of every command."""

from __future__ import annotations

from typing import Final

DONE: Final = 0
FAILED: Final = 1
"""The work failed."""
WRONG: Final = 2
"""The request was wrong; nothing was changed."""
