from __future__ import annotations

from sqlalchemy import ARRAY, BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from households_service.metadata import Instant, Path, metadata

registry_imports = Table(
    "registry_imports",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("file_id", Uuid, nullable=False),
    Column("file_sha256", Text, nullable=False),
    Column("area_path", Path, nullable=False),
    Column("mode", Text, nullable=False),
    Column("mapped", JSONB, nullable=False),
    Column("ignored", JSONB, nullable=False),
    Column("encoding", Text),
    # Our name of a column -> the header it has in the file.
    Column("headers", JSONB, nullable=False, server_default="{}"),
    Column("header_row", Integer),
    Column("state", Text, nullable=False),
    Column("account", JSONB, nullable=False),
    Column("job_id", Uuid),
    Column("requested_by", Text, nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("refusal_code", Text),
    Column("refusal_message", Text),
    Column("report_file_id", Uuid),
    Index("registry_imports_by_area", "area_path", "id"),
)

registry_import_issues = Table(
    "registry_import_issues",
    metadata,
    Column("import_id", Uuid, ForeignKey("registry_imports.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("area_path", Path, nullable=False),
    Column("row_number", BigInteger, nullable=False),
    Column("column_name", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("value_masked", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Index("registry_import_issues_by_row", "import_id", "row_number", "number"),
)

# The rows of a file and where each went, some hundred households a block: an element a row in the
# numbers and states, one for each that is named in codes and paths.
# `rows_sealed`: what is kept of sound rows until they are applied; NULL for rejected rows and when the import is done.
registry_staged_blocks = Table(
    "registry_staged_blocks",
    metadata,
    Column("import_id", Uuid, ForeignKey("registry_imports.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("area_path", Path, nullable=False),
    Column("row_numbers", ARRAY(Integer), nullable=False),
    Column("households", ARRAY(Integer), nullable=False),
    Column("codes", ARRAY(Text), nullable=False),
    Column("paths", ARRAY(Text), nullable=False),
    Column("states", ARRAY(Text), nullable=False),
    Column("rows_sealed", LargeBinary),
)

# What a changed row overwrote: the fields and, sealed, their values before.
registry_changes = Table(
    "registry_changes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("household_id", Uuid, ForeignKey("households.id"), nullable=False),
    Column("member_id", Uuid, ForeignKey("members.id")),
    Column("area_path", Path, nullable=False),
    Column("version", Integer, nullable=False),
    Column("import_id", Uuid, ForeignKey("registry_imports.id"), nullable=False),
    Column("fields", ARRAY(Text), nullable=False),
    Column("before_sealed", LargeBinary, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Index("registry_changes_by_household", "household_id", "id"),
)

# What an import registered, by a keyed token of everything it kept: the same rows again write nothing.
imported_households = Table(
    "imported_households",
    metadata,
    Column("code", Text(collation="C"), primary_key=True),
    Column("household_id", Uuid, ForeignKey("households.id"), nullable=False),
    Column("area_path", Path, nullable=False),
    Column("content_token", LargeBinary, nullable=False),
    Column("import_id", Uuid, ForeignKey("registry_imports.id"), nullable=False),
)
