"""How a record found its person, field by field; links undone; members judged, merged and split."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Connection, PageRequest, Refused, decode_cursor, encode_cursor, page_of, refusals
from chassis.ids import parse_id
from households_service.context import HouseholdsContext
from households_service.feeds.links import merging, service
from households_service.feeds.review_rows.graph import LinkDecisionView, ReviewRow
from households_service.identities import decisions
from households_service.identities.judgements import domain as judgements

strawberry.enum(decisions.Finding, name="LinkFinding")
strawberry.enum(judgements.Verdict, name="SamePersonVerdict")


@strawberry.type(description="A department's record and how it found its person. Names nobody.")
class DepartmentRecord:
    row: ReviewRow
    link: LinkDecisionView | None = strawberry.field(
        description="Null where an exact rule or a person linked it: `row.linkRule` says which."
    )
    decided_by: str = strawberry.field(description="RULE, MODEL or the subject of the person who decided.")

    @staticmethod
    def of(found: service.RecordLink) -> "DepartmentRecord":
        record = found.record
        automatic = "MODEL" if record.link_rule == "LINKAGE" else "RULE"
        return DepartmentRecord(
            row=ReviewRow.of(record),
            link=None if found.decision is None else LinkDecisionView.of(found.decision),
            decided_by=record.resolved_by or automatic,
        )


@strawberry.type(description="Of the automatic links drawn for a second look: one in a hundred.")
class LinkSampleCounts:
    drawn: int
    right: int
    wrong: int
    unsure: int
    precision: float | None = strawberry.field(description="Right ones of those decided; null before any was.")


@strawberry.type
class MemberMerge:
    id: strawberry.ID
    surviving_member_id: strawberry.ID
    merged_member_id: strawberry.ID
    moved_records: int
    merged_at: datetime
    split_at: datetime | None

    @staticmethod
    def of(merge: judgements.Merge) -> "MemberMerge":
        return MemberMerge(
            id=strawberry.ID(str(merge.id)),
            surviving_member_id=strawberry.ID(str(merge.surviving_id)),
            merged_member_id=strawberry.ID(str(merge.merged_id)),
            moved_records=len(merge.moved_records),
            merged_at=merge.merged_at,
            split_at=merge.split_at,
        )


@strawberry.type
class SamePersonJudgement:
    id: strawberry.ID
    member_id: strawberry.ID
    other_member_id: strawberry.ID
    verdict: judgements.Verdict
    judged_at: datetime


@strawberry.input
class UndoLinkInput:
    record_id: strawberry.ID = strawberry.field(description="The row id of the record, as in `departmentRecord`.")
    reason: str


@strawberry.input
class ConfirmLinkInput:
    record_id: strawberry.ID
    finding: decisions.Finding
    reason: str


@strawberry.input
class JudgeSamePersonInput:
    member_id: strawberry.ID
    other_member_id: strawberry.ID
    verdict: judgements.Verdict
    reason: str


@strawberry.input
class MergeMembersInput:
    member_id: strawberry.ID
    other_member_id: strawberry.ID
    reason: str


@strawberry.input
class SplitMemberInput:
    merged_member_id: strawberry.ID
    reason: str


UndoLinkResult = Annotated[ReviewRow | Refused, strawberry.union("UndoLinkResult")]
ConfirmLinkResult = Annotated[DepartmentRecord | Refused, strawberry.union("ConfirmLinkResult")]
JudgeSamePersonResult = Annotated[SamePersonJudgement | Refused, strawberry.union("JudgeSamePersonResult")]
MergeMembersResult = Annotated[MemberMerge | Refused, strawberry.union("MergeMembersResult")]
SplitMemberResult = Annotated[MemberMerge | Refused, strawberry.union("SplitMemberResult")]


@strawberry.type
class LinkQuery:
    @strawberry.field(description="By its row id.")
    async def department_record(self, info: Info[HouseholdsContext, None], id: strawberry.ID) -> DepartmentRecord:
        async with info.context.begin() as uow:
            return DepartmentRecord.of(await service.find_link(uow, info.context.actor, parse_id(id)))

    @strawberry.field(description="Automatic links that wait for a second look, oldest first.")
    async def sampled_links(
        self, info: Info[HouseholdsContext, None], area: AreaPath, first: int | None = None, after: str | None = None
    ) -> Connection[ReviewRow]:
        request = PageRequest.of(first, after)
        behind = parse_id(str(decode_cursor(after, str)[0]), field="after") if after is not None else None
        async with info.context.begin() as uow:
            found = await service.sampled_links(
                uow, info.context.actor, area_path=area, after=behind, limit=request.first + 1
            )

        async def count() -> int:
            async with info.context.begin() as uow:
                counts = await service.sample_counts(uow, info.context.actor, area_path=area)
                return counts.drawn - counts.right - counts.wrong - counts.unsure

        page = page_of(found, request, lambda record: encode_cursor(str(record.id)))
        return Connection.of(page, ReviewRow.of, after=after, count=count)

    @strawberry.field(description="How many automatic links were right, as far as people looked.")
    async def link_sample_counts(self, info: Info[HouseholdsContext, None], area: AreaPath) -> LinkSampleCounts:
        async with info.context.begin() as uow:
            counts = await service.sample_counts(uow, info.context.actor, area_path=area)
        decided = counts.right + counts.wrong
        return LinkSampleCounts(
            drawn=counts.drawn,
            right=counts.right,
            wrong=counts.wrong,
            unsure=counts.unsure,
            precision=counts.right / decided if decided else None,
        )


@strawberry.type
class LinkMutation:
    @strawberry.mutation(description="Somebody else was meant: the record waits again, what it did is taken back.")
    @refusals
    async def undo_link(self, info: Info[HouseholdsContext, None], input: UndoLinkInput) -> UndoLinkResult:
        async with info.context.begin() as uow:
            waiting = await service.undo_link(
                uow, info.context.actor, row_id=parse_id(input.record_id, field="recordId"), reason=input.reason
            )
        return ReviewRow.of(waiting)

    @strawberry.mutation(description="What a person found of an automatic link; a wrong one is undone.")
    @refusals
    async def confirm_link(self, info: Info[HouseholdsContext, None], input: ConfirmLinkInput) -> ConfirmLinkResult:
        async with info.context.begin() as uow:
            found = await service.confirm_link(
                uow,
                info.context.actor,
                row_id=parse_id(input.record_id, field="recordId"),
                finding=input.finding,
                reason=input.reason,
            )
        return DepartmentRecord.of(found)

    @strawberry.mutation(
        description="Whether two members are one person. Kept beside earlier judgements, never over them."
    )
    @refusals
    async def judge_same_person(
        self, info: Info[HouseholdsContext, None], input: JudgeSamePersonInput
    ) -> JudgeSamePersonResult:
        async with info.context.begin() as uow:
            made = await merging.judge_persons(
                uow,
                info.context.actor,
                member_id=parse_id(input.member_id, field="memberId"),
                other_id=parse_id(input.other_member_id, field="otherMemberId"),
                verdict=input.verdict,
                reason=input.reason,
            )
        return SamePersonJudgement(
            id=strawberry.ID(str(made.id)),
            member_id=strawberry.ID(str(made.member_id)),
            other_member_id=strawberry.ID(str(made.other_member_id)),
            verdict=made.verdict,
            judged_at=made.judged_at,
        )

    @strawberry.mutation(description="Two members judged to be one, by somebody else. The first registered survives.")
    @refusals
    async def merge_members(self, info: Info[HouseholdsContext, None], input: MergeMembersInput) -> MergeMembersResult:
        async with info.context.begin() as uow:
            merge = await merging.merge_members(
                uow,
                info.context.actor,
                member_id=parse_id(input.member_id, field="memberId"),
                other_id=parse_id(input.other_member_id, field="otherMemberId"),
                reason=input.reason,
            )
        return MemberMerge.of(merge)

    @strawberry.mutation(description="They are two after all: the merged member is there again, with its records.")
    @refusals
    async def split_member(self, info: Info[HouseholdsContext, None], input: SplitMemberInput) -> SplitMemberResult:
        async with info.context.begin() as uow:
            merge = await merging.split_member(
                uow,
                info.context.actor,
                merged_id=parse_id(input.merged_member_id, field="mergedMemberId"),
                reason=input.reason,
            )
        return MemberMerge.of(merge)
