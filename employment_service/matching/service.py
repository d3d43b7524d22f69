"""Shortlists: what the engine needs, gathered; what it says, explained in the caller's language."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from chassis.errors import Forbidden
from employment_service.access import POLICY
from employment_service.copies.domain import AreaCopy, MemberCopy
from employment_service.employers.domain import Employer
from employment_service.matching.engine import Limits, MatchVacancy, MatchWorker, match
from employment_service.matching.reasons import Suitability, explain
from employment_service.policies.domain import EmploymentPolicy
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.domain import Housing, Vacancy
from employment_service.vacancies.service import get_vacancy
from employment_service.workers.domain import Worker, age_on
from employment_service.workers.service import get_worker, is_self


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortlist:
    """`entries`: possible pairs, best first; then, if asked for, the others with what stands against them."""

    entries: tuple[Suitability, ...]


def limits_of(policy: EmploymentPolicy) -> Limits:
    return Limits(
        least_age=policy.least_age,
        adult_age=policy.adult_age,
        care_radius_km=policy.care_radius_km,
        care_from_minutes=policy.care_day_from_minutes,
        care_to_minutes=policy.care_day_to_minutes,
        care_weekly_hours=policy.care_weekly_hours,
        minor_radius_km=policy.minor_radius_km,
        commute_km_per_hour=policy.commute_km_per_hour,
        road_detour=policy.road_detour,
    )


async def shortlist_for_worker(
    uow: EmploymentUnitOfWork, *, worker_id: UUID, with_unmatched: bool, locale: str
) -> Shortlist:
    """For the worker and for the employment staff of their area; nobody else can tell that it exists."""
    scope = POLICY.require(uow.actor, "readShortlist")
    worker = await get_worker(uow, worker_id)
    scope.require(area_path=worker.area_path, own=is_self(uow.actor, worker))
    vacancies = await uow.vacancies.open_ones()
    return await _shortlist(uow, [worker], vacancies, with_unmatched=with_unmatched, locale=locale)


async def shortlist_for_vacancy(
    uow: EmploymentUnitOfWork, *, vacancy_id: UUID, with_unmatched: bool, locale: str
) -> Shortlist:
    """Only workers who registered themselves and want offers now, of the caller's own areas."""
    POLICY.require(uow.actor, "readVacancyShortlist")
    vacancy = await get_vacancy(uow, vacancy_id)
    workers: dict[UUID, Worker] = {}
    for area in uow.actor.areas:
        workers |= {worker.id: worker for worker in await uow.workers.seeking_under(area)}
    return await _shortlist(uow, list(workers.values()), [vacancy], with_unmatched=with_unmatched, locale=locale)


async def suitability(uow: EmploymentUnitOfWork, worker: Worker, vacancy: Vacancy) -> Suitability:
    """One pair, whether or not it was offered before."""
    pair = await _explained(uow, [worker], [vacancy], offered=frozenset(), locale="en")
    return pair[0]


async def _shortlist(
    uow: EmploymentUnitOfWork,
    workers: Sequence[Worker],
    vacancies: Sequence[Vacancy],
    *,
    with_unmatched: bool,
    locale: str,
) -> Shortlist:
    # Whatever became of an offer, the pair is no longer proposed: a list that lost only the refused pairs
    # would say who refused.
    offered = await uow.offers.pairs_of(
        worker_ids=[worker.id for worker in workers] if len(workers) == 1 else (),
        vacancy_ids=[vacancy.id for vacancy in vacancies] if len(vacancies) == 1 else (),
    )
    entries = await _explained(uow, workers, vacancies, offered=offered, locale=locale)
    possible = tuple(entry for entry in entries if entry.possible)
    others = tuple(entry for entry in entries if not entry.possible)
    return Shortlist(entries=(*possible, *others) if with_unmatched else possible)


