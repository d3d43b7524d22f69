"""Writes the sample county into the services' databases, through their repositories and with real events.

Village by village, each in one commit: what was loaded once is left as it is, a broken-off load goes on where it
stopped. Households first, then records about them that wait for a person, and the workers, employers and vacancies.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from chassis.clock import civil_date
from chassis.identity import SYSTEM_ACTOR
from chassis.statistics import refresh_statistics
from employment_service.sample import load_sample
from employment_service.uow import Begin as BeginEmployment
from holdfast.seed import work
from holdfast.seed.families import Family, families
from holdfast.seed.ids import sample_id
from holdfast.seed.ledgers import ledger_of
from holdfast.seed.officers import officers, pairings
from holdfast.seed.places import PLACES, SINCE, VILLAGES, ZONE, Place
from holdfast.seed.records import load_records
from households_service.areas.domain import Area, AreaChanged, CodePeriod
from households_service.ledger.domain import LedgerEntry
from households_service.officers.domain import OfficerChanged, Pairing
from households_service.registry.state import HouseholdChanged, HouseholdState
from households_service.statements.domain import AccountingRules, IncomeStatementChanged, all_statements
from households_service.uow import Begin as BeginHouseholds

STEPS = len(VILLAGES) + 3
"""Areas with officers, each village, the records of a department, and the employment part."""


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
    waiting_records: int = 0

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
            waiting_records=self.waiting_records + other.waiting_records,
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
    progress("records of a department")
    loaded = loaded.plus(Loaded(waiting_records=await load_records(households, everybody)))
    progress("work")
    loaded = loaded.plus(await _load_work(employment, everybody))
    if loaded != Loaded():
        async with households(SYSTEM_ACTOR) as uow:
            await refresh_statistics(uow.connection)
        async with employment(SYSTEM_ACTOR) as work_uow:
            await refresh_statistics(work_uow.connection)
    return loaded


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
        today = await uow.today_in(village.path)
        officers_of = {pairing.household_id: pairing for pairing in pairings(village, people)}
        ledgers = {
            family.household.id: ledger_of(family, today=today, recorded_at=uow.now, with_story=with_story_ledger)
            for family in fresh
        }
        await uow.households.add(*(family.household for family in fresh))
        await uow.members.add(*(member for family in fresh for member in family.members))
        await uow.care.add(*(duty for family in fresh for duty in family.care_duties))
        await uow.officers.pair(
            *(officers_of[family.household.id] for family in fresh if family.household.id in officers_of)
        )
        await uow.ledger.add(*(entry for entries in ledgers.values() for entry in entries))
        rules = (await uow.statements.rules_of([village.path], today))[village.path]
        states = [_state(family, officers_of.get(family.household.id), rules, today) for family in fresh]
        uow.emit(*(HouseholdChanged(state=state) for state in states))
        uow.emit(*(_statements(state, ledgers[state.household.id], rules) for state in states))
    return Loaded(
        households=len(fresh),
        members=sum(len(family.members) for family in fresh),
        income_entries=sum(len(entries) for entries in ledgers.values()),
    )


def _state(family: Family, paired: Pairing | None, rules: AccountingRules, day: date) -> HouseholdState:
    """What `states_of` would read back, without reading back and opening eighteen thousand people."""
    return HouseholdState(
        household=family.household,
        members=tuple(member for member in family.members if member.present_on(day)),
        care_duties=family.care_duties,
        support_officer_ids=() if paired is None else (paired.officer_id,),
        membership_rule=rules.membership_rule,
        day=day,
    )


def _statements(
    state: HouseholdState, entries: Sequence[LedgerEntry], rules: AccountingRules
) -> IncomeStatementChanged:
    return IncomeStatementChanged(
        household_id=state.household.id,
        area_path=state.household.area_path,
        statements=all_statements(entries, (), member_count=state.member_count, as_of=state.day, rules=rules),
    )


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
