"""Registered workers in the matcher's terms: what they said, where they live, whom they look after today."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from employment_service.copies.domain import AreaCopy, MemberCopy
from employment_service.matching.boards import ReadyBoard, match_vacancy, ready_board
from employment_service.matching.engine import Limits, MatchWorker, Worth
from employment_service.matching.experience import occupations_done
from employment_service.policies.domain import EmploymentPolicy
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.domain import Vacancy
from employment_service.workers.domain import Worker, age_on


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
        longest_commute_minutes=policy.longest_commute_minutes,
    )


async def worth_in(uow: EmploymentUnitOfWork, area_path: str) -> Worth:
    policy, today = await uow.policy(area_path), await uow.today(area_path)
    return Worth(
        calibration=await uow.matching.calibration(area_path, on=today),
        way_cents_per_km=policy.way_cents_per_km,
        care_cents_per_km=policy.care_cents_per_km,
    )


async def board_in(uow: EmploymentUnitOfWork, area_path: str) -> ReadyBoard:
    """All published work, judged by the policy of an area."""
    policy = await uow.policy(area_path)
    return await uow.boards.ready(
        uow.matching,
        uow.vacancies,
        uow.employers,
        policy=policy,
        limits=limits_of(policy),
        worth=await worth_in(uow, area_path),
        today=await uow.today(area_path),
    )


async def board_of_one(uow: EmploymentUnitOfWork, area_path: str, vacancy: Vacancy) -> ReadyBoard:
    """One vacancy alone, judged by the policy of an area."""
    policy, today = await uow.policy(area_path), await uow.today(area_path)
    employer = (await uow.employers.by_id({vacancy.employer_id}))[vacancy.employer_id]
    return ready_board(
        [match_vacancy(vacancy, employer, today, policy)],
        limits=limits_of(policy),
        worth=await worth_in(uow, area_path),
    )


async def match_workers(uow: EmploymentUnitOfWork, workers: Sequence[Worker], today: date) -> list[MatchWorker]:
    members = await uow.households.members([worker.member_id for worker in workers])
    paths = {worker.area_path for worker in workers} | _care_paths(members.values(), today)
    areas = await uow.areas.by_path(paths)
    weights = await uow.matching.weights({worker.household_id for worker in workers})
    return [
        _match_worker(worker, members.get(worker.member_id), areas, today, weight=weights.get(worker.household_id, 1.0))
        for worker in workers
    ]


def _care_paths(members: Collection[MemberCopy], today: date) -> set[str]:
    return {duty.area_path for member in members for duty in member.duties_on(today)}


def _match_worker(
    worker: Worker, member: MemberCopy | None, areas: dict[str, AreaCopy], today: date, *, weight: float
) -> MatchWorker:
    home = areas.get(worker.area_path)
    wishes = worker.wishes
    duties = () if member is None else member.duties_on(today)
    # A care place whose village is not known yet counts as the home village: somebody is cared for.
    places = [areas.get(duty.area_path, home) for duty in duties]
    return MatchWorker(
        key=str(worker.id),
        lat=None if home is None else home.centre.lat,
        lon=None if home is None else home.centre.lon,
        age=age_on(worker.date_of_birth, today),
        in_school=member is not None and member.in_school,
        opted_in=worker.seeking,
        qualifications=wishes.qualifications,
        languages=wishes.languages,
        occupations=occupations_done(worker.experience),
        wage_floor_cents=wishes.wage_floor_cents,
        max_distance_km=wishes.max_distance_km,
        max_commute_minutes=wishes.max_commute_minutes,
        health_limits=frozenset(str(limit) for limit in wishes.health_limits),
        care_places=tuple((place.centre.lat, place.centre.lon) for place in places if place is not None),
        farm_months=wishes.farm_months,
        free_from=wishes.free_from,
        weight=weight,
    )
