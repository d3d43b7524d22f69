"""Small counts are not shown, and neither is what would give one away."""

from __future__ import annotations

from datetime import date

from employment_service.figures.domain import Fact, withheld

MONTHS = (date(2020, 9, 1), date(2020, 10, 1), date(2020, 11, 1))


def shown(*counts: int) -> list[int | None]:
    given = {(month, Fact.CONFIRMED): count for month, count in zip(MONTHS, counts, strict=True)}
    cells = withheld(given, months=MONTHS, least=10)
    assert len(cells) == len(MONTHS) * len(Fact)
    return [cell.count for cell in cells if cell.fact is Fact.CONFIRMED]


def test_41_is_shown_and_zero_is_zero() -> None:
    assert shown(41, 0, 12) == [41, 0, 12]


def test_one_small_count_takes_the_smallest_other_with_it() -> None:
    assert shown(41, 5, 12) == [41, None, None]
    assert shown(9, 41, 0) == [None, None, 0]


def test_two_small_counts_hide_each_other() -> None:
    assert shown(3, 41, 4) == [None, 41, None]


def test_a_small_count_alone_has_nothing_it_could_be_found_from() -> None:
    assert shown(0, 7, 0) == [0, None, 0]
