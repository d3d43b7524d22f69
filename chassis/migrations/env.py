"""Alembic's environment for every chain; the connection and the version table come from chassis.migrate."""

from __future__ import annotations

from alembic import context

options = context.config.attributes

if context.is_offline_mode():
    context.configure(
        dialect_name="postgresql",
        as_sql=True,
        version_table=options["version_table"],
        version_table_schema=options["version_table_schema"],
        transaction_per_migration=True,
    )
else:
    context.configure(
        connection=options["connection"],
        version_table=options["version_table"],
        version_table_schema=options["version_table_schema"],
        transaction_per_migration=True,
    )

with context.begin_transaction():
    context.run_migrations()
