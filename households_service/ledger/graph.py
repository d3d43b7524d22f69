"""The income ledger of a household."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import Money, Refused, refusals
from chassis.graph.scalars import money_of_cents
from chassis.ids import parse_id
from households_service.context import HouseholdsContext
from households_service.idempotency import once
from households_service.labels import label
from households_service.ledger import domain, kinds, service
from households_service.ledger.amounts import cents_of
from households_service.members.graph import Member

for _kind in (
    kinds.IncomeGroup,
    kinds.IncomeKind,
    kinds.Rhythm,
    kinds.PayerType,
    kinds.Evidence,
    kinds.EntryStatus,
    kinds.DuplicateDecision,
):
    strawberry.enum(_kind)


@strawberry.type(description="One income, in its newest version; earlier versions are kept.")
class LedgerEntry:
    id: strawberry.ID
    version: int
    household_id: strawberry.ID
    group: kinds.IncomeGroup
    kind: kinds.IncomeKind
    rhythm: kinds.Rhythm
    recurring: bool
    amount: Money = strawberry.field(description="A month for MONTHLY, else in all.")
    period_from: date
    period_to: date | None
    payer_type: kinds.PayerType
    evidence: kinds.Evidence
    confirmed_by_household: bool
    verified_stable: bool
    status: kinds.EntryStatus
    possible_duplicate_of: strawberry.ID | None = strawberry.field(description="The entry it may repeat.")
    recorded_at: datetime
    recorded_by: str
    reason: str
    member_id: strawberry.Private[UUID | None]

    @strawberry.field(description="None: income of the household as a whole.")
    async def member(self, info: Info[HouseholdsContext, None]) -> Member | None:
        if self.member_id is None:
            return None
        return Member.perhaps(await info.context.loaders.members.load(self.member_id))

    @strawberry.field(description="In the reader's language.")
    def group_label(self, info: Info[HouseholdsContext, None]) -> str:
        return label(self.group, info.context.locale)

    @staticmethod
    def of(entry: domain.LedgerEntry) -> "LedgerEntry":
        fact = entry.fact
        return LedgerEntry(
            id=strawberry.ID(str(entry.id)),
            version=entry.version,
            household_id=strawberry.ID(str(entry.household_id)),
            group=fact.group,
            kind=fact.kind,
            rhythm=fact.rhythm,
            recurring=fact.recurring,
            amount=money_of_cents(fact.amount_cents),
            period_from=fact.period_from,
            period_to=fact.period_to,
            payer_type=fact.payer_type,
            evidence=fact.evidence,
            confirmed_by_household=fact.confirmed_by_household,
            verified_stable=fact.verified_stable,
            status=entry.status,
            possible_duplicate_of=strawberry.ID(str(entry.duplicate_of)) if entry.duplicate_of else None,
            recorded_at=entry.recorded_at,
            recorded_by=entry.recorded_by,
            reason=entry.reason,
            member_id=fact.member_id,
        )


@strawberry.input
class MoneyInput:
    amount: Decimal = strawberry.field(description='At most two decimals, as text: "1500.00".')
    currency: str = "CNY"


@strawberry.input
class IncomeFactInput:
    group: kinds.IncomeGroup
    kind: kinds.IncomeKind
    rhythm: kinds.Rhythm
    amount: MoneyInput = strawberry.field(description="A month for MONTHLY, else in all.")
    period_from: date = strawberry.field(description="MONTHLY: the first day of a month.")
    period_to: date | None = strawberry.field(
        default=None, description="MONTHLY: the last day of a month, or none while it goes on. Else the day received."
    )
    member_id: strawberry.ID | None = None
    payer_type: kinds.PayerType = kinds.PayerType.OTHER
    evidence: kinds.Evidence = kinds.Evidence.SAID_BY_HOUSEHOLD
    confirmed_by_household: bool = False
    verified_stable: bool = strawberry.field(default=False, description="Somebody checked that it lasts.")

    def fact(self) -> domain.IncomeFact:
        return domain.IncomeFact(
            group=self.group,
            kind=self.kind,
            rhythm=self.rhythm,
            amount_cents=cents_of(self.amount.amount, self.amount.currency),
            period_from=self.period_from,
            period_to=self.period_to or (None if self.rhythm is kinds.Rhythm.MONTHLY else self.period_from),
            member_id=parse_id(self.member_id, field="memberId") if self.member_id is not None else None,
            payer_type=self.payer_type,
            evidence=self.evidence,
            confirmed_by_household=self.confirmed_by_household,
            verified_stable=self.verified_stable,
        )


@strawberry.input
class RecordIncomeInput:
    household_id: strawberry.ID
    income: IncomeFactInput
    idempotency_key: str


@strawberry.input
class CorrectIncomeInput:
    entry_id: strawberry.ID
    income: IncomeFactInput
    reason: str
    expected_version: int


@strawberry.input
class ResolveDuplicateIncomeInput:
    entry_id: strawberry.ID = strawberry.field(description="The flagged entry.")
    decision: kinds.DuplicateDecision
    reason: str
    expected_version: int


RecordIncomeResult = Annotated[LedgerEntry | Refused, strawberry.union("RecordIncomeResult")]
CorrectIncomeResult = Annotated[LedgerEntry | Refused, strawberry.union("CorrectIncomeResult")]
ResolveDuplicateIncomeResult = Annotated[LedgerEntry | Refused, strawberry.union("ResolveDuplicateIncomeResult")]


@strawberry.type
class LedgerMutation:
    @strawberry.mutation(description="What looks like the same wage twice is flagged and not counted.")
    @refusals
    async def record_income(self, info: Info[HouseholdsContext, None], input: RecordIncomeInput) -> RecordIncomeResult:
        async with info.context.begin() as uow:

            async def make() -> UUID:
                entry = await service.record_income(
                    uow,
                    info.context.actor,
                    household_id=parse_id(input.household_id, field="householdId"),
                    fact=input.income.fact(),
                )
                return entry.id

            entry_id = await once(uow, "recordIncome", input.idempotency_key, input, make)
            return LedgerEntry.of(await uow.ledger.get(entry_id))

    @strawberry.mutation(description="A new version of an entry; what it said before is kept.")
    @refusals
    async def correct_income(
        self, info: Info[HouseholdsContext, None], input: CorrectIncomeInput
    ) -> CorrectIncomeResult:
        async with info.context.begin() as uow:
            entry = await service.correct_income(
                uow,
                info.context.actor,
                entry_id=parse_id(input.entry_id, field="entryId"),
                fact=input.income.fact(),
                reason=input.reason,
                expected_version=input.expected_version,
            )
        return LedgerEntry.of(entry)

    @strawberry.mutation(description="Two incomes, or one written twice: a person decides.")
    @refusals
    async def resolve_duplicate_income(
        self, info: Info[HouseholdsContext, None], input: ResolveDuplicateIncomeInput
    ) -> ResolveDuplicateIncomeResult:
        async with info.context.begin() as uow:
            entry = await service.resolve_duplicate_income(
                uow,
                info.context.actor,
                entry_id=parse_id(input.entry_id, field="entryId"),
                decision=input.decision,
                reason=input.reason,
                expected_version=input.expected_version,
            )
        return LedgerEntry.of(entry)
