"""Writes the sample county into the services' databases, through their repositories and with real events.

Village by village, each in one commit: what was loaded once is left as it is, a broken-off load goes on where it
stopped. Households first, then the workers, employers and vacancies that know them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chassis.clock import civil_date
from chassis.identity import SYSTEM_ACTOR
from employment_service.sample import load_sample
from employment_service.uow import Begin as BeginEmployment
from holdfast.seed import work
from holdfast.seed.families import Family, families
from holdfast.seed.ids import sample_id
from holdfast.seed.ledgers import ledger_of
from holdfast.seed.officers import officers, pairings
from holdfast.seed.places import PLACES, SINCE, VILLAGES, ZONE, Place
from households_service.areas.domain import Area, AreaChanged, CodePeriod
from households_service.officers.domain import OfficerChanged
from households_service.registry.assembly import announce_households
from households_service.uow import Begin as BeginHouseholds
from households_service.uow import HouseholdsUnitOfWork

STEPS = len(VILLAGES) + 2
"""Areas with officers, each village, and the employment part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What was new; nought when the county was there."""

    areas: int = 0
    officers: int = 0
    households: int = 0
    members: int = 0
    income_entries: int = 0
    workers: int = 0
    employers: int = 0
    vacancies: int = 0

    def plus(self, other: Loaded) -> Loaded:
        return Loaded(
            areas=self.areas + other.areas,
            officers=self.officers + other.officers,
            households=self.households + other.households,
            members=self.members + other.members,
            income_entries=self.income_entries + other.income_entries,
            workers=self.workers + other.workers,
            employers=self.employers + other.employers,
            vacancies=self.vacancies + other.vacancies,
        )


async def holds_data(begin: BeginHouseholds) -> bool:
    async with begin(SYSTEM_ACTOR) as uow:
        return await uow.areas.count_under("", None) > 0


async def load_county(
    households: BeginHouseholds,
    employment: BeginEmployment,
    *,
    with_story_ledger: bool,
    progress: Callable[[str], None],
) -> Loaded:
    """`progress` is called with what comes next, STEPS times."""
    progress("areas and officers")
    loaded = await _load_offices(households)
    everybody: list[Family] = []
    for village, people in families():
        progress(village.name)
        loaded = loaded.plus(await _load_village(households, village, people, with_story_ledger=with_story_ledger))
        everybody += people
    progress("work")
    return loaded.plus(await _load_work(employment, everybody))


async def _load_offices(begin: BeginHouseholds) -> Loaded:
    async with begin(SYSTEM_ACTOR) as uow:
        known = await uow.areas.by_paths([place.path for place in PLACES])
        areas = [_area(place) for place in PLACES if place.path not in known]
        if areas:
            await uow.areas.add(*areas)
            uow.emit(*(AreaChanged(area=area, code=area.codes[0].code) for area in areas))
        everyone = officers()
        present = await uow.officers.by_ids([officer.id for officer in everyone])
        fresh = [officer for officer in everyone if officer.id not in present]
        await uow.officers.add(*fresh)
        uow.emit(*(OfficerChanged(officer=officer) for officer in fresh))
    return Loaded(areas=len(areas), officers=len(fresh))


async def _load_village(
    begin: BeginHouseholds, village: Place, people: Sequence[Family], *, with_story_ledger: bool
) -> Loaded:
    async with begin(SYSTEM_ACTOR) as uow:
        known = await uow.households.by_ids([family.household.id for family in people])
        fresh = [family for family in people if family.household.id not in known]
        if not fresh:
            return Loaded()
        await uow.households.add(*(family.household for family in fresh))
        await uow.members.add(*(member for family in fresh for member in family.members))
        await uow.care.add(*(duty for family in fresh for duty in family.care_duties))
        new_ids = {family.household.id for family in fresh}
        await uow.officers.pair(*(pair for pair in pairings(village, people) if pair.household_id in new_ids))
        today = civil_date(uow.now, uow.rules.zone)
        entries = [
            entry
            for family in fresh
            for entry in ledger_of(family, today=today, recorded_at=uow.now, with_story=with_story_ledger)
        ]
        await uow.ledger.add(*entries)
        await _announce(uow, fresh)
    return Loaded(
        households=len(fresh), members=sum(len(family.members) for family in fresh), income_entries=len(entries)
    )


async def _announce(uow: HouseholdsUnitOfWork, people: Sequence[Family]) -> None:
    await announce_households(uow, *(family.household for family in people))


async def _load_work(begin: BeginEmployment, everybody: Sequence[Family]) -> Loaded:
    async with begin(SYSTEM_ACTOR) as uow:
        today = civil_date(uow.now, uow.default_zone)
    loaded = await load_sample(
        begin,
        workers=work.workers(everybody),
        employers=work.employers(today),
        vacancies=work.vacancies(today),
        safeguards=work.safeguards(today),
    )
    return Loaded(workers=loaded.workers, employers=loaded.employers, vacancies=loaded.vacancies)


def _area(place: Place) -> Area:
    return Area(
        id=sample_id("area", place.path),
        path=place.path,
        name=place.name,
        time_zone=ZONE,
        lat=place.lat,
        lon=place.lon,
        codes=(CodePeriod(code=place.code, valid_from=SINCE),),
        valid_from=SINCE,
    )
