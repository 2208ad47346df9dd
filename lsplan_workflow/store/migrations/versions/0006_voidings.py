"""The document by which a filing that was recorded by mistake is void.

The column is added in place, for the reason that 0002 gives.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("review", sa.Column("authority", sa.String()))
