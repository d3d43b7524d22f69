"""Alembic's environment for every chain; the connection and the version table come from chassis.migrate."""

from __future__ import annotations

from alembic import context

options = context.config.attributes

context.configure(
    connection=options["connection"],
    version_table=options["version_table"],
    version_table_schema=options["version_table_schema"],
    transaction_per_migration=True,
)

with context.begin_transaction():
    context.run_migrations()
