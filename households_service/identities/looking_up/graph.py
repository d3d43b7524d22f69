"""Look-up as one types, bound to a record."""

from datetime import date

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath
from chassis.ids import parse_id
from households_service.context import HouseholdsContext
from households_service.identities import sketches
from households_service.identities.looking_up import domain, service


@strawberry.type(description="How far one field of a record agrees with a person's. Never the values.")
class FieldAgreement:
    field: sketches.LinkField
    agreement: sketches.Agreement


@strawberry.type(description="Somebody who may be meant, masked.")
class PersonCandidate:
    member_id: strawberry.ID
    household_id: strawberry.ID
    household_code: str
    area_path: AreaPath
    display_name: str
    id_number_masked: str | None
    birth_year: int | None
    agreements: list[FieldAgreement] = strawberry.field(description="Of the fields that could be compared.")

    @staticmethod
    def of(found: domain.Found) -> "PersonCandidate":
        return PersonCandidate(
            member_id=strawberry.ID(str(found.member_id)),
            household_id=strawberry.ID(str(found.household_id)),
            household_code=found.household_code,
            area_path=AreaPath(found.area_path),
            display_name=found.masked_name,
            id_number_masked=found.masked_id_number,
            birth_year=found.birth_year,
            agreements=[FieldAgreement(field=one.field, agreement=one.agreement) for one in found.agreements],
        )


@strawberry.input(
    description="The record that the question is about, by its row id or by department and record id (an alert names"
    " those it is made of). It must wait or be linked, in the caller's areas."
)
class LookUpAboutInput:
    row_id: strawberry.ID | None = None
    department: str | None = None
    record_id: str | None = None


@strawberry.input(description="Whatever is known; a name may be half typed and in any script.")
class LookUpPersonInput:
    about: LookUpAboutInput
    name: str | None = None
    date_of_birth: date | None = None
    birth_year: int | None = None
    village_code: str | None = None
    id_number: str | None = None
    household_code: str | None = None


@strawberry.type
class LookUpQuery:
    @strawberry.field(description="At most five people, likeliest first. Every question is one row of the audit log.")
    async def look_up_person(
        self, info: Info[HouseholdsContext, None], input: LookUpPersonInput
    ) -> list[PersonCandidate]:
        about = input.about
        if about.row_id is None and (about.department is None or about.record_id is None):
            raise domain.LookUpAboutMissing(
                "Say which record it is about: rowId, or department and recordId.", field="about"
            )
        question = domain.Question(
            name=input.name or "",
            date_of_birth=input.date_of_birth,
            birth_year=input.birth_year,
            village_code=(input.village_code or "").strip(),
            id_number=input.id_number or "",
            household_code=(input.household_code or "").strip().upper(),
        )
        async with info.context.begin() as uow:
            found = await service.look_up(
                uow,
                info.context.actor,
                question,
                row_id=None if about.row_id is None else parse_id(about.row_id, field="about.rowId"),
                record=None
                if about.department is None or about.record_id is None
                else (about.department, about.record_id),
            )
        return [PersonCandidate.of(one) for one in found]
