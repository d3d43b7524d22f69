"""Registered people who may be meant: found by their keys, compared, weighed. In a fixed number of queries."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from households_service.identities.decisions import KeptCandidate, KeptWeight
from households_service.identities.keys import UNKNOWN_BIRTH, Birth, Traits, place_digits
from households_service.identities.models.domain import LinkModel
from households_service.identities.sketches import REVIEW_BITS, Sketch
from households_service.members.domain import Member
from households_service.uow import HouseholdsUnitOfWork

_FEW = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredPerson:
    """`village_codes`: every code that the village ever carried."""

    member: Member
    household_code: str
    village_codes: frozenset[str]

    @property
    def sketch(self) -> Sketch:
        born = self.member.date_of_birth
        return Sketch(
            name=self.member.details.name,
            id_number=self.member.details.id_number or "",
            date_of_birth="" if born is None else born.isoformat(),
            place=place_digits(self.member.area_path),
            household=self.household_code,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whom a row names. `village_code` as given, or `place`: the village's twelve digits, where they are known already.
    `household`: a code that is compared; `family`: whatever rows of one household have in common.

    `likely`: members to be weighed whatever their keys. `barred`: judged by a person to be somebody else.
    """

    name: str = ""
    id_number: str = ""
    birth: Birth = UNKNOWN_BIRTH
    date_of_birth: str = ""
    village_code: str = ""
    place: str = ""
    household: str = ""
    family: str = ""
    likely: tuple[UUID, ...] = ()
    barred: AbstractSet[UUID] = field(default_factory=frozenset)

    def __repr__(self) -> str:
        """Never the values: a repr ends in logs and tracebacks."""
        return "Asked(...)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """`weights` add up to `bits`, the log odds behind the probability. They hold no value of anybody."""

    person: RegisteredPerson
    probability: float
    bits: float
    contradicted: bool
    weights: tuple[KeptWeight, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Of one row. `outcome`: AUTO, REVIEW or NEW; `likely` best first."""

    outcome: str
    likely: tuple[Likely, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    model: LinkModel
    of_rows: Sequence[Verdict]


def kept(verdict: Verdict) -> tuple[KeptCandidate, ...]:
    """As it is stored."""
    return tuple(
        KeptCandidate(
            member_id=one.person.member.id,
            probability=one.probability,
            bits=one.bits,
            contradicted=one.contradicted,
            weights=one.weights,
        )
        for one in verdict.likely
    )


async def weigh_people(
    uow: HouseholdsUnitOfWork,
    asked: Sequence[Asked],
    *,
    within: str,
    found_in: Mapping[str, AbstractSet[UUID]] | None = None,
    most: int = 300,
    persons: int | None = None,
    shown_from: float = REVIEW_BITS,
) -> Verdicts:
    """`within`: whoever lives elsewhere does not exist. `found_in`: by the household that rows name, registered
    households in which others of its rows were found beyond doubt. `persons`: how many are registered there, counted
    when it is not given. `shown_from`: log odds from which somebody is worth a look.
    """
    model = await uow.link_models.in_force()
    villages = await uow.areas.paths_of_codes(
        sorted({one.village_code for one in asked if one.village_code}), uow.today
    )
    places = {code: place_digits(path) for code, path in villages.items()}
    traits = [
        Traits(name=one.name, birth=one.birth, place=one.place or places.get(one.village_code, "")) for one in asked
    ]
    keyed = await uow.link_keys.candidates(traits, within=within, most=most)
    named = [tuple(dict.fromkeys((*one.likely, *(keyed.get(row, ()))))) for row, one in enumerate(asked)]
    people = await registered(uow, {member_id for row in named for member_id in row}, within=within)
    count = await uow.members.count_present(within) if persons is None else persons
    # A village may be named by a code that it carried once.
    for person in people:
        for code in person.village_codes:
            places.setdefault(code, place_digits(person.member.area_path))
    work = partial(
        _weighed, model, asked, named, people, places, {} if found_in is None else found_in, count, shown_from
    )
    # A hop to a thread and back costs more than weighing a few.
    return work() if len(people) <= _FEW else await asyncio.to_thread(work)


async def registered(uow: HouseholdsUnitOfWork, ids: AbstractSet[UUID], *, within: str) -> Sequence[RegisteredPerson]:
    """Present members of households that are still registered, in the order of their ids. Two queries."""
    homes = await uow.members.at_home(sorted(ids), within=within)
    codes = await uow.areas.codes_of({member.area_path for member, _ in homes})
    return [
        RegisteredPerson(member=member, household_code=code, village_codes=codes.get(member.area_path, frozenset()))
        for member, code in homes
    ]


def _weighed(  # noqa: PLR0917 - one private call
    model: LinkModel,
    asked: Sequence[Asked],
    named: Sequence[Sequence[UUID]],
    people: Sequence[RegisteredPerson],
    places: Mapping[str, str],
    found_in: Mapping[str, AbstractSet[UUID]],
    persons: int,
    shown_from: float,
) -> Verdicts:
    """In a thread: half a second of arithmetic for a step whose rows all lack an ID number."""
    # The engine and what it stands on cost half a second and eighty megabytes: only where somebody is weighed.
    from households_service.identities.deciding import Surroundings, decide  # noqa: PLC0415 - the engine is loaded where it is used
    from households_service.identities.weighing import weigh  # noqa: PLC0415 - the engine is loaded where it is used

    at = {person.member.id: number for number, person in enumerate(people)}
    pairs = [(row, at[one]) for row, found in enumerate(named) for one in found if one in at]
    if not pairs:
        return Verdicts(model=model, of_rows=[Verdict(outcome="NEW", likely=())] * len(asked))
    rows = [
        Sketch(
            name=one.name,
            id_number=one.id_number,
            date_of_birth=one.date_of_birth,
            place=one.place or places.get(one.village_code, one.village_code),
            household=one.household,
        )
        for one in asked
    ]
    sketches = [person.sketch for person in people]
    homes: dict[UUID, int] = {}
    families: dict[str, int] = {}
    for one in asked:
        if one.family:
            families.setdefault(one.family, len(families))
    around = Surroundings(
        households=[homes.setdefault(person.member.household_id, len(homes)) for person in people],
        families=[families.get(one.family, -1) for one in asked],
        anchors={
            families[name]: {homes[home] for home in own if home in homes}
            for name, own in found_in.items()
            if name in families
        },
        barred={(row, at[barred]) for row, one in enumerate(asked) for barred in one.barred if barred in at},
    )
    weighed = weigh(model, rows, sketches, pairs, persons=persons)
    verdicts = [
        Verdict(
            outcome=decision.outcome,
            likely=tuple(
                Likely(
                    person=people[one.candidate],
                    probability=one.probability,
                    bits=one.bits,
                    contradicted=one.contradicted,
                    weights=tuple(
                        KeptWeight(field=weight.field, agreement=weight.agreement, bits=weight.bits)
                        for weight in one.fields
                    ),
                )
                for one in decision.likely
            ),
        )
        for decision in decide(model, rows, sketches, weighed, around, shown_from=shown_from)
    ]
    return Verdicts(model=model, of_rows=verdicts)
