"""Registries that were there before their keys; a model of one's own."""

from __future__ import annotations

from sqlalchemy import delete, func, select

from chassis.jobs import Jobs
from chassis.tables import jobs
from households_service.identities.keys import KEYS_VERSION
from households_service.identities.tables import link_index, link_keys
from households_service.identities.work import INDEX_JOB, keep_indexed, link_fit_job, link_index_job
from tests.households_service.county import ADMIN, REVIEWER, County

FIT = """mutation F($key: String!) {
  fitLinkModel(idempotencyKey: $key) { __typename ... on LinkModelFit { jobId } ... on Refused { code } } }"""


async def keys(county: County) -> int:
    async with county.begin() as uow:
        return int(await uow.connection.scalar(select(func.count()).select_from(link_keys)) or 0)


async def test_a_registry_without_keys_gets_them_by_a_job_once(county: County) -> None:
    for _ in range(3):
        await county.register()
    before = await keys(county)
    assert before > 0
    async with county.begin() as uow:
        await uow.connection.execute(delete(link_keys))
        await uow.connection.execute(delete(link_index))
    await keep_indexed(county.begin)
    await keep_indexed(county.begin)
    async with county.begin() as uow:
        query = select(func.count()).select_from(jobs).where(jobs.c.kind == INDEX_JOB)
        assert await uow.connection.scalar(query) == 1
    assert await Jobs(begin=county.begin, kinds=[link_index_job()]).work_one()
    assert await keys(county) == before
    async with county.begin() as uow:
        assert await uow.link_keys.built() == KEYS_VERSION
    await keep_indexed(county.begin)
    assert not await Jobs(begin=county.begin, kinds=[link_index_job()]).work_one()


async def test_a_model_is_not_fitted_on_a_handful_of_rows_and_the_shipped_one_stays(county: County) -> None:
    refused = await county.ask(REVIEWER, FIT, {"key": "f"})
    assert refused["fitLinkModel"] == {"__typename": "Refused", "code": "FORBIDDEN"}
    asked = [(await county.ask(ADMIN, FIT, {"key": "f"}))["fitLinkModel"] for _ in range(2)]
    assert asked[0] == asked[1]
    assert await Jobs(begin=county.begin, kinds=[link_fit_job()]).work_one()
    async with county.begin() as uow:
        row = (await uow.connection.execute(select(jobs.c.code).where(jobs.c.kind == "link-fit"))).one()
    assert row.code == "LINK_FIT_TOO_FEW_ROWS"
    data = await county.ask(REVIEWER, "{ linkModel { version wantedPrecision source } }")
    model = data["linkModel"]
    assert isinstance(model, dict)
    assert (model["version"][:8], model["wantedPrecision"]) == ("shipped-", 0.998)
