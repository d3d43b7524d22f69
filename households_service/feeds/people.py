"""Who the records of one step are about: `link_records` is the one place where a record finds its person.

Read in a fixed number of queries for any number of records. A linker that weighs likenesses takes its place by
giving `Links` of its own: per row a `Linked` (member, rule, probability, steps) or an `Unlinked` (reason, candidates).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from households_service.areas.domain import Area
from households_service.feeds.incoming import FeedRecord, PersonReference
from households_service.feeds.linking import Candidate, Linked, Unlinked, link
from households_service.members.domain import Member
from households_service.registry.domain import Household
from households_service.uow import HouseholdsUnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """`area_path`: where the person lives, or where somebody should look."""

    found: Linked | Unlinked
    area_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """By row of the batch; `likely`: households whose rows may be written, to be locked in one order."""

    by_row: Mapping[int, Placed]
    likely: frozenset[UUID]


async def link_records(uow: HouseholdsUnitOfWork, records: Sequence[FeedRecord], *, within: str) -> Links:
    """Records that name a person. `within`: the area of the feed; whoever lives elsewhere does not exist for it."""
    people = await _people_of(uow, [record.person for record in records if record.person is not None], within=within)
    by_row = {record.row: people.placed(record.person) for record in records if record.person is not None}
    return Links(by_row=by_row, likely=people.households())


@dataclass(slots=True, kw_only=True)
class _People:
    within: str
    by_number: dict[str, Candidate] = field(default_factory=dict)
    by_household: defaultdict[str, list[Candidate]] = field(default_factory=lambda: defaultdict(list))
    village_paths: dict[str, str] = field(default_factory=dict)

    def placed(self, person: PersonReference) -> Placed:
        by_id = self.by_number.get(person.id_number.text) if person.id_number is not None else None
        found = link(person, by_id, self.by_household.get(person.household_code or "", []))
        if isinstance(found, Linked):
            return Placed(found=found, area_path=found.candidate.area_path)
        return Placed(found=found, area_path=self._review_area(person, found))

    def _review_area(self, person: PersonReference, found: Unlinked) -> str:
        """Where somebody should look: the village named, else where a candidate lives, else the whole feed's area."""
        named = self.village_paths.get(person.village_code or "")
        if named is not None and named.startswith(self.within):
            return named
        if found.candidates:
            return found.candidates[0].area_path
        household = self.by_household.get(person.household_code or "", [])
        return household[0].area_path if household else self.within

    def households(self) -> frozenset[UUID]:
        families = (candidate for family in self.by_household.values() for candidate in family)
        return frozenset(candidate.household_id for candidate in (*self.by_number.values(), *families))


async def _people_of(uow: HouseholdsUnitOfWork, persons: Sequence[PersonReference], *, within: str) -> _People:
    numbers = [person.id_number.text for person in persons if person.id_number is not None]
    codes = {person.household_code for person in persons if person.household_code is not None}
    villages = {person.village_code for person in persons if person.village_code is not None}
    carriers = await uow.members.by_id_numbers(numbers) if numbers else {}
    named = await uow.households.by_codes(sorted(codes)) if codes else {}
    families = await uow.members.of_households([household.id for household in named.values()]) if named else {}
    owners = await uow.households.by_ids({member.household_id for member in carriers.values()}) if carriers else {}
    households = {household.id: household for household in (*named.values(), *owners.values())}
    areas = await uow.areas.by_paths({household.area_path for household in households.values()}) if households else {}
    people = _People(within=within)
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
    by_code = await uow.areas.by_codes(sorted(villages), uow.today) if villages else {}
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
