"""Registered workers in the matcher's terms: what they said, where they live, whom they look after today."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from employment_service.copies.domain import MemberCopy, Point
from employment_service.matching.boards import ReadyBoard, match_vacancy, ready_board
from employment_service.matching.engine import Limits, MatchWorker, Worth
from employment_service.matching.experience import occupations_done
from employment_service.matching.market.stability import Calibration
from employment_service.matching.repository import Around, Stamp
from employment_service.policies.domain import EmploymentPolicy
from employment_service.policies.repository import paths_above
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


def worth_of(policy: EmploymentPolicy, calibration: Calibration) -> Worth:
    return Worth(
        calibration=calibration,
        way_cents_per_km=policy.way_cents_per_km,
        care_cents_per_km=policy.care_cents_per_km,
    )


async def worth_in(uow: EmploymentUnitOfWork, area_path: str) -> Worth:
    policy, today = await uow.policy(area_path), await uow.today(area_path)
    return worth_of(policy, await uow.matching.calibration(area_path, on=today))


async def board_in(uow: EmploymentUnitOfWork, area_path: str) -> ReadyBoard:
    """All published work, judged by the policy of an area."""
    return await board_as_of(
        uow, area_path, stamp=await uow.matching.board_stamp(), worth=await worth_in(uow, area_path)
    )


async def board_as_of(uow: EmploymentUnitOfWork, area_path: str, *, stamp: Stamp, worth: Worth) -> ReadyBoard:
    """`stamp`: read in this transaction."""
    policy = await uow.policy(area_path)
    return await uow.boards.ready(
        uow.matching,
        uow.vacancies,
        uow.employers,
        stamp=stamp,
        policy=policy,
        limits=limits_of(policy),
        worth=worth,
        today=await uow.today(area_path),
    )


async def around(uow: EmploymentUnitOfWork, worker: Worker) -> Around:
    """What a list for this worker needs beside them."""
    return await uow.matching.around(
        worker_id=worker.id,
        member_id=worker.member_id,
        household_id=worker.household_id,
        paths=paths_above(worker.area_path)[::-1],
        today=await uow.today(worker.area_path),
    )


def match_worker(worker: Worker, near: Around, today: date) -> MatchWorker:
    return _match_worker(worker, near.centres, today, in_school=near.in_school, care=near.care, weight=near.weight)


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
    centres = {path: area.centre for path, area in areas.items()}
    found = []
    for worker in workers:
        member = members.get(worker.member_id)
        found.append(
            _match_worker(
                worker,
                centres,
                today,
                in_school=member is not None and member.in_school,
                care=() if member is None else tuple(duty.area_path for duty in member.duties_on(today)),
                weight=weights.get(worker.household_id, 1.0),
            )
        )
    return found


def _care_paths(members: Collection[MemberCopy], today: date) -> set[str]:
    return {duty.area_path for member in members for duty in member.duties_on(today)}


def _match_worker(
    worker: Worker,
    centres: Mapping[str, Point],
    today: date,
    *,
    in_school: bool,
    care: Sequence[str],
    weight: float,
) -> MatchWorker:
    """`care`: villages where somebody is looked after today."""
    home = centres.get(worker.area_path)
    wishes = worker.wishes
    # A care place whose village is not known yet counts as the home village: somebody is cared for.
    places = [centres.get(path, home) for path in care]
    return MatchWorker(
        key=str(worker.id),
        lat=None if home is None else home.lat,
        lon=None if home is None else home.lon,
        age=age_on(worker.date_of_birth, today),
        in_school=in_school,
        opted_in=worker.seeking,
        qualifications=wishes.qualifications,
        languages=wishes.languages,
        occupations=occupations_done(worker.experience),
        wage_floor_cents=wishes.wage_floor_cents,
        max_distance_km=wishes.max_distance_km,
        max_commute_minutes=wishes.max_commute_minutes,
        health_limits=frozenset(str(limit) for limit in wishes.health_limits),
        care_places=tuple((place.lat, place.lon) for place in places if place is not None),
        farm_months=wishes.farm_months,
        free_from=wishes.free_from,
        weight=weight,
    )
