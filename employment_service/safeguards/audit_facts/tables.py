"""Apart from workers, so that nothing which reads a worker reads it; behind a wall that opens to the audit alone."""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, Table, Text, Uuid

from employment_service.metadata import metadata

audit_facts = Table(
    "audit_facts",
    metadata,
    Column("worker_id", Uuid, primary_key=True),
    Column("area_path", Text, nullable=False),
    Column("sex_sealed", LargeBinary, nullable=False),
)
