"""Deadlines of their own, revisions with a deadline, and digests as a kind of notice.

Columns are added and dropped in place: SQLite would have to drop a whole table otherwise,
which the rows of other tables refer to.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _change_cycle()
    _change_obligation()
    _change_submission()
    _change_notice()


def _change_cycle() -> None:
    op.add_column("cycle", sa.Column("announced_due_at", sa.DateTime(timezone=True)))
    op.add_column("cycle", sa.Column("ladder", sa.JSON()))
    # It repeats what the obligations tell.
    op.execute("ALTER TABLE cycle DROP COLUMN expected_originally")


def _change_obligation() -> None:
    op.add_column("obligation", sa.Column("revise_by_at", sa.DateTime(timezone=True)))
    op.add_column("obligation", sa.Column("chased_since", sa.DateTime(timezone=True)))
    op.add_column("obligation", sa.Column("ladder", sa.JSON()))


def _change_submission() -> None:
    op.add_column("submission", sa.Column("recorded_at", sa.DateTime(timezone=True)))
    op.add_column("submission", sa.Column("reason", sa.Text()))


def _change_notice() -> None:
    op.add_column("notice", sa.Column("due_on", sa.Date()))
    # Only digests are addressed to leaders.
    op.execute(
        "UPDATE notice SET kind = 'digest' WHERE kind = 'escalation' AND contact LIKE '%/leader%'"
    )
