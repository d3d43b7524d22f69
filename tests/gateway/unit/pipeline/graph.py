"""Three small services on strawberry's federation, sharing entities, answered in memory."""

from typing import Annotated, Optional

import strawberry
from strawberry import ID
from strawberry import federation as fed
from strawberry.federation.schema_directives import Key
from strawberry.federation.types import FieldSet

from gateway.composition.compose import compose
from gateway.composition.subgraph import SubgraphSource

STUB = [Key(fields=FieldSet("id"), resolvable=False)]


# --- households -----------------------------------------------------------------------------------------


@fed.type(name="Household", keys=["id"], description="People who live and eat together.")
class HomeHousehold:
    id: ID
    code: str = strawberry.field(description="County-wide number.")
    old_code: str | None = strawberry.field(default=None, deprecation_reason="Use code.")

    @strawberry.field
    def members(self) -> list["HomeMember"]:
        return [MEMBERS[ID(f"m{self.id[1:]}{index}")] for index in (1, 2)]

    @strawberry.field
    def grid(self) -> list[list["HomeMember"]]:
        return [[MEMBERS[ID("m11")], MEMBERS[ID("m12")]], [MEMBERS[ID("m11")]]]

    @classmethod
    def resolve_reference(cls, id: ID) -> Optional["HomeHousehold"]:
        return HOUSEHOLDS.get(id)


@fed.type(name="Member", keys=["id"])
class HomeMember:
    id: ID
    name: str
    household_id: strawberry.Private[ID]

    @strawberry.field
    def household(self) -> HomeHousehold:
        return HOUSEHOLDS[self.household_id]

    @classmethod
    def resolve_reference(cls, id: ID) -> Optional["HomeMember"]:
        if id == "m22":
            raise ValueError("the ledger of m22 is torn")
        return MEMBERS.get(id)


HOUSEHOLDS = {ID(f"h{n}"): HomeHousehold(id=ID(f"h{n}"), code=f"H-{n}") for n in (1, 2, 3)}
MEMBERS = {
    ID(f"m{n}{i}"): HomeMember(id=ID(f"m{n}{i}"), name=f"Member {n}.{i}", household_id=ID(f"h{n}"))
    for n in (1, 2, 3)
    for i in (1, 2)
}

HomeThing = Annotated[HomeHousehold | HomeMember, fed.union("Thing")]


@strawberry.input
class HouseholdFilter:
    code: str | None = None
    codes: list[str] | None = None


@fed.type(name="Query")
class HomeQuery:
    @strawberry.field
    def household(self, id: ID) -> HomeHousehold | None:
        return HOUSEHOLDS.get(id)

    @strawberry.field
    def households(self, first: int = 10, filter: HouseholdFilter | None = None) -> list[HomeHousehold]:
        wanted = {*(filter.codes or []), *([filter.code] if filter.code else [])} if filter else set()
        return [each for each in HOUSEHOLDS.values() if not wanted or each.code in wanted][:first]

    @strawberry.field
    def things(self) -> list[HomeThing]:
        return [HOUSEHOLDS[ID("h1")], MEMBERS[ID("m11")]]


@fed.type(name="Mutation")
class HomeMutation:
    @strawberry.mutation
    def rename_member(self, id: ID, name: str) -> HomeMember:
        LOG.append(f"rename {id}")
        return HomeMember(id=id, name=name, household_id=ID("h1"))


# --- risk -----------------------------------------------------------------------------------------------


@fed.type(name="Alert", keys=["id"])
class RiskAlert:
    id: ID
    level: str

    @strawberry.field
    def household(self) -> "RiskHousehold":
        return RiskHousehold(id=ID("h" + self.id[1]))

    @classmethod
    def resolve_reference(cls, id: ID) -> "RiskAlert":
        return RiskAlert(id=id, level="RED")


@fed.type(name="Household", keys=["id"])
class RiskHousehold:
    id: ID
    code: str = fed.field(external=True, default="")

    @strawberry.field
    def alerts(self, first: int = 5, level: str | None = None) -> list[RiskAlert]:
        found = [RiskAlert(id=ID(f"a{self.id[1:]}{i}"), level=("RED", "YELLOW")[i % 2]) for i in range(3)]
        return [each for each in found if level in (None, each.level)][:first]

    @fed.field(requires=["code"])
    def assessment(self) -> str:
        return f"assessed {self.code}"

    @classmethod
    def resolve_reference(cls, id: ID, code: str = "") -> Optional["RiskHousehold"]:
        return RiskHousehold(id=id, code=code) if id != "h3" else None


@fed.type(name="Query")
class RiskQuery:
    @strawberry.field
    def alerts(self, first: int = 2) -> list[RiskAlert]:
        return [RiskAlert(id=ID(f"a{n}0"), level="RED") for n in (1, 2, 3)][:first]


@fed.type(name="Mutation")
class RiskMutation:
    @strawberry.mutation
    def clear_alert(self, id: ID) -> RiskAlert:
        LOG.append(f"clear {id}")
        return RiskAlert(id=id, level="NONE")


@fed.type(name="Subscription")
class RiskSubscription:
    @strawberry.subscription
    async def alert_raised(self, area: str) -> RiskAlert:  # type: ignore[misc]  # a stream is written as what it yields
        for number in (1, 2):
            yield RiskAlert(id=ID(f"a{number}0"), level=area)


# --- employment -----------------------------------------------------------------------------------------


@fed.type(name="Worker", keys=["id"])
class JobWorker:
    id: ID
    trade: str

    @strawberry.field
    def member(self) -> "JobMember":
        return JobMember(id=ID("m" + self.id[1:]))

    @classmethod
    def resolve_reference(cls, id: ID) -> "JobWorker":
        return JobWorker(id=id, trade="mason")


@fed.type(name="Member", keys=["id"])
class JobMember:
    id: ID

    @strawberry.field
    def worker(self) -> JobWorker | None:
        return JobWorker(id=ID("w" + self.id[1:]), trade="mason") if self.id.endswith("1") else None

    @classmethod
    def resolve_reference(cls, id: ID) -> "JobMember":
        LOG.append(f"load {id}")
        return JobMember(id=id)


@fed.type(name="Household", directives=STUB)
class JobHousehold:
    id: ID


@fed.type(name="Query")
class JobQuery:
    @strawberry.field
    def workers(self) -> list[JobWorker]:
        return [JobWorker(id=ID("w11"), trade="mason"), JobWorker(id=ID("w22"), trade="cook")]


LOG: list[str] = []
"""What services did, in order."""

SCHEMAS = {
    "households": fed.Schema(query=HomeQuery, mutation=HomeMutation, types=[HomeMember]),
    "risk": fed.Schema(query=RiskQuery, mutation=RiskMutation, subscription=RiskSubscription, types=[RiskHousehold]),
    "employment": fed.Schema(query=JobQuery, types=[JobMember, JobHousehold]),
}

SOURCES = [
    SubgraphSource(name=name, url=f"http://{name}.test/graphql", sdl=schema.as_str())
    for name, schema in SCHEMAS.items()
]
SUPERGRAPH_SDL = compose(SOURCES)
