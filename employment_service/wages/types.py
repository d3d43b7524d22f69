"""Late wages, as they are shown."""

from datetime import date, datetime

import strawberry

from employment_service.placements.calendar import month_text
from employment_service.wages import domain

strawberry.enum(
    domain.ArrearsLevel, description="YELLOW: more than 15 days after the pay day. RED: more than 30. By the policy."
)


@strawberry.type(description="A month's wage that was due and is not confirmed by the worker.")
class LateWage:
    placement_id: strawberry.ID
    month: str
    due_on: date
    level: domain.ArrearsLevel
    raised_on: date
    said_by_worker: bool = strawberry.field(description="The worker says that it is missing.")
    help_asked_at: datetime | None
    help_given_at: datetime | None
    settled_on: date | None = strawberry.field(description="The worker confirmed the wage after all.")

    @staticmethod
    def of(arrears: domain.WageArrears) -> "LateWage":
        return LateWage(
            placement_id=strawberry.ID(str(arrears.placement_id)),
            month=month_text(arrears.month),
            due_on=arrears.due_on,
            level=arrears.level,
            raised_on=arrears.raised_on,
            said_by_worker=arrears.said_by_worker,
            help_asked_at=arrears.help_asked_at,
            help_given_at=arrears.help_given_at,
            settled_on=arrears.settled_on,
        )
