from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncConnection

from households_service.identities.tables import look_ups

_COUNT = text("""
    with asked as (insert into look_ups (subject, asked_at) values (:subject, :now))
    select count(*) filter (where asked_at > :minute) as minute, count(*) as day
    from (select asked_at from look_ups where subject = :subject and asked_at > :day order by asked_at desc limit :most)
    recent
""")


class LookUpRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def count(self, subject: str, *, now: datetime, most: int) -> tuple[int, int]:
        """Notes one look-up; how many there were before, within a minute and within a day (counted up to `most`)."""
        asked = {
            "subject": subject,
            "now": now,
            "minute": now - timedelta(minutes=1),
            "day": now - timedelta(days=1),
            "most": most,
        }
        row = (await self._connection.execute(_COUNT, asked)).one()
        return int(row.minute), int(row.day)

    async def forget(self, before: datetime) -> None:
        await self._connection.execute(delete(look_ups).where(look_ups.c.asked_at < before))
