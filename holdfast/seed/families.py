"""Five thousand invented families in twenty villages: eighteen thousand people, each with a number of nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from holdfast.seed import story
from holdfast.seed.ids import chance, sample_id
from holdfast.seed.names import family_name, full_name
from holdfast.seed.places import VILLAGES, Place
from households_service.care.domain import CareDuty, CareKind
from households_service.linkage.identity_number import check_character
from households_service.members.domain import (
    LabourCapacity,
    Member,
    PersonalDetails,
    Relation,
    Residence,
    age_on,
)
from households_service.registry.domain import Household, MonitoringCategory, RegistrationHistory

HOUSEHOLDS_PER_VILLAGE = 250
MONITORED_PER_VILLAGE = 20
# 3.6 members on average: five households of these sizes hold eighteen people.
SIZES = (4, 2, 3, 5, 4)
PARENT_SIZES = (2, 4, 3, 5, 4)
REGISTERED_ON = date(2019, 1, 1)
# Ages are those on the day of the story, so that numbers and names never depend on when the sample is made.
AS_OF = story.STORY_DAY
_STORY_PEOPLE: tuple[story.Person, ...] = (*story.FAMILY, *story.PARENTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    household: Household
    members: tuple[Member, ...]
    care_duties: tuple[CareDuty, ...]

    def adults(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members if _age(member) >= 18)


@dataclass(slots=True)
class _Numbers:
    """Orders within a birth date, so that no ID number is given twice; the story's people have order 001."""

    used: Counter[date] = field(default_factory=lambda: Counter({person.date_of_birth: 1 for person in _STORY_PEOPLE}))

    def next(self, born: date) -> str:
        self.used[born] += 1
        stem = f"990101{born:%Y%m%d}{self.used[born]:03d}"
        return stem + check_character(stem)


def families() -> Iterator[tuple[Place, tuple[Family, ...]]]:
    """Village by village, always in the same order: a later family's ID numbers depend on the earlier ones."""
    numbers = _Numbers()
    for village in VILLAGES:
        yield village, tuple(_family(village, order, numbers) for order in range(HOUSEHOLDS_PER_VILLAGE))


def _family(village: Place, order: int, numbers: _Numbers) -> Family:
    code = f"{village.code}-{order + 1:04d}"
    if code == story.HOUSEHOLD_CODE:
        return _of_story(code, village, story.FAMILY, monitored=True)
    if code == story.PARENT_HOUSEHOLD_CODE:
        return _of_story(code, village, story.PARENTS, monitored=False)
    random = chance("family", code)
    sizes = PARENT_SIZES if village.path == story.PARENT_VILLAGE else SIZES
    household = _household(code, village, random, monitored=_monitored(village, order))
    people = _people(household, random, numbers, size=sizes[order % len(sizes)])
    return Family(household=household, members=people, care_duties=_care(household, people))


def _monitored(village: Place, order: int) -> bool:
    """The first twenty of a village; where the grandparents live, who are not monitored, the twenty after them."""
    first = 1 if village.path == story.PARENT_VILLAGE else 0
    return first <= order < first + MONITORED_PER_VILLAGE


def _of_story(code: str, village: Place, people: tuple[story.Person, ...], *, monitored: bool) -> Family:
    household = Household(
        id=sample_id("household", code),
        code=code,
        area_path=village.path,
        registration_history=RegistrationHistory.NEVER_REGISTERED,
        monitoring_category=MonitoringCategory.NEAR_POOR_AT_RISK if monitored else MonitoringCategory.NONE,
        safe_housing=True,
        safe_water=True,
        registered_on=REGISTERED_ON,
    )
    members = tuple(
        Member(
            id=person.id,
            household_id=household.id,
            area_path=village.path,
            details=PersonalDetails(name=person.name, id_number=person.id_number),
            relation=person.relation,
            date_of_birth=person.date_of_birth,
            labour_capacity=person.labour_capacity,
            residence=Residence.REGISTERED_AND_LIVING,
            in_school=person.in_school,
            disabled=False,
            joined_on=REGISTERED_ON,
        )
        for person in people
    )
    return Family(household=household, members=members, care_duties=())


