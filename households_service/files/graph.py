"""What imports and feeds show alike: row errors, counts by code, progress of a job, choices over headers."""

from collections.abc import Sequence
from uuid import UUID

import strawberry

from chassis import jobs
from households_service.files import issues
from households_service.files.columns import HeaderChoice
from households_service.uow import HouseholdsUnitOfWork

strawberry.enum(jobs.JobState, name="JobState")
strawberry.enum(issues.Severity, name="IssueSeverity")


@strawberry.type(description="What is wrong with one cell of one row. The value is masked.")
class RowIssue:
    row: int = strawberry.field(
        description="As a spreadsheet counts, from 1 and with the header. In a JSON batch, from 1."
    )
    column: str = strawberry.field(description="The header as it stands in the file.")
    code: str = strawberry.field(description="Stable, UPPER_SNAKE; see docs/errors.md.")
    message: str
    value: str
    severity: issues.Severity

    @staticmethod
    def of(issue: issues.RowIssue) -> "RowIssue":
        return RowIssue(
            row=issue.row,
            column=issue.column,
            code=issue.code,
            message=issue.message,
            value=issue.value,
            severity=issue.severity,
        )


@strawberry.type
class IssueCount:
    code: str
    count: int

    @staticmethod
    def all_of(counts: Sequence[issues.CodeCount]) -> list["IssueCount"]:
        return [IssueCount(code=count.code, count=count.count) for count in counts]


@strawberry.type(description="How far long work has come. `code` and `message` say why it failed.")
class JobProgress:
    state: jobs.JobState
    done: int
    total: int | None
    code: str | None
    message: str | None

    @staticmethod
    async def of(uow: HouseholdsUnitOfWork, job_id: UUID | None) -> "JobProgress | None":
        job = None if job_id is None else await jobs.find_job(uow.connection, job_id)
        if job is None:
            return None
        return JobProgress(state=job.state, done=job.done, total=job.total, code=job.code, message=job.message)


@strawberry.input(description="A header we do not know, and the column it means.")
class HeaderMapping:
    header: str
    column: str


def header_choice(mapped: list[HeaderMapping] | None, ignored: list[str] | None) -> HeaderChoice:
    return HeaderChoice(
        mapped=tuple((mapping.header, mapping.column) for mapping in mapped or ()), ignored=tuple(ignored or ())
    )
