"""Runs migrations on the connection, and in the transaction, that ``database.migrate`` opened."""

from alembic import context

from database.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transaction_per_migration=True,
)
context.run_migrations()
