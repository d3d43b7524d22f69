"""Shortlists, and what this service adds to members and households."""

from datetime import date
from enum import Enum
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import Connection, Money, PageRequest, decode_cursor, encode_cursor, page_of
from chassis.graph.scalars import money_of_cents
from chassis.ids import parse_id
from employment_service.context import EmploymentContext
from employment_service.matching import service
from employment_service.matching.changes import ChangeKind
from employment_service.matching.reasons import Parts, Reason, Suitability, ToldChange
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


@strawberry.type(
    description="score = stableChance x incomeGain x householdWeight - wayCost - careCost, in whole money."
)
class ScoreParts:
    stable_chance: float = strawberry.field(description="Of still being there after six months.")
    income_gain: Money = strawberry.field(description="A month, over what the work would replace.")
    household_weight: float = strawberry.field(description="1.0 to 1.5: what an income is worth to the household.")
    way_cost: Money = strawberry.field(description="A month of getting there and back.")
    care_cost: Money = strawberry.field(description="A month of being away from whoever is cared for.")

    @staticmethod
    def of(parts: Parts) -> "ScoreParts":
        return ScoreParts(
            stable_chance=round(parts.stable, 4),
            income_gain=money_of_cents(parts.gain_cents),
            household_weight=parts.weight,
            way_cost=money_of_cents(parts.way_cents),
            care_cost=money_of_cents(parts.care_cents),
        )


strawberry.enum(ChangeKind, description="What would have to move for a closed pair to open.")


@strawberry.type(description="One thing to move, by as little as opens the pair.")
class OpeningChange:
    kind: ChangeKind
    amount: float = strawberry.field(description="Kilometres, minutes, days or money a month, by its kind.")
    distance_km: float | None = strawberry.field(description="The way that comes with it.")
    codes: list[str] = strawberry.field(description="Qualifications, languages or months.")
    text: str

    @staticmethod
    def of(told: ToldChange) -> "OpeningChange":
        change = told.change
        return OpeningChange(
            kind=change.kind,
            amount=change.amount / 100 if change.kind is ChangeKind.LOWER_FLOOR else change.amount,
            distance_km=change.km,
            codes=list(change.codes),
            text=told.text,
        )