def _household(code: str, village: Place, random: Random, *, monitored: bool) -> Household:
    category = MonitoringCategory.NONE
    history = random.choices((RegistrationHistory.NEVER_REGISTERED, RegistrationHistory.GRADUATED), weights=(75, 25))[0]
    if monitored:
        category = random.choices(
            (
                MonitoringCategory.GRADUATED_UNSTABLE,
                MonitoringCategory.NEAR_POOR_AT_RISK,
                MonitoringCategory.SUDDEN_HARDSHIP,
            ),
            weights=(50, 38, 12),
        )[0]
        if category is MonitoringCategory.GRADUATED_UNSTABLE:
            history = RegistrationHistory.GRADUATED
        elif category is MonitoringCategory.NEAR_POOR_AT_RISK:
            history = RegistrationHistory.NEVER_REGISTERED
    return Household(
        id=sample_id("household", code),
        code=code,
        area_path=village.path,
        registration_history=history,
        monitoring_category=category,
        safe_housing=random.random() >= (0.06 if monitored else 0.01),
        safe_water=random.random() >= (0.04 if monitored else 0.01),
        registered_on=REGISTERED_ON,
    )


def _people(household: Household, random: Random, numbers: _Numbers, *, size: int) -> tuple[Member, ...]:
    """A head, a spouse, children, and in larger families a parent of the head."""
    surname = family_name(random)
    head_age = random.randint(24, 66) if size > 2 else random.randint(24, 74)
    roles: list[tuple[Relation, int]] = [(Relation.HEAD, head_age)]
    if size > 1:
        roles.append((Relation.SPOUSE, max(20, head_age + random.randint(-6, 4))))
    with_parent = size >= 4 and head_age + 20 <= 92 and random.random() < 0.35
    children = size - len(roles) - with_parent
    roles += [(Relation.CHILD, max(0, head_age - random.randint(21, 34))) for _ in range(children)]
    if with_parent:
        roles.append((Relation.PARENT, min(95, head_age + random.randint(20, 30))))
    return tuple(
        _member(household, order, relation, age, random, numbers, surname)
        for order, (relation, age) in enumerate(roles)
    )


def _member(  # noqa: PLR0917 - one private call
    household: Household,
    order: int,
    relation: Relation,
    age: int,
    random: Random,
    numbers: _Numbers,
    surname: str,
) -> Member:
    # So many days before the birthday that the age holds on the day of the story.
    born = AS_OF - timedelta(days=round(age * 365.25) + random.randint(1, 363))
    disabled = random.random() < (0.09 if household.monitored else 0.03)
    in_school = 6 <= age <= 15 or (16 <= age <= 21 and random.random() < 0.5)
    return Member(
        id=sample_id("member", f"{household.code} {order}", order),
        household_id=household.id,
        area_path=household.area_path,
        details=PersonalDetails(
            name=full_name(random, surname if relation is not Relation.SPOUSE else family_name(random)),
            id_number=numbers.next(born),
            phone=f"199000{random.randint(0, 99999):05d}" if age >= 18 and random.random() < 0.8 else None,
        ),
        relation=relation,
        date_of_birth=born,
        labour_capacity=_labour(age, random, disabled=disabled, in_school=in_school),
        residence=Residence.REGISTERED_AND_LIVING if random.random() < 0.96 else Residence.REGISTERED_AWAY,
        in_school=in_school,
        disabled=disabled,
        joined_on=max(REGISTERED_ON, born),
    )


def _labour(age: int, random: Random, *, disabled: bool, in_school: bool) -> LabourCapacity:
    if age < 16 or age >= 75 or in_school:
        return LabourCapacity.NONE
    if disabled:
        return random.choice((LabourCapacity.PARTIAL, LabourCapacity.NONE))
    if age >= 62:
        return LabourCapacity.PARTIAL
    return LabourCapacity.FULL if random.random() < 0.93 else LabourCapacity.PARTIAL


def _care(household: Household, members: tuple[Member, ...]) -> tuple[CareDuty, ...]:
    """One adult able to work cares for the smallest child, the oldest parent or a member with a disability."""
    carers = [member for member in members if 18 <= _age(member) < 62 and member.labour_capacity is LabourCapacity.FULL]
    needs = [
        (kind, member)
        for member in members
        for kind, in_need in (
            (CareKind.CHILD, _age(member) < 6),
            (CareKind.ELDER, _age(member) >= 80),
            (CareKind.DISABLED, member.disabled and member.labour_capacity is LabourCapacity.NONE),
        )
        if in_need
    ]
    if not carers or not needs:
        return ()
    kind, cared_for = needs[0]
    carer = carers[-1]
    since = max(REGISTERED_ON, cared_for.date_of_birth or REGISTERED_ON)
    return (
        CareDuty(
            id=sample_id("care", household.code),
            member_id=carer.id,
            household_id=household.id,
            area_path=household.area_path,
            kind=kind,
            care_area_path=household.area_path,
            valid_from=since,
        ),
    )


def _age(member: Member) -> int:
    return age_on(member.date_of_birth or AS_OF, AS_OF)
