from collections.abc import AsyncIterator
from typing import Annotated

import pytest
import strawberry

from chassis.errors import DependencyDown, Forbidden
from chassis.graph import GraphContext, Money, Refused, build_schema, money, refusals
from chassis.identity import SYSTEM_ACTOR

SECRET = "990101199001011239"


@strawberry.type
class Cleared:
    amount: Money | None


ClearResult = Annotated[Cleared | Refused, strawberry.union("ClearResult")]


@strawberry.type
class Query:
    @strawberry.field
    async def refused(self) -> int | None:
        raise Forbidden("Another person must do this.", field="alertId")

    @strawberry.field
    async def broken(self) -> int | None:
        raise ValueError(SECRET)

    @strawberry.field
    async def away(self) -> int | None:
        raise DependencyDown(SECRET)


@strawberry.type
class Mutation:
    @strawberry.mutation
    @refusals
    async def clear(self, agree: bool) -> ClearResult:
        if not agree:
            raise Forbidden("Another person must do this.", field="agree")
        from decimal import Decimal

        return Cleared(amount=money(Decimal("2895.455")))


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def refused_stream(self) -> AsyncIterator[int]:
        yield 1
        raise Forbidden("This area is not yours.", field="area")

    @strawberry.subscription
    async def broken_stream(self) -> AsyncIterator[int]:
        for number in (1, 0):
            if number == 0:
                raise ValueError(SECRET)
            yield number


SCHEMA = build_schema(query=Query, mutation=Mutation, subscription=Subscription)


async def test_a_refused_mutation_is_data() -> None:
    result = await SCHEMA.execute(
        "mutation { clear(agree: false) { ... on Refused { code message field } } }",
        context_value=GraphContext(actor=SYSTEM_ACTOR),
    )

    assert result.errors is None
    assert result.data == {"clear": {"code": "FORBIDDEN", "message": "Another person must do this.", "field": "agree"}}


async def test_an_accepted_mutation_is_its_result_with_money_rounded_half_up() -> None:
    result = await SCHEMA.execute("mutation { clear(agree: true) { ... on Cleared { amount { amount currency } } } }")

    assert result.data == {"clear": {"amount": {"amount": "2895.46", "currency": "CNY"}}}


async def test_a_refused_query_is_an_error_with_its_code_and_field() -> None:
    result = await SCHEMA.execute("{ refused }")

    assert result.errors is not None
    (error,) = result.errors
    assert error.message == "Another person must do this."
    assert error.extensions == {"code": "FORBIDDEN", "field": "alertId"}
    assert error.path == ["refused"]


async def test_our_own_failures_are_masked_behind_a_correlation_id() -> None:
    result = await SCHEMA.execute("{ broken away }")

    assert result.data == {"broken": None, "away": None}
    assert result.errors is not None
    assert sorted(str((error.extensions or {})["code"]) for error in result.errors) == ["DEPENDENCY_DOWN", "INTERNAL"]
    assert all((error.extensions or {})["correlationId"] for error in result.errors)
    assert SECRET not in str([error.formatted for error in result.errors])


async def test_a_question_that_is_not_in_the_schema_is_answered_without_suggestions() -> None:
    result = await SCHEMA.execute("{ brokn }")

    assert result.errors is not None
    assert result.errors[0].message == "Cannot query field 'brokn' on type 'Query'."


@pytest.mark.parametrize(
    ("document", "code"),
    [("subscription { refusedStream }", "FORBIDDEN"), ("subscription { brokenStream }", "INTERNAL")],
)
async def test_errors_of_a_subscription_are_coded_and_masked_too(document: str, code: str) -> None:
    stream = await SCHEMA.subscribe(document)
    errors = [error async for event in stream for error in event.errors or []]

    assert [(error.extensions or {})["code"] for error in errors] == [code]
    assert SECRET not in str([error.formatted for error in errors])
