"""Officers, and which of them supports which household."""

from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Connection, PageRequest, Refused, decode_cursor, encode_cursor, page_of, refusals
from chassis.identity import Role
from chassis.ids import parse_id
from households_service.access import POLICY, Action
from households_service.context import HouseholdsContext
from households_service.idempotency import once
from households_service.loaders import needed
from households_service.officers import domain, service

strawberry.enum(Role, description="The closed list of roles; see the page on protections.")


@strawberry.federation.type(keys=["id"], description="Somebody who works for the families of an area.")
class Officer:
    id: strawberry.ID
    subject: str = strawberry.field(description="The `sub` of the officer's token.")
    display_name: str
    roles: list[Role]
    area_path: AreaPath
    active: bool
    version: int

    @classmethod
    async def resolve_reference(cls, info: Info[HouseholdsContext, None], id: str) -> "Officer | None":
        officer = await info.context.loaders.officers.load(parse_id(id))
        return None if officer is None else cls.of(officer)

    @staticmethod
    def of(officer: domain.Officer) -> "Officer":
        return Officer(
            id=strawberry.ID(str(officer.id)),
            subject=officer.subject,
            display_name=officer.display_name,
            roles=sorted(officer.roles),
            area_path=AreaPath(officer.area_path),
            active=officer.active,
            version=officer.version,
        )


@strawberry.type(description="An officer who supports a household.")
class SupportOfficer:
    since: date
    household_id: strawberry.ID
    officer_id: strawberry.Private[UUID]

    @strawberry.field
    async def officer(self, info: Info[HouseholdsContext, None]) -> Officer:
        return Officer.of(await needed(info.context.loaders.officers, self.officer_id))

    @staticmethod
    def of(pairing: domain.Pairing) -> "SupportOfficer":
        return SupportOfficer(
            since=pairing.valid_from,
            household_id=strawberry.ID(str(pairing.household_id)),
            officer_id=pairing.officer_id,
        )


@strawberry.input
class RegisterOfficerInput:
    subject: str = strawberry.field(description="The `sub` of the officer's token.")
    display_name: str
    roles: list[Role]
    area_path: AreaPath
    idempotency_key: str


@strawberry.input
class PairSupportOfficerInput:
    officer_id: strawberry.ID
    household_id: strawberry.ID
    idempotency_key: str


@strawberry.input
class EndSupportPairingInput:
    officer_id: strawberry.ID
    household_id: strawberry.ID


RegisterOfficerResult = Annotated[Officer | Refused, strawberry.union("RegisterOfficerResult")]
DeactivateOfficerResult = Annotated[Officer | Refused, strawberry.union("DeactivateOfficerResult")]
PairSupportOfficerResult = Annotated[SupportOfficer | Refused, strawberry.union("PairSupportOfficerResult")]
EndSupportPairingResult = Annotated[SupportOfficer | Refused, strawberry.union("EndSupportPairingResult")]


@strawberry.type
class OfficerQuery:
    @strawberry.field(description="Officers whose area lies at or below a path.")
    async def officers(
        self,
        info: Info[HouseholdsContext, None],
        area: AreaPath | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Connection[Officer]:
        prefixes = service.prefixes_of(POLICY.require(info.context.actor, Action.SEE_OFFICERS))
        request = PageRequest.of(first, after)
        behind = parse_id(str(decode_cursor(after, str)[0]), field="after") if after is not None else None
        async with info.context.begin() as uow:
            found = await uow.officers.page(prefixes, area, after=behind, limit=request.first + 1)

        async def count() -> int:
            async with info.context.begin() as uow:
                return await uow.officers.count(prefixes, area)

        page = page_of(found, request, lambda officer: encode_cursor(str(officer.id)))
        return Connection.of(page, Officer.of, after=after, count=count)


@strawberry.type
class OfficerMutation:
    @strawberry.mutation
    @refusals
    async def register_officer(
        self, info: Info[HouseholdsContext, None], input: RegisterOfficerInput
    ) -> RegisterOfficerResult:
        async with info.context.begin() as uow:

            async def make() -> UUID:
                officer = await service.register_officer(
                    uow,
                    info.context.actor,
                    subject=input.subject,
                    display_name=input.display_name,
                    roles=input.roles,
                    area_path=input.area_path,
                )
                return officer.id

            officer_id = await once(uow, "registerOfficer", input.idempotency_key, input, make)
            return Officer.of(await uow.officers.get(officer_id))

    @strawberry.mutation(description="The officer sees nothing from now on.")
    @refusals
    async def deactivate_officer(
        self, info: Info[HouseholdsContext, None], id: strawberry.ID, expected_version: int
    ) -> DeactivateOfficerResult:
        async with info.context.begin() as uow:
            officer = await service.deactivate_officer(
                uow, info.context.actor, officer_id=parse_id(id), expected_version=expected_version
            )
        return Officer.of(officer)

    @strawberry.mutation(description="From today on; an officer has at most ten monitored households.")
    @refusals
    async def pair_support_officer(
        self, info: Info[HouseholdsContext, None], input: PairSupportOfficerInput
    ) -> PairSupportOfficerResult:
        officer_id = parse_id(input.officer_id, field="officerId")
        household_id = parse_id(input.household_id, field="householdId")
        async with info.context.begin() as uow:

            async def make() -> UUID:
                pairing = await service.pair_support_officer(
                    uow, info.context.actor, officer_id=officer_id, household_id=household_id
                )
                return pairing.id

            await once(uow, "pairSupportOfficer", input.idempotency_key, input, make)
            return SupportOfficer.of(await uow.officers.open_pairing(officer_id, household_id))

    @strawberry.mutation
    @refusals
    async def end_support_pairing(
        self, info: Info[HouseholdsContext, None], input: EndSupportPairingInput
    ) -> EndSupportPairingResult:
        async with info.context.begin() as uow:
            pairing = await service.end_pairing(
                uow,
                info.context.actor,
                officer_id=parse_id(input.officer_id, field="officerId"),
                household_id=parse_id(input.household_id, field="householdId"),
            )
        return SupportOfficer.of(pairing)
