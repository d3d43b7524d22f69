from __future__ import annotations

import pytest

from households_service.linkage.normal.date_order import DateOrder, Ground, Order, certain_dates, date_order
from households_service.linkage.schema import LinkSchemaMalformed, parse_schema
from households_service.linkage.table import person_table


@pytest.mark.parametrize(
    ("values", "day_first", "ground", "ambiguous"),
    [
        (["04/03/1950", "04/25/1950", "12/31/1950"], False, Ground.NUMBERS, 1),
        (["04/03/1950", "25.04.1950"], True, Ground.NUMBERS, 1),
        (["04/03/1950", "25/04/1950", "26/04/1950", "04/25/1950"], True, Ground.NUMBERS, 1),
        (["04/03/1950", "25/04/1950", "04/25/1950"], True, Ground.NONE, 1),
        (["04/03/1950"], True, Ground.NONE, 1),
        (["04/04/1950", "1950-04-03", "3 March 1950", "1950", ""], True, Ground.NONE, 0),
    ],
)
def test_numbers_above_twelve_tell_the_order(
    values: list[str], *, day_first: bool, ground: Ground, ambiguous: int
) -> None:
    found = date_order(values)
    assert (found.day_first, found.ground, found.ambiguous) == (day_first, ground, ambiguous)


def test_without_such_numbers_dates_written_in_full_tell_it() -> None:
    others = certain_dates(["1950-04-03", "1961/02/01", "12 May 1950", "1970"])
    assert others == {(1950, 4, 3), (1961, 2, 1)}
    assert date_order(["04/03/1950", "02/01/1961", "05/06/1970"], others) == DateOrder(
        day_first=False, ground=Ground.OTHER_DATES, ambiguous=3, for_day=0, for_month=2
    )


def test_a_stated_order_is_kept_against_the_numbers() -> None:
    found = date_order(["25/04/1950", "04/03/1950"], stated=Order.MONTH_FIRST)
    assert (found.day_first, found.ground, found.for_day) == (False, Ground.STATED, 1)


def test_each_file_is_read_in_its_own_order() -> None:
    schema = parse_schema({"columns": {"born": "date of birth"}})
    table = person_table(schema, {"born": ["04/25/1950", "04/03/1950"]}, {"born": ["03.04.1950", "25.04.1950"]})
    assert table.dates["born"].codes.tolist() == [19500425, 19500403, 19500403, 19500425]
    assert [order.day_first for order in table.dates["born"].orders] == [False, True]


def test_the_schema_states_the_order_of_one_file_or_of_both() -> None:
    columns = {"born": {"kind": "date of birth", "order": "month first", "right_order": "day first"}}
    table = person_table(parse_schema({"columns": columns}), {"born": ["04/03/1950"]}, {"born": ["04/03/1950"]})
    assert table.dates["born"].codes.tolist() == [19500403, 19500304]
    both = parse_schema({"columns": {"born": {"kind": "date of birth", "order": "month first"}}}).fields[0]
    assert (both.order, both.right_order) == (Order.MONTH_FIRST, Order.MONTH_FIRST)


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ({"kind": "date of birth", "order": "mdy"}, 'must be "day first" or "month first"'),
        ({"kind": "place", "order": "day first"}, "only a date of birth has an order"),
    ],
)
def test_an_order_that_cannot_be_is_refused(field: dict[str, str], told: str) -> None:
    with pytest.raises(LinkSchemaMalformed, match=told):
        parse_schema({"columns": {"born": field}})
