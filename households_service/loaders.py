"""One loader per relation, one per request: whatever many rows ask for is read in one batch, in key order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Protocol, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.errors import Forbidden, NotFound
from chassis.identity import Actor
from households_service.access import POLICY, Action
from households_service.areas.domain import Area
from households_service.benefits.domain import BenefitReduction
from households_service.care.domain import CareDuty
from households_service.expenses.domain import RigidExpense
from households_service.feeds.domain import StoredRecord
from households_service.feeds.review_rows.service import RawPerson, persons_of
from households_service.identities.decisions import LinkDecision
from households_service.insurance.domain import Estimate
from households_service.insurance.service import estimates_of
from households_service.ledger.domain import LedgerEntry
from households_service.members.domain import Member
from households_service.officers.domain import Officer, Pairing
from households_service.registry.domain import Household
from households_service.registry.sight import Sight
from households_service.statements.domain import AccountingRules, FrozenStatement, IncomeStatement
from households_service.statements.service import statements_of
from households_service.uow import HouseholdsUnitOfWork

Key = TypeVar("Key")
Value = TypeVar("Value")

StatementKey = tuple[UUID, date | None, datetime | None]
EstimateKey = tuple[UUID, date | None]
LedgerKey = tuple[UUID, UUID | None, int]
Read = Callable[[HouseholdsUnitOfWork, Sequence[Key]], Awaitable[Mapping[Key, Value]]]


class Request(Protocol):
    """What the loaders need of a request."""

    actor: Actor

    def begin(self) -> HouseholdsUnitOfWork: ...


class Loaders:
    """Rows outside the caller's sight come back as absent; ledgers outside it as Forbidden."""

    def __init__(self, request: Request) -> None:
        self._request = request

    @cached_property
    def areas(self) -> DataLoader[str, Area | None]:
        return self._of(lambda uow, paths: uow.areas.by_paths(paths), None)

    @cached_property
    def areas_by_id(self) -> DataLoader[UUID, Area | None]:
        return self._of(lambda uow, ids: uow.areas.by_ids(ids), None)

    @cached_property
    def children(self) -> DataLoader[str, Sequence[Area]]:
        return self._of(lambda uow, paths: uow.areas.children_of(paths), ())

    @cached_property
    def household_counts(self) -> DataLoader[str, int]:
        return self._of(
            lambda uow, paths: uow.households.counts_under(paths, self._sight(uow, Action.SEE_HOUSEHOLDS)), 0
        )

    @cached_property
    def households(self) -> DataLoader[UUID, Household | None]:
        return self._of(lambda uow, ids: uow.households.by_ids(ids, self._sight(uow, Action.SEE_HOUSEHOLDS)), None)

    @cached_property
    def members(self) -> DataLoader[UUID, Member | None]:
        async def read(uow: HouseholdsUnitOfWork, ids: Sequence[UUID]) -> Mapping[UUID, Member]:
            sight = self._sight(uow, Action.SEE_HOUSEHOLDS)
            members = await uow.members.by_ids(ids)
            seen = await uow.households.by_ids({member.household_id for member in members.values()}, sight)
            return {key: member for key, member in members.items() if member.household_id in seen}

        return self._of(read, None)

    @cached_property
    def candidates(self) -> DataLoader[UUID, Member | None]:
        """As `members`, but nobody for an office that decides over records and sees no households."""
        if POLICY.allows(self._request.actor, Action.SEE_HOUSEHOLDS):
            return self.members

        async def none(uow: HouseholdsUnitOfWork, ids: Sequence[UUID]) -> Mapping[UUID, Member | None]:
            del uow
            return dict.fromkeys(ids)

        return self._of(none, None)

    @cached_property
    def area_of_code(self) -> DataLoader[str, str | None]:
        """The path of the area that carries a code today."""
        return self._of(lambda uow, codes: uow.areas.paths_of_codes(codes, uow.today), None)

    @cached_property
    def family(self) -> DataLoader[UUID, Sequence[Member]]:
        """Members of a household that the caller sees."""
        return self._of(lambda uow, ids: uow.members.of_households(ids), ())

    @cached_property
    def care_duties(self) -> DataLoader[UUID, Sequence[CareDuty]]:
        return self._of(lambda uow, ids: uow.care.of_members(ids), ())

    @cached_property
    def officers(self) -> DataLoader[UUID, Officer | None]:
        async def read(uow: HouseholdsUnitOfWork, ids: Sequence[UUID]) -> Mapping[UUID, Officer]:
            POLICY.require(self._request.actor, Action.SEE_OFFICERS)
            return await uow.officers.by_ids(ids)

        return self._of(read, None)

    @cached_property
    def rules(self) -> DataLoader[str, AccountingRules]:
        """How each area counts today."""
        return self._of(lambda uow, paths: uow.statements.rules_of(paths, uow.today), AccountingRules())

    @cached_property
    def pairings(self) -> DataLoader[UUID, Sequence[Pairing]]:
        return self._of(lambda uow, ids: uow.officers.pairings_of(ids, uow.today), ())

    @cached_property
    def ledger_pages(self) -> DataLoader[LedgerKey, Sequence[LedgerEntry]]:
        """By household, entry to go on behind, and number of rows."""

        async def load(keys: list[LedgerKey]) -> list[Sequence[LedgerEntry] | BaseException]:
            async with self._request.begin() as uow:
                seen = await self._ledgers(uow, {household for household, _, _ in keys})
                pages: dict[LedgerKey, Sequence[LedgerEntry]] = {}
                for after, limit in {(after, limit) for _, after, limit in keys}:
                    ids = [key[0] for key in keys if key[1:] == (after, limit) and key[0] in seen]
                    found = await uow.ledger.pages_of(ids, after=after, limit=limit)
                    pages |= {(household, after, limit): found.get(household, ()) for household in ids}
            return [pages.get(key, _forbidden()) for key in keys]

        return DataLoader(load_fn=load)

    @cached_property
    def ledger_counts(self) -> DataLoader[UUID, int]:
        return self._of_ledgers(lambda uow, ids: uow.ledger.counts_of(ids), 0)

    @cached_property
    def entries(self) -> DataLoader[UUID, LedgerEntry | None]:
        async def read(uow: HouseholdsUnitOfWork, ids: Sequence[UUID]) -> Mapping[UUID, LedgerEntry]:
            found = await uow.ledger.by_ids(ids)
            seen = await self._ledgers(uow, {entry.household_id for entry in found.values()})
            return {key: entry for key, entry in found.items() if entry.household_id in seen}

        return self._of(read, None)

    @cached_property
    def expenses(self) -> DataLoader[UUID, Sequence[RigidExpense]]:
        return self._of_ledgers(lambda uow, ids: uow.expenses.of_households(ids), ())

    @cached_property
    def benefit_reductions(self) -> DataLoader[UUID, Sequence[BenefitReduction]]:
        return self._of_ledgers(lambda uow, ids: uow.benefit_reductions.of_households(ids), ())

    @cached_property
    def frozen(self) -> DataLoader[UUID, Sequence[FrozenStatement]]:
        return self._of_ledgers(lambda uow, ids: uow.statements.frozen_of(ids), ())

    @cached_property
    def statements(self) -> DataLoader[StatementKey, Sequence[IncomeStatement]]:
        """By household, day (None: today) and instant of knowledge (None: now)."""

        async def load(keys: list[StatementKey]) -> list[Sequence[IncomeStatement] | BaseException]:
            async with self._request.begin() as uow:
                seen = await self._ledgers(uow, {household for household, _, _ in keys})
                made: dict[StatementKey, Sequence[IncomeStatement]] = {}
                for as_of, known_at in {(as_of, known_at) for _, as_of, known_at in keys}:
                    asked = [seen[key[0]] for key in keys if key[1:] == (as_of, known_at) and key[0] in seen]
                    found = await statements_of(uow, asked, as_of=as_of, known_at=known_at)
                    made |= {(household, as_of, known_at): statements for household, statements in found.items()}
            return [made.get(key, _forbidden()) for key in keys]

        return DataLoader(load_fn=load)

    @cached_property
    def insurance_estimates(self) -> DataLoader[EstimateKey, Sequence[Estimate]]:
        """By household and day (None: today)."""

        async def load(keys: list[EstimateKey]) -> list[Sequence[Estimate] | BaseException]:
            async with self._request.begin() as uow:
                seen = await self._ledgers(uow, {household for household, _ in keys})
                made: dict[EstimateKey, Sequence[Estimate]] = {}
                for as_of in {as_of for _, as_of in keys}:
                    asked = [seen[household] for household, day in keys if day == as_of and household in seen]
                    found = await estimates_of(uow, asked, as_of=as_of)
                    made |= {(household, as_of): estimates for household, estimates in found.items()}
            return [made.get(key, _forbidden()) for key in keys]

        return DataLoader(load_fn=load)

    @cached_property
    def served_counts(self) -> DataLoader[UUID, int]:
        """Households that a supply point serves today."""
        return self._of(lambda uow, ids: uow.points.counts_of(ids, uow.today), 0)

    @cached_property
    def review_persons(self) -> DataLoader[StoredRecord, RawPerson | None]:
        """What a department said of the people of rows that the caller may review."""

        async def read(
            uow: HouseholdsUnitOfWork, rows: Sequence[StoredRecord]
        ) -> Mapping[StoredRecord, RawPerson | None]:
            said = await persons_of(uow, rows)
            return {row: said.get(row.id) for row in rows}

        return self._of(read, None)

    @cached_property
    def link_decisions(self) -> DataLoader[UUID, LinkDecision | None]:
        """Of records that the caller may see."""
        return self._of(lambda uow, keys: uow.link_decisions.of_records(keys), None)

    def _of(self, read: Read[Key, Value], missing: Value) -> DataLoader[Key, Value]:
        async def load(keys: list[Key]) -> list[Value | BaseException]:
            async with self._request.begin() as uow:
                found = await read(uow, keys)
            return [found.get(key, missing) for key in keys]

        return DataLoader(load_fn=load)

    def _of_ledgers(self, read: Read[UUID, Value], missing: Value) -> DataLoader[UUID, Value]:
        async def load(keys: list[UUID]) -> list[Value | BaseException]:
            async with self._request.begin() as uow:
                seen = await self._ledgers(uow, set(keys))
                found = await read(uow, list(seen))
            return [found.get(key, missing) if key in seen else _forbidden() for key in keys]

        return DataLoader(load_fn=load)

    def _sight(self, uow: HouseholdsUnitOfWork, action: Action) -> Sight:
        return Sight.of(POLICY.require(self._request.actor, action), day=uow.today)

    async def _ledgers(self, uow: HouseholdsUnitOfWork, ids: set[UUID]) -> Mapping[UUID, Household]:
        """The households whose money the caller may see."""
        return await uow.households.by_ids(ids, self._sight(uow, Action.SEE_LEDGER))


def _forbidden() -> Forbidden:
    return Forbidden("The ledger of this household is not for you.")


async def needed(loader: DataLoader[Key, Value | None], key: Key) -> Value:
    """What must be there because the caller just made or named it. Raises NotFound."""
    found = await loader.load(key)
    if found is None:
        raise NotFound("It is not there, or not for you.")
    return found
