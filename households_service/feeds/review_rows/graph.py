"""Rows that wait for a person: listed masked, opened with a reason, decided over."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

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
from households_service.feeds.review_rows import terms  # noqa: F401 - names the enums
from households_service.identities import decisions, sketches
from households_service.members.domain import masked_id_number, masked_name
from households_service.members.graph import Member


@strawberry.type(description="What a department said of a person.")
class SaidOfPerson:
    name: str | None
    id_number: str | None
    date_of_birth: str | None
    village_code: str | None
    household_code: str | None

    @strawberry.field(description="Does an area carry this code today? Null where no code was given.")
    async def village_known(self, info: Info[HouseholdsContext, None]) -> bool | None:
        if self.village_code is None:
            return None
        return await info.context.loaders.area_of_code.load(self.village_code) is not None


@strawberry.type(description="What one field added for one person, in bits: each doubles the odds. Never the values.")
class FieldWeight:
    field: sketches.LinkField
    agreement: sketches.Agreement
    bits: float


_BEYOND = (
    "Null for somebody beyond the caller's areas, and for an office that sees no households: `lookUpPerson`, about this"
    " row, shows it who is meant."
)


async def _seen(info: Info[HouseholdsContext, None], member_id: UUID) -> Member | None:
    return Member.perhaps(await info.context.loaders.candidates.load(member_id))


@strawberry.type(description="Somebody who came into question, and what each field said.")
class WeighedCandidate:
    member_id: strawberry.ID
    key: strawberry.Private[UUID]
    probability: float
    bits: float = strawberry.field(description="Log odds: the sum of the waterfall.")
    contradicted: bool = strawberry.field(description="An identifier speaks against it: never linked by itself.")
    waterfall: list[FieldWeight]

    @strawberry.field(description=f"Masked. {_BEYOND}")
    async def member(self, info: Info[HouseholdsContext, None]) -> Member | None:
        return await _seen(info, self.key)


@strawberry.type(description="How a record was weighed.")
class LinkWeighing:
    outcome: decisions.LinkOutcome
    probability: float | None = strawberry.field(description="Of the likeliest person.")
    threshold_bits: float
    model_version: str
    decided_at: datetime
    sampled: bool
    candidates: list[WeighedCandidate]

    @staticmethod
    def of(decision: decisions.LinkDecision) -> "LinkWeighing":
        return LinkWeighing(
            outcome=decisions.LinkOutcome(decision.outcome),
            probability=decision.candidates[0].probability if decision.candidates else None,
            threshold_bits=decision.threshold_bits,
            model_version=decision.model_version,
            decided_at=decision.decided_at,
            sampled=decision.sampled,
            candidates=[
                WeighedCandidate(
                    member_id=strawberry.ID(str(one.member_id)),
                    key=one.member_id,
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


@strawberry.type(
    description=(
        "One version of a department's record: it waits until a person decides, or found whom it is about. Names"
        " nobody unmasked."
    )
)
class ReviewRow:
    id: strawberry.ID = strawberry.field(description="Of this version; other fields call it `rowId`.")
    department: departments.Department
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

    @strawberry.field(description="Of `candidateIds` those whom the caller sees, masked, in their order.")
    async def candidates(self, info: Info[HouseholdsContext, None]) -> list[Member]:
        found = await info.context.loaders.candidates.load_many(list(self.record.candidate_ids))
        return [Member.of(member) for member in found if member is not None]

    @strawberry.field(description=f"Whom it was linked to, masked. {_BEYOND}")
    async def member(self, info: Info[HouseholdsContext, None]) -> Member | None:
        return None if self.record.member_id is None else await _seen(info, self.record.member_id)

    @strawberry.field(description="Who came into question and what each field added; null: nothing was weighed.")
    async def weighing(self, info: Info[HouseholdsContext, None]) -> LinkWeighing | None:
        decision = await info.context.loaders.link_decisions.load(self.record.id)
        return None if decision is None else LinkWeighing.of(decision)

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
    @strawberry.mutation(
        description=(
            "Says whom a waiting row is about, or why it is about nobody here. Sent again by the same person it does"
            " nothing; a row that was decided otherwise, or has a newer version, is refused."
        )
    )
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
