"""`holdfast match` on files: what it reads, what it refuses by row and column, and what it writes."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import polars as pl
import pytest
import typer

from chassis.errors import InvalidInput
from employment_service.matching.files.reading import read_vacancies, read_workers
from employment_service.matching.files.tables import MatchFileUnreadable
from holdfast.matching import match_files

WORKERS = """worker,lat,lon,age,wage_floor,max_km,care,qualifications,farm_months,ethnicity
W1,37.05,101.2,34,2500,25,yes,DRIVER_C1;COOK,5;6,x
W2,37.06,101.2,28,,,no,,,y
W3,37.07,101.2,17,2000,10,37.06 101.2;37.08 101.2,,,z
W4,,,40,2000,10,,,,
W5,37.05,101.2,40,9000,10,,,,
"""
VACANCIES = """vacancy;lat;lon;wage;places;shift_from;shift_to;weekly_hours;qualifications;starts_on;contract_months
V1;37.05;101.21;3200;1;08:00;17:00;40;DRIVER_C1;2026-07-01;3
V2;37.08;101.2;2600;2;08:30;16:30;38;;;
V3;37.08;101.2;4000;5;21:00;05:00;40;;;
"""


def files(folder: Path, *, workers: str = WORKERS, vacancies: str = VACANCIES) -> tuple[Path, Path]:
    (folder / "w.csv").write_text(workers, encoding="utf-8")
    (folder / "v.csv").write_text(vacancies, encoding="utf-8-sig")
    return folder / "w.csv", folder / "v.csv"


def plan(folder: Path, workers: Path, vacancies: Path, name: str = "plan.csv") -> dict[str, dict[str, str]]:
    match_files(workers=workers, vacancies=vacancies, out_file=folder / name)
    with (folder / name).open(encoding="utf-8") as file:
        return {row["worker"]: row for row in csv.DictReader(file)}


def test_a_plan_names_work_reasons_or_what_stands_against_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = plan(tmp_path, *files(tmp_path))

    assert {key: row["vacancy"] for key, row in rows.items()} == {
        "W1": "V1",
        "W2": "V3",
        "W3": "V2",
        "W4": "",
        "W5": "",
    }
    assert rows["W1"]["reasons"] == "NEAR_HOME;NEAR_CARE;HOURS_LEAVE_ROOM_FOR_CARE;WAGE_ABOVE_FLOOR;QUALIFIED"
    assert (rows["W1"]["options"], rows["W1"]["income_gain"]) == ("1", "3200.0")
    assert rows["W4"]["reasons"] == "HOME_UNKNOWN:3;QUALIFICATION_MISSING:1"
    assert rows["W5"]["reasons"] == "WAGE_BELOW_FLOOR:3;QUALIFICATION_MISSING:1"
    told = capsys.readouterr().out
    assert "1 columns that are never read were left out." in told
    assert "gap 0.00000%" in told
    assert "first come" in told


def test_parquet_says_what_csv_says(tmp_path: Path) -> None:
    workers, vacancies = files(tmp_path)
    pl.read_csv(workers).write_parquet(tmp_path / "w.parquet")
    pl.read_csv(vacancies, separator=";", try_parse_dates=True).write_parquet(tmp_path / "v.parquet")

    assert plan(tmp_path, workers, vacancies) == plan(
        tmp_path, tmp_path / "w.parquet", tmp_path / "v.parquet", "again.csv"
    )


REFUSED = [
    ("a word for an age", {"workers": WORKERS.replace(",34,", ",old,")}, "row 1, column age"),
    ("a latitude beyond the pole", {"workers": WORKERS.replace("W2,37.06", "W2,97.06")}, "row 2, column lat"),
    ("a month 13", {"workers": WORKERS.replace("5;6", "5;13")}, "row 1, column farm_months"),
    ("care nowhere", {"workers": WORKERS.replace("37.06 101.2;37.08 101.2", "at home")}, "row 3, column care"),
    ("a key twice", {"workers": WORKERS.replace("W2,", "W1,")}, "row 2 has the worker of row 1"),
    ("no wage", {"vacancies": VACANCIES.replace(";2600;", ";;")}, "row 2, column wage"),
    ("half a place", {"vacancies": VACANCIES.replace(";3200;1;", ";3200;1.5;")}, "row 1, column places"),
    ("an hour 25", {"vacancies": VACANCIES.replace("08:30", "25:30")}, "row 2, column shift_from"),
    ("a missing column", {"vacancies": VACANCIES.replace("places", "seats")}, "column places is missing"),
    (
        "a target",
        {"workers": WORKERS.replace("ethnicity", "village_target")},
        "a column village_target is not accepted",
    ),
    ("a column twice", {"workers": WORKERS.replace("ethnicity", "age")}, "column age stands there twice"),
    (
        "cells behind the last column",
        {"workers": WORKERS + "W6,1,2,3,,,,,,,z,z\n"},
        "row 6 has 12 cells, the header 10",
    ),
]


@pytest.mark.parametrize(("_case", "changed", "told"), REFUSED, ids=[case[0] for case in REFUSED])
def test_what_cannot_be_read_is_refused_by_row_and_column(
    _case: str, changed: dict[str, str], told: str, tmp_path: Path
) -> None:
    workers, vacancies = files(tmp_path, **changed)

    with pytest.raises(InvalidInput) as refused:
        _ = read_workers(workers), read_vacancies(vacancies)

    assert told in refused.value.message


NO_TABLES = [
    ("nothing", b"", "w.csv is empty"),
    ("UTF-16", WORKERS.encode("utf-16"), "UTF-16 text: save it as CSV in UTF-8"),
    ("another code page", WORKERS.replace("W1", "\u5de5").encode("gbk"), "not UTF-8 text"),
    ("a workbook", b"PK\x03\x04\x14\x00\xff\xff", "save the sheet as CSV"),
    ("a cut Parquet", b"PAR1\x15\x04\x15", "cut off or damaged"),
    ("a picture", b"\x89PNG\r\n\x1a\n", "a picture"),
]


@pytest.mark.parametrize(("_case", "content", "told"), NO_TABLES, ids=[case[0] for case in NO_TABLES])
def test_what_is_no_table_is_told_for_what_it_is(_case: str, content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_bytes(content)

    with pytest.raises(MatchFileUnreadable) as refused:
        read_workers(tmp_path / "w.csv")

    assert told in refused.value.message


def test_a_file_that_is_not_there_is_said_not_to_be(tmp_path: Path) -> None:
    with pytest.raises(MatchFileUnreadable, match="No such file"):
        read_workers(tmp_path / "w.csv")


def test_a_column_that_means_nothing_is_told_with_the_one_that_was_meant(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan(tmp_path, *files(tmp_path, workers=WORKERS.replace("wage_floor", "wage_flor").replace("max_km", "village")))

    assert "workers: not read: wage_flor (wage_floor?), village." in capsys.readouterr().out


def test_people_write_the_same_in_many_ways(tmp_path: Path) -> None:
    plain = files(tmp_path)
    one, other = read_workers(plain[0]).columns, read_vacancies(plain[1]).columns
    workers = (
        WORKERS.replace("worker,lat,lon", "Worker_ID,Latitude,lng").replace(
            ",DRIVER_C1;COOK,5;6", ',DRIVER_C1|COOK,"[5, 6]"'
        )
    ).replace(",2500,", ',"2,500.00",')
    vacancies = VACANCIES.replace(";3200;", ";¥3200;").replace("2026-07-01", "2026/7/1").replace("\n", "\r\n")
    (tmp_path / "w.csv.gz").write_bytes(gzip.compress(workers.encode()))
    (tmp_path / "v.csv").write_text(vacancies, encoding="utf-8")

    again, others = read_workers(tmp_path / "w.csv.gz").columns, read_vacancies(tmp_path / "v.csv").columns

    assert again.lat.tolist()[:3] == one.lat.tolist()[:3]
    assert again.floor_cents.tolist() == one.floor_cents.tolist()
    assert again.farm_months.tolist() == one.farm_months.tolist() == [0b110000, 0, 0, 0, 0]
    assert again.qualifications.sets == one.qualifications.sets
    assert (others.wage_cents.tolist(), others.starts.tolist()) == (other.wage_cents.tolist(), other.starts.tolist())


def test_months_may_pass_the_new_year(tmp_path: Path) -> None:
    workers, _ = files(tmp_path, workers=WORKERS.replace("5;6", "11-2"))

    assert read_workers(workers).columns.farm_months[0] == 0b1100_0000_0011


def test_nothing_is_written_over_what_is_read(tmp_path: Path) -> None:
    workers, vacancies = files(tmp_path)

    with pytest.raises(typer.Exit):
        match_files(workers=workers, vacancies=vacancies, out_file=workers)

    assert workers.read_text(encoding="utf-8") == WORKERS


def test_a_file_of_nothing_is_refused(tmp_path: Path) -> None:
    empty = tmp_path / "w.csv"
    empty.write_bytes(b"\x00\xff\xfe")

    with pytest.raises(InvalidInput):
        read_workers(empty)
