"""Obstacles, what was done about them, and notices about them.

The notice's column is added in place, for the reason that 0002 gives.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_obstacle()
    _create_step()
    _create_document()
    op.add_column("notice", sa.Column("obstacle", sa.String()))
    op.create_index("ix_notice_obstacle", "notice", ["obstacle"])


def _create_obstacle() -> None:
    op.create_table(
        "obstacle",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("program", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("competence", sa.Text(), nullable=False),
        sa.Column("received_at", _INSTANT, nullable=False),
        sa.Column("answer_by_at", _INSTANT, nullable=False),
        sa.Column("announced_by_at", _INSTANT, nullable=False),
        sa.Column("chased_since", _INSTANT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("assigned_to", sa.String(), nullable=True),
        sa.Column("next_action_at", _INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("year", "ordinal", name="uq_obstacle_year_ordinal"),
    )
    op.create_index("ix_obstacle_agency", "obstacle", ["agency"])
    op.create_index("ix_obstacle_next_action_at", "obstacle", ["next_action_at"])


def _create_step() -> None:
    op.create_table(
        "obstacle_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obstacle", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("agency", sa.String(), nullable=True),
        sa.Column("answer_by_at", _INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["obstacle"], ["obstacle.number"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_obstacle_step_obstacle", "obstacle_step", ["obstacle"])


def _create_document() -> None:
    op.create_table(
        "obstacle_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["step_id"], ["obstacle_step.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_obstacle_document_step_id", "obstacle_document", ["step_id"])
    op.create_index("ix_obstacle_document_sha256", "obstacle_document", ["sha256"])
