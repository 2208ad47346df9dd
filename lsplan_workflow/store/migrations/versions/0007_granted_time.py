"""Until when an obligation was given time by a decision of its own.

The column is added in place, for the reason that 0002 gives. What is due after its cycle was
given that time; where the cycle has moved beyond it since, the last decision tells it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_LATER = """
UPDATE obligation SET granted_at = due_at
WHERE due_at > (SELECT cycle.due_at FROM cycle WHERE cycle.code = obligation.cycle)
"""
_DECIDED = """
UPDATE obligation SET granted_at = (
    SELECT decision.until FROM decision
    WHERE decision.cycle = obligation.cycle AND decision.agency = obligation.agency
    AND decision.until IS NOT NULL
    ORDER BY decision.id DESC LIMIT 1
)
WHERE granted_at IS NULL
"""


def upgrade() -> None:
    op.add_column("obligation", sa.Column("granted_at", sa.DateTime(timezone=True)))
    op.execute(_LATER)
    op.execute(_DECIDED)
