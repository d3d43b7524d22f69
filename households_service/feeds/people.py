"""Who the records of one step are about: `link_records` is the one place where a record finds its person.

Exact rules come first. Whoever they do not settle is weighed field by field among the registered people who share
keys with the record; what a person judged holds against both. A fixed number of queries for any number of records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from chassis.vault import Vault
from households_service.areas.domain import Area, common_area
from households_service.feeds.domain import LinkRule, ReviewReason
from households_service.feeds.incoming import FeedRecord, PersonReference
from households_service.feeds.linking import Candidate, Linked, Unlinked, disagrees_but_for_name, link
from households_service.files.issues import RowIssue, Severity
from households_service.identities.keys import UNKNOWN_BIRTH, Birth
from households_service.identities.people import Asked, RegisteredPerson, Verdict, weigh_people
from households_service.imports.refusals import VillageUnknown
from households_service.linkage.identity_number import repair_candidates
from households_service.members.domain import Member
from households_service.registry.domain import Household
from households_service.uow import HouseholdsUnitOfWork

PERSON = "feed.person"
_ABOUT_AS_LIKELY_BITS = 3.0
"""Odds of 1 : 8: whoever decides should see both."""
_UNKNOWN = frozenset({ReviewReason.UNKNOWN_PERSON, ReviewReason.NOT_ENOUGH_IDENTIFIERS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """How a record was weighed, to be kept with it."""

    verdict: Verdict
    model_version: str
    threshold_bits: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """`area_path`: where the person lives, or where somebody should look. `weighing` None: an exact rule found it."""

    found: Linked | Unlinked
    area_path: str
    weighing: Weighing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """By row of the batch; `likely`: households whose rows may be written, to be locked in one order.
    `unknown_villages`: rows that name a village by a code which no area carries today.
    """

    by_row: Mapping[int, Placed]
    likely: frozenset[UUID]
    unknown_villages: frozenset[int] = frozenset()

    def warnings(self, row: int) -> Sequence[RowIssue]:
        """What somebody should mend about a row that is taken all the same."""
        if row not in self.unknown_villages:
            return ()
        return (
            RowIssue(
                row=row,
                column="villageCode",
                code=VillageUnknown.code,
                message="No area carries this code today: correct it. The row was taken; its place speaks for nobody.",
                severity=Severity.WARNING,
            ),
        )


def person_token(vault: Vault, record: FeedRecord) -> bytes:
    """Equal for records that say the same of their person; tells nothing of it."""
    return vault.index(record.person_text(), kind=PERSON)


async def link_records(uow: HouseholdsUnitOfWork, records: Sequence[FeedRecord], *, within: str) -> Links:
    """Records that name a person. `within`: the area of the feed; whoever lives elsewhere does not exist for it."""
    named = {record.row: record for record in records if record.person is not None}
    tokens = {row: person_token(uow.vault, record).hex() for row, record in named.items()}
    persons = {row: record.person for row, record in named.items() if record.person is not None}
    people = await _people_of(uow, list(persons.values()), within=within)
    barred = await uow.judgements.barred(sorted(set(tokens.values())))
    exact = {row: people.found(person, barred.get(tokens[row], frozenset())) for row, person in persons.items()}
    doubtful: dict[tuple[PersonReference, str], list[int]] = defaultdict(list)
    for row, found in exact.items():
        if isinstance(found, Unlinked):
            doubtful[persons[row], tokens[row]].append(row)
    placed = {row: people.placed(persons[row], found) for row, found in exact.items()}
    if doubtful:
        verdicts = await weigh_people(
            uow,
            [people.asked(person, barred.get(token, frozenset())) for person, token in doubtful],
            within=within,
            found_in=_found_in(persons, exact),
        )
        for (rows, verdict), (person, _) in zip(
            zip(doubtful.values(), verdicts.of_rows, strict=True), doubtful, strict=True
        ):
            weighing = Weighing(
                verdict=verdict,
                model_version=verdicts.model.version,
                threshold_bits=verdicts.model.threshold_bits,
            )
            for row in rows:
                placed[row] = people.settled(person, exact[row], weighing)
    weighed = {
        one.found.candidate.household_id for one in placed.values() if isinstance(one.found, Linked) and one.weighing
    }
    return Links(
        by_row=placed,
        likely=people.households() | weighed,
        unknown_villages=frozenset(row for row, person in persons.items() if people.village_unknown(person)),
    )


def _found_in(
    persons: Mapping[int, PersonReference], exact: Mapping[int, Linked | Unlinked]
) -> Mapping[str, frozenset[UUID]]:
    """By the household that rows name those in which an exact rule found one of them."""
    homes: defaultdict[str, set[UUID]] = defaultdict(set)
    for row, found in exact.items():
        code = persons[row].household_code
        if isinstance(found, Linked) and code is not None:
            homes[code].add(found.candidate.household_id)
    return {code: frozenset(own) for code, own in homes.items()}


@dataclass(slots=True, kw_only=True)
class _People:
    within: str
    by_number: dict[str, Candidate] = field(default_factory=dict)
    by_household: defaultdict[str, list[Candidate]] = field(default_factory=lambda: defaultdict(list))
    codes: frozenset[str] = frozenset()
    """Of the codes named those that a household carries, wherever it lives."""
    village_paths: dict[str, str] = field(default_factory=dict)

    def found(self, person: PersonReference, barred: frozenset[UUID]) -> Linked | Unlinked:
        by_id = self.by_number.get(person.id_number.text) if person.id_number is not None else None
        found = link(person, by_id, self.by_household.get(person.household_code or "", []))
        if isinstance(found, Linked) and found.candidate.member_id in barred:
            return Unlinked(reason=ReviewReason.JUDGED_DIFFERENT)
        return found

    def asked(self, person: PersonReference, barred: frozenset[UUID]) -> Asked:
        number = person.id_number.text if person.id_number is not None else person.mistyped_number or ""
        slips = (self.by_number.get(probe) for probe in repair_candidates(person.mistyped_number or ""))
        by_id = self.by_number.get(number)
        likely: Iterable[Candidate | None] = (
            by_id,
            *slips,
            *self.by_household.get(person.household_code or "", []),
        )
        born = person.date_of_birth or (person.id_number.date_of_birth if person.id_number is not None else None)
        code = person.household_code or ""
        return Asked(
            name=person.name or "",
            id_number=number,
            birth=_birth(born) if born is not None else _birth_in(number),
            date_of_birth="" if person.date_of_birth is None else person.date_of_birth.isoformat(),
            village_code=person.village_code or "",
            # A code that nobody carries says nothing against anybody; it still tells which rows belong together.
            household=code if code in self.codes else "",
            family=code,
            likely=tuple(one.member_id for one in likely if one is not None),
            barred=barred,
        )

    def placed(self, person: PersonReference, found: Linked | Unlinked) -> Placed:
        if isinstance(found, Linked):
            return Placed(found=found, area_path=found.candidate.area_path)
        return Placed(found=found, area_path=self._review_area(person, found.candidates))

    def settled(self, person: PersonReference, exact: Linked | Unlinked, weighing: Weighing) -> Placed:
        """What weighing makes of a record that no exact rule settled."""
        verdict = weighing.verdict
        if isinstance(exact, Linked) or not verdict.likely:
            return self.placed(person, exact)
        likely = [_weighed_candidate(one.person) for one in verdict.likely]
        best = likely[0]
        open_question = exact.reason in _UNKNOWN or (
            exact.reason is ReviewReason.IDENTIFIERS_DISAGREE and not disagrees_but_for_name(person, best)
        )
        if verdict.outcome == "AUTO" and open_question:
            linked = Linked(candidate=best, rule=LinkRule.LINKAGE)
            return Placed(found=linked, area_path=best.area_path, weighing=weighing)
        known = {one.member_id for one in likely}
        others = tuple(one for one in exact.candidates if one.member_id not in known)
        reason = ReviewReason.LIKELY_PERSON if exact.reason in _UNKNOWN else exact.reason
        waiting = Unlinked(reason=reason, candidates=(*likely, *others))
        least = verdict.likely[0].bits - _ABOUT_AS_LIKELY_BITS
        alike = [one for one, weighed in zip(likely, verdict.likely, strict=True) if weighed.bits >= least]
        return Placed(found=waiting, area_path=self._review_area(person, [*alike, *others]), weighing=weighing)

    def village_unknown(self, person: PersonReference) -> bool:
        return person.village_code is not None and person.village_code not in self.village_paths

    def _review_area(self, person: PersonReference, likeliest: Sequence[Candidate]) -> str:
        """Where somebody should look: the village named, else the smallest area in which everybody lives who is about
        as likely to be meant, else the whole feed's area.
        """
        named = self.village_paths.get(person.village_code or "")
        if named is not None and named.startswith(self.within):
            return named
        if likeliest:
            return common_area([one.area_path for one in likeliest])
        household = self.by_household.get(person.household_code or "", [])
        return household[0].area_path if household else self.within

    def households(self) -> frozenset[UUID]:
        families = (candidate for family in self.by_household.values() for candidate in family)
        return frozenset(candidate.household_id for candidate in (*self.by_number.values(), *families))


async def _people_of(uow: HouseholdsUnitOfWork, persons: Sequence[PersonReference], *, within: str) -> _People:
    numbers = {person.id_number.text for person in persons if person.id_number is not None}
    # At most nineteen numbers one slip away; they are looked for by their tokens, never by likeness.
    for person in persons:
        numbers.update(repair_candidates(person.mistyped_number or ""))
    codes = {person.household_code for person in persons if person.household_code is not None}
    villages = {person.village_code for person in persons if person.village_code is not None}
    carriers = await uow.members.by_id_numbers(sorted(numbers)) if numbers else {}
    named = await uow.households.by_codes(sorted(codes)) if codes else {}
    families = await uow.members.of_households([household.id for household in named.values()]) if named else {}
    owners = await uow.households.by_ids({member.household_id for member in carriers.values()}) if carriers else {}
    households = {household.id: household for household in (*named.values(), *owners.values())}
    areas = await uow.areas.by_paths({household.area_path for household in households.values()}) if households else {}
    people = _People(within=within, codes=frozenset(named))
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


def _weighed_candidate(person: RegisteredPerson) -> Candidate:
    member = person.member
    return Candidate(
        member_id=member.id,
        household_id=member.household_id,
        area_path=member.area_path,
        household_code=person.household_code,
        name=member.details.name,
        id_number=member.details.id_number,
        date_of_birth=member.date_of_birth,
        village_codes=person.village_codes,
    )


def _birth(born: date) -> Birth:
    return (born.year, born.month, born.day)


def _birth_in(number: str) -> Birth:
    """As far as the digits of a mistyped number tell."""
    if len(number) != 18:
        return UNKNOWN_BIRTH
    month, day = int(number[10:12]), int(number[12:14])
    whole = 1 <= month <= 12 and 1 <= day <= 31
    return (int(number[6:10]), month if whole else 0, day if whole else 0)
