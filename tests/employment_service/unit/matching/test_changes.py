"""Work that begins later, and a board of which a part changed: the short ways say what the long ones say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from employment_service.matching.board_changes import board_with
from employment_service.matching.changes import Change, ChangeKind, smallest_changes
from employment_service.matching.engine import (
    Limits,
    MatchVacancy,
    MatchWorker,
    Worth,
    match,
    match_on,
    vacancy_columns,
)
from employment_service.matching.market.builder import board_of, months_touched
from employment_service.matching.why_not import WhyNot
from employment_service.policies.repository import paths_above
from tests.employment_service.factories import match_vacancy, match_worker

LIMITS = Limits()
DAYS = st.dates(date(2020, 1, 1), date(2021, 12, 31))


@settings(max_examples=60, deadline=None)
@given(
    st.frozensets(st.integers(1, 12), max_size=5),
    st.one_of(st.none(), DAYS),
    DAYS,
    st.integers(1, 13),
)
def test_the_later_start_is_the_first_day_that_helps_within_a_year(
    farm: frozenset[int], free_from: date | None, starts_on: date, months: int
) -> None:
    worker = match_worker(farm_months=farm, free_from=free_from)
    vacancy = match_vacancy(starts_on=starts_on, contract_months=months)
    found = match([worker], [vacancy], limits=LIMITS)
    broken = int(found.why_not[0, 0]) & int(WhyNot.NOT_FREE_YET | WhyNot.SEASON_CLASH)

    told = smallest_changes(worker, vacancy, broken=broken, km=2.0, minutes=5.0, limits=LIMITS)

    assert told == (_day_by_day(worker, vacancy) if broken else ())


def _day_by_day(worker: MatchWorker, vacancy: MatchVacancy) -> tuple[Change, ...]:
    ready = max((worker.free_from - vacancy.starts_on).days, 0) if worker.free_from is not None else 0

    def clash(days: int) -> list[int]:
        touched = months_touched(vacancy.starts_on.toordinal() + days, vacancy.contract_months)
        return [month for month in sorted(worker.farm_months) if touched >> (month - 1) & 1]

    for days in range(ready, 366):
        if not clash(days):
            return (Change(kind=ChangeKind.LATER_START, amount=float(days)),)
    leave = Change(kind=ChangeKind.FARM_LEAVE, codes=tuple(sorted(map(str, clash(ready)), key=int)))
    return (Change(kind=ChangeKind.LATER_START, amount=float(ready)), leave) if ready else (leave,)


VACANCIES = st.builds(
    match_vacancy,
    lat=st.floats(39.4, 39.6),
    monthly_wage_cents=st.integers(150_000, 400_000),
    shift_to_minutes=st.sampled_from([960, 1020, 1300]),
    qualifications=st.frozensets(st.sampled_from(["A1", "B1"])),
    languages=st.frozensets(st.sampled_from(["zh", "ru"])),
    demands=st.frozensets(st.sampled_from(["HEIGHTS", "HEAVY_LIFTING"])),
    occupation=st.sampled_from([None, "6112", "5322", "7531"]),
    housed=st.booleans(),
    at_night=st.booleans(),
    places_left=st.integers(0, 2),
    employer_in_standing=st.booleans(),
    starts_on=DAYS,
    contract_months=st.integers(1, 14),
)
WORKERS = st.builds(
    match_worker,
    qualifications=st.frozensets(st.sampled_from(["A1", "B1", "C1"])),
    languages=st.frozensets(st.sampled_from(["zh", "ru"])),
    health_limits=st.frozensets(st.sampled_from(["HEIGHTS", "NIGHT_WORK"])),
    occupations=st.frozensets(st.sampled_from(["6111", "5322"])),
    care_places=st.sampled_from([(), ((39.5, 76.0),)]),
    farm_months=st.frozensets(st.integers(1, 12), max_size=2),
)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(VACANCIES, min_size=2, max_size=6),
    st.lists(VACANCIES, max_size=3),
    st.lists(WORKERS, min_size=1, max_size=3),
    st.data(),
)
def test_a_board_with_changes_judges_as_one_made_anew(
    earlier: list[MatchVacancy], fresh: list[MatchVacancy], workers: list[MatchWorker], data: st.DataObject
) -> None:
    """Some vacancies go, some are others now, some are new, in any order."""
    kept = data.draw(st.lists(st.integers(0, len(earlier) - 1), unique=True))
    sources = data.draw(st.permutations([*kept, *(-1 - number for number in range(len(fresh)))]))
    now = [earlier[source] if source >= 0 else fresh[-1 - source] for source in sources]
    columns = [column for column, source in enumerate(sources) if source < 0]
    board = board_of(vacancy_columns(earlier), limits=LIMITS, worth=Worth())

    patched = board_with(
        board,
        taken=np.array(sources, dtype=np.int64).clip(0),
        columns=np.array(columns, dtype=np.int64),
        fresh=[now[column] for column in columns],
    )

    unknown = {
        code
        for each in fresh
        for codes, known in (
            (each.qualifications, board.codes.qualifications),
            (each.languages, board.codes.languages),
            (each.demands, board.codes.demands),
        )
        for code in codes - set(known)
    }
    assert (patched is None) == bool(unknown)
    if patched is None:
        return
    keys = [str(column) for column in range(len(now))]
    workers = [replace(worker, key=str(row)) for row, worker in enumerate(workers)]
    ours, anew = match_on(patched, keys, workers), match(workers, now, limits=LIMITS)
    for name in ("why_not", "score", "distance_km", "care_km", "wage_gain_cents"):
        assert np.array_equal(getattr(ours, name), getattr(anew, name), equal_nan=name.endswith("km")), name
    assert np.array_equal(ours.pairs.stable, anew.pairs.stable)


def test_work_that_has_no_first_day_cannot_begin_later() -> None:
    worker = match_worker(farm_months=frozenset({12}))
    told = smallest_changes(
        worker, match_vacancy(contract_months=1), broken=int(WhyNot.SEASON_CLASH), km=1.0, minutes=1.0, limits=LIMITS
    )

    assert told == (Change(kind=ChangeKind.FARM_LEAVE, codes=("12",)),)


def test_whoever_is_free_in_more_than_a_year_needs_a_start_as_late_and_leave() -> None:
    starts_on = date(2020, 3, 1)
    worker = match_worker(farm_months=frozenset({4}), free_from=starts_on + timedelta(days=400))
    broken = int(WhyNot.SEASON_CLASH | WhyNot.NOT_FREE_YET)

    told = smallest_changes(
        worker,
        match_vacancy(starts_on=starts_on, contract_months=12),
        broken=broken,
        km=1.0,
        minutes=1.0,
        limits=LIMITS,
    )

    assert told == (
        Change(kind=ChangeKind.LATER_START, amount=400.0),
        Change(kind=ChangeKind.FARM_LEAVE, codes=("4",)),
    )


def test_an_area_lies_in_those_that_its_path_begins_with() -> None:
    assert paths_above("99/01/01/001/201/") == [
        "",
        "99/",
        "99/01/",
        "99/01/01/",
        "99/01/01/001/",
        "99/01/01/001/201/",
    ]
    assert paths_above("") == [""]
