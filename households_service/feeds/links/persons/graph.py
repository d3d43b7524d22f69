"""Members who are one person: judged by somebody, merged by somebody else, and split again."""

from collections.abc import Awaitable
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import Refused, described_enum, refusals
from chassis.ids import parse_id
from households_service.context import HouseholdsContext
from households_service.feeds.links import merging
from households_service.idempotency import once
from households_service.identities.judgements import domain as judgements
from households_service.uow import HouseholdsUnitOfWork

described_enum(
    judgements.Verdict,
    name="SamePersonVerdict",
    description="What a person found of two members.",
    values={
        judgements.Verdict.SAME: "One person, registered twice: somebody else may merge them.",
        judgements.Verdict.DIFFERENT: "Two people.",
        judgements.Verdict.UNSURE: "It cannot be told; nothing follows.",
    },
)


@strawberry.type(description="Two members who became one, by somebody else than who judged them to be one.")
class MemberMerge:
    id: strawberry.ID
    surviving_member_id: strawberry.ID = strawberry.field(description="Who was registered first.")
    merged_member_id: strawberry.ID
    moved_records: int = strawberry.field(description="Records of departments that became the surviving member's.")
    merged_at: datetime
    split_at: datetime | None = strawberry.field(description="When they became two again; null while they are one.")

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


@strawberry.type(description="What somebody found of two members. The newest between two holds; none is overwritten.")
class SamePersonJudgement:
    id: strawberry.ID
    member_id: strawberry.ID
    other_member_id: strawberry.ID
    verdict: judgements.Verdict
    judged_at: datetime

    @staticmethod
    def of(made: judgements.Judgement) -> "SamePersonJudgement":
        return SamePersonJudgement(
            id=strawberry.ID(str(made.id)),
            member_id=strawberry.ID(str(made.member_id)),
            other_member_id=strawberry.ID(str(made.other_member_id)),
            verdict=made.verdict,
            judged_at=made.judged_at,
        )


_KEY = "Your own: the same call sent again does nothing and gets the same answer."


@strawberry.input
class JudgeSamePersonInput:
    member_id: strawberry.ID
    other_member_id: strawberry.ID
    verdict: judgements.Verdict
    reason: str
    idempotency_key: str = strawberry.field(description=_KEY)


@strawberry.input
class MergeMembersInput:
    member_id: strawberry.ID
    other_member_id: strawberry.ID
    reason: str
    idempotency_key: str = strawberry.field(description=_KEY)


@strawberry.input
class SplitMemberInput:
    merged_member_id: strawberry.ID
    reason: str
    idempotency_key: str = strawberry.field(description=_KEY)


JudgeSamePersonResult = Annotated[SamePersonJudgement | Refused, strawberry.union("JudgeSamePersonResult")]
MergeMembersResult = Annotated[MemberMerge | Refused, strawberry.union("MergeMembersResult")]
SplitMemberResult = Annotated[MemberMerge | Refused, strawberry.union("SplitMemberResult")]


@strawberry.type
class PersonMutation:
    @strawberry.mutation(
        description="Whether two members are one person. Kept beside earlier judgements, never over them."
    )
    @refusals
    async def judge_same_person(
        self, info: Info[HouseholdsContext, None], input: JudgeSamePersonInput
    ) -> JudgeSamePersonResult:
        async with info.context.begin() as uow:

            async def judge() -> UUID:
                made = await merging.judge_persons(
                    uow,
                    info.context.actor,
                    member_id=parse_id(input.member_id, field="memberId"),
                    other_id=parse_id(input.other_member_id, field="otherMemberId"),
                    verdict=input.verdict,
                    reason=input.reason,
                )
                return made.id

            judgement_id = await once(uow, "judgeSamePerson", input.idempotency_key, input, judge)
            return SamePersonJudgement.of(await merging.find_judgement(uow, info.context.actor, judgement_id))

    @strawberry.mutation(description="Two members judged to be one, by somebody else. The first registered survives.")
    @refusals
    async def merge_members(self, info: Info[HouseholdsContext, None], input: MergeMembersInput) -> MergeMembersResult:
        async with info.context.begin() as uow:

            async def merge() -> UUID:
                made = await merging.merge_members(
                    uow,
                    info.context.actor,
                    member_id=parse_id(input.member_id, field="memberId"),
                    other_id=parse_id(input.other_member_id, field="otherMemberId"),
                    reason=input.reason,
                )
                return made.id

            return await _merge_made(info, uow, once(uow, "mergeMembers", input.idempotency_key, input, merge))

    @strawberry.mutation(description="They are two after all: the merged member is there again, with its records.")
    @refusals
    async def split_member(self, info: Info[HouseholdsContext, None], input: SplitMemberInput) -> SplitMemberResult:
        async with info.context.begin() as uow:

            async def split() -> UUID:
                merged_id = parse_id(input.merged_member_id, field="mergedMemberId")
                made = await merging.split_member(uow, info.context.actor, merged_id=merged_id, reason=input.reason)
                return made.id

            return await _merge_made(info, uow, once(uow, "splitMember", input.idempotency_key, input, split))


async def _merge_made(
    info: Info[HouseholdsContext, None], uow: HouseholdsUnitOfWork, made: Awaitable[UUID]
) -> MemberMerge:
    return MemberMerge.of(await merging.find_merge(uow, info.context.actor, await made))
