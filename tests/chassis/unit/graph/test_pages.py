from __future__ import annotations

import pytest

from chassis.graph import PageRequest, decode_cursor, encode_cursor, page_of
from chassis.graph.pages import InvalidCursor, PageTooLarge


def test_a_cursor_gives_its_sort_keys_back() -> None:
    assert decode_cursor(encode_cursor("990101", 3, None), str, int, str) == ("990101", 3, None)


@pytest.mark.parametrize(
    "cursor", ["", "WzFd", "not base64 at all", encode_cursor(True), encode_cursor("a"), encode_cursor(1, 2)]
)
def test_a_cursor_of_another_list_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidCursor) as refusal:
        decode_cursor(cursor, str, int)

    assert refusal.value.field == "after"


@pytest.mark.parametrize("first", [0, -5, 101, 1_000_000])
def test_a_page_holds_between_one_and_a_hundred(first: int) -> None:
    with pytest.raises(PageTooLarge):
        PageRequest.of(first, None)


def test_one_row_more_than_asked_for_says_there_is_a_next_page() -> None:
    page = page_of(["a", "b", "c"], PageRequest.of(2, None), encode_cursor)

    assert [item for _, item in page.items] == ["a", "b"]
    assert page.has_next
    assert not page_of(["a"], PageRequest.of(None, None), encode_cursor).has_next
