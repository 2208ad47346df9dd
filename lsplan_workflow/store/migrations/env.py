"""Run by Alembic, on the connection that `migrate` hands over."""

from alembic import context
from sqlmodel import SQLModel

from lsplan_workflow.store import tables  # noqa: F401 - Importing it registers the tables.

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
