"""Occupations: the tree of a classification, and codes suggested for a title in anybody's own words."""

from typing import Annotated

import strawberry
from strawberry.types import Info

from chassis.graph import AreaPath, Refused, refusals
from employment_service.access import POLICY
from employment_service.context import EmploymentContext
from employment_service.occupations import service
from employment_service.occupations.domain import Classification
from employment_service.occupations.sources import ISCO, isco


@strawberry.type(description="A code of a classification.")
class Occupation:
    code: str
    classification: str
    level: int = strawberry.field(description="1: the widest group.")
    within: strawberry.Private[Classification]

    @strawberry.field(description="In the caller's language where the classification has it, else in English.")
    def label(self, info: Info[EmploymentContext, None]) -> str:
        return self.within.get(self.code).label([info.context.locale])

    @strawberry.field(description="Other titles of the same work, in every language known.")
    def alternatives(self) -> list[str]:
        occupation = self.within.get(self.code)
        return occupation.titles()[sum(len(labels) for labels in occupation.labels.values()) :]

    @strawberry.field
    def parent(self) -> "Occupation | None":
        above = self.within.parent(self.code)
        return None if above is None else Occupation.of(self.within, above)

    @strawberry.field(description="The codes directly below.")
    def children(self) -> list["Occupation"]:
        return [Occupation.of(self.within, code) for code in self.within.children(self.code)]

    @staticmethod
    def of(classification: Classification, code: str) -> "Occupation":
        return Occupation(
            code=code, classification=classification.name, level=classification.level(code), within=classification
        )

    @staticmethod
    def perhaps(code: str | None) -> "Occupation | None":
        """Of ISCO-08, the classification that workers and vacancies are coded to."""
        known = isco()
        return None if code is None or code not in known.by_code else Occupation.of(known, code)


@strawberry.type
class OccupationSuggestion:
    occupation: Occupation
    probability: float = strawberry.field(description="That this is what staff would confirm.")


@strawberry.type(description="The likeliest first.")
class OccupationSuggestions:
    suggestions: list[OccupationSuggestion]
    abstained: bool = strawberry.field(description="The first is too unsure to be taken without asking a person.")


@strawberry.type(description="What this title means in the area from now on. It holds words and a code, no person.")
class ConfirmedOccupation:
    title: str
    occupation: Occupation
    is_new: bool = strawberry.field(description="False: the area had confirmed the same before.")


@strawberry.input
class ConfirmOccupationInput:
    area: AreaPath
    title: str = strawberry.field(description="The words of the title alone: never a person's name.")
    code: str
    classification: str = ISCO


ConfirmOccupationResult = Annotated[ConfirmedOccupation | Refused, strawberry.union("ConfirmOccupationResult")]


@strawberry.type
class OccupationQuery:
    @strawberry.field
    async def occupation(
        self, info: Info[EmploymentContext, None], code: str, classification: str = ISCO
    ) -> Occupation | None:
        known = await _classification(info, classification)
        return Occupation.of(known, code) if code in known.by_code else None

    @strawberry.field(description="The codes directly below one, or the widest groups.")
    async def occupations(
        self, info: Info[EmploymentContext, None], under: str | None = None, classification: str = ISCO
    ) -> list[Occupation]:
        known = await _classification(info, classification)
        if under is not None:
            known.get(under)
        return [Occupation.of(known, code) for code in known.children(under)]

    @strawberry.field(description="Codes for a job title in anybody's own words.")
    async def suggest_occupation(
        self,
        info: Info[EmploymentContext, None],
        title: str,
        first: int = service.MOST_SUGGESTIONS,
        classification: str = ISCO,
    ) -> OccupationSuggestions:
        context = info.context
        known, answer = await service.suggest(
            context.begin_as,
            context.actor,
            context.titles,
            title=title,
            first=first,
            classification=classification,
        )
        return OccupationSuggestions(
            suggestions=[
                OccupationSuggestion(occupation=Occupation.of(known, each.code), probability=each.probability)
                for each in answer.suggestions
            ],
            abstained=answer.abstained,
        )


@strawberry.type
class OccupationMutation:
    @strawberry.mutation(description="Staff say what a title is; the next suggestion knows it.")
    @refusals
    async def confirm_occupation(
        self, info: Info[EmploymentContext, None], input: ConfirmOccupationInput
    ) -> ConfirmOccupationResult:
        async with info.context.begin() as uow:
            known = await service.classification_named(uow, input.classification)
            done = await service.confirm(
                uow, area_path=input.area, title=input.title, code=input.code, classification=input.classification
            )
        return ConfirmedOccupation(title=done.title, occupation=Occupation.of(known, done.code), is_new=done.changed)


async def _classification(info: Info[EmploymentContext, None], name: str) -> Classification:
    POLICY.require(info.context.actor, "readOccupations")
    async with info.context.begin() as uow:
        return await service.classification_named(uow, name)
