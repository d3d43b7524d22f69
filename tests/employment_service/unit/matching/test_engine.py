"""The matcher alone: limits, distances, points and order."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from employment_service.matching.changes import Change, changed, smallest_changes
from employment_service.matching.distance import haversine_km
from employment_service.matching.engine import Limits, MatchVacancy, MatchWorker, WhyNot, match
from employment_service.matching.reasons import explain
from tests.employment_service.factories import match_vacancy, match_worker

LIMITS = Limits()


def broken(worker: MatchWorker, vacancy: MatchVacancy) -> WhyNot:
    return WhyNot(int(match([worker], [vacancy], limits=LIMITS).why_not[0, 0]))


def test_distances_are_great_circles() -> None:
    one_degree = haversine_km(np.array([0.0]), np.array([0.0]), np.array([0.0]), np.array([1.0]))
    kashgar_urumqi = haversine_km(np.array([39.47]), np.array([75.99]), np.array([43.83]), np.array([87.62]))

    assert one_degree[0] == pytest.approx(111.1951, abs=1e-4)
    assert kashgar_urumqi[0] == pytest.approx(1078.9, abs=1.0)


BREACHES = [
    ("home unknown", {"lat": None, "lon": None}, {}, WhyNot.HOME_UNKNOWN),
    ("too far", {"max_distance_km": 2.2}, {}, WhyNot.TOO_FAR),
    ("commute too long", {"max_commute_minutes": 5}, {}, WhyNot.COMMUTE_TOO_LONG),
    ("no commute where housed", {"max_commute_minutes": 5}, {"housed": True}, WhyNot(0)),
    ("qualification", {}, {"qualifications": frozenset({"DRIVER_C1"})}, WhyNot.QUALIFICATION_MISSING),
    (
        "qualified",
        {"qualifications": frozenset({"DRIVER_C1", "SEWING"})},
        {"qualifications": frozenset({"DRIVER_C1"})},
        WhyNot(0),
    ),
    ("below the floor", {"wage_floor_cents": 300_001}, {}, WhyNot.WAGE_BELOW_FLOOR),
    ("at the floor", {"wage_floor_cents": 300_000}, {}, WhyNot(0)),
    ("care too far", {"care_places": ((39.7, 76.0),)}, {}, WhyNot.CARE_TOO_FAR),
    ("one of two care places too far", {"care_places": ((39.5, 76.0), (39.7, 76.0))}, {}, WhyNot.CARE_TOO_FAR),
    ("care near", {"care_places": ((39.5, 76.0),)}, {}, WhyNot(0)),
    ("early shift and care", {"care_places": ((39.5, 76.0),)}, {"shift_from_minutes": 419}, WhyNot.CARE_HOURS),
    ("late shift and care", {"care_places": ((39.5, 76.0),)}, {"shift_to_minutes": 1141}, WhyNot.CARE_HOURS),
    ("long week and care", {"care_places": ((39.5, 76.0),)}, {"weekly_hours": 49}, WhyNot.CARE_HOURS),
    ("living there and care", {"care_places": ((39.5, 76.0),)}, {"housed": True}, WhyNot.CARE_HOURS),
    ("long week without care", {}, {"weekly_hours": 49}, WhyNot(0)),
    (
        "a limit the worker named",
        {"health_limits": frozenset({"HEAVY_LIFTING"})},
        {"demands": frozenset({"HEAVY_LIFTING", "HEIGHTS"})},
        WhyNot.HEALTH_LIMIT,
    ),
    ("night work ruled out", {"health_limits": frozenset({"NIGHT_WORK"})}, {"at_night": True}, WhyNot.HEALTH_LIMIT),
    ("15 years old", {"age": 15}, {}, WhyNot.TOO_YOUNG),
    ("16 years old, near home", {"age": 16}, {}, WhyNot(0)),
    ("17, asked for 18", {"age": 17}, {"least_age": 18}, WhyNot.TOO_YOUNG),
    ("17, in a group", {"age": 17}, {"group": True}, WhyNot.MINOR_AWAY_FROM_HOME),
    ("17, living there", {"age": 17}, {"housed": True}, WhyNot.MINOR_AWAY_FROM_HOME),
    (
        "17, far away",
        {"age": 17, "max_distance_km": None},
        {"lat": 40.0},
        WhyNot.MINOR_AWAY_FROM_HOME,
    ),
    ("17, at school", {"age": 17, "in_school": True}, {}, WhyNot.IN_SCHOOL),
    ("19, at college", {"age": 19, "in_school": True}, {}, WhyNot(0)),
    ("full", {}, {"places_left": 0}, WhyNot.NO_PLACES_LEFT),
    ("employer without standing", {}, {"employer_in_standing": False}, WhyNot.EMPLOYER_NOT_IN_STANDING),
    ("closed", {}, {"open": False}, WhyNot.VACANCY_CLOSED),
    ("no wish for work", {"opted_in": False}, {}, WhyNot.OPT_IN_MISSING),
    ("a language the job needs", {}, {"languages": frozenset({"zh"})}, WhyNot.LANGUAGE_NEEDED),
    ("which the worker named", {"languages": frozenset({"zh"})}, {"languages": frozenset({"zh"})}, WhyNot(0)),
    ("a language no job needs", {"languages": frozenset({"ug"})}, {}, WhyNot(0)),
    (
        "harvest",
        {"farm_months": frozenset({9, 10})},
        {"starts_on": date(2020, 8, 3), "contract_months": 2},
        WhyNot.SEASON_CLASH,
    ),
    (
        "done before harvest",
        {"farm_months": frozenset({10})},
        {"starts_on": date(2020, 8, 1), "contract_months": 2},
        WhyNot(0),
    ),
    (
        "over the turn of the year",
        {"farm_months": frozenset({1})},
        {"starts_on": date(2020, 12, 1), "contract_months": 2},
        WhyNot.SEASON_CLASH,
    ),
    ("leave for harvest", {"farm_months": frozenset({9})}, {"farm_leave": True}, WhyNot(0)),
    ("not free yet", {"free_from": date(2020, 10, 2)}, {"starts_on": date(2020, 10, 1)}, WhyNot.NOT_FREE_YET),
    ("free that day", {"free_from": date(2020, 10, 1)}, {"starts_on": date(2020, 10, 1)}, WhyNot(0)),
    ("named no way, longer than the policy's", {"max_distance_km": None}, {"lat": 40.2}, WhyNot.COMMUTE_TOO_LONG),
]


@pytest.mark.parametrize(("_case", "worker", "vacancy", "expected"), BREACHES, ids=[case[0] for case in BREACHES])
def test_each_limit_has_its_bit(
    _case: str, worker: dict[str, object], vacancy: dict[str, object], expected: WhyNot
) -> None:
    assert broken(match_worker(**worker), match_vacancy(**vacancy)) == expected


def test_several_broken_limits_are_all_told() -> None:
    found = broken(match_worker(age=15, wage_floor_cents=999_999), match_vacancy(open=False))

    assert found == WhyNot.TOO_YOUNG | WhyNot.WAGE_BELOW_FLOOR | WhyNot.VACANCY_CLOSED


def test_what_was_offered_once_is_not_proposed_again() -> None:
    found = match([match_worker()], [match_vacancy()], limits=LIMITS, already_offered=frozenset({("w", "v")}))

    assert WhyNot(int(found.why_not[0, 0])) == WhyNot.ALREADY_OFFERED


def test_the_score_is_the_expected_monthly_surplus_and_its_parts_are_kept() -> None:
    """Points 110 + 20 (a year) - 4 (2 km) + 15 (near care) = 141: 0.8037. 3,000.00 x 0.8037 - 38.16 - 44.48 = 2,328."""
    found = match([match_worker(care_places=((39.5, 76.0),))], [match_vacancy()], limits=LIMITS)

    assert float(found.distance_km[0, 0]) == pytest.approx(2.2239, abs=1e-4)
    assert float(found.pairs.stable[0, 0]) == pytest.approx(0.80377, abs=1e-5)
    assert int(found.pairs.gain_cents[0, 0]) == 300_000
    assert float(found.pairs.way_cents[0, 0]) == pytest.approx(3816.2, abs=0.1)
    assert float(found.pairs.care_cents[0, 0]) == pytest.approx(4447.8, abs=0.1)
    assert found.score[0, 0] == 2328


def test_the_weight_of_the_household_counts_the_gain_not_the_way() -> None:
    plain = match([match_worker()], [match_vacancy()], limits=LIMITS)
    weighed = match([match_worker(weight=1.5)], [match_vacancy()], limits=LIMITS)

    gain = float(plain.pairs.stable[0, 0]) * 3000.0
    assert weighed.score[0, 0] - plain.score[0, 0] == pytest.approx(gain / 2, abs=1.0)
    assert (weighed.pairs.way_cents == plain.pairs.way_cents).all()


def test_work_done_before_counts_paid_or_not() -> None:
    worker = match_worker(occupations=frozenset({"6111", "5322"}))
    found = match(
        [worker],
        [match_vacancy(occupation="5322"), match_vacancy(occupation="6130"), match_vacancy(occupation="7531")],
        limits=LIMITS,
    )

    same, alike, other = (float(np.log(p / (1 - p))) for p in found.pairs.stable[0])
    assert (same - other, alike - other) == pytest.approx((0.40, 0.20))


def test_of_equal_scores_the_nearer_comes_first() -> None:
    far = match_vacancy(key="far", lat=39.5 + 60 / 111.0, monthly_wage_cents=20_000)
    farther = match_vacancy(key="farther", lat=39.5 + 61 / 111.0, monthly_wage_cents=20_000)
    found = match([match_worker(max_distance_km=None, wage_floor_cents=0)], [farther, far], limits=LIMITS)

    assert found.score[0, 0] == found.score[0, 1] == 1
    assert found.order_for_worker(0) == [1, 0]


def test_reasons_are_told_in_both_languages() -> None:
    worker, vacancy = match_worker(care_places=((39.5, 76.0),)), match_vacancy()
    found = match([worker], [vacancy], limits=LIMITS)

    english = explain(found, 0, 0, worker=worker, vacancy=vacancy, limits=LIMITS, locale="en")
    chinese = explain(found, 0, 0, worker=worker, vacancy=vacancy, limits=LIMITS, locale="zh-CN")

    assert english.distance_km == 2.2
    assert [(reason.code, reason.text) for reason in english.reasons] == [
        ("NEAR_HOME", "Near home (2.2 km)"),
        ("NEAR_CARE", "Near whoever you look after (2.2 km of at most 15.0 km)"),
        ("HOURS_LEAVE_ROOM_FOR_CARE", "The hours leave room for care"),
        ("WAGE_ABOVE_FLOOR", "The wage is 1,000.00 above your least wage"),
    ]
    assert [reason.text for reason in chinese.reasons][:2] == [
        "离家近（2.2 公里）",
        "离需要照料的人近（2.2 公里，最多 15.0 公里）",
    ]
    assert english.why_not == ()


def test_a_broken_limit_is_no_reason_for_the_pair() -> None:
    worker, vacancy = match_worker(max_distance_km=1.0), match_vacancy()
    found = match([worker], [vacancy], limits=LIMITS)

    told = explain(found, 0, 0, worker=worker, vacancy=vacancy, limits=LIMITS, locale="en")

    assert not told.possible
    assert "NEAR_HOME" not in [reason.code for reason in told.reasons]
    assert [reason.text for reason in told.why_not] == ["Farther than the distance chosen (2.2 km)"]


WORKERS = st.builds(
    MatchWorker,
    key=st.uuids().map(str),
    lat=st.one_of(st.none(), st.floats(39, 40)),
    lon=st.floats(75.5, 76.5),
    age=st.integers(14, 80),
    in_school=st.booleans(),
    qualifications=st.frozensets(st.sampled_from(["A1", "B1", "C1"])),
    wage_floor_cents=st.integers(0, 600_000),
    max_distance_km=st.one_of(st.none(), st.floats(0.1, 2000)),
    max_commute_minutes=st.one_of(st.none(), st.integers(1, 300)),
    health_limits=st.frozensets(st.sampled_from(["HEIGHTS", "NIGHT_WORK"])),
    care_places=st.lists(st.tuples(st.floats(39, 40), st.floats(75.5, 76.5)), max_size=2).map(tuple),
    opted_in=st.sampled_from([True, True, True, False]),
    languages=st.frozensets(st.sampled_from(["zh", "ug"])),
    occupations=st.frozensets(st.sampled_from(["6111", "5322", "7531"])),
    income_cents=st.integers(0, 200_000),
    farm_months=st.frozensets(st.integers(1, 12), max_size=3),
    free_from=st.one_of(st.none(), st.dates(date(2020, 9, 1), date(2021, 3, 1))),
    weight=st.sampled_from([1.0, 1.25, 1.5]),
)
VACANCIES = st.builds(
    MatchVacancy,
    key=st.uuids().map(str),
    lat=st.floats(39, 40),
    lon=st.floats(75.5, 76.5),
    monthly_wage_cents=st.integers(1, 900_000),
    shift_from_minutes=st.integers(0, 1439),
    shift_to_minutes=st.integers(0, 1439),
    weekly_hours=st.integers(1, 60),
    housed=st.booleans(),
    at_night=st.booleans(),
    qualifications=st.frozensets(st.sampled_from(["A1", "B1", "D1"])),
    demands=st.frozensets(st.sampled_from(["HEIGHTS"])),
    least_age=st.integers(16, 20),
    group=st.booleans(),
    places_left=st.integers(0, 3),
    employer_in_standing=st.booleans(),
    open=st.booleans(),
    languages=st.frozensets(st.sampled_from(["zh", "ru"]), max_size=1),
    occupation=st.one_of(st.none(), st.sampled_from(["6112", "5322"])),
    starts_on=st.dates(date(2020, 9, 1), date(2021, 9, 1)),
    contract_months=st.integers(1, 14),
    farm_leave=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORKERS, min_size=1, max_size=4), st.lists(VACANCIES, min_size=1, max_size=4))
def test_all_pairs_at_once_say_the_same_as_each_pair_alone(
    workers: list[MatchWorker], vacancies: list[MatchVacancy]
) -> None:
    together = match(workers, vacancies, limits=LIMITS)

    for row, worker in enumerate(workers):
        for column, vacancy in enumerate(vacancies):
            alone = match([worker], [vacancy], limits=LIMITS)
            assert together.why_not[row, column] == alone.why_not[0, 0]
            assert together.score[row, column] == alone.score[0, 0]


@settings(max_examples=60, deadline=None)
@given(WORKERS, VACANCIES)
def test_a_possible_pair_keeps_every_promise_to_the_worker(worker: MatchWorker, vacancy: MatchVacancy) -> None:
    found = match([worker], [vacancy], limits=LIMITS)
    assert 0 <= found.score[0, 0] <= 10_000
    if found.why_not[0, 0]:
        return

    assert worker.age >= 16
    assert worker.age >= vacancy.least_age
    assert vacancy.monthly_wage_cents >= worker.wage_floor_cents
    assert vacancy.qualifications <= worker.qualifications
    assert not vacancy.demands & worker.health_limits
    assert found.distance_km[0, 0] <= (math.inf if worker.max_distance_km is None else worker.max_distance_km)
    if worker.care_places:
        assert found.care_km[0, 0] <= LIMITS.care_radius_km
        assert not vacancy.housed
        assert not vacancy.at_night


@settings(max_examples=40, deadline=None)
@given(WORKERS, st.lists(VACANCIES, min_size=1, max_size=6))
def test_the_order_is_by_score_and_leaves_nothing_out(worker: MatchWorker, vacancies: list[MatchVacancy]) -> None:
    found = match([worker], vacancies, limits=LIMITS)
    possible, others = found.order_for_worker(0), found.order_for_worker(0, possible=False)

    assert sorted([*possible, *others]) == list(range(len(vacancies)))
    scores = [int(found.score[0, column]) for column in possible]
    assert scores == sorted(scores, reverse=True)


@settings(max_examples=300, deadline=None)
@given(WORKERS, VACANCIES)
def test_the_smallest_change_opens_the_pair_and_half_of_it_does_not(worker: MatchWorker, vacancy: MatchVacancy) -> None:
    found = match([worker], [vacancy], limits=LIMITS)
    broken = WhyNot(int(found.why_not[0, 0]))
    km, minutes = float(found.distance_km[0, 0]), float(found.commute_minutes[0, 0])
    changes = smallest_changes(worker, vacancy, broken=broken, km=km, minutes=minutes, limits=LIMITS)
    if changes is None:
        assert broken
        return

    assert broken_after(worker, vacancy, changes) == 0
    for left_out in range(len(changes)):
        fewer = (*changes[:left_out], *changes[left_out + 1 :])
        assert broken_after(worker, vacancy, fewer) != 0


def broken_after(worker: MatchWorker, vacancy: MatchVacancy, changes: tuple[Change, ...]) -> WhyNot:
    return broken(*changed(worker, vacancy, changes, limits=LIMITS))
