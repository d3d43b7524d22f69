"""Shortlists, and what this service adds to members and households."""

from collections.abc import Sequence
from datetime import date
from enum import Enum
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import Connection, PageRequest, decode_cursor, encode_cursor, page_of
from chassis.ids import parse_id
from employment_service.context import EmploymentContext
from employment_service.matching import service
from employment_service.matching.reasons import Reason, Suitability
from employment_service.placements.domain import PlacementState
from employment_service.vacancies.graph import Vacancy
from employment_service.workers.graph import Worker

strawberry.enum(PlacementState)


@strawberry.type(description="A code, and its text in the reader's language.")
class MatchReason:
    code: str
    text: str

    @staticmethod
    def of(reason: Reason) -> "MatchReason":
        return MatchReason(code=reason.code, text=reason.text)


@strawberry.type(description="What the score is made of.")
class ScoreParts:
    wage: int = strawberry.field(description="0 to 5,000, by what the wage lies above the least wage.")
    distance: int = strawberry.field(description="0 to 3,000, by nearness to the home village.")
    care: int = strawberry.field(description="0 to 2,000, by nearness to whoever is cared for.")


@strawberry.type(description="One worker and one vacancy.")
class ShortlistEntry:
    possible: bool = strawberry.field(description="No limit of the worker and no rule stands against it.")
    distance_km: float | None = strawberry.field(description="From the home village, as the crow flies.")
    care_distance_km: float | None = strawberry.field(description="To the farthest place where the worker gives care.")
    score: int
    score_parts: ScoreParts
    reasons: list[MatchReason]
    why_not: list[MatchReason] = strawberry.field(description="What stands against it; empty when possible.")
    pair: strawberry.Private[Suitability]

    @strawberry.field
    async def vacancy(self, info: Info[EmploymentContext, None]) -> Vacancy | None:
        return Vacancy.perhaps(await info.context.loaders.vacancies.load(UUID(self.pair.vacancy_key)))

    @strawberry.field
    async def worker(self, info: Info[EmploymentContext, None]) -> Worker | None:
        return Worker.perhaps(await info.context.loaders.workers.load(UUID(self.pair.worker_key)))

    @staticmethod
    def of(entry: tuple[int, Suitability]) -> "ShortlistEntry":
        _, pair = entry
        return ShortlistEntry(
            possible=pair.possible,
            distance_km=pair.distance_km,
            care_distance_km=pair.care_distance_km,
            score=pair.score,
            score_parts=ScoreParts(wage=pair.wage_points, distance=pair.distance_points, care=pair.care_points),
            reasons=[MatchReason.of(reason) for reason in pair.reasons],
            why_not=[MatchReason.of(reason) for reason in pair.why_not],
            pair=pair,
        )


@strawberry.enum(description="All that others than worker, staff, employer and monitor can ever read of work.")
class ShownWorkState(Enum):
    STARTED = "STARTED"
    STABLE = "STABLE"


@strawberry.type(description="Somebody of the household who works and lets it be shown.")
class WorkingMember:
    member_id: strawberry.ID
    state: ShownWorkState
    since: date

    @strawberry.field
    def member(self) -> "Member | None":
        return Member(id=self.member_id)


@strawberry.federation.type(keys=["id"])
class Member:
    id: strawberry.ID

    @strawberry.field(description="For the worker and the employment staff of their area; null for everybody else.")
    async def worker(self, info: Info[EmploymentContext, None]) -> Worker | None:
        return Worker.perhaps(await info.context.loaders.workers_by_member.load(parse_id(self.id)))

    @strawberry.field(description="Work within the worker's own limits, best first. For the same readers as `worker`.")
    async def nearby_vacancies(
        self, info: Info[EmploymentContext, None], first: int | None = None, after: str | None = None
    ) -> Connection[ShortlistEntry] | None:
        worker = await info.context.loaders.workers_by_member.load(parse_id(self.id))
        async with info.context.begin() as uow:
            if worker is None or not service.may_see_shortlist(uow, worker):
                return None
            found = await service.shortlist_for_worker(
                uow, worker_id=worker.id, with_unmatched=False, locale=info.context.locale
            )
        return _connection(found.entries, first, after)

    @classmethod
    def resolve_reference(cls, id: str) -> "Member":
        return Member(id=strawberry.ID(str(parse_id(id))))


@strawberry.federation.type(keys=["id"])
class Household:
    id: strawberry.ID

    @strawberry.field(description="Only members who let it be shown; a household where nobody does shows nobody.")
    async def working_members(self, info: Info[EmploymentContext, None]) -> list[WorkingMember] | None:
        members = await info.context.loaders.working_members.load(parse_id(self.id))
        return [
            WorkingMember(
                member_id=strawberry.ID(str(each.member_id)), state=ShownWorkState(each.state.value), since=each.since
            )
            for each in members
        ]

    @classmethod
    def resolve_reference(cls, id: str) -> "Household":
        return Household(id=strawberry.ID(str(parse_id(id))))


@strawberry.type
class MatchingQuery:
    @strawberry.field(description="Work for one worker, best first. For the worker and the employment staff.")
    async def shortlist_for_worker(
        self,
        info: Info[EmploymentContext, None],
        worker_id: strawberry.ID,
        with_unmatched: bool = False,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[ShortlistEntry]:
        async with info.context.begin() as uow:
            found = await service.shortlist_for_worker(
                uow,
                worker_id=parse_id(worker_id, field="workerId"),
                with_unmatched=with_unmatched,
                locale=info.context.locale,
            )
        return _connection(found.entries, first, after)

    @strawberry.field(description="Registered workers who want offers now, for one vacancy. For the employment staff.")
    async def shortlist_for_vacancy(
        self,
        info: Info[EmploymentContext, None],
        vacancy_id: strawberry.ID,
        with_unmatched: bool = False,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[ShortlistEntry]:
        async with info.context.begin() as uow:
            found = await service.shortlist_for_vacancy(
                uow,
                vacancy_id=parse_id(vacancy_id, field="vacancyId"),
                with_unmatched=with_unmatched,
                locale=info.context.locale,
            )
        return _connection(found.entries, first, after)


def _connection(entries: Sequence[Suitability], first: int | None, after: str | None) -> Connection[ShortlistEntry]:
    """The list is made anew for each request; its cursor is a place in it."""
    request = PageRequest.of(first, after)
    start = 0
    if after is not None:
        position = decode_cursor(after, int)[0]
        start = position + 1 if isinstance(position, int) else 0
    numbered = list(enumerate(entries))[max(start, 0) : max(start, 0) + request.first + 1]

    async def count() -> int:
        return len(entries)

    page = page_of(numbered, request, lambda entry: encode_cursor(entry[0]))
    return Connection.of(page, ShortlistEntry.of, after=after, count=count)
