"""One ID number in several rows: nobody but the sender knows which row is right, so each is refused and names the rest."""

from __future__ import annotations

from tests.households_service.registry_rows import checked_sheet, child, drafts, english, found, head, number, told

TWICE = "DUPLICATE_ID_IN_FILE"


def messages(*rows: list[str]) -> list[tuple[int, str]]:
    return [(issue.row, issue.message) for issue in found(english(*rows)) if issue.code == TWICE]


def test_both_rows_are_refused_and_each_names_the_other() -> None:
    rows = (head(size="1"), head("H-002", 1, "1"), head("H-003", 3, "1"))
    assert messages(*rows) == [
        (2, "The same ID number stands in row 3."),
        (3, "The same ID number stands in row 2."),
    ]
    assert [draft.code for draft in drafts(english(*rows))] == ["H-003"]


def test_the_other_households_of_both_rows_stay_out_too() -> None:
    twin = [*child("H-002")[:3], number(1), *child("H-002")[4:]]
    rows = (head(), child(), head("H-002", 9), twin)
    assert told(english(*rows)) == [
        (2, "id_number", TWICE),
        (3, "household_code", "HOUSEHOLD_HAS_ERRORS"),
        (4, "household_code", "HOUSEHOLD_HAS_ERRORS"),
        (5, "id_number", TWICE),
    ]


def test_of_many_rows_the_first_five_others_are_named() -> None:
    rows = [head(f"H-{n:03d}", 1, "1") for n in range(1, 10)]
    told_ = messages(*rows)
    assert told_[0] == (2, "The same ID number stands in rows 3, 4, 5, 6, 7 and 3 more.")
    assert told_[8] == (10, "The same ID number stands in rows 2, 3, 4, 5, 6 and 3 more.")


def test_a_row_with_another_fault_still_tells_its_twin() -> None:
    unreadable = [*head("H-002", 1, "1")[:4], "伯乐", "1", ""]
    assert told(english(head(size="1"), unreadable)) == [
        (2, "id_number", TWICE),
        (3, "relation", "NOT_IN_LIST"),
        (3, "id_number", TWICE),
    ]


def test_an_old_number_of_fifteen_digits_is_the_same_number() -> None:
    old = number(1)[:6] + number(1)[8:17]
    again = [*head("H-002", 1, "1")[:3], old, *head("H-002", 1, "1")[4:]]
    assert [row for row, _ in messages(head(size="1"), again)] == [2, 3]


def test_a_person_number_twice_in_a_household_is_told_in_both_rows() -> None:
    header = ["village_code", "household_code", "name", "id_number", "relation", "household_size", "人编号"]
    checked = checked_sheet(header, [*head()[:6], "1"], [*child()[:6], "1"])
    assert [(issue.row, issue.code, issue.message) for issue in found(checked)] == [
        (2, "DUPLICATE_MEMBER_NUMBER", "The same person number stands in row 3."),
        (3, "DUPLICATE_MEMBER_NUMBER", "The same person number stands in row 2."),
    ]