@strawberry.type(description="One worker and one vacancy.")
class ShortlistEntry:
    possible: bool = strawberry.field(description="No limit of the worker and no rule stands against it.")
    distance_km: float | None = strawberry.field(description="From the home village, as the crow flies.")
    commute_minutes: int | None = strawberry.field(description="Each way; null where one lives at work.")
    care_distance_km: float | None = strawberry.field(description="To the farthest place where the worker gives care.")
    monthly_wage: Money
    score: int
    score_parts: ScoreParts
    price: int | None = strawberry.field(
        description="What a place there is worth to whoever else wants it, by the last run. Null: no run yet."
    )
    reasons: list[MatchReason]
    why_not: list[MatchReason] = strawberry.field(description="What stands against it; empty when possible.")
    smallest_change: list[OpeningChange] | None = strawberry.field(
        description="Together they would open it. Null: nothing that one could move does. Empty: it is open."
    )
    surplus: int | None = strawberry.field(description="Score less price: the order of a list.")
    pair: strawberry.Private[Suitability]

    @strawberry.field(
        description="Whether there are places for the worker and their companion; of the companion's own limits "
        "nothing is told. Null: nobody, or not confirmed."
    )
    async def places_for_both(self, info: Info[EmploymentContext, None]) -> bool | None:
        companion = await info.context.loaders.companions.load(UUID(self.pair.worker_key))
        vacancy = await info.context.loaders.vacancies.load(UUID(self.pair.vacancy_key))
        if companion is None or not companion.confirmed or vacancy is None:
            return None
        return vacancy.open and vacancy.places_left >= 2

    @strawberry.field
    async def vacancy(self, info: Info[EmploymentContext, None]) -> Vacancy | None:
        return Vacancy.perhaps(await info.context.loaders.vacancies.load(UUID(self.pair.vacancy_key)))

    @strawberry.field
    async def worker(self, info: Info[EmploymentContext, None]) -> Worker | None:
        return Worker.perhaps(await info.context.loaders.workers.load(UUID(self.pair.worker_key)))

    @staticmethod
    def of(pair: Suitability) -> "ShortlistEntry":
        return ShortlistEntry(
            possible=pair.possible,
            distance_km=pair.distance_km,
            commute_minutes=pair.commute_minutes,
            care_distance_km=pair.care_distance_km,
            monthly_wage=money_of_cents(pair.monthly_wage_cents),
            score=pair.score,
            score_parts=ScoreParts.of(pair.parts),
            price=pair.price,
            surplus=None if pair.price is None else pair.score - pair.price,
            reasons=[MatchReason.of(reason) for reason in pair.reasons],
            why_not=[MatchReason.of(reason) for reason in pair.why_not],
            smallest_change=None if pair.changes is None else [OpeningChange.of(told) for told in pair.changes],
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
        wanted = _slice(info, first, after, with_unmatched=False)
        async with info.context.begin() as uow:
            if worker is None or not service.may_see_shortlist(uow, worker):
                return None
            found = await service.shortlist_for_worker(uow, worker_id=worker.id, wanted=wanted)
        _keep(info, found)
        return _connection(found, wanted, first, after)

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
        return await _for_worker(
            info, parse_id(worker_id, field="workerId"), first, after, with_unmatched=with_unmatched
        )

    @strawberry.field(
        description="The same list: by score less price, so that it agrees with the area's last run. "
        "With `withUnmatched`, then what is closed, why, and the smallest change that would open it."
    )
    async def nearby_vacancies(
        self,
        info: Info[EmploymentContext, None],
        worker: strawberry.ID,
        with_unmatched: bool = False,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[ShortlistEntry]:
        return await _for_worker(info, parse_id(worker, field="worker"), first, after, with_unmatched=with_unmatched)

    @strawberry.field(description="One pair in full. For the worker and the employment staff of their area.")
    async def explain_match(
        self, info: Info[EmploymentContext, None], worker: strawberry.ID, vacancy: strawberry.ID
    ) -> ShortlistEntry:
        async with info.context.begin() as uow:
            found = await service.explain_match(
                uow,
                worker_id=parse_id(worker, field="worker"),
                vacancy_id=parse_id(vacancy, field="vacancy"),
                locale=info.context.locale,
            )
        return ShortlistEntry.of(found)

    @strawberry.field(description="Registered workers who want offers now, for one vacancy. For the employment staff.")
    async def shortlist_for_vacancy(
        self,
        info: Info[EmploymentContext, None],
        vacancy_id: strawberry.ID,
        with_unmatched: bool = False,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[ShortlistEntry]:
        wanted = _slice(info, first, after, with_unmatched=with_unmatched)
        async with info.context.begin() as uow:
            found = await service.shortlist_for_vacancy(
                uow, vacancy_id=parse_id(vacancy_id, field="vacancyId"), wanted=wanted
            )
        return _connection(found, wanted, first, after)


async def _for_worker(
    info: Info[EmploymentContext, None],
    worker_id: UUID,
    first: int | None,
    after: str | None,
    *,
    with_unmatched: bool,
) -> Connection[ShortlistEntry]:
    wanted = _slice(info, first, after, with_unmatched=with_unmatched)
    async with info.context.begin() as uow:
        found = await service.shortlist_for_worker(uow, worker_id=worker_id, wanted=wanted)
    _keep(info, found)
    return _connection(found, wanted, first, after)


def _keep(info: Info[EmploymentContext, None], found: service.Shortlist) -> None:
    """What the list was made from is not read a second time."""
    loaders = info.context.loaders
    loaders.vacancies.prime_many({each.id: each for each in found.vacancies})
    bosses = {each.employer_id for each in found.vacancies}
    loaders.employers.prime_many({boss: found.employers[boss] for boss in bosses})


def _slice(
    info: Info[EmploymentContext, None], first: int | None, after: str | None, *, with_unmatched: bool
) -> service.Slice:
    """The list is made anew for each request; its cursor is a place in it."""
    request = PageRequest.of(first, after)
    start = 0
    if after is not None:
        position = decode_cursor(after, int)[0]
        start = position + 1 if isinstance(position, int) else 0
    return service.Slice(
        start=max(start, 0), count=request.first + 1, with_unmatched=with_unmatched, locale=info.context.locale
    )


def _connection(
    found: service.Shortlist, wanted: service.Slice, first: int | None, after: str | None
) -> Connection[ShortlistEntry]:
    async def count() -> int:
        return found.total

    numbered = list(enumerate(found.entries, start=wanted.start))
    page = page_of(numbered, PageRequest.of(first, after), lambda entry: encode_cursor(entry[0]))
    return Connection.of(page, lambda entry: ShortlistEntry.of(entry[1]), after=after, count=count)
