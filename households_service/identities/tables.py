from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from households_service.metadata import Instant, Path, metadata

# `key` is a keyed hash: neither a name nor a day of birth can be read or tried out from it without the vault's key.
link_keys = Table(
    "link_keys",
    metadata,
    Column("key", BigInteger, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("area_path", Path, nullable=False),
    Index("link_keys_by_key", "key", "member_id", unique=True, postgresql_include=["area_path"]),
    Index("link_keys_by_member", "member_id"),
)

# Fitted on a registry; the one in force is the newest. None: the one that came with the product.
link_models = Table(
    "link_models",
    metadata,
    Column("version", Text, primary_key=True),
    Column("fitted_at", Instant, nullable=False),
    Column("content", JSONB, nullable=False),
)

# One row per version of a record that the engine weighed; never changed but for what a person found out of it.
link_decisions = Table(
    "link_decisions",
    metadata,
    Column("record_key", Uuid, ForeignKey("department_records.id"), primary_key=True),
    Column("area_path", Path, nullable=False),
    Column("model_version", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("threshold_bits", Float, nullable=False),
    Column("decided_at", Instant, nullable=False),
    Column("candidates", JSONB, nullable=False),
    Column("sampled", Boolean, nullable=False),
    Column("found", Text),
    Column("found_by", Text),
    Column("found_at", Instant),
    Index("link_decisions_sampled", "area_path", "record_key", postgresql_where=text("sampled")),
)

# Edges of the graph of judgements. Never changed: the newest between two ends holds.
link_judgements = Table(
    "link_judgements",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("area_path", Path, nullable=False),
    Column("person_token", Text),
    Column("other_member_id", Uuid),
    Column("member_id", Uuid, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("judged_by", Text, nullable=False),
    Column("judged_at", Instant, nullable=False),
    Index("link_judgements_of_token", "person_token", "member_id"),
    Index("link_judgements_of_members", "member_id", "other_member_id"),
)

member_merges = Table(
    "member_merges",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("area_path", Path, nullable=False),
    Column("surviving_id", Uuid, ForeignKey("members.id"), nullable=False),
    Column("merged_id", Uuid, ForeignKey("members.id"), nullable=False),
    Column("moved_records", JSONB, nullable=False),
    Column("merged_at", Instant, nullable=False),
    Column("merged_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("split_at", Instant),
    Column("split_by", Text),
    Column("split_reason", Text),
    Index("member_merges_standing", "merged_id", unique=True, postgresql_where=text("split_at is null")),
    Index("member_merges_of", "surviving_id"),
)

# How far the index of a registry was built: KEYS_VERSION, once every member of that time has its keys.
link_index = Table(
    "link_index",
    metadata,
    Column("keys_version", Integer, primary_key=True),
    Column("built_at", Instant, nullable=False),
)

# Only how often somebody asked: what was asked for, and of whom, stands in the audit log.
look_ups = Table(
    "look_ups",
    metadata,
    Column("subject", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Index("look_ups_of", "subject", "asked_at"),
)