async def _explained(
    uow: EmploymentUnitOfWork,
    workers: Sequence[Worker],
    vacancies: Sequence[Vacancy],
    *,
    offered: frozenset[tuple[str, str]],
    locale: str,
) -> list[Suitability]:
    """Every pair, possible ones first, best first. One of the two sides holds one element."""
    if not workers or not vacancies:
        return []
    policy = await uow.policy(workers[0].area_path)
    today = await uow.today(workers[0].area_path)
    limits = limits_of(policy)
    rows = await match_workers(uow, workers, today)
    employers = await uow.employers.by_id({vacancy.employer_id for vacancy in vacancies})
    match_vacancies = [match_vacancy(vacancy, employers[vacancy.employer_id], today, policy) for vacancy in vacancies]
    matches = match(rows, match_vacancies, limits=limits, already_offered=offered)
    if len(workers) == 1:
        order = [*matches.order_for_worker(0), *matches.order_for_worker(0, possible=False)]
        pairs = [(0, column) for column in order]
    else:
        order = [*matches.order_for_vacancy(0), *matches.order_for_vacancy(0, possible=False)]
        pairs = [(row, 0) for row in order]
    return [
        explain(
            matches,
            row,
            column,
            worker=rows[row],
            vacancy=match_vacancies[column],
            limits=limits,
            locale=locale,
        )
        for row, column in pairs
    ]


async def match_workers(uow: EmploymentUnitOfWork, workers: Sequence[Worker], today: date) -> list[MatchWorker]:
    members = await uow.households.members([worker.member_id for worker in workers])
    paths = {worker.area_path for worker in workers} | _care_paths(members.values(), today)
    areas = await uow.areas.by_path(paths)
    return [_match_worker(worker, members.get(worker.member_id), areas, today) for worker in workers]


def _care_paths(members: Collection[MemberCopy], today: date) -> set[str]:
    return {duty.area_path for member in members for duty in member.duties_on(today)}


def _match_worker(worker: Worker, member: MemberCopy | None, areas: dict[str, AreaCopy], today: date) -> MatchWorker:
    home = areas.get(worker.area_path)
    duties = () if member is None else member.duties_on(today)
    # A care place whose village is not known yet counts as the home village: somebody is cared for.
    places = [areas.get(duty.area_path, home) for duty in duties]
    return MatchWorker(
        key=str(worker.id),
        lat=None if home is None else home.centre.lat,
        lon=None if home is None else home.centre.lon,
        age=age_on(worker.date_of_birth, today),
        in_school=member is not None and member.in_school,
        qualifications=worker.wishes.qualifications,
        wage_floor_cents=worker.wishes.wage_floor_cents,
        max_distance_km=worker.wishes.max_distance_km,
        max_commute_minutes=worker.wishes.max_commute_minutes,
        health_limits=frozenset(str(limit) for limit in worker.wishes.health_limits),
        care_places=tuple((place.centre.lat, place.centre.lon) for place in places if place is not None),
    )


def match_vacancy(vacancy: Vacancy, employer: Employer, today: date, policy: EmploymentPolicy) -> MatchVacancy:
    terms = vacancy.terms.terms
    return MatchVacancy(
        key=str(vacancy.id),
        lat=terms.workplace.place.lat,
        lon=terms.workplace.place.lon,
        monthly_wage_cents=terms.monthly_wage_cents,
        shift_from_minutes=terms.shift_from_minutes,
        shift_to_minutes=terms.shift_to_minutes,
        weekly_hours=terms.weekly_hours,
        housed=terms.housing is not Housing.NONE,
        at_night=terms.works_at_night,
        qualifications=vacancy.requirements.qualifications,
        demands=frozenset(str(demand) for demand in vacancy.requirements.demands),
        least_age=vacancy.requirements.least_age,
        group=vacancy.requirements.group,
        places_left=vacancy.places_left,
        employer_in_standing=employer.in_standing(on=today, inspection_months=policy.inspection_months),
        open=vacancy.open,
    )


def may_see_shortlist(uow: EmploymentUnitOfWork, worker: Worker) -> bool:
    try:
        scope = POLICY.require(uow.actor, "readShortlist")
    except Forbidden:
        return False
    return scope.covers(area_path=worker.area_path, own=is_self(uow.actor, worker))
