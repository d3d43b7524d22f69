"""One loader per relation, one per request: whatever many rows ask for is read in one batch, in key order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Protocol, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from employment_service.employers.domain import Employer
from employment_service.follow_ups.domain import FollowUp
from employment_service.offers.domain import Offer
from employment_service.offers.service import readable_offers
from employment_service.placements.differences import TermsMismatch
from employment_service.placements.domain import Placement
from employment_service.placements.reading import WorkingMember, readable_placements, working_members
from employment_service.policies.domain import EmploymentPolicy
from employment_service.safeguards.flags.domain import Hold, MonitorTask
from employment_service.safeguards.flags.service import held_placements
from employment_service.trips.domain import TravelSubsidy, Trip
from employment_service.uow import EmploymentUnitOfWork
from employment_service.vacancies.domain import TermsVersion, Vacancy
from employment_service.wages.domain import WageArrears
from employment_service.workers.companions.domain import Companion
from employment_service.workers.domain import Worker
from employment_service.workers.service import visible, workers_by_member

Key = TypeVar("Key")
Value = TypeVar("Value")
TermsKey = tuple[UUID, int]
Read = Callable[[EmploymentUnitOfWork, Sequence[Key]], Awaitable[Mapping[Key, Value]]]


class Request(Protocol):
    def begin(self) -> EmploymentUnitOfWork: ...


class Loaders:
    """What the caller may not see comes back as absent, so that nobody can tell it from what is not there."""

    def __init__(self, request: Request) -> None:
        self._request = request

    @cached_property
    def workers(self) -> DataLoader[UUID, Worker | None]:
        async def read(uow: EmploymentUnitOfWork, ids: Sequence[UUID]) -> Mapping[UUID, Worker]:
            found = await uow.workers.by_id(ids)
            return {key: worker for key, worker in found.items() if visible(uow.actor, worker)}

        return self._of(read, None)

    @cached_property
    def workers_by_member(self) -> DataLoader[UUID, Worker | None]:
        return self._of(workers_by_member, None)

    @cached_property
    def companions(self) -> DataLoader[UUID, Companion | None]:
        return self._of(lambda uow, ids: uow.companions.named_by_each(ids), None)

    @cached_property
    def named_by(self) -> DataLoader[UUID, Sequence[Companion]]:
        return self._of(lambda uow, ids: uow.companions.unanswered_of(ids), ())

    @cached_property
    def employers(self) -> DataLoader[UUID, Employer | None]:
        return self._of(lambda uow, ids: uow.employers.by_id(ids), None)

    @cached_property
    def vacancies(self) -> DataLoader[UUID, Vacancy | None]:
        return self._of(lambda uow, ids: uow.vacancies.by_id(ids), None)

    @cached_property
    def terms(self) -> DataLoader[TermsKey, TermsVersion | None]:
        return self._of(lambda uow, keys: uow.vacancies.terms_versions(keys), None)

    @cached_property
    def offers(self) -> DataLoader[UUID, Offer | None]:
        async def read(uow: EmploymentUnitOfWork, ids: Sequence[UUID]) -> Mapping[UUID, Offer]:
            return await readable_offers(uow, list((await uow.offers.by_id(ids)).values()))

        return self._of(read, None)

    @cached_property
    def placements(self) -> DataLoader[UUID, Placement | None]:
        async def read(uow: EmploymentUnitOfWork, ids: Sequence[UUID]) -> Mapping[UUID, Placement]:
            return await readable_placements(uow, list((await uow.placements.by_id(ids)).values()))

        return self._of(read, None)

    @cached_property
    def placements_of_offers(self) -> DataLoader[UUID, Placement | None]:
        async def read(uow: EmploymentUnitOfWork, ids: Sequence[UUID]) -> Mapping[UUID, Placement]:
            found = await readable_placements(uow, list((await uow.placements.of_offers(ids)).values()))
            return {placement.offer_id: placement for placement in found.values()}

        return self._of(read, None)

    @cached_property
    def follow_ups(self) -> DataLoader[UUID, Sequence[FollowUp]]:
        return self._of(lambda uow, ids: uow.follow_ups.by_placement(ids), ())

    @cached_property
    def placements_following(self) -> DataLoader[UUID, Placement | None]:
        """By the placement that was left."""

        async def read(uow: EmploymentUnitOfWork, ids: Sequence[UUID]) -> Mapping[UUID, Placement]:
            found = await readable_placements(uow, await uow.placements.following(ids))
            return {each.follows_id: each for each in found.values() if each.follows_id is not None}

        return self._of(read, None)

    @cached_property
    def holds_of_flags(self) -> DataLoader[UUID, Sequence[Hold]]:
        return self._of(lambda uow, ids: uow.flags.holds_of(ids), ())

    @cached_property
    def tasks_of_flags(self) -> DataLoader[UUID, Sequence[MonitorTask]]:
        return self._of(lambda uow, ids: uow.monitor_tasks.of_flags(ids), ())

    @cached_property
    def held(self) -> DataLoader[UUID, bool]:
        """Whether placements wait for the monitor."""

        async def read(uow: EmploymentUnitOfWork, ids: Sequence[UUID]) -> Mapping[UUID, bool]:
            return dict.fromkeys(await held_placements(uow, ids), True)

        return self._of(read, False)

    @cached_property
    def outside_lines(self) -> DataLoader[str, str | None]:
        """Of the newest safeguards at or above each area."""

        async def read(uow: EmploymentUnitOfWork, paths: Sequence[str]) -> Mapping[str, str]:
            found = {path: await uow.safeguards.at_or_above(path) for path in paths}
            return {path: records[0].checklist.grievance_line for path, records in found.items() if records}

        return self._of(read, None)

    @cached_property
    def mismatches(self) -> DataLoader[UUID, Sequence[TermsMismatch]]:
        return self._of(lambda uow, ids: uow.mismatches.of_placements(ids), ())

    @cached_property
    def trips(self) -> DataLoader[UUID, Sequence[Trip]]:
        return self._of(lambda uow, ids: uow.trips.of_placements(ids), ())

    @cached_property
    def subsidies(self) -> DataLoader[UUID, TravelSubsidy | None]:
        return self._of(lambda uow, ids: uow.trips.subsidies_of(ids), None)

    @cached_property
    def late_wages(self) -> DataLoader[UUID, Sequence[WageArrears]]:
        return self._of(lambda uow, ids: uow.wages.of_placements(ids), ())

    @cached_property
    def working_members(self) -> DataLoader[UUID, Sequence[WorkingMember]]:
        return self._of(working_members, ())

    @cached_property
    def policies(self) -> DataLoader[str, EmploymentPolicy]:
        """In force today, by area path."""

        async def read(uow: EmploymentUnitOfWork, paths: Sequence[str]) -> Mapping[str, EmploymentPolicy]:
            return {path: await uow.policy(path) for path in paths}

        return self._of(read, EmploymentPolicy())

    @cached_property
    def days(self) -> DataLoader[str, date]:
        """The civil day, by area path."""

        async def load(paths: list[str]) -> list[date | BaseException]:
            async with self._request.begin() as uow:
                return [await uow.today(path) for path in paths]

        return DataLoader(load_fn=load)

    @cached_property
    def display_names(self) -> DataLoader[UUID, str | None]:
        """For whoever sees a current placement of the worker: an employer greets them by this name."""

        async def read(uow: EmploymentUnitOfWork, ids: Sequence[UUID]) -> Mapping[UUID, str]:
            return {key: worker.contact.display_name for key, worker in (await uow.workers.by_id(ids)).items()}

        return self._of(read, None)

    def _of(self, read: Read[Key, Value], missing: Value) -> DataLoader[Key, Value]:
        async def load(keys: list[Key]) -> list[Value | BaseException]:
            async with self._request.begin() as uow:
                found = await read(uow, keys)
            return [found.get(key, missing) for key in keys]

        return DataLoader(load_fn=load)
