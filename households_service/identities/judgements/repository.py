from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from households_service.identities.judgements.domain import Judgement, Merge, Verdict
from households_service.identities.tables import link_judgements, member_merges
from households_service.metadata import one_of

_SURVIVING = text("""
    with recursive gone (member_id, surviving_id) as (
        select merged_id, surviving_id from member_merges
        where split_at is null and merged_id = any(cast(:members as uuid[]))
        union
        select gone.member_id, further.surviving_id
        from gone join member_merges further on further.merged_id = gone.surviving_id and further.split_at is null
    )
    select member_id, surviving_id from gone
    where not exists (
        select from member_merges further where further.merged_id = gone.surviving_id and further.split_at is null
    )
""")
_APART = text("""
    with recursive whole (side, member_id) as (
        select * from (values (1, cast(:one as uuid)), (2, cast(:other as uuid))) ends (side, member_id)
        union
        select whole.side, merges.merged_id
        from whole join member_merges merges on merges.surviving_id = whole.member_id and merges.split_at is null
    ), newest as (
        select distinct on (judged.member_id, judged.other_member_id) judged.verdict
        from whole one join whole other on one.side = 1 and other.side = 2
        join link_judgements judged on judged.member_id = least(one.member_id, other.member_id)
            and judged.other_member_id = greatest(one.member_id, other.member_id)
        order by judged.member_id, judged.other_member_id, judged.id desc
    )
    select exists (select from newest where verdict = 'DIFFERENT')
""")


class JudgementRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, judgement: Judgement) -> None:
        await self._connection.execute(
            insert(link_judgements).values(
                id=judgement.id,
                area_path=judgement.area_path,
                member_id=judgement.member_id,
                person_token=judgement.person_token,
                other_member_id=judgement.other_member_id,
                verdict=judgement.verdict,
                reason=judgement.reason,
                judged_by=judgement.judged_by,
                judged_at=judgement.judged_at,
            )
        )

    async def barred(self, person_tokens: Iterable[str]) -> Mapping[str, frozenset[UUID]]:
        """By token the members whom the newest judgement calls somebody else."""
        newest: dict[tuple[str, UUID], str] = {}
        query = (
            select(link_judgements.c.person_token, link_judgements.c.member_id, link_judgements.c.verdict)
            .where(one_of(link_judgements.c.person_token, person_tokens))
            .order_by(link_judgements.c.id)
        )
        for row in await self._connection.execute(query):
            newest[row.person_token, row.member_id] = row.verdict
        found: defaultdict[str, set[UUID]] = defaultdict(set)
        for (token, member_id), verdict in newest.items():
            if verdict == Verdict.DIFFERENT:
                found[token].add(member_id)
        # Who is not a member is not whoever that member was merged into either.
        whole = await self.surviving({one for members in found.values() for one in members}) if found else {}
        for members in found.values():
            members |= {whole[one] for one in members if one in whole}
        return {token: frozenset(members) for token, members in found.items()}

    async def between(self, one: UUID, other: UUID) -> Sequence[Judgement]:
        """Over two members, newest first."""
        low, high = sorted((one, other))
        query = (
            select(link_judgements)
            .where(link_judgements.c.member_id == low, link_judgements.c.other_member_id == high)
            .order_by(link_judgements.c.id.desc())
        )
        return [_judgement(row) for row in await self._connection.execute(query)]

    async def by_id(self, judgement_id: UUID) -> Judgement | None:
        row = (
            await self._connection.execute(select(link_judgements).where(link_judgements.c.id == judgement_id))
        ).first()
        return None if row is None else _judgement(row)

    async def merge_by_id(self, merge_id: UUID) -> Merge | None:
        row = (await self._connection.execute(select(member_merges).where(member_merges.c.id == merge_id))).first()
        return None if row is None else _merge(row)

    async def surviving(self, members: Iterable[UUID]) -> Mapping[UUID, UUID]:
        """Of each merged member the one whose records its are now, however many merges stand between."""
        found = await self._connection.execute(_SURVIVING, {"members": list(members)})
        return {row.member_id: row.surviving_id for row in found}

    async def apart(self, one: UUID, other: UUID) -> bool:
        """Was anybody who is one by now judged to be somebody else than anybody who is the other?"""
        return bool(await self._connection.scalar(_APART, {"one": one, "other": other}))

    async def add_merge(self, merge: Merge) -> None:
        await self._connection.execute(
            insert(member_merges).values(
                id=merge.id,
                area_path=merge.area_path,
                surviving_id=merge.surviving_id,
                merged_id=merge.merged_id,
                moved_records=[str(one) for one in merge.moved_records],
                merged_at=merge.merged_at,
                merged_by=merge.merged_by,
                reason=merge.reason,
            )
        )

    async def standing_merge(self, merged_id: UUID) -> Merge | None:
        query = (
            select(member_merges)
            .where(member_merges.c.merged_id == merged_id, member_merges.c.split_at.is_(None))
            .with_for_update()
        )
        row = (await self._connection.execute(query)).first()
        return None if row is None else _merge(row)

    async def split(self, merge: Merge, *, at: datetime, by: str, reason: str) -> None:
        await self._connection.execute(
            update(member_merges)
            .where(member_merges.c.id == merge.id)
            .values(split_at=at, split_by=by, split_reason=reason)
        )


def _judgement(row: Row[tuple[object, ...]]) -> Judgement:
    return Judgement(
        id=row.id,
        area_path=row.area_path,
        member_id=row.member_id,
        person_token=row.person_token,
        other_member_id=row.other_member_id,
        verdict=Verdict(row.verdict),
        reason=row.reason,
        judged_by=row.judged_by,
        judged_at=row.judged_at,
    )


def _merge(row: Row[tuple[object, ...]]) -> Merge:
    return Merge(
        id=row.id,
        area_path=row.area_path,
        surviving_id=row.surviving_id,
        merged_id=row.merged_id,
        moved_records=tuple(UUID(one) for one in row.moved_records),
        merged_at=row.merged_at,
        merged_by=row.merged_by,
        reason=row.reason,
        split_at=row.split_at,
    )
