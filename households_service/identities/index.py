"""The index of keys: kept with every change of a member, asked for candidates in one query for any number of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.vault import Vault
from households_service.identities.keys import KEYS_VERSION, Traits, sought_keys, stored_keys
from households_service.identities.tables import link_index, link_keys
from households_service.metadata import one_of

LONGEST_LIST = 150
"""A key that more people share is skipped, never cut: a cut list would lose people by where they stand in it."""
MOST_CANDIDATES = 300
"""Of one row; those that share the rarest keys with it."""
_KIND = "link.key"
_KEYS_PER_INSERT = 50_000
_ADD = text("""
    insert into link_keys (key, member_id, area_path)
    select * from unnest(cast(:keys as bigint[]), cast(:members as uuid[]), cast(:paths as text[]))
    on conflict do nothing
""")
_CANDIDATES = text("""
    with lists as materialized (
        select asked.row, list.members, cardinality(list.members) as size
        from unnest(cast(:rows as int[]), cast(:keys as bigint[])) as asked (row, key)
        cross join lateral (
            select array_agg(few.member_id) as members
            from (
                select member_id from link_keys
                where key = asked.key and area_path >= :within and area_path < :beyond
                limit :longest + 1
            ) few
        ) list
        where cardinality(list.members) <= :longest
    ), shared as (
        select lists.row, one.member_id, sum(1.0 / (1 + lists.size)) as rarity
        from lists cross join lateral unnest(lists.members) as one (member_id)
        group by lists.row, one.member_id
    ), ranked as (
        select row, member_id, row_number() over (partition by row order by rarity desc, member_id) as place from shared
    )
    select row, member_id from ranked where place <= :most order by row, place
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedMember:
    member_id: UUID
    area_path: str
    traits: Traits


_NUMBERS_KEPT = 200_000


class LinkKeyRepository:
    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault
        # Somebody is sought by nearly the keys under which they are then put, and relatives share some.
        self._numbers: dict[str, int] = {}

    async def put(self, members: Sequence[KeyedMember], *, known: bool = True) -> None:
        """Their keys, in place of those they had; `known` False: they have none yet."""
        if known:
            await self.drop([member.member_id for member in members])
        keys: list[int] = []
        ids: list[UUID] = []
        paths: list[str] = []
        for member in members:
            own = self.hashed(member)
            keys += own
            ids += [member.member_id] * len(own)
            paths += [member.area_path] * len(own)
        for start in range(0, len(keys), _KEYS_PER_INSERT):
            part = slice(start, start + _KEYS_PER_INSERT)
            await self._connection.execute(_ADD, {"keys": keys[part], "members": ids[part], "paths": paths[part]})

    def hashed(self, member: KeyedMember) -> list[int]:
        return self._hashed(stored_keys(member.traits))

    async def drop(self, member_ids: Iterable[UUID]) -> None:
        await self._connection.execute(delete(link_keys).where(one_of(link_keys.c.member_id, member_ids)))

    async def candidates(
        self, rows: Sequence[Traits], *, within: str, most: int = MOST_CANDIDATES
    ) -> Mapping[int, Sequence[UUID]]:
        """By place of the row those members within the area that share keys with it, the rarest keys first."""
        numbers: list[int] = []
        keys: list[int] = []
        for number, traits in enumerate(rows):
            own = self._hashed(sought_keys(traits))
            keys += own
            numbers += [number] * len(own)
        found: dict[int, list[UUID]] = defaultdict(list)
        if keys:
            asked = {
                "rows": numbers,
                "keys": keys,
                "within": within,
                "beyond": within + "~",
                "longest": LONGEST_LIST,
                "most": most,
            }
            for row in await self._connection.execute(_CANDIDATES, asked):
                found[row.row].append(row.member_id)
        return found

    async def built(self) -> int:
        """The version of the keys that everybody has; 0: never built."""
        query = select(link_index.c.keys_version).order_by(link_index.c.keys_version.desc()).limit(1)
        return int(await self._connection.scalar(query) or 0)

    async def note_built(self, at: datetime) -> None:
        await self._connection.execute(delete(link_index))
        await self._connection.execute(insert(link_index).values(keys_version=KEYS_VERSION, built_at=at))

    def _hashed(self, keys: Iterable[str]) -> list[int]:
        known = self._numbers
        if len(known) > _NUMBERS_KEPT:
            known.clear()
        found: list[int] = []
        for key in keys:
            number = known.get(key)
            if number is None:
                number = known[key] = link_key(self._vault, key)
            found.append(number)
        return found


def link_key(vault: Vault, key: str) -> int:
    """As stored: nothing can be read or tried out from it without the vault's key."""
    return vault.number(key, kind=_KIND)
