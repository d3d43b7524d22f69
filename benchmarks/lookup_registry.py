"""A registry of invented people in a real PostgreSQL, and what departments would ask of them."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import polars as pl
from sqlalchemy import insert, text

from benchmarks.population.feed import STRANGERS, feed
from benchmarks.population.registry import invent, table
from chassis.caller import Caller
from chassis.clock import FixedClock
from chassis.database import Database
from chassis.identity import SYSTEM_ACTOR, Actor, Role
from chassis.ids import new_id
from chassis.vault import Vault
from households_service.areas.service import NewArea, add_areas
from households_service.context import HouseholdsContext
from households_service.feeds.service import Envelope, submit_batch
from households_service.members.domain import LabourCapacity, Member, PersonalDetails, Relation, Residence
from households_service.members.repository import keyed
from households_service.registry.tables import households
from households_service.schema import schema
from households_service.uow import HouseholdsUnitOfWork, RegistryRules

AREA = "99/01/"
SINCE = date(2019, 1, 1)
CHUNK = 20_000
OFFICER = Actor(subject="benchmark", roles=frozenset({Role.COUNTY_ADMIN}), areas=(AREA,))
VAULT_KEY = b"b" * 32
SENDER = Actor(subject="feed", roles=frozenset({Role.DEPARTMENT}), areas=("99/01/01/",), department="HEALTH_INSURANCE")
LOOK_UP = (
    "query L($input: LookUpPersonInput!) { lookUpPerson(input: $input) { memberId agreements { field agreement } } }"
)
_TOO_LITTLE = frozenset({"LOOK_UP_TOO_VAGUE", "UNKNOWN_AREA"})
"""What was said of a person names nobody: a question that is refused has not found its person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    input: dict[str, object]
    member_id: UUID


@dataclass(slots=True)
class Service:
    database: Database
    vault: Vault

    def begin(self, actor: Actor) -> HouseholdsUnitOfWork:
        return HouseholdsUnitOfWork(
            self.database,
            actor,
            FixedClock(datetime(2020, 9, 18, 2, 0, tzinfo=UTC)),
            self.vault,
            RegistryRules(samples_allowed=True),
        )

    async def look_up(self, question: dict[str, object]) -> list[UUID]:
        context = HouseholdsContext(Caller(actor=OFFICER, locale="en"), self.begin)
        result = await schema.execute(LOOK_UP, variable_values={"input": question}, context_value=context)
        errors = [{"extensions": one.extensions, "message": one.message} for one in result.errors or ()]
        return answered({"data": result.data} | ({"errors": errors} if errors else {}))


def answered(whole: dict[str, Any]) -> list[UUID]:
    """Whom an answer shows."""
    errors = whole.get("errors", [])
    if errors or whole["data"] is None:
        if errors and all(str((one.get("extensions") or {}).get("code")) in _TOO_LITTLE for one in errors):
            return []
        raise AssertionError(errors)
    return [UUID(one["memberId"]) for one in whole["data"]["lookUpPerson"]]


async def load(service: Service, persons: int, questions: int) -> list[Asked]:
    """Through the service's own rows and keys; only the inserting is done by the thousand."""
    invented = invent(persons, round(questions * 2 * STRANGERS), seed=5)
    people = table(invented)
    sent = feed(invented, questions * 2, seed=5).filter(pl.col("person").is_not_null())
    villages = people["village_code"].unique().sort().to_list()
    await _add_areas(service, villages)
    homes = {code: new_id() for code in people["household_code"].unique().sort().to_list()}
    async with service.begin(SYSTEM_ACTOR) as uow:
        await uow.connection.execute(text("drop index link_keys_by_key"))
        await uow.connection.execute(text("drop index link_keys_by_member"))
        rows = [
            {
                "id": key,
                "code": code,
                "area_path": path_of(code[:12]),
                "registration_history": "NEVER_REGISTERED",
                "monitoring_category": "NONE",
                "safe_housing": True,
                "safe_water": True,
                "registered_on": SINCE,
                "version": 1,
            }
            for code, key in homes.items()
        ]
        for start in range(0, len(rows), CHUNK):
            await uow.connection.execute(insert(households), rows[start : start + CHUNK])
    members: dict[int, UUID] = {}
    for start in range(0, len(people), CHUNK):
        await _add_members(service, people[start : start + CHUNK], homes, members)
    async with service.begin(SYSTEM_ACTOR) as uow:
        await uow.connection.execute(
            text("create unique index link_keys_by_key on link_keys (key, member_id) include (area_path)")
        )
        await uow.connection.execute(text("create index link_keys_by_member on link_keys (member_id)"))
    async with service.database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text("vacuum analyze link_keys"))
        await connection.execute(text("vacuum analyze members"))
        await connection.execute(text("vacuum analyze households"))
    about = {"rowId": str(await _waiting_row(service))}
    return [_asked(row, about, members) for row in sent.iter_rows(named=True)][:questions]


