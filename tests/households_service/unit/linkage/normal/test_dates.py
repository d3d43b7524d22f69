from __future__ import annotations

import pytest

from households_service.linkage.normal.dates import read_date, read_dates, year_last


@pytest.mark.parametrize("day_first", [True, False])
def test_a_column_of_dates_reads_each_as_it_is_read_alone(*, day_first: bool) -> None:
    values = [
        "1950-04-03", "1950-13-39", "19500403", "03041950", "00001231", "99991231", "１９５０-04-03", "1950/04/03",
        "1950-4-03x", "12345678", "03.04.50", "", "1950", "31 March 1950", "0950-04-03", "20991231", "21001231",
    ]  # fmt: skip

    read = read_dates(values, day_first=day_first)

    parts = zip(read.year.tolist(), read.month.tolist(), read.day.tolist(), strict=True)
    assert [*parts] == [read_date(value, day_first=day_first) for value in values]


def test_an_empty_column_of_dates_is_read() -> None:
    assert len(read_dates([])) == 0


def test_two_numbers_stand_before_a_year_that_comes_last() -> None:
    found = [year_last(text) for text in ("03.04.1950", "3/4/50 12:00", "1950-04-03", "19500403", "1950", "")]

    assert found == [(3, 4), (3, 4), None, None, None, None]
