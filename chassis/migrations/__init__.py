"""What migrations share: the area wall of a table, and the chain of the chassis' own tables."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

FOLDER = Path(__file__).parent
# Text compares like C here: the path is ASCII, and "~" sorts after every character of a path.
_INSIDE = (
    "area_path >= nullif(current_setting('app.area_from', true), '')"
    " and area_path < nullif(current_setting('app.area_to', true), '')"
)


class Statements(Protocol):
    """`alembic.op`, which is a module, or an `Operations`."""

    def execute(self, sqltext: str) -> None: ...


def rls(op: Statements, table: str) -> None:
    """Row-level security over `area_path`, for the owner too. An unset wall shows and accepts nothing.

    nullif matters: on a pooled connection a setting of an earlier transaction reads '' and not NULL.
    """
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(f"create policy area_wall on {table} using ({_INSIDE}) with check ({_INSIDE})")


def rls_of_role(op: Statements, table: str, *, role: str, setting: str) -> None:
    """Row-level security over `area_path` that opens a table to one role alone, to the clockwork, and to the guard.

    The guard is code that has to weigh such rows while somebody else acts: it says so by `setting`, for as long as
    its own statements take. Everybody else sees and writes nothing, whatever a query forgets to ask.
    """
    seen = (
        f"coalesce(current_setting('{setting}', true), '') = 'on'"
        f" or (position(',{role},' in coalesce(current_setting('app.roles', true), '')) > 0 and {_INSIDE})"
        " or position(',SYSTEM,' in coalesce(current_setting('app.roles', true), '')) > 0"
    )
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(f"create policy role_wall on {table} using ({seen}) with check ({seen})")
