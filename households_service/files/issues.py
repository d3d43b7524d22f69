"""What is wrong with one row, in the form every error report has."""

from __future__ import annotations

from collections import Counter
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


def counted_by_code(issues: Iterable[RowIssue]) -> tuple[CodeCount, ...]:
    """Most frequent first, then by code."""
    counts = Counter(issue.code for issue in issues)
    return tuple(
        CodeCount(code=code, count=count) for code, count in sorted(counts.items(), key=lambda c: (-c[1], c[0]))
    )


def in_senders_words(issues: Iterable[RowIssue], match: HeaderMatch) -> tuple[RowIssue, ...]:
    """Columns under the headers that stand in the file; a column the file lacks keeps our name."""
    headers = {name: match.header[position].strip() for name, position in match.positions.items()}
    return tuple(replace(issue, column=headers.get(issue.column, issue.column)) for issue in issues)
