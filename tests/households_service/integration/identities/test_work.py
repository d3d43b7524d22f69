"""Registries that were there before their keys; a model of one's own."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, func, select

from chassis.identity import Actor, Role
from chassis.jobs import Jobs
from chassis.tables import jobs
from households_service.feeds.service import Envelope, submit_batch
from households_service.identities.keys import KEYS_VERSION
from households_service.identities.models.service import INDEX_JOB
from households_service.identities.tables import link_index, link_keys
from households_service.identities.work import keep_indexed, link_fit_job, link_index_job
from households_service.members.domain import Relation
from households_service.registry.service import NewMember
from tests.households_service.county import ADMIN, REVIEWER, County
from tests.households_service.factories import COUNTY, NEXT_VILLAGE, OTHER_VILLAGE, VILLAGE, id_number

SENDER = Actor(subject="feed-hi", roles=frozenset({Role.DEPARTMENT}), areas=(COUNTY,), department="HEALTH_INSURANCE")
INDEX = """mutation I($key: String!) {
  indexPersons(idempotencyKey: $key) { __typename ... on PersonIndexing { jobId } ... on Refused { code } } }"""

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


OWN = (
    "艾合买提",
    "麦麦提",
    "吐尔逊",
    "古丽",
    "阿里木",
    "热依汗",
    "帕提古丽",
    "艾尔肯",
    "玉苏甫",
    "阿依努尔",
    "肉孜",
    "托乎提",
)
FATHERS = ("托合提", "卡德尔", "依明", "买买提", "吾斯曼", "司马义", "热合曼", "艾山", "哈斯木", "尼亚孜")
VILLAGES = (VILLAGE, OTHER_VILLAGE, NEXT_VILLAGE)


def people() -> list[tuple[str, str, str, str]]:
    """Name, ID number, birth and village of five hundred and twenty invented people."""
    found = []
    for number in range(520):
        born = date(1940 + number % 60, 1 + number % 12, 1 + number % 28)
        name = f"{OWN[number % len(OWN)]}·{FATHERS[(number // len(OWN)) % len(FATHERS)]}"
        found.append((name, id_number(born=born, order=100 + number), born.isoformat(), VILLAGES[number % 3]))
    return found


async def test_a_model_is_fitted_on_the_registry_and_its_rows_and_comes_into_force(county: County) -> None:
    invented = people()
    for start in range(0, len(invented), 4):
        some = invented[start : start + 4]
        members = tuple(
            NewMember(name=name, relation=Relation.OTHER if at else Relation.HEAD, id_number=number)
            for at, (name, number, _, _) in enumerate(some)
        )
        await county.register(area_path=some[0][3], members=members)
    records = [
        {
            "recordId": f"F-{number}",
            "eventType": "SETTLEMENT",
            "eventDate": "2020-09-17",
            "purposeCode": "MONITORING",
            "oopAmount": "12.50",
            # The first two of three give no number.
            "person": {"name": name, "dateOfBirth": born} | ({"idNumber": identity} if number % 3 == 2 else {}),
        }
        for number, (name, identity, born, _) in enumerate(invented)
    ]
    async with county.begin(SENDER) as uow:
        await submit_batch(uow, SENDER, envelope=Envelope(department="HEALTH_INSURANCE", batch_id="F"), records=records)
    asked = (await county.ask(ADMIN, FIT, {"key": "fit-2"}))["fitLinkModel"]
    assert isinstance(asked, dict)
    assert asked["__typename"] == "LinkModelFit"
    assert await Jobs(begin=county.begin, kinds=[link_fit_job()]).work_one()
    query = "{ linkModel { version wantedPrecision thresholdBits expectedPrecision persons rows } }"
    model = (await county.ask(REVIEWER, query))["linkModel"]
    assert isinstance(model, dict)
    assert model["version"].startswith("fitted-")
    assert model["rows"] == 520
    assert model["persons"] >= 520
    # The threshold follows from the precision wanted, and is never below odds of 8 : 1.
    assert model["expectedPrecision"] >= model["wantedPrecision"] == 0.998
    assert model["thresholdBits"] >= 3.0


async def test_the_index_is_made_anew_when_the_county_asks(county: County) -> None:
    before = await keys(county)
    async with county.begin() as uow:
        await uow.connection.execute(delete(link_keys))
    refused = await county.ask(REVIEWER, INDEX, {"key": "i"})
    assert refused["indexPersons"] == {"__typename": "Refused", "code": "FORBIDDEN"}
    asked = [(await county.ask(ADMIN, INDEX, {"key": "i"}))["indexPersons"] for _ in range(2)]
    assert asked[0] == asked[1]
    assert await Jobs(begin=county.begin, kinds=[link_index_job()]).work_one()
    assert await keys(county) == before
