"""The rows about households that a caller may see, as a condition of a query."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Column, ColumnElement, false, or_, select, true

from risk_service.access import Visibility
from risk_service.copies.tables import members, officers, pairings


def visible_rows(seen: Visibility, *, area_path: Column[str], household_id: Column[UUID]) -> ColumnElement[bool]:
    """The rows of a table about households that a caller may see."""
    if seen.everything:
        return true()
    parts: list[ColumnElement[bool]] = [within(area_path, area) for area in seen.areas]
    if seen.paired_subject is not None:
        paired = (
            select(pairings.c.household_id)
            .join(officers, officers.c.id == pairings.c.officer_id)
            .where(officers.c.subject == seen.paired_subject, officers.c.active)
        )
        parts.append(household_id.in_(paired))
    if seen.own_member_id is not None:
        own = select(members.c.household_id).where(members.c.id == seen.own_member_id)
        parts.append(household_id.in_(own))
    return or_(*parts) if parts else false()


def within(column: Column[str], area_path: str) -> ColumnElement[bool]:
    """At or below an area: a range, which an index serves; every path character sorts before "~"."""
    return (column >= area_path) & (column < area_path + "~")
