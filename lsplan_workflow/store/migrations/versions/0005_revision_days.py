"""By when each return asked for the revision, which the obligation forgets once it is filed.

The column is added in place, for the reason that 0002 gives.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("review", sa.Column("revise_by_at", sa.DateTime(timezone=True)))
    # Of the days of earlier returns no table tells any more.
    op.execute(
        "UPDATE review SET revise_by_at = (SELECT obligation.revise_by_at FROM obligation "
        "JOIN submission ON submission.cycle = obligation.cycle "
        "AND submission.agency = obligation.agency WHERE submission.id = review.submission_id) "
        "WHERE decision = 'returned'"
    )
