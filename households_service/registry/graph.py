"""Households: what is known of a family, in one type."""

from datetime import date, datetime

import strawberry
from strawberry.types import Info

from chassis.graph import (
    AreaPath,
    Connection,
    Page,
    PageRequest,
    decode_cursor,
    encode_cursor,
    page_of,
)
from chassis.graph.pages import InvalidCursor
from chassis.ids import parse_id
from households_service.access import POLICY, Action
from households_service.areas.graph import Area
from households_service.benefits.graph import BenefitReduction
from households_service.context import HouseholdsContext
from households_service.expenses.graph import RigidExpense
from households_service.insurance.graph import InsuranceEstimate
from households_service.labels import label
from households_service.ledger.graph import LedgerEntry
from households_service.members.graph import Member
from households_service.members.openings import openings_of
from households_service.officers.graph import SupportOfficer
from households_service.registry import domain
from households_service.registry.repository import HouseholdFilter, HouseholdOrder
from households_service.registry.sight import Sight
from households_service.statements.domain import IncomeBasis
from households_service.statements.graph import FrozenStatement, IncomeStatement

strawberry.enum(domain.RegistrationHistory, description="Whether the family was ever registered as poor.")
strawberry.enum(domain.MonitoringCategory, description="As what the family is monitored.")
strawberry.enum(HouseholdOrder)


@strawberry.type(description="Somebody opened the personal details of a member.")
class RecordOpening:
    member_id: strawberry.ID
    at: datetime
    by: str = strawberry.field(description="The token subject of the officer.")
    roles: list[str]
    reason: str
    fields: list[str]


@strawberry.federation.type(keys=["id"], description="A household.")
class Household:
    id: strawberry.ID
    code: str
    area_path: AreaPath
    registration_history: domain.RegistrationHistory
    monitoring_category: domain.MonitoringCategory
    safe_housing: bool
    safe_water: bool
    registered_on: date
    removed_on: date | None
    version: int = strawberry.field(description="Counts changes of the household, its members and pairings.")
    record: strawberry.Private[domain.Household]

    @strawberry.field
    async def area(self, info: Info[HouseholdsContext, None]) -> Area | None:
        return Area.perhaps(await info.context.loaders.areas.load(self.area_path))

    @strawberry.field(description="In the reader's language.")
    def registration_history_label(self, info: Info[HouseholdsContext, None]) -> str:
        return label(self.registration_history, info.context.locale)

    @strawberry.field(description="In the reader's language.")
    def monitoring_category_label(self, info: Info[HouseholdsContext, None]) -> str:
        return label(self.monitoring_category, info.context.locale)

    @strawberry.field(description="Members who belong to the household today.")
    async def members(self, info: Info[HouseholdsContext, None]) -> list[Member]:
        today = info.context.today()
        family = await info.context.loaders.family.load(self.record.id)
        return [Member.of(member) for member in family if member.present_on(today)]

    @strawberry.field(description="Members who count for per-capita income today.")
    async def member_count(self, info: Info[HouseholdsContext, None]) -> int:
        today = info.context.today()
        rules = await info.context.loaders.rules.load(self.area_path)
        family = await info.context.loaders.family.load(self.record.id)
        return sum(member.counted(rules.membership_rule, today) for member in family)

    @strawberry.field(description="Officers paired with the household today.")
    async def support_officers(self, info: Info[HouseholdsContext, None]) -> list[SupportOfficer]:
        pairings = await info.context.loaders.pairings.load(self.record.id)
        return [SupportOfficer.of(pairing) for pairing in pairings]

    @strawberry.field(description="Who opened personal details of its members, newest first. For the household alone.")
    async def record_openings(self, info: Info[HouseholdsContext, None]) -> list[RecordOpening] | None:
        family = await info.context.loaders.family.load(self.record.id)
        if info.context.actor.member_id not in {member.id for member in family}:
            return None
        async with info.context.begin() as uow:
            found = await openings_of(uow.connection, [member.id for member in family])
        return [
            RecordOpening(
                member_id=strawberry.ID(str(one.member_id)),
                at=one.at,
                by=one.by,
                roles=list(one.roles),
                reason=one.reason,
                fields=list(one.fields),
            )
            for one in found
        ]

    # Nullable from here on: who may see a family but not its money gets the family and an error beside it.
    @strawberry.field(description="Newest first, each entry in its newest version.")
    async def ledger(
        self, info: Info[HouseholdsContext, None], first: int | None = None, after: str | None = None
    ) -> Connection[LedgerEntry] | None:
        request = PageRequest.of(first, after)
        behind = parse_id(str(decode_cursor(after, str)[0]), field="after") if after is not None else None
        entries = await info.context.loaders.ledger_pages.load((self.record.id, behind, request.first + 1))

        async def count() -> int:
            return await info.context.loaders.ledger_counts.load(self.record.id)

        page = page_of(entries, request, lambda entry: encode_cursor(str(entry.id)))
        return Connection.of(page, LedgerEntry.of, after=after, count=count)

    @strawberry.field(description="Cuts of aid that were entered, newest first.")
    async def benefit_reductions(self, info: Info[HouseholdsContext, None]) -> list[BenefitReduction] | None:
        reductions = await info.context.loaders.benefit_reductions.load(self.record.id)
        return [BenefitReduction.of(reduction) for reduction in reductions]

    @strawberry.field(description="Newest first.")
    async def rigid_expenses(self, info: Info[HouseholdsContext, None]) -> list[RigidExpense] | None:
        expenses = await info.context.loaders.expenses.load(self.record.id)
        return [RigidExpense.of(expense) for expense in expenses]

    @strawberry.field(description="By one basis, on a day (today by default), as known at an instant (now).")
    async def statement(
        self,
        info: Info[HouseholdsContext, None],
        basis: IncomeBasis,
        as_of: date | None = None,
        known_at: datetime | None = None,
    ) -> IncomeStatement | None:
        found = await info.context.loaders.statements.load((self.record.id, as_of, known_at))
        return IncomeStatement.of(next(statement for statement in found if statement.basis is basis))

    @strawberry.field(description="All three bases, side by side.")
    async def statements(
        self, info: Info[HouseholdsContext, None], as_of: date | None = None, known_at: datetime | None = None
    ) -> list[IncomeStatement] | None:
        found = await info.context.loaders.statements.load((self.record.id, as_of, known_at))
        return [IncomeStatement.of(statement) for statement in found]

    @strawberry.field(description="What the costs that departments reported would be worth to the insurance in force.")
    async def insurance_estimates(
        self, info: Info[HouseholdsContext, None], as_of: date | None = None
    ) -> list[InsuranceEstimate] | None:
        found = await info.context.loaders.insurance_estimates.load((self.record.id, as_of))
        return [InsuranceEstimate.of(estimate) for estimate in found]

    @strawberry.field(description="What decisions relied on, newest first.")
    async def frozen_statements(
        self, info: Info[HouseholdsContext, None], first: int | None = None, after: str | None = None
    ) -> Connection[FrozenStatement] | None:
        request = PageRequest.of(first, after)
        frozen = await info.context.loaders.frozen.load(self.record.id)
        behind = parse_id(str(decode_cursor(after, str)[0]), field="after") if after is not None else None
        rest = [statement for statement in frozen if behind is None or statement.id < behind]

        async def count() -> int:
            return len(frozen)

        page = page_of(rest, request, lambda statement: encode_cursor(str(statement.id)))
        return Connection.of(page, FrozenStatement.of, after=after, count=count)

    @classmethod
    async def resolve_reference(cls, info: Info[HouseholdsContext, None], id: str) -> "Household | None":
        return cls.perhaps(await info.context.loaders.households.load(parse_id(id)))

    @staticmethod
    def of(household: domain.Household) -> "Household":
        return Household(
            id=strawberry.ID(str(household.id)),
            code=household.code,
            area_path=AreaPath(household.area_path),
            registration_history=household.registration_history,
            monitoring_category=household.monitoring_category,
            safe_housing=household.safe_housing,
            safe_water=household.safe_water,
            registered_on=household.registered_on,
            removed_on=household.removed_on,
            version=household.version,
            record=household,
        )

    @staticmethod
    def perhaps(household: domain.Household | None) -> "Household | None":
        return None if household is None else Household.of(household)


