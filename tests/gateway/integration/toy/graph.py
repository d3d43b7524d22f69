"""Two small subgraphs, for tests of the gateway's face. The signature wall in front of them is the real one."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

import strawberry
from fastapi import APIRouter, Depends, Request, Response
from graphql import GraphQLError
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet
from strawberry.types import Info

from chassis.caller import Caller, caller_of
from chassis.errors import Forbidden, InvalidInput
from chassis.graph import AreaPath, GraphContext, Refused, actor_of, build_schema, refusals
from chassis.graph.schema import SubgraphSchema

POLL_SECONDS = 0.02
SECRET = "the-name-of-a-person"


class ToyContext(GraphContext):
    """`events` holds one JSON line per alert ever raised: it outlives the process, as an outbox does."""

    events: Path = Path()


Asked = Info[ToyContext, None]


@strawberry.federation.type(keys=["id"])
class Household:
    id: strawberry.ID
    code: str

    @strawberry.field
    def seen_by(self, info: Asked) -> str:
        """What the signature, and nothing else, says of the caller."""
        actor = actor_of(info)
        return f"{actor.subject} {','.join(sorted(actor.roles))} {','.join(actor.areas)} {info.context.locale}"

    @classmethod
    async def resolve_reference(cls, id: strawberry.ID) -> "Household":
        return Household(id=id, code=f"HH-{id}")


@strawberry.input
class RecordIncomeInput:
    area_path: AreaPath
    amount: str


@strawberry.type
class Income:
    amount: str


RecordIncomeResult = Annotated[Income | Refused, strawberry.union("RecordIncomeResult")]


@strawberry.type
class HouseholdsQuery:
    @strawberry.field
    def households(self, area: AreaPath) -> list[Household]:
        return [Household(id=strawberry.ID("1"), code=f"{area}1")]

    @strawberry.field
    async def household_by_code(self, info: Asked, code: str) -> Household | None:
        if code == "broken":
            raise RuntimeError(SECRET)
        if code == "refused":
            raise InvalidInput("No household has such a code.", field="code")
        if code == "foreign":
            raise Forbidden("This lies outside what you may act on.")
        if code == "slow":
            await asyncio.sleep(30)
        if code == "huge":
            return Household(id=strawberry.ID("1"), code="x" * 3_000_000)
        return Household(id=strawberry.ID("1"), code=code)


@strawberry.type
class HouseholdsMutation:
    @strawberry.mutation
    @refusals
    async def record_income(self, input: RecordIncomeInput) -> RecordIncomeResult:
        if input.amount.startswith("-"):
            raise InvalidInput("An amount is above zero.", field="amount")
        return Income(amount=input.amount)


@strawberry.federation.type(name="Household", keys=[Key(fields=FieldSet("id"), resolvable=False)])
class HouseholdStub:
    id: strawberry.ID


@strawberry.federation.type(keys=["id"])
class Alert:
    id: strawberry.ID
    level: str
    household: HouseholdStub


@strawberry.type
class AlertEvent:
    cursor: str
    alert: Alert


@strawberry.type
class RiskQuery:
    @strawberry.field
    def alert(self, id: strawberry.ID) -> Alert:
        return Alert(id=id, level="RED", household=HouseholdStub(id=strawberry.ID("7")))

    @strawberry.field
    def alert_raised_cursor(self, info: Asked) -> str:
        return str(len(_lines(info.context.events)))


@strawberry.type
class RiskSubscription:
    @strawberry.subscription
    async def alert_raised(self, info: Asked, area: AreaPath, after: str | None = None) -> AsyncIterator[AlertEvent]:
        """Events behind `after`; without it those raised from now on. Two areas go wrong on purpose."""
        if area == "99/01/01/009/":
            raise GraphQLError("This is not yours.", extensions={"code": "FORBIDDEN"})
        if area == "99/01/01/008/":
            raise RuntimeError(SECRET)
        events = info.context.events
        seen = int(after) if after is not None else len(_lines(events))
        while True:
            lines = _lines(events)
            for number, line in enumerate(lines[seen:], seen + 1):
                told = json.loads(line)
                alert = Alert(id=told["id"], level=told["level"], household=HouseholdStub(id=told["household"]))
                yield AlertEvent(cursor=str(number), alert=alert)
            seen = max(seen, len(lines))
            await asyncio.sleep(POLL_SECONDS)


def _lines(events: Path) -> list[str]:
    return [line for line in events.read_text().split("\n") if line]


def schema_of(name: str) -> SubgraphSchema:
    if name == "households":
        return build_schema(query=HouseholdsQuery, mutation=HouseholdsMutation, types=[Household])
    if name == "risk":
        return build_schema(query=RiskQuery, subscription=RiskSubscription, types=[Alert])
    raise ValueError(name)


def file_routes() -> APIRouter:
    router = APIRouter()

    @router.post("/files/registry-imports")
    async def take(request: Request, caller: Annotated[Caller, Depends(caller_of)]) -> dict[str, str | int]:
        digest, size, pieces = hashlib.sha256(), 0, 0
        async for chunk in request.stream():
            digest.update(chunk)
            size += len(chunk)
            pieces += bool(chunk)
        return {"bytes": size, "sha256": digest.hexdigest(), "pieces": pieces, "subject": caller.actor.subject}

    @router.get("/files/registry-imports/{name}")
    async def give(name: str) -> Response:
        headers = {"content-disposition": f'attachment; filename="{name}"', "x-inner": "stays inside"}
        return Response("row,column\n1,birth\n" * 10_000, media_type="text/csv", headers=headers)

    return router
