"""Follow-ups: asked of the worker, answered by the worker."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import Refused, refusals
from chassis.ids import parse_id
from employment_service.amounts import cents_of
from employment_service.context import EmploymentContext
from employment_service.follow_ups import domain
from employment_service.follow_ups.words import QUESTIONS
from employment_service.placements import care

strawberry.enum(domain.FollowUpState)


@strawberry.type(description="Asked in the worker's language; the code is the field of answerFollowUp.")
class FollowUpQuestion:
    code: str
    text: str


@strawberry.type(description="Asked on days 7, 30, 90 and 180. For the worker and the independent monitor.")
class FollowUp:
    id: strawberry.ID
    day: int
    due_on: date
    state: domain.FollowUpState
    answered_at: datetime | None
    questions: list[FollowUpQuestion]

    @staticmethod
    def of(follow_up: domain.FollowUp, language: str) -> "FollowUp":
        return FollowUp(
            id=strawberry.ID(str(follow_up.id)),
            day=follow_up.day,
            due_on=follow_up.due_on,
            state=follow_up.state,
            answered_at=follow_up.answered_at,
            questions=[FollowUpQuestion(code=code, text=words[language]) for code, words in QUESTIONS.items()],
        )


@strawberry.input
class AnswerFollowUpInput:
    follow_up_id: strawberry.ID
    wages_on_time: bool
    documents_with_me: bool
    free_to_leave: bool
    paid_a_fee: bool
    wants_contact: bool = False
    weekly_hours: int | None = strawberry.field(default=None, description="Worked last week, if you want to say.")
    fee_amount: Decimal | None = strawberry.field(default=None, description="What was paid, in yuan.")


AnswerFollowUpResult = Annotated[FollowUp | Refused, strawberry.union("AnswerFollowUpResult")]


@strawberry.type
class FollowUpMutation:
    @strawberry.mutation(description="By the worker. Kept papers or a locked door stop this employer's offers at once.")
    @refusals
    async def answer_follow_up(
        self, info: Info[EmploymentContext, None], input: AnswerFollowUpInput
    ) -> AnswerFollowUpResult:
        async with info.context.begin() as uow:
            follow_up, language = await care.answer_follow_up(
                uow,
                follow_up_id=parse_id(input.follow_up_id, field="followUpId"),
                answer=domain.FollowUpAnswer(
                    wages_on_time=input.wages_on_time,
                    documents_with_me=input.documents_with_me,
                    free_to_leave=input.free_to_leave,
                    paid_a_fee=input.paid_a_fee,
                    wants_contact=input.wants_contact,
                    weekly_hours=input.weekly_hours,
                    fee_cents=None if input.fee_amount is None else cents_of(input.fee_amount, field="feeAmount"),
                ),
            )
        return FollowUp.of(follow_up, language or info.context.locale)
