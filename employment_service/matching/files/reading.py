"""Workers and vacancies of a file as columns of a market."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from employment_service.matching.files.columns import Sheet, no_sex, read_sheet
from employment_service.matching.market.builder import VacancyColumns, WorkerColumns

WORKER_COLUMNS = (
    "worker", "lat", "lon", "age", "in_school", "opted_in", "wage_floor", "income", "max_km", "max_minutes",
    "free_from", "farm_months", "weight", "qualifications", "languages", "health_limits", "occupations", "care", "sex",
)  # fmt: skip
VACANCY_COLUMNS = (
    "vacancy", "lat", "lon", "wage", "places", "shift_from", "shift_to", "weekly_hours", "starts_on",
    "contract_months", "farm_leave", "housed", "at_night", "group", "least_age", "open", "in_standing",
    "qualifications", "languages", "demands", "occupation",
)  # fmt: skip
HERE = "yes"
DAY_BEGINS, DAY_ENDS = 6 * 60, 22 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerFile:
    """`sex`: 0 female, 1 male, -1 not given; read for the audit alone. `dropped`: how many columns are never read;
    `unread`: those of no meaning here.
    """

    keys: list[str]
    columns: WorkerColumns
    sex: NDArray[np.int8]
    dropped: int
    unread: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyFile:
    keys: list[str]
    columns: VacancyColumns
    dropped: int
    unread: tuple[str, ...]


def read_workers(path: Path) -> WorkerFile:
    sheet = read_sheet(path, "workers", known=WORKER_COLUMNS)
    sheet.require("worker", "lat", "lon", "age")
    lat, lon = sheet.numbers("lat", -90, 90, absent=np.nan), sheet.numbers("lon", -180, 180, absent=np.nan)
    care_of, care_lat, care_lon = _care(sheet, lat, lon)
    return WorkerFile(
        keys=sheet.keys("worker"),
        columns=WorkerColumns(
            lat=lat,
            lon=lon,
            age=sheet.whole("age", 0, 120, absent=None),
            in_school=sheet.flags("in_school", absent=False),
            opted_in=sheet.flags("opted_in", absent=True),
            floor_cents=sheet.money("wage_floor", absent=0),
            income_cents=sheet.money("income", absent=0),
            max_km=sheet.numbers("max_km", 0, 20_000, absent=np.inf),
            max_minutes=sheet.numbers("max_minutes", 0, 1_440, absent=np.inf),
            free_from=sheet.days("free_from", absent=0),
            farm_months=sheet.months("farm_months"),
            weight=sheet.numbers("weight", 1.0, 1.5, absent=1.0),
            qualifications=sheet.codes("qualifications"),
            languages=sheet.codes("languages"),
            health_limits=sheet.codes("health_limits"),
            occupations=sheet.codes("occupations"),
            care_of=care_of,
            care_lat=care_lat,
            care_lon=care_lon,
        ),
        sex=_sex(sheet),
        dropped=sheet.dropped,
        unread=sheet.unread,
    )


def read_vacancies(path: Path) -> VacancyFile:
    sheet = read_sheet(path, "vacancies", known=VACANCY_COLUMNS)
    sheet.require("vacancy", "lat", "lon", "wage", "places")
    begins, ends = sheet.minutes("shift_from", absent=8 * 60), sheet.minutes("shift_to", absent=17 * 60)
    return VacancyFile(
        keys=sheet.keys("vacancy"),
        columns=VacancyColumns(
            lat=sheet.numbers("lat", -90, 90, absent=None),
            lon=sheet.numbers("lon", -180, 180, absent=None),
            wage_cents=sheet.money("wage", absent=None),
            places=sheet.whole("places", 0, 1_000_000, absent=None),
            shift_from=begins,
            shift_to=ends,
            weekly_hours=sheet.whole("weekly_hours", 1, 168, absent=40),
            starts=sheet.days("starts_on", absent=date.max.toordinal()),
            contract_months=sheet.whole("contract_months", 1, 600, absent=12),
            farm_leave=sheet.flags("farm_leave", absent=False),
            housed=sheet.flags("housed", absent=False),
            at_night=sheet.flags("at_night", absent=False)
            | (ends <= begins)
            | (begins < DAY_BEGINS)
            | (ends > DAY_ENDS),
            group=sheet.flags("group", absent=False),
            least_age=sheet.whole("least_age", 0, 120, absent=16),
            open=sheet.flags("open", absent=True),
            in_standing=sheet.flags("in_standing", absent=True),
            qualifications=sheet.codes("qualifications"),
            languages=sheet.codes("languages"),
            demands=sheet.codes("demands"),
            occupations=sheet.codes("occupation"),
        ),
        dropped=sheet.dropped,
        unread=sheet.unread,
    )


def _care(
    sheet: Sheet, lat: NDArray[np.float64], lon: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """`care`: yes (at home), or places as "lat lon", separated by ;"""
    rows: list[int] = []
    places: list[tuple[float, float]] = []
    for row, text in sheet.care("care"):
        if text.lower() in {HERE, "y", "true", "1"}:
            rows.append(row)
            places.append((float(lat[row]), float(lon[row])))
            continue
        for part in text.split(";"):
            try:
                first, second = (float(word) for word in part.replace(",", " ").split())
            except ValueError:
                first, second = np.nan, np.nan
            if not (abs(first) <= 90 and abs(second) <= 180):
                sheet.refuse("care", row, 'yes, no, or places such as "37.1 101.2" are needed')
            rows.append(row)
            places.append((first, second))
    found = np.array(places, dtype=np.float64).reshape(-1, 2)
    return np.array(rows, dtype=np.int64), found[:, 0], found[:, 1]


def _sex(sheet: Sheet) -> NDArray[np.int8]:
    if not sheet.has("sex"):
        return no_sex(sheet.rows)
    known = {"f": 0, "female": 0, "m": 1, "male": 1}
    given = sheet.frame["sex"].to_list()
    return np.array([known.get((word or "").lower(), -1) for word in given], dtype=np.int8)
