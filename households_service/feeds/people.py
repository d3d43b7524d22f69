"""Who the records of one step may be about, read in a fixed number of queries for any number of records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from households_service.areas.domain import Area
from households_service.feeds.domain import FeedRecord
from households_service.feeds.linking import Candidate, Linked, Unlinked, link
from households_service.members.domain import Member
from households_service.registry.domain import Household
from households_service.uow import HouseholdsUnitOfWork


@dataclass(slots=True, kw_only=True)
class People:
    """`within`: the area of the feed; whoever lives elsewhere does not exist for it."""

    within: str
    by_number: dict[str, Candidate] = field(default_factory=dict)
    by_household: defaultdict[str, list[Candidate]] = field(default_factory=lambda: defaultdict(list))
    village_paths: dict[str, str] = field(default_factory=dict)

    def find(self, record: FeedRecord) -> Linked | Unlinked:
        person = record.person
        by_id = self.by_number.get(person.id_number.text) if person.id_number is not None else None
        of_household = self.by_household.get(person.household_code or "", [])
        return link(person, by_id, of_household)

    def review_area(self, record: FeedRecord, found: Unlinked) -> str:
        """Where somebody should look: the village named, else where a candidate lives, else the whole feed's area."""
        named = self.village_paths.get(record.person.village_code or "")
        if named is not None and named.startswith(self.within):
            return named
        if found.candidates:
            return found.candidates[0].area_path
        household = self.by_household.get(record.person.household_code or "", [])
        return household[0].area_path if household else self.within


async def people_of(uow: HouseholdsUnitOfWork, records: Sequence[FeedRecord], *, within: str) -> People:
    numbers = [record.person.id_number.text for record in records if record.person.id_number is not None]
    codes = {record.person.household_code for record in records if record.person.household_code is not None}
    villages = {record.person.village_code for record in records if record.person.village_code is not None}
    carriers = await uow.members.by_id_numbers(numbers)
    named = await uow.households.by_codes(sorted(codes))
    families = await uow.members.of_households([household.id for household in named.values()])
    owners = await uow.households.by_ids({member.household_id for member in carriers.values()})
    households = {household.id: household for household in (*named.values(), *owners.values())}
    areas = await uow.areas.by_paths({household.area_path for household in households.values()})
    people = People(within=within)
    for number, member in carriers.items():
        if member.area_path.startswith(within):
            people.by_number[number] = _candidate(member, households[member.household_id], areas[member.area_path])
    for household in named.values():
        if not household.area_path.startswith(within) or household.removed_on is not None:
            continue
        people.by_household[household.code] = [
            _candidate(member, household, areas[household.area_path])
            for member in families.get(household.id, ())
            if member.left_on is None
        ]
    by_code = await uow.areas.by_codes(sorted(villages), uow.today)
    people.village_paths = {code: area.path for code, area in by_code.items()}
    return people


def _candidate(member: Member, household: Household, area: Area) -> Candidate:
    return Candidate(
        member_id=member.id,
        household_id=household.id,
        area_path=member.area_path,
        household_code=household.code,
        name=member.details.name,
        id_number=member.details.id_number,
        date_of_birth=member.date_of_birth,
        village_codes=frozenset(period.code for period in area.codes),
    )
