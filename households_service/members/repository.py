"""Members at rest: personal details sealed, each in its own row, and found again by keyed tokens."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.vault import Vault
from households_service.identities.index import KeyedMember, LinkKeyRepository
from households_service.identities.keys import UNKNOWN_BIRTH, Traits, place_digits
from households_service.members.domain import (
    Belonging,
    LabourCapacity,
    Member,
    MemberAlreadyRegistered,
    PersonalDetails,
    Relation,
    Residence,
    UnknownMember,
)
from households_service.members.tables import members
from households_service.metadata import one_of
from households_service.registry.tables import households

ROWS_PER_INSERT = 1000
# By a mapping: calling an enumeration costs several times as much, and members are read by the thousand.
_RELATIONS: Mapping[str, Relation] = {one: one for one in Relation}
_CAPACITIES: Mapping[str, LabourCapacity] = {one: one for one in LabourCapacity}
_RESIDENCES: Mapping[str, Residence] = {one: one for one in Residence}
ID_NUMBER = "member.id_number"
NAME = "member.name"


class MemberRepository:
    def __init__(self, connection: AsyncConnection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault
        self._keys = LinkKeyRepository(connection, vault)

    async def add(self, *new: Member) -> None:
        """With their keys, so that the next query finds them. Raises MemberAlreadyRegistered; the transaction is then
        lost.
        """
        rows = [self._row(member) for member in new]
        try:
            for start in range(0, len(rows), ROWS_PER_INSERT):
                await self._connection.execute(insert(members), rows[start : start + ROWS_PER_INSERT])
        except IntegrityError as error:
            # Also for somebody beyond the caller's area wall, whom no look-up before could see.
            if "members_id_number" not in str(error.orig):
                raise
            raise MemberAlreadyRegistered(
                "A person with this ID number is a member of a household.", field="idNumber"
            ) from None
        await self._keys.put([keyed(member) for member in new if member.left_on is None], known=False)

    async def save(self, member: Member) -> None:
        """With the keys that follow from it; who has left has none."""
        await self._connection.execute(update(members).where(members.c.id == member.id).values(self._row(member)))
        if member.left_on is None:
            await self._keys.put([keyed(member)])
        else:
            await self._keys.drop([member.id])

    async def get(self, member_id: UUID) -> Member:
        found = await self.by_ids([member_id])
        if member_id not in found:
            raise UnknownMember("There is no such member, or not for you.", field="memberId")
        return found[member_id]

    async def by_ids(self, ids: Iterable[UUID]) -> Mapping[UUID, Member]:
        return {member.id: member for member in await self._read(one_of(members.c.id, ids))}

    async def of_households(self, household_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[Member]]:
        """Everybody who ever was a member, in the order they were registered."""
        found: dict[UUID, list[Member]] = defaultdict(list)
        for member in await self._read(one_of(members.c.household_id, household_ids)):
            found[member.household_id].append(member)
        return found

    async def belonging_of(self, household_ids: Iterable[UUID]) -> Mapping[UUID, Sequence[Belonging]]:
        """As `of_households`, where nothing personal is needed: nothing sealed is opened."""
        query = select(members.c.household_id, members.c.residence, members.c.joined_on, members.c.left_on).where(
            one_of(members.c.household_id, household_ids)
        )
        found: dict[UUID, list[Belonging]] = defaultdict(list)
        for household_id, residence, joined_on, left_on in await self._connection.execute(query):
            found[household_id].append(
                Belonging(
                    household_id=household_id,
                    residence=_RESIDENCES[residence],
                    joined_on=joined_on,
                    left_on=left_on,
                )
            )
        return found

    async def by_id_numbers(self, id_numbers: Iterable[str]) -> Mapping[str, Member]:
        """Present members by ID number."""
        tokens = {self._vault.index(number, kind=ID_NUMBER): number for number in id_numbers}
        found = await self._read(one_of(members.c.id_number_token, tokens), members.c.left_on.is_(None))
        return {str(member.details.id_number): member for member in found}

    async def at_home(self, ids: Iterable[UUID], *, within: str) -> Sequence[tuple[Member, str]]:
        """Present members of registered households of the area, each with the household's code.

        Two queries and no join: of tables just filled PostgreSQL knows nothing yet and would join row by row.
        """
        query = (
            select(members)
            .where(
                one_of(members.c.id, ids),
                members.c.left_on.is_(None),
                members.c.area_path >= within,
                members.c.area_path < within + "~",
            )
            .order_by(members.c.id)
        )
        rows = (await self._connection.execute(query)).all()
        homes = select(households.c.id, households.c.code).where(
            one_of(households.c.id, {row.household_id for row in rows}), households.c.removed_on.is_(None)
        )
        codes = {row.id: row.code for row in await self._connection.execute(homes)} if rows else {}
        return [(self._member(row), codes[row.household_id]) for row in rows if row.household_id in codes]

    async def count_present(self, within: str) -> int:
        query = (
            select(func.count())
            .select_from(members)
            .where(members.c.left_on.is_(None), members.c.area_path >= within, members.c.area_path < within + "~")
        )
        return int(await self._connection.scalar(query) or 0)

    async def present_after(self, member_id: UUID, *, limit: int) -> Sequence[Member]:
        """In the order of their ids, locked until the end of the transaction."""
        query = (
            select(members)
            .where(members.c.id > member_id, members.c.left_on.is_(None))
            .order_by(members.c.id)
            .limit(limit)
            .with_for_update()
        )
        return [self._member(row) for row in await self._connection.execute(query)]

    async def ids_present(self, *, every: int) -> Sequence[UUID]:
        """One of so many, evenly over the registry."""
        numbered = (
            select(members.c.id, func.row_number().over(order_by=members.c.id).label("place"))
            .where(members.c.left_on.is_(None))
            .subquery()
        )
        query = select(numbered.c.id).where(numbered.c.place % every == 0).order_by(numbered.c.id)
        return list(await self._connection.scalars(query))

    async def verify(self, *, id_number: str, name: str, date_of_birth: date) -> Member | None:
        """The one present member who carries exactly this number, name and date of birth."""
        found = await self._read(
            members.c.id_number_token == self._vault.index(id_number, kind=ID_NUMBER),
            members.c.name_token == self._vault.index(plain_name(name), kind=NAME),
            members.c.date_of_birth == date_of_birth,
            members.c.left_on.is_(None),
        )
        return found[0] if found else None

    async def _read(self, *conditions: ColumnElement[bool]) -> Sequence[Member]:
        query = select(members).where(*conditions).order_by(members.c.id)
        return [self._member(row) for row in await self._connection.execute(query)]

    def _row(self, member: Member) -> dict[str, object]:
        details = member.details
        return {
            "id": member.id,
            "household_id": member.household_id,
            "area_path": member.area_path,
            "name_sealed": self._vault.seal(details.name, place=f"{NAME}:{member.id}"),
            "name_token": self._vault.index(plain_name(details.name), kind=NAME),
            "id_number_sealed": self._sealed(details.id_number, f"{ID_NUMBER}:{member.id}"),
            "id_number_token": None
            if details.id_number is None
            else self._vault.index(details.id_number, kind=ID_NUMBER),
            "phone_sealed": self._sealed(details.phone, f"member.phone:{member.id}"),
            "relation": member.relation,
            "date_of_birth": member.date_of_birth,
            "labour_capacity": member.labour_capacity,
            "residence": member.residence,
            "in_school": member.in_school,
            "disabled": member.disabled,
            "joined_on": member.joined_on,
            "left_on": member.left_on,
            "version": member.version,
        }

    def _member(self, row: Row[tuple[object, ...]]) -> Member:
        return Member(
            id=row.id,
            household_id=row.household_id,
            area_path=row.area_path,
            details=PersonalDetails(
                name=self._vault.open(row.name_sealed, place=f"{NAME}:{row.id}"),
                id_number=self._opened(row.id_number_sealed, f"{ID_NUMBER}:{row.id}"),
                phone=self._opened(row.phone_sealed, f"member.phone:{row.id}"),
            ),
            relation=_RELATIONS[row.relation],
            date_of_birth=row.date_of_birth,
            labour_capacity=_CAPACITIES[row.labour_capacity],
            residence=_RESIDENCES[row.residence],
            in_school=row.in_school,
            disabled=row.disabled,
            joined_on=row.joined_on,
            left_on=row.left_on,
            version=row.version,
        )

    def _sealed(self, value: str | None, place: str) -> bytes | None:
        return None if value is None else self._vault.seal(value, place=place)

    def _opened(self, sealed: bytes | None, place: str) -> str | None:
        return None if sealed is None else self._vault.open(sealed, place=place)


def keyed(member: Member) -> KeyedMember:
    born = member.date_of_birth
    return KeyedMember(
        member_id=member.id,
        area_path=member.area_path,
        traits=Traits(
            name=member.details.name,
            birth=UNKNOWN_BIRTH if born is None else (born.year, born.month, born.day),
            place=place_digits(member.area_path),
        ),
    )


def plain_name(name: str) -> str:
    """One spelling for names that differ only in width, case or spaces."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
