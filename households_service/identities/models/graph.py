"""The model by which records are linked: which one is in force, and a new one fitted on this registry."""

from typing import Annotated
from uuid import UUID

import strawberry
from strawberry.types import Info

from chassis.graph import Refused, refusals
from households_service.context import HouseholdsContext
from households_service.files.graph import JobProgress
from households_service.identities.models import domain, service


@strawberry.type(description="What each level of agreement is worth is fixed under this version.")
class LinkModel:
    version: str
    source: str = strawberry.field(description="What it was fitted on.")
    persons: int
    rows: int
    wanted_precision: float = strawberry.field(description="Of the automatic links so many are to be right.")
    threshold_bits: float = strawberry.field(description="Log odds from which a link is automatic.")
    expected_precision: float
    expected_recall: float

    @staticmethod
    def of(model: domain.LinkModel) -> "LinkModel":
        return LinkModel(
            version=model.version,
            source=model.source,
            persons=model.persons,
            rows=model.rows,
            wanted_precision=model.target_precision,
            threshold_bits=model.threshold_bits,
            expected_precision=model.expected_precision,
            expected_recall=model.expected_recall,
        )


@strawberry.type(description="A model is being fitted; `linkModel` names the new version once it is in force.")
class LinkModelFit:
    job_id: strawberry.ID
    key: strawberry.Private[UUID]

    @strawberry.field
    async def progress(self, info: Info[HouseholdsContext, None]) -> JobProgress | None:
        async with info.context.begin() as uow:
            return await JobProgress.of(uow, self.key)


@strawberry.type(description="The keys under which people are found are made anew, in the background.")
class PersonIndexing:
    job_id: strawberry.ID
    key: strawberry.Private[UUID]

    @strawberry.field
    async def progress(self, info: Info[HouseholdsContext, None]) -> JobProgress | None:
        async with info.context.begin() as uow:
            return await JobProgress.of(uow, self.key)


FitLinkModelResult = Annotated[LinkModelFit | Refused, strawberry.union("FitLinkModelResult")]
IndexPersonsResult = Annotated[PersonIndexing | Refused, strawberry.union("IndexPersonsResult")]


@strawberry.type
class LinkModelQuery:
    @strawberry.field(description="The one in force: by it records are linked from now on.")
    async def link_model(self, info: Info[HouseholdsContext, None]) -> LinkModel:
        async with info.context.begin() as uow:
            return LinkModel.of(await service.model_in_force(uow, info.context.actor))


@strawberry.type
class LinkModelMutation:
    @strawberry.mutation(description="On the rows of the last 90 days. The model before stays in force if it fails.")
    @refusals
    async def fit_link_model(self, info: Info[HouseholdsContext, None], idempotency_key: str) -> FitLinkModelResult:
        async with info.context.begin() as uow:
            job_id = await service.ask_for_fit(uow, info.context.actor, key=idempotency_key)
        return LinkModelFit(job_id=strawberry.ID(str(job_id)), key=job_id)

    @strawberry.mutation(
        description="After a registry was loaded by other means than this service; else the index keeps itself."
    )
    @refusals
    async def index_persons(self, info: Info[HouseholdsContext, None], idempotency_key: str) -> IndexPersonsResult:
        async with info.context.begin() as uow:
            job_id = await service.ask_for_index(uow, info.context.actor, key=idempotency_key)
        return PersonIndexing(job_id=strawberry.ID(str(job_id)), key=job_id)
