"""What is wrong with one row, in the form every error report has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from chassis.errors import Refusal
from households_service.files.columns import HeaderMatch


class Severity(StrEnum):
    ERROR = "ERROR"
    """The row is not taken."""
    WARNING = "WARNING"
    """The row is taken; somebody should look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowIssue:
    """`row` as a spreadsheet counts; `column` is our name of it until `in_senders_words`; `value` is masked."""

    row: int
    column: str
    code: str
    message: str
    value: str = ""
    severity: Severity = Severity.ERROR

    @staticmethod
    def of(refusal: Refusal, *, row: int, column: str, value: str = "") -> RowIssue:
        return RowIssue(row=row, column=column, code=refusal.code, message=refusal.message, value=value)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeCount:
    code: str
    count: int


def in_senders_words(issues: Iterable[RowIssue], match: HeaderMatch) -> tuple[RowIssue, ...]:
    """Columns under the headers that stand in the file; a column the file lacks keeps our name."""
    headers = {name: match.header[position].strip() for name, position in match.positions.items()}
    return tuple(replace(issue, column=headers.get(issue.column, issue.column)) for issue in issues)