def _asked(row: dict[str, object], about: dict[str, str], members: dict[int, UUID]) -> Asked:
    known: dict[str, object] = {"about": about}
    names = {"name": "name", "village_code": "villageCode", "household_code": "householdCode"}
    for column, name in names.items():
        if row[column]:
            known[name] = row[column]
    number = str(row["id_number"] or "")
    if len(number) == 18 and number[:17].isdigit():
        known["idNumber"] = number
    digits = "".join(letter if letter.isdigit() else " " for letter in str(row["date_of_birth"] or "")).split()
    if digits and len(digits[0]) >= 4:
        known["birthYear"] = int(digits[0][:4])
        whole = digits if len(digits) == 3 else [digits[0][:4], digits[0][4:6], digits[0][6:8]]
        try:
            known["dateOfBirth"] = date(int(whole[0]), int(whole[1]), int(whole[2])).isoformat()
        except ValueError:
            known.pop("dateOfBirth", None)
    if not known.keys() & {"name", "idNumber", "householdCode", "dateOfBirth"}:
        known["name"] = "--"
    return Asked(input=known, member_id=members[int(str(row["person"]))])


async def _add_members(
    service: Service, people: pl.DataFrame, homes: dict[str, UUID], members: dict[int, UUID]
) -> None:
    fresh = []
    for row in people.iter_rows(named=True):
        member = Member(
            id=new_id(),
            household_id=homes[row["household_code"]],
            area_path=path_of(row["village_code"]),
            details=PersonalDetails(name=row["name"], id_number=row["id_number"]),
            relation=Relation.OTHER,
            date_of_birth=row["date_of_birth"],
            labour_capacity=LabourCapacity.FULL,
            residence=Residence.REGISTERED_AND_LIVING,
            in_school=False,
            disabled=False,
            joined_on=SINCE,
        )
        members[int(row["person"])] = member.id
        fresh.append(member)
    async with service.begin(SYSTEM_ACTOR) as uow:
        rows = [uow.members._row(member) for member in fresh]  # noqa: SLF001 - the service's own row
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        kinds = {"id": "uuid", "household_id": "uuid", "date_of_birth": "date", "joined_on": "date", "left_on": "date"}
        kinds |= dict.fromkeys(("in_school", "disabled"), "bool") | {"version": "int"}
        kinds |= {name: "bytea" for name in columns if name.endswith(("_sealed", "_token"))}
        unnest = ", ".join(f"cast(:{name} as {kinds.get(name, 'text')}[])" for name in columns)
        await uow.connection.execute(
            # Names of columns, no values.
            text(f"insert into members ({', '.join(columns)}) select * from unnest({unnest})"),  # noqa: S608 - columns of our own
            columns,
        )
        # Without its index there is nothing that a key could meet.
        await _put_keys(uow, fresh)


async def _put_keys(uow: HouseholdsUnitOfWork, fresh: Sequence[Member]) -> None:
    keys: list[int] = []
    ids: list[UUID] = []
    paths: list[str] = []
    for member in map(keyed, fresh):
        own = uow.link_keys.hashed(member)
        keys += own
        ids += [member.member_id] * len(own)
        paths += [member.area_path] * len(own)
    await uow.connection.execute(
        text(
            "insert into link_keys select * from"
            " unnest(cast(:keys as bigint[]), cast(:ids as uuid[]), cast(:paths as text[]))"
        ),
        {"keys": keys, "ids": ids, "paths": paths},
    )


async def _add_areas(service: Service, villages: Sequence[str]) -> None:
    codes = sorted({code[:digits] for code in villages for digits in (4, 6, 9, 12)}, key=lambda code: (len(code), code))
    async with service.begin(SYSTEM_ACTOR) as uow:
        await add_areas(
            uow,
            SYSTEM_ACTOR,
            [
                NewArea(
                    path=path_of(code),
                    code=code,
                    name=f"Area {code}",
                    time_zone="Asia/Shanghai",
                    lat=40.0,
                    lon=75.0,
                    valid_from=date(2010, 1, 1),
                )
                for code in codes
            ],
        )


async def _waiting_row(service: Service) -> UUID:
    record = {
        "recordId": "L-1",
        "eventType": "SETTLEMENT",
        "eventDate": "2020-09-17",
        "purposeCode": "MONITORING",
        "oopAmount": "12.50",
        "person": {"name": "Zzyzx Qwert"},
    }
    async with service.begin(SENDER) as uow:
        await submit_batch(
            uow, SENDER, envelope=Envelope(department="HEALTH_INSURANCE", batch_id="L"), records=[record]
        )
    async with service.begin(SYSTEM_ACTOR) as uow:
        (row,) = await uow.records.review_page(None, None, None, after=None, limit=1)
    return row.id


def path_of(code: str) -> str:
    cuts = (0, 2, 4, 6, 9, 12)
    return "".join(f"{code[start:end]}/" for start, end in itertools.pairwise(cuts) if end <= len(code))
