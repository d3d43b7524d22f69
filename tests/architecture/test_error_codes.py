"""docs/errors.md lists every code the product can answer with, and no other."""

from __future__ import annotations

import re

from tests.architecture.codes import PACKAGES, ROOT, found_codes, words_of

PAGE = ROOT / "docs" / "errors.md"
ROW = re.compile(r"\| `([A-Z][A-Z0-9_]+)` \| (.+) \| (.+) \|")
HEADING = re.compile(r"## .+ \(`(\w+)`\)")


def sections() -> dict[str, list[re.Match[str]]]:
    """Rows by package, in the order of the page."""
    by_package: dict[str, list[re.Match[str]]] = {}
    package = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if heading := HEADING.fullmatch(line):
            package = heading[1]
            by_package[package] = []
        elif line.startswith("| `"):
            row = ROW.fullmatch(line)
            assert row is not None, f"Not a row of three cells: {line}"
            by_package[package].append(row)
    return by_package


SECTIONS = sections()


def test_every_part_has_its_heading() -> None:
    assert list(SECTIONS) == list(PACKAGES)


def test_the_page_of_codes_is_complete() -> None:
    missing = {
        f"{one.package}: {one.code} ({one.place})"
        for one in found_codes()
        if not any(one.names(row[1]) for row in SECTIONS[one.package])
    }

    assert sorted(missing) == [], "Add these to docs/errors.md, with what the caller can do."


def test_the_page_lists_no_code_that_is_gone() -> None:
    gone = []
    for package, rows in SECTIONS.items():
        words = words_of(package)
        patterns = [one for one in found_codes() if one.package == package and one.is_pattern]
        gone += [
            f"{package}: {row[1]}"
            for row in rows
            if row[1] not in words and not any(pattern.names(row[1]) for pattern in patterns)
        ]

    assert gone == [], "Take these out of docs/errors.md."


def test_every_code_stands_where_the_page_says() -> None:
    wrong = []
    for package, rows in SECTIONS.items():
        for row in rows:
            places = sorted({one.place for one in found_codes() if one.package == package and one.names(row[1])})
            said = row[3].replace("`", "").split(", ")
            if said != places:
                wrong.append(f"{row[1]}: {', '.join(places)}")

    assert wrong == []


def test_the_page_is_sorted_and_says_each_code_once_per_part() -> None:
    for package, rows in SECTIONS.items():
        codes = [row[1] for row in rows]

        assert codes == sorted(set(codes)), package


def test_every_row_is_a_plain_sentence() -> None:
    odd = [row[1] for rows in SECTIONS.values() for row in rows if not row[2].endswith(".") or len(row[2]) < 20]

    assert odd == []


def test_codes_are_found_however_they_are_given() -> None:
    """Guards the collector: one of each kind."""
    found = {(one.package, one.code) for one in found_codes()}

    assert {
        ("chassis", "IDEMPOTENCY_KEY_REUSED"),  # by a class
        ("chassis", "UNSIGNED_REQUEST"),  # by a call
        ("chassis", "POISON"),  # by a keyword
        ("gateway", "SUBGRAPH_UNAVAILABLE"),  # in extensions
        ("gateway", "NULL_NOT_ALLOWED"),  # by a call, after another argument
        ("gateway", "REQUIRED_[A-Z0-9_]+_MISSING_IN_SOME_SUBGRAPH"),  # computed
        ("households_service", "DUPLICATE_ID_IN_FILE"),  # of a row's issue
        ("employment_service", "CARE_TOO_FAR"),  # a reason
        ("employment_service", "FORBIDDEN_PRACTICE"),  # a reason
    } <= found
