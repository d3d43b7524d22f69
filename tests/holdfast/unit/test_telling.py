"""What the console says of an import: what is wrong by its code, then what is to be mended, and not what is sound."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest

from chassis.sizes import LARGEST_FILE
from holdfast.demo.endpoint import Answer, Caller
from holdfast.sending import send_file, tell
from households_service.files.domain import FileTooLarge


def done(*issues: Mapping[str, object], rejected: int = 2, header_row: int | None = 1) -> Answer:
    codes = [str(issue["code"]) for issue in issues]
    return Answer(
        {
            "state": "DONE",
            "headerRow": header_row,
            "account": {"rowsRead": 3, "rowsRejected": rejected},
            "issueCounts": [{"code": code, "count": codes.count(code)} for code in dict.fromkeys(codes)],
            "issues": {"edges": [{"node": issue} for issue in issues]},
        }
    )


def issue(row: int, code: str, *, column: str = "c") -> Mapping[str, object]:
    return {"row": row, "column": column, "code": code, "message": "m"}


def test_sound_rows_of_a_faulty_household_are_counted_and_not_listed(capsys: pytest.CaptureFixture[str]) -> None:
    code = tell(done(issue(2, "HOUSEHOLD_HAS_ERRORS"), issue(3, "NOT_IN_LIST")), wrong="rowsRejected")
    said = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert code == 1
    assert said == [
        "rowsRead 3",
        "rowsRejected 2",
        "HOUSEHOLD_HAS_ERRORS 1",
        "NOT_IN_LIST 1",
        "row 3, column c: NOT_IN_LIST: m",
    ]


def test_at_most_twenty_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    tell(done(*(issue(row, "NOT_IN_LIST") for row in range(2, 60))), wrong="rowsRejected")
    assert capsys.readouterr().out.count("row ") == 20


@pytest.mark.parametrize(("header_row", "told"), [(None, False), (1, False), (4, True)])
def test_a_header_below_the_first_row_is_told(
    capsys: pytest.CaptureFixture[str], header_row: int | None, *, told: bool
) -> None:
    tell(done(header_row=header_row), wrong="rowsRejected")
    assert ("Row 4 is the header; nothing above it was read." in capsys.readouterr().out) is told


async def test_a_file_that_is_too_large_is_not_even_read(tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    with file.open("wb") as content:
        content.truncate(LARGEST_FILE + 1)
    nobody = cast("Caller", None)
    with pytest.raises(FileTooLarge, match=r"at most 50,000,000 bytes: send the rows in parts"):
        await send_file(nobody, "registry-imports", file, {"areaPath": "99/01/01/"})
