"""Our engine on a set, as `holdfast link` calls it."""

from __future__ import annotations

from benchmarks.linkage_files import LinkSet
from benchmarks.linkage_scores import Scored
from households_service.linkage.engine import link
from households_service.linkage.schema import parse_schema
from households_service.linkage.table import PersonTable, person_table


def table_of(data: LinkSet) -> PersonTable:
    schema = parse_schema({"columns": data.kinds})
    columns = [{name: side[name] for name in side.columns} for side in data.sides]
    return person_table(schema, columns[0], columns[1] if len(columns) > 1 else None)


def linked_pairs(data: LinkSet, *, one_to_one: bool) -> tuple[Scored, list[bool]]:
    """Pairs with their log odds and which of them it links by the threshold it chose."""
    result = link(table_of(data), one_to_one_only=one_to_one)
    offset = 0 if data.right is None else len(data.left)
    pairs = zip(result.left.tolist(), (result.right - offset).tolist(), result.bits.tolist(), strict=True)
    return list(pairs), result.linked().tolist()
