"""The tree of areas."""

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Connection, PageRequest, Refused, decode_cursor, encode_cursor, page_of, refusals
from chassis.ids import parse_id
from households_service.access import POLICY, Action
from households_service.areas import domain, service
from households_service.context import HouseholdsContext
from households_service.idempotency import once
from households_service.loaders import needed

strawberry.enum(domain.AreaLevel, description="From the province down to the village.")


@strawberry.type(description="A code that an area carried for a time; `validTo` is exclusive.")
class AreaCode:
    code: str
    valid_from: date
    valid_to: date | None
    successor: str | None


@strawberry.federation.type(keys=["path", "id"], description="An area. Its path never changes, its code may.")
class Area:
    id: strawberry.ID
    path: AreaPath
    name: str
    level: domain.AreaLevel
    time_zone: str
    lat: float
    lon: float
    valid_from: date
    valid_to: date | None
    version: int
    record: strawberry.Private[domain.Area]

    @strawberry.field(description="The code in force on a day, today by default.")
    def code(self, info: Info[HouseholdsContext, None], on: date | None = None) -> str:
        return self.record.code_on(on or info.context.today())

    @strawberry.field(description="Every code the area has carried, in order of time.")
    def codes(self) -> list[AreaCode]:
        return [
            AreaCode(
                code=period.code,
                valid_from=period.valid_from,
                valid_to=period.valid_to,
                successor=period.successor,
            )
            for period in self.record.codes
        ]

    @strawberry.field
    async def parent(self, info: Info[HouseholdsContext, None]) -> "Area | None":
        path = self.record.parent_path
        return None if path is None else Area.perhaps(await info.context.loaders.areas.load(path))

    @strawberry.field(description="The areas one level below.")
    async def children(self, info: Info[HouseholdsContext, None]) -> list["Area"]:
        return [Area.of(area) for area in await info.context.loaders.children.load(self.path)]

    @strawberry.field(description="Households at and below this area that you may see.")
    async def household_count(self, info: Info[HouseholdsContext, None]) -> int | None:
        return await info.context.loaders.household_counts.load(self.path)

    @classmethod
    async def resolve_reference(
        cls, info: Info[HouseholdsContext, None], path: str | None = None, id: str | None = None
    ) -> "Area | None":
        if path is not None:
            return cls.perhaps(await info.context.loaders.areas.load(path))
        return cls.perhaps(await info.context.loaders.areas_by_id.load(parse_id(id or "")))

    @staticmethod
    def of(area: domain.Area) -> "Area":
        return Area(
            id=strawberry.ID(str(area.id)),
            path=AreaPath(area.path),
            name=area.name,
            level=area.level,
            time_zone=area.time_zone,
            lat=area.lat,
            lon=area.lon,
            valid_from=area.valid_from,
            valid_to=area.valid_to,
            version=area.version,
            record=area,
        )

    @staticmethod
    def perhaps(area: domain.Area | None) -> "Area | None":
        return None if area is None else Area.of(area)


@strawberry.input
class AddAreaInput:
    path: AreaPath
    code: str
    name: str
    time_zone: str = "Asia/Shanghai"
    lat: float
    lon: float
    valid_from: date
    idempotency_key: str


@strawberry.input
class RecodeAreaInput:
    path: AreaPath
    code: str
    valid_from: date
    expected_version: int


AddAreaResult = Annotated[Area | Refused, strawberry.union("AddAreaResult")]
RecodeAreaResult = Annotated[Area | Refused, strawberry.union("RecodeAreaResult")]


@strawberry.type
class AreaQuery:
    @strawberry.field
    async def area(self, info: Info[HouseholdsContext, None], path: AreaPath) -> Area | None:
        POLICY.require(info.context.actor, Action.SEE_AREAS)
        return Area.perhaps(await info.context.loaders.areas.load(path))

    @strawberry.field(description="The area that carried a code on a day, today by default.")
    async def area_by_code(self, info: Info[HouseholdsContext, None], code: str, on: date | None = None) -> Area | None:
        async with info.context.begin() as uow:
            POLICY.require(info.context.actor, Action.SEE_AREAS)
            return Area.perhaps(await uow.areas.by_code(code, on or uow.today))

    @strawberry.field(description="Areas at and below a path, in the order of the tree.")
    async def areas(
        self,
        info: Info[HouseholdsContext, None],
        under: AreaPath,
        level: domain.AreaLevel | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Area]:
        POLICY.require(info.context.actor, Action.SEE_AREAS)
        request = PageRequest.of(first, after)
        behind = str(decode_cursor(after, str)[0]) if after is not None else ""
        async with info.context.begin() as uow:
            found = await uow.areas.under(under, level, after_path=behind, limit=request.first + 1)

        async def count() -> int:
            async with info.context.begin() as uow:
                return await uow.areas.count_under(under, level)

        page = page_of(found, request, lambda area: encode_cursor(area.path))
        return Connection.of(page, Area.of, after=after, count=count)


@strawberry.type
class AreaMutation:
    @strawberry.mutation
    @refusals
    async def add_area(self, info: Info[HouseholdsContext, None], input: AddAreaInput) -> AddAreaResult:
        async with info.context.begin() as uow:

            async def make() -> UUID:
                new = service.NewArea(
                    path=input.path,
                    code=input.code,
                    name=input.name,
                    time_zone=input.time_zone,
                    lat=input.lat,
                    lon=input.lon,
                    valid_from=input.valid_from,
                )
                return (await service.add_areas(uow, info.context.actor, [new]))[0].id

            area_id = await once(uow, "addArea", input.idempotency_key, input, make)
        return Area.of(await needed(info.context.loaders.areas_by_id, area_id))

    @strawberry.mutation(description="From a day on the area carries another code; the old one stays known.")
    @refusals
    async def recode_area(self, info: Info[HouseholdsContext, None], input: RecodeAreaInput) -> RecodeAreaResult:
        async with info.context.begin() as uow:
            area = await service.recode_area(
                uow,
                info.context.actor,
                path=input.path,
                code=input.code,
                valid_from=input.valid_from,
                expected_version=input.expected_version,
            )
        return Area.of(area)
