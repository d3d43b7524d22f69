"""All that a look-up asks of the database, in two statements beside its row of the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.database import driver_of
from chassis.vault import Vault
from households_service.feeds.domain import RowStatus
from households_service.identities.index import LONGEST_LIST, link_key
from households_service.identities.keys import Traits, sought_keys
from households_service.identities.tables import look_ups
from households_service.members.repository import ID_NUMBER, NAME

# The statement after it is planned once per connection: planning costs twice as much as running it.
_ABOUT = """
    with asked as (insert into look_ups (subject, asked_at) values ($1, $2)),
    about as ({record})
    select about.*, recent.minute, recent.day,
        (select version from link_models order by fitted_at desc, version limit 1) as model_version,
        (
            select areas.path from area_codes join areas on areas.id = area_codes.area_id
            where area_codes.code = $6
            order by area_codes.valid_from <= $7 and coalesce(area_codes.valid_to > $7, true) desc,
                area_codes.valid_from desc
            limit 1
        ) as village_path,
        set_config('plan_cache_mode', 'force_generic_plan', true) as planned_once
    from about cross join (
        select count(*) filter (where asked_at > $3) as minute, count(*) as day
        from (
            select asked_at from look_ups where subject = $1 and asked_at > $4
            order by asked_at desc limit $5
        ) counted
    ) recent
"""
_COLUMNS = "select id, department, record_id, area_path, status from department_records"
_BY_ROW = _ABOUT.format(record=f"{_COLUMNS} where id = $8")
_BY_RECORD = _ABOUT.format(
    record=f"{_COLUMNS} where department = $8 and record_id = $9 order by version desc, id desc limit 1"
)
_CANDIDATES = """
    with lists as materialized (
        select list.members, cardinality(list.members) as size
        from unnest($1::bigint[]) as asked (key)
        cross join lateral (
            select array_agg(few.member_id) as members
            from (
                select member_id from link_keys
                where key = asked.key and area_path >= $4 and area_path < $5
                limit $6::int + 1
            ) few
        ) list
        where cardinality(list.members) <= $6
    ), sharing as (
        select one.member_id, sum(cast(1 as float8) / (1 + lists.size)) as rarity
        from lists cross join lateral unnest(lists.members) as one (member_id)
        group by one.member_id
        order by rarity desc, one.member_id
        limit $7
    ), chosen as (
        select member_id from sharing
        union select id from members where id_number_token = any($2::bytea[]) and left_on is null
        union select members.id from households join members on members.household_id = households.id
            where households.code = $3 and members.left_on is null
    )
    select members.id, members.household_id, members.area_path, members.name_sealed, members.id_number_sealed,
        members.date_of_birth, households.code
    from chosen
    join members on members.id = chosen.member_id
    join households on households.id = members.household_id
    where members.left_on is null and households.removed_on is null
        and members.area_path >= $4 and members.area_path < $5
    order by members.id
"""
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The record that a question is about, and what else has to be known before anybody is looked for.

    `minute` and `day`: how often the caller asked before, within a minute and within a day (counted up to a limit).
    """

    id: UUID
    department: str
    record_id: str
    area_path: str
    status: RowStatus
    minute: int
    day: int
    model_version: str | None
    village_path: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Somebody who may be meant: what is compared and what is shown of a registered person."""

    member_id: UUID
    household_id: UUID
    household_code: str
    area_path: str
    name: str
    sealed_number: bytes | None
    date_of_birth: date | None

    def __repr__(self) -> str:
        """Never the values: a repr ends in logs and tracebacks."""
        return f"Seen({self.member_id})"

    def id_number(self, vault: Vault) -> str | None:
        """Opened only where it is compared or shown."""
        return (
            None
            if self.sealed_number is None
            else vault.open(self.sealed_number, place=f"{ID_NUMBER}:{self.member_id}")
        )


class LookUpRepository:
    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    async def about(
        self, row_id: UUID | None, record: tuple[str, str] | None, *, subject: str, now: datetime, today: date,
        village_code: str, most: int
    ) -> About | None:  # fmt: skip
        """Notes that `subject` asked. The record by its row id, or the newest version by department and record id."""
        known: tuple[object, ...]
        if row_id is not None:
            query, known = _BY_ROW, (row_id,)
        elif record is not None:
            query, known = _BY_RECORD, record
        else:
            return None
        driver = await driver_of(self._connection)
        row = await driver.fetchrow(query, subject, now, now - _MINUTE, now - _DAY, most, village_code, today, *known)
        if row is None:
            return None
        key, department, record_id, area_path, status, minute, day, model_version, village_path, _ = row
        return About(
            id=key,
            department=department,
            record_id=record_id,
            area_path=area_path,
            status=RowStatus(status),
            minute=minute,
            day=day,
            model_version=model_version,
            village_path=village_path,
        )

    async def likely(
        self, traits: Traits, *, numbers: Sequence[str], household_code: str, within: str, most: int
    ) -> Sequence[Seen]:
        """Who shares the rarest keys, carries one of the ID numbers, or lives in the household; within the area."""
        driver = await driver_of(self._connection)
        found = await driver.fetch(
            _CANDIDATES,
            [link_key(self._vault, key) for key in sought_keys(traits)],
            [self._vault.index(number, kind=ID_NUMBER) for number in numbers],
            household_code,
            within,
            within + "~",
            LONGEST_LIST,
            most,
        )
        opened = self._vault.open
        return [
            Seen(
                member_id=member_id,
                household_id=household_id,
                household_code=code,
                area_path=area_path,
                name=opened(name_sealed, place=f"{NAME}:{member_id}"),
                sealed_number=sealed_number,
                date_of_birth=born,
            )
            for member_id, household_id, area_path, name_sealed, sealed_number, born, code in found
        ]

    async def forget(self, before: datetime) -> None:
        await self._connection.execute(delete(look_ups).where(look_ups.c.asked_at < before))
