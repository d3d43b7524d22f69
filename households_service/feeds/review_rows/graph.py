"""Rows that wait for a person: listed masked, opened with a reason, decided over."""

from datetime import date, datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import (
    AreaPath,
    Connection,
    Money,
    PageRequest,
    Refused,
    decode_cursor,
    encode_cursor,
    page_of,
    refusals,
)
from chassis.graph.scalars import money_of_cents
from chassis.ids import parse_id
from households_service.context import HouseholdsContext
from households_service.feeds import departments, domain
from households_service.feeds.review_rows import service as review
from households_service.identities import decisions, sketches
from households_service.members.domain import masked_id_number, masked_name

strawberry.enum(domain.RowStatus, name="DepartmentRowStatus")
strawberry.enum(domain.ReviewReason)
strawberry.enum(sketches.LinkField, name="LinkField")
strawberry.enum(sketches.Agreement, name="LinkAgreement")
strawberry.enum(domain.LinkRule)
strawberry.enum(departments.EventType, name="DepartmentEventType")


@strawberry.type(description="What a department said of a person.")
class SaidOfPerson:
    name: str | None
    id_number: str | None
    date_of_birth: str | None
    village_code: str | None
    household_code: str | None


@strawberry.type(description="What one field added for one person, in bits: each doubles the odds. Never the values.")
class FieldWeight:
    field: sketches.LinkField
    agreement: sketches.Agreement
    bits: float


@strawberry.type(description="Somebody who came into question, and what each field said.")
class WeighedCandidate:
    member_id: strawberry.ID
    probability: float
    bits: float = strawberry.field(description="Log odds: the sum of the waterfall.")
    contradicted: bool = strawberry.field(description="An identifier speaks against it: never linked by itself.")
    waterfall: list[FieldWeight]


@strawberry.type(description="How a record was weighed.")
class LinkDecisionView:
    outcome: str
    probability: float | None = strawberry.field(description="Of the likeliest person.")
    threshold_bits: float
    model_version: str
    decided_at: datetime
    sampled: bool
    candidates: list[WeighedCandidate]

    @staticmethod
    def of(decision: decisions.LinkDecision) -> "LinkDecisionView":
        return LinkDecisionView(
            outcome=decision.outcome,
            probability=decision.candidates[0].probability if decision.candidates else None,
            threshold_bits=decision.threshold_bits,
            model_version=decision.model_version,
            decided_at=decision.decided_at,
            sampled=decision.sampled,
            candidates=[
                WeighedCandidate(
                    member_id=strawberry.ID(str(one.member_id)),
                    probability=one.probability,
                    bits=one.bits,
                    contradicted=one.contradicted,
                    waterfall=[
                        FieldWeight(
                            field=weight.field, agreement=sketches.Agreement(weight.agreement), bits=weight.bits
                        )
                        for weight in one.weights
                    ],
                )
                for one in decision.candidates
            ],
        )


