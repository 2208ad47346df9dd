"""Why attempts failed, by which channel a notice leaves, and contacts that cannot be reached.

The notice's columns are added in place, for the reason that 0002 gives.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notice", sa.Column("cause", sa.String()))
    op.add_column("delivery", sa.Column("cause", sa.String()))
    op.add_column(
        "notice", sa.Column("channel", sa.String(), nullable=False, server_default="email")
    )
    op.add_column("notice", sa.Column("way", sa.Integer(), nullable=False, server_default="0"))
    _name_channels()
    op.create_table(
        "suspect",
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notice_key", sa.String(), nullable=False),
        sa.Column("address_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["notice_key"], ["notice.key"]),
        sa.PrimaryKeyConstraint("contact"),
    )


def _name_channels() -> None:
    """Name the channel of each notice that does not leave by e-mail: its URL's scheme."""
    for scheme in ("tgram", "slack", "msteams", "discord", "json", "ntfy", "matrix", "mailto"):
        for written in (scheme, f"{scheme}s"):
            op.execute(
                sa.text(
                    "UPDATE notice SET channel = :scheme WHERE recipient LIKE :written"
                ).bindparams(scheme=scheme, written=f"{written}://%")
            )
