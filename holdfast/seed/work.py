"""Workers who registered themselves, employers, vacancies and the safeguards of the sample county.

Dates stand in relation to the day the sample is loaded: a vacancy of last year would be of no use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from employment_service.copies.domain import Point
from employment_service.sample import SampleEmployer, SampleSafeguards, SampleVacancy, SampleWorker
from employment_service.vacancies.domain import Deduction, DeductionKind, Housing, Requirements, Terms, Workplace
from employment_service.workers.domain import Contact, ContactPreference, PhysicalDemand, Wishes
from holdfast.seed import story
from holdfast.seed.families import AS_OF, Family
from holdfast.seed.ids import chance, sample_id
from holdfast.seed.places import COUNTY, VILLAGES
from households_service.members.domain import LabourCapacity, Member, age_on

WORKERS = 600
WORKERS_WITH_CARE = 150
EMPLOYERS = 60
VACANCIES_PER_EMPLOYER = 5
# Every third employer works outside the county.
_FAR = (("省城", 37.2, 95.6), ("邻县", 39.1, 93.4), ("沿江市", 36.1, 97.9))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    task: str
    wage: int
    qualifications: tuple[str, ...] = ()
    demands: tuple[PhysicalDemand, ...] = ()
    shift: tuple[int, int] = (8 * 60, 17 * 60)
    weekly_hours: int = 44
    least_age: int = 16


_SEWING = Trade(task="缝纫工", wage=2_600, qualifications=("SEWING",))
_SORTING = Trade(task="果品分拣", wage=2_300, demands=(PhysicalDemand.LONG_STANDING,))
_SERVING = Trade(task="餐厅服务", wage=2_400, demands=(PhysicalDemand.LONG_STANDING,), shift=(10 * 60, 19 * 60))
_GROWING = Trade(task="大棚种植", wage=2_500)
_CLEANING = Trade(task="保洁", wage=2_200, shift=(8 * 60, 16 * 60), weekly_hours=40)
_CARING = Trade(task="护理员", wage=3_000, qualifications=("CARE_BASIC",))
_PACKING = Trade(task="食品包装", wage=2_700, demands=(PhysicalDemand.LONG_STANDING,))
_GUARDING = Trade(
    task="夜班保安", wage=2_600, demands=(PhysicalDemand.NIGHT_WORK,), shift=(22 * 60, 6 * 60), least_age=18
)
_DRIVING = Trade(task="货车司机", wage=4_800, qualifications=("DRIVER_C1",), least_age=18)
_ASSEMBLING = Trade(task="电子装配", wage=3_600, demands=(PhysicalDemand.LONG_STANDING,))
_MASONRY = Trade(
    task="泥瓦工", wage=4_500, demands=(PhysicalDemand.HEAVY_LIFTING, PhysicalDemand.HEIGHTS), least_age=18
)
_LOADING = Trade(task="仓库搬运", wage=3_800, demands=(PhysicalDemand.HEAVY_LIFTING,), least_age=18)
# What each kind of employer looks for.
_KINDS = (
    ("服装车间", (_SEWING, _CLEANING)),
    ("果品厂", (_SORTING, _PACKING, _LOADING)),
    ("餐饮店", (_SERVING, _CLEANING)),
    ("农业合作社", (_GROWING, _SORTING)),
    ("物业公司", (_CLEANING, _GUARDING)),
    ("养老院", (_CARING, _CLEANING)),
    ("食品厂", (_PACKING, _LOADING)),
    ("运输队", (_DRIVING, _LOADING)),
    ("电子厂", (_ASSEMBLING, _CLEANING)),
    ("建筑队", (_MASONRY, _LOADING)),
)
_QUALIFICATIONS = ("SEWING", "CARE_BASIC", "DRIVER_C1", "COOKING", "WELDING")


def workers(families: Sequence[Family]) -> tuple[SampleWorker, ...]:
    """Spread over all villages: first those with a care duty, then others; never somebody of the story."""
    caring: list[tuple[Family, Member]] = []
    free: list[tuple[Family, Member]] = []
    for family in families:
        duties = {duty.member_id for duty in family.care_duties}
        for member in _able(family):
            (caring if member.id in duties else free).append((family, member))
    chosen = [*_spread(caring, WORKERS_WITH_CARE), *_spread(free, WORKERS - WORKERS_WITH_CARE)]
    return tuple(_worker(number, family, member) for number, (family, member) in enumerate(chosen, start=1))


def employers(today: date) -> tuple[SampleEmployer, ...]:
    return tuple(
        SampleEmployer(
            id=sample_id("employer", str(number)),
            area_path=COUNTY,
            name=_employer_name(number),
            registration_number=f"99010100{number:010d}",
            inspected_on=today - timedelta(days=20 + number),
        )
        for number in range(1, EMPLOYERS + 1)
    )


def vacancies(today: date) -> tuple[SampleVacancy, ...]:
    return tuple(
        _vacancy(employer, order, today)
        for employer in range(1, EMPLOYERS + 1)
        for order in range(VACANCIES_PER_EMPLOYER)
    )


def safeguards(today: date) -> tuple[SampleSafeguards, ...]:
    from employment_service.safeguards.domain import Checklist

    checklist = Checklist(
        monitor_subject=story.INDEPENDENT_MONITOR,
        monitor_organisation="样例劳动权益中心",
        monitor_contact="monitor@rights.example",
        grievance_line="+990000012333",
        languages=("zh-CN", "ug", "en"),
        refusal_rule_published_on=today - timedelta(days=60),
        next_audit_on=today + timedelta(days=180),
        valid_until=today + timedelta(days=330),
    )
    return (
        SampleSafeguards(
            id=sample_id("safeguards", COUNTY),
            area_path=COUNTY,
            checklist=checklist,
            activated_by=story.COUNTY_APPROVER,
        ),
    )


def _able(family: Family) -> tuple[Member, ...]:
    if family.household.code in {story.HOUSEHOLD_CODE, story.PARENT_HOUSEHOLD_CODE}:
        return ()
    return tuple(
        member
        for member in family.adults()
        if member.labour_capacity is not LabourCapacity.NONE and _age(member) < 60 and not member.in_school
    )


def _spread(people: Sequence[tuple[Family, Member]], wanted: int) -> list[tuple[Family, Member]]:
    """Evenly over the list, which runs through the villages."""
    if len(people) < wanted:
        raise AssertionError("The sample county has too few people for its workers.")
    return [people[index * len(people) // wanted] for index in range(wanted)]


def _worker(number: int, family: Family, member: Member) -> SampleWorker:
    random = chance("worker", str(member.id))
    by_phone = random.random() < 0.3
    return SampleWorker(
        id=sample_id("worker", str(member.id)),
        subject=f"sample-worker-{number}",
        member_id=member.id,
        household_id=family.household.id,
        area_path=family.household.area_path,
        date_of_birth=member.date_of_birth or AS_OF,
        contact=Contact(
            display_name=member.details.name.split("·")[0],
            preference=ContactPreference.PHONE if by_phone else ContactPreference.MESSAGE,
            phone=member.details.phone or f"198000{number:05d}" if by_phone else None,
        ),
        wishes=_wishes(random),
        shares_work_state=random.random() < 0.5,
    )


def _wishes(random: Random) -> Wishes:
    return Wishes(
        qualifications=frozenset(random.sample(_QUALIFICATIONS, random.choice((0, 0, 1, 1, 2)))),
        wage_floor_cents=100_000 * random.choice((0, 2, 2, 3)) + 50_000 * random.choice((0, 1)),
        max_distance_km=random.choice((None, 10.0, 20.0, 30.0, 60.0)),
        health_limits=frozenset({PhysicalDemand.HEAVY_LIFTING}) if random.random() < 0.15 else frozenset(),
    )


def _vacancy(employer: int, order: int, today: date) -> SampleVacancy:
    random = chance("vacancy", employer, order)
    _, trades = _KINDS[employer % len(_KINDS)]
    trade = trades[order % len(trades)]
    place, far = _workplace(employer, order, random)
    wage = round(trade.wage * random.uniform(0.95, 1.2) * (1.25 if far else 1.0), -1)
    terms = Terms(
        employer_name=_employer_name(employer),
        workplace=place,
        task=trade.task,
        monthly_wage_cents=int(wage) * 100,
        currency="CNY",
        pay_day=10,
        shift_from_minutes=trade.shift[0],
        shift_to_minutes=trade.shift[1],
        weekly_hours=trade.weekly_hours,
        housing=Housing.FREE if far else Housing.NONE,
        contract_months=random.choice((6, 12, 12, 24)),
        notice_days=30,
        help_contact="+990000012333",
        starts_on=today + timedelta(days=random.randint(14, 45)),
        deductions=(Deduction(kind=DeductionKind.SOCIAL_INSURANCE, monthly_cents=int(wage) * 8),),
    )
    return SampleVacancy(
        id=sample_id("vacancy", f"{employer} {order}"),
        employer_id=sample_id("employer", str(employer)),
        area_path=COUNTY,
        terms=terms,
        places=random.randint(1, 8),
        requirements=Requirements(
            qualifications=frozenset(trade.qualifications),
            demands=frozenset(trade.demands),
            least_age=18 if far else trade.least_age,
        ),
    )


def _workplace(employer: int, order: int, random: Random) -> tuple[Workplace, bool]:
    if employer % 3 == 0:
        name, lat, lon = _FAR[(employer // 3 + order) % len(_FAR)]
        spot = Point(lat=round(lat + random.uniform(-0.1, 0.1), 4), lon=round(lon + random.uniform(-0.1, 0.1), 4))
        return Workplace(name=f"{name}{_employer_name(employer)}", place=spot), True
    # Two employers to a village: of three numbers that share a remainder, one works outside the county.
    village = VILLAGES[employer * 7 % len(VILLAGES)]
    spot = Point(
        lat=round(village.lat + random.uniform(-0.02, 0.02), 4),
        lon=round(village.lon + random.uniform(-0.02, 0.02), 4),
    )
    return Workplace(name=f"{village.name}{_employer_name(employer)}", place=spot), False


def _employer_name(number: int) -> str:
    return f"样例{_KINDS[number % len(_KINDS)][0]}{number}号"


def _age(member: Member) -> int:
    return age_on(member.date_of_birth or AS_OF, AS_OF)
