"""What arriving and beginning mean for the trip, and for what is paid for it."""

from __future__ import annotations

import numpy as np

from employment_service.matching.distance import haversine_km
from employment_service.placements.calendar import add_months
from employment_service.placements.domain import Placement, TravelWay
from employment_service.trips.domain import Direction, TravelSubsidy, TripState, subsidy_cents
from employment_service.uow import EmploymentUnitOfWork
from employment_service.workers.domain import Worker


async def arrived(uow: EmploymentUnitOfWork, placement: Placement) -> None:
    await uow.trips.settle(placement.id, Direction.OUT, TripState.DONE)


async def owe_subsidy(uow: EmploymentUnitOfWork, placement: Placement, worker: Worker) -> None:
    """Without an application, to whoever travelled by their own choice, by the distance from the home village.

    Who was taken along in a group had no costs; who came without having booked anything came on their own.
    """
    trips = (await uow.trips.of_placements([placement.id])).get(placement.id, [])
    out = [trip for trip in trips if trip.direction is Direction.OUT and trip.state is not TripState.CANCELLED]
    if out and out[-1].way is not TravelWay.OWN:
        return
    policy = await uow.policy(worker.area_path)
    km = await _road_km(uow, placement, worker, detour=policy.road_detour)
    cents = 0 if km is None else subsidy_cents(km, policy.travel_subsidy)
    if km is None or cents == 0:
        return
    await uow.trips.owe(
        TravelSubsidy(
            placement_id=placement.id,
            worker_id=worker.id,
            area_path=worker.area_path,
            km=int(km),
            cents=cents,
            policy_version=policy.version,
            owed_on=add_months(placement.since, policy.travel_subsidy_months),
        )
    )


async def _road_km(uow: EmploymentUnitOfWork, placement: Placement, worker: Worker, *, detour: float) -> float | None:
    home = (await uow.areas.by_path([worker.area_path])).get(worker.area_path)
    terms = await uow.vacancies.terms_version(placement.vacancy_id, placement.terms_version)
    if home is None or terms is None:
        return None
    place = terms.terms.workplace.place
    points = [np.array([value]) for value in (home.centre.lat, home.centre.lon, place.lat, place.lon)]
    return float(haversine_km(*points)[0]) * detour