@strawberry.type(description="A record that nobody could be sure about. Nothing happens until a person decides.")
class ReviewRow:
    id: strawberry.ID
    department: str
    record_id: str
    version: int
    area_path: AreaPath
    status: domain.RowStatus
    reason: domain.ReviewReason | None
    event_type: departments.EventType
    event_date: date
    amount: Money | None = strawberry.field(description="Null where the feed has no money of its own.")
    corrects: str | None
    received_at: datetime
    candidate_ids: list[strawberry.ID] = strawberry.field(
        description="Members to look at first; decided by nobody yet."
    )
    link_rule: domain.LinkRule | None
    member_id: strawberry.ID | None
    household_id: strawberry.ID | None
    reject_reason: str | None
    record: strawberry.Private[domain.StoredRecord]

    @strawberry.field(description="Masked; null when the row as received is no longer kept (90 days).")
    async def person(self, info: Info[HouseholdsContext, None]) -> SaidOfPerson | None:
        said = await info.context.loaders.review_persons.load(self.record)
        if said is None:
            return None
        return SaidOfPerson(
            name=None if said.name is None else masked_name(said.name),
            id_number=masked_id_number(said.id_number),
            date_of_birth=None if said.date_of_birth is None else f"{said.date_of_birth[:4]}-**-**",
            village_code=said.village_code,
            household_code=said.household_code,
        )

    @strawberry.field(description="Who came into question and what each field added; null: nothing was weighed.")
    async def weighing(self, info: Info[HouseholdsContext, None]) -> LinkDecisionView | None:
        decision = await info.context.loaders.link_decisions.load(self.record.id)
        return None if decision is None else LinkDecisionView.of(decision)

    @staticmethod
    def of(record: domain.StoredRecord) -> "ReviewRow":
        return ReviewRow(
            id=strawberry.ID(str(record.id)),
            department=record.department,
            record_id=record.record_id,
            version=record.version,
            area_path=AreaPath(record.area_path),
            status=record.status,
            reason=record.review_reason,
            event_type=record.event_type,
            event_date=record.event_date,
            amount=None if record.feed.amount is None else money_of_cents(record.cents),
            corrects=record.corrects,
            received_at=record.received_at,
            candidate_ids=[strawberry.ID(str(candidate)) for candidate in record.candidate_ids],
            link_rule=record.link_rule,
            member_id=None if record.member_id is None else strawberry.ID(str(record.member_id)),
            household_id=None if record.household_id is None else strawberry.ID(str(record.household_id)),
            reject_reason=record.reject_reason,
            record=record,
        )


@strawberry.input(description="Exactly one of `memberId` and `rejectReason`.")
class ResolveReviewRowInput:
    row_id: strawberry.ID
    member_id: strawberry.ID | None = None
    reject_reason: str | None = None


@strawberry.input
class RevealReviewRowInput:
    row_id: strawberry.ID
    reason: str


ResolveReviewRowResult = Annotated[ReviewRow | Refused, strawberry.union("ResolveReviewRowResult")]
RevealReviewRowResult = Annotated[SaidOfPerson | Refused, strawberry.union("RevealReviewRowResult")]


@strawberry.type
class ReviewQuery:
    @strawberry.field(description="Rows that wait for a decision, oldest first.")
    async def review_rows(
        self,
        info: Info[HouseholdsContext, None],
        area: AreaPath | None = None,
        department: str | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[ReviewRow]:
        request = PageRequest.of(first, after)
        behind = parse_id(str(decode_cursor(after, str)[0]), field="after") if after is not None else None
        actor = info.context.actor
        async with info.context.begin() as uow:
            found = await review.review_rows(
                uow, actor, area_path=area, department=department, after=behind, limit=request.first + 1
            )

        async def count() -> int:
            async with info.context.begin() as uow:
                return await review.count_review_rows(uow, actor, area_path=area, department=department)

        page = page_of(found, request, lambda record: encode_cursor(str(record.id)))
        return Connection.of(page, ReviewRow.of, after=after, count=count)


@strawberry.type
class ReviewMutation:
    @strawberry.mutation(description="Says whom a waiting row is about, or why it is about nobody here.")
    @refusals
    async def resolve_review_row(
        self, info: Info[HouseholdsContext, None], input: ResolveReviewRowInput
    ) -> ResolveReviewRowResult:
        async with info.context.begin() as uow:
            resolved = await review.resolve_row(
                uow,
                info.context.actor,
                row_id=parse_id(input.row_id, field="rowId"),
                member_id=None if input.member_id is None else parse_id(input.member_id, field="memberId"),
                reject_reason=input.reject_reason,
            )
        return ReviewRow.of(resolved)

    @strawberry.mutation(description="One audited look at what the department said of the person.")
    @refusals
    async def reveal_review_row(
        self, info: Info[HouseholdsContext, None], input: RevealReviewRowInput
    ) -> RevealReviewRowResult:
        async with info.context.begin() as uow:
            said = await review.reveal_row(
                uow, info.context.actor, row_id=parse_id(input.row_id, field="rowId"), reason=input.reason
            )
        return SaidOfPerson(
            name=said.name,
            id_number=said.id_number,
            date_of_birth=said.date_of_birth,
            village_code=said.village_code,
            household_code=said.household_code,
        )
