"""Adding a row to the audit log as one call: it waits for whoever adds one, then continues that one's hash."""

from __future__ import annotations

from alembic import op

revision = "2026_11_25_add_audit"
down_revision = "2026_11_24_vault_mark"
branch_labels = None
depends_on = None

# Each statement of a volatile function sees what was committed before it: the second one the row waited for.
_ADD_AUDIT = """
    create function chassis.add_audit(
        at timestamptz, actor text, roles text[], action text, subject_id text, purpose text, fields text[],
        framed bytea
    ) returns void language plpgsql volatile as $$
    begin
        perform pg_advisory_xact_lock(1635083369);
        insert into chassis.audit (n, at, actor, roles, action, subject_id, purpose, fields, previous_hash, hash)
        select next.n, add_audit.at, add_audit.actor, add_audit.roles, add_audit.action, add_audit.subject_id,
            add_audit.purpose, add_audit.fields, previous,
            sha256(previous || int4send(octet_length(next.n::text)) || convert_to(next.n::text, 'UTF8') || framed)
        from (values (0)) as one
        left join (select audit.n, audit.hash from chassis.audit order by audit.n desc limit 1) newest on true
        cross join lateral (select coalesce(newest.n, 0) + 1, coalesce(newest.hash, '')) as next (n, previous);
    end $$
"""


def upgrade() -> None:
    op.execute(_ADD_AUDIT)


def downgrade() -> None:
    op.execute("drop function chassis.add_audit")
