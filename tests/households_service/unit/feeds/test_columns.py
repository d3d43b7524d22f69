"""Which headers a feed's file may carry, and which purposes; the page lists them as they are declared."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from households_service.feeds.catalogue.columns import (
    ENVELOPE_COLUMNS,
    EVENT_COLUMNS,
    FIRST_COLUMNS,
    PERSON_COLUMNS,
    columns_of,
)
from households_service.feeds.catalogue.declaration import Feed, FeedField
from households_service.feeds.catalogue.health_insurance import HEALTH_INSURANCE
from households_service.feeds.catalogue.known import FEEDS
from households_service.feeds.catalogue.water import WATER
from households_service.files.columns import Column, ColumnMissing, HeaderUnknown, is_banned, match_headers
from households_service.files.headers import fold

PAGE = Path(__file__).resolve().parents[4] / "docs" / "feeds.md"
TABLE = re.compile(r"(?<=<!-- declared -->\n\n).*?(?=\n\n<!-- /declared -->)", re.DOTALL)
each_feed = pytest.mark.parametrize("feed", FEEDS, ids=[feed.name for feed in FEEDS])


def words(name: str, others: tuple[str, ...]) -> str:
    return f"{name} ({', '.join(others)})" if others else name


def own_row(own: FeedField) -> str:
    choices = ", ".join(words(value, others) for value, others in own.choices.items())
    return f"| | {own.name} | {', '.join(own.spellings)} | {choices} |"


def column_row(column: Column, feed: str) -> str:
    return f"| {feed} | {column.name} | {', '.join(column.spellings)} | |"


def rows() -> Iterator[str]:
    yield "| feed | column | also written | values, and how else they are written |"
    yield "|---|---|---|---|"
    groups = (
        ("every feed", (*FIRST_COLUMNS, *EVENT_COLUMNS, *ENVELOPE_COLUMNS)),
        ("feeds about people", PERSON_COLUMNS),
    )
    for whose, columns in groups:
        yield from (column_row(column, "" if place else whose) for place, column in enumerate(columns))
    for feed in FEEDS:
        yield from feed_rows(feed)


def feed_rows(feed: Feed) -> Iterator[str]:
    events = ", ".join(words(event.type, event.spellings) for event in feed.events)
    yield f"| {feed.name} | eventType | | {events} |"
    yield f"| | purposeCode | | {', '.join(words(one.name, one.spellings) for one in feed.purposes)} |"
    yield from (own_row(own) for own in feed.fields)


def test_the_page_lists_what_is_declared() -> None:
    """`WRITE_PAGES=1 pytest ...` writes the table anew."""
    page, table = PAGE.read_text(encoding="utf-8"), "\n".join(rows())
    if os.environ.get("WRITE_PAGES"):
        PAGE.write_text(TABLE.sub(lambda _: table, page), encoding="utf-8")
    assert TABLE.findall(PAGE.read_text(encoding="utf-8")) == [table]


@each_feed
def test_no_header_means_two_columns_of_a_feed_and_none_is_dropped_unread(feed: Feed) -> None:
    headers = [
        (fold(spelling), column.name)
        for column in columns_of(feed).columns
        for spelling in (column.name, *column.spellings)
    ]

    assert [one for one, other in pairwise(sorted(headers)) if one[0] == other[0] and one[1] != other[1]] == []
    assert [header for header, _ in headers if is_banned(header, health_detail=True)] == []


@each_feed
def test_every_declared_header_alone_leads_to_its_column(feed: Feed) -> None:
    columns = columns_of(feed)
    # The others by their own names, so that nothing that is needed is missing.
    for column in columns.columns:
        others = [other.name for other in columns.columns if other is not column]
        for spelling in column.spellings:
            assert match_headers([spelling, *others], columns).positions[column.name] == 0


def test_a_day_of_the_event_is_not_taken_for_a_birth_date() -> None:
    header = ["流水号", "身份证号", "业务类型", "发生日期", "自付金额", "用途"]

    assert match_headers(header, columns_of(HEALTH_INSURANCE)).positions == {
        "recordId": 0,
        "idNumber": 1,
        "eventType": 2,
        "eventDate": 3,
        "oopAmount": 4,
        "purposeCode": 5,
    }


@pytest.mark.parametrize(
    ("feed", "header", "hint"),
    [
        (HEALTH_INSURANCE, "发生的日期", "“发生的日期” (nearest known: eventDate, also written 日期)"),
        (HEALTH_INSURANCE, "oopAmounts", "“oopAmounts” (nearest known: oopAmount)"),
        (WATER, "停水日数", "“停水日数” (nearest known: outageDays, also written 停水天数)"),
        (WATER, "出生日期", "“出生日期” (nearest known: eventDate, also written 日期)"),
    ],
)
def test_a_hint_names_the_nearest_header_of_this_feed(feed: Feed, header: str, hint: str) -> None:
    known = [column.name for column in columns_of(feed).columns]

    with pytest.raises(HeaderUnknown) as caught:
        match_headers([*known, header], columns_of(feed))

    assert hint in caught.value.message


def test_a_missing_column_is_named_with_its_headers() -> None:
    with pytest.raises(ColumnMissing) as caught:
        match_headers(["recordId", "idNumber", "eventType", "oopAmount"], columns_of(HEALTH_INSURANCE))

    assert caught.value.message == (
        "The column eventDate is missing (also written 事件日期, 发生日期, 发生时间, 业务日期, 日期, date)."
    )