@strawberry.input(description="Everything given must hold.")
class HouseholdFilterInput:
    monitoring_category: list[domain.MonitoringCategory] | None = None
    registration_history: list[domain.RegistrationHistory] | None = None
    code_prefix: str | None = None


@strawberry.type
class HouseholdQuery:
    @strawberry.field
    async def household(self, info: Info[HouseholdsContext, None], id: strawberry.ID) -> Household | None:
        return Household.perhaps(await info.context.loaders.households.load(parse_id(id)))

    @strawberry.field
    async def household_by_code(self, info: Info[HouseholdsContext, None], code: str) -> Household | None:
        scope = POLICY.require(info.context.actor, Action.SEE_HOUSEHOLDS)
        async with info.context.begin() as uow:
            found = await uow.households.by_codes([code], Sight.of(scope, day=uow.today))
        return Household.perhaps(found.get(code))

    @strawberry.field(description="Households you may see, at or below an area.")
    async def households(  # noqa: PLR0917 - GraphQL names them
        self,
        info: Info[HouseholdsContext, None],
        area: AreaPath | None = None,
        filter: HouseholdFilterInput | None = None,
        order_by: HouseholdOrder = HouseholdOrder.CODE,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Household]:
        scope = POLICY.require(info.context.actor, Action.SEE_HOUSEHOLDS)
        request = PageRequest.of(first, after)
        asked = _filter(area, filter or HouseholdFilterInput())
        async with info.context.begin() as uow:
            sight = Sight.of(scope, day=uow.today)
            found = await uow.households.page(
                asked, order_by, sight, after=_behind(after, order_by), limit=request.first + 1
            )

        async def count() -> int:
            async with info.context.begin() as uow:
                return await uow.households.count(asked, sight)

        page: Page[domain.Household] = page_of(found, request, lambda row: _cursor(row, order_by))
        return Connection.of(page, Household.of, after=after, count=count)


def _filter(area: str | None, asked: HouseholdFilterInput) -> HouseholdFilter:
    return HouseholdFilter(
        area_path=area,
        categories=tuple(asked.monitoring_category or ()),
        histories=tuple(asked.registration_history or ()),
        code_prefix=asked.code_prefix,
    )


def _cursor(household: domain.Household, order: HouseholdOrder) -> str:
    key = str(household.id) if order is HouseholdOrder.NEWEST_FIRST else household.code
    return encode_cursor(order.value, key)


def _behind(after: str | None, order: HouseholdOrder) -> str | None:
    """The sort key in a cursor. Raises InvalidCursor for one of another order."""
    if after is None:
        return None
    ordered_by, key = decode_cursor(after, str, str)
    if ordered_by != order.value:
        raise InvalidCursor("This cursor belongs to another order of the list.", field="after")
    if order is HouseholdOrder.NEWEST_FIRST:
        parse_id(str(key), field="after")
    return str(key)
