"""One automatic link in a hundred is looked at again by a person, and the share of right ones is known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from chassis.identity import Actor, Role
from households_service.feeds.departments import Department
from households_service.feeds.domain import LinkRule, RowStatus
from households_service.feeds.service import Envelope, submit_batch
from households_service.identities.sampling import sampled
from households_service.members.domain import Relation
from households_service.registry.service import NewMember
from tests.households_service.county import REVIEWER, SPECIALIST, County
from tests.households_service.factories import COUNTY, id_number

SENDER = Actor(subject="feed-hi", roles=frozenset({Role.DEPARTMENT}), areas=(COUNTY,), department="HEALTH_INSURANCE")
SAMPLES = """query S($area: AreaPath!) {
  sampledLinks(area: $area) { edges { node { id } } totalCount }
  linkSampleCounts(area: $area) { drawn right wrong unsure precision }
}"""
CONFIRM = """mutation C($input: ConfirmLinkInput!) {
  confirmLink(input: $input) { __typename ... on Refused { code } ... on DepartmentRecord { decidedBy } } }"""


def test_one_in_a_hundred_is_drawn_and_always_the_same_ones() -> None:
    drawn = [number for number in range(20_000) if sampled(f"HEALTH_INSURANCE/R-{number}")]
    assert 150 <= len(drawn) <= 250
    assert drawn == [number for number in range(20_000) if sampled(f"HEALTH_INSURANCE/R-{number}")]


async def test_a_drawn_link_waits_for_a_finding_and_counts(county: County) -> None:
    members = (
        NewMember(name="热合曼·依明", relation=Relation.HEAD, id_number=id_number(born=date(1966, 6, 6), order=901)),
    )
    household = await county.register(members=members)
    drawn = [f"S-{number}" for number in range(2_000) if sampled(f"HEALTH_INSURANCE/S-{number}")][:3]
    others = [f"S-{number}" for number in range(10) if not sampled(f"HEALTH_INSURANCE/S-{number}")][:3]
    records = [
        {
            "recordId": name,
            "eventType": "SETTLEMENT",
            "eventDate": "2020-09-17",
            "purposeCode": "MONITORING",
            "oopAmount": "10",
            "person": {"name": "Rehman Imin", "villageCode": "990101001201", "householdCode": household.code},
        }
        for name in (*drawn, *others)
    ]
    async with county.begin(SENDER) as uow:
        await submit_batch(uow, SENDER, envelope=Envelope(department="HEALTH_INSURANCE", batch_id="S"), records=records)
    async with county.begin() as uow:
        stored = {one.record_id: one for one in await uow.records.versions(Department.HEALTH_INSURANCE, drawn + others)}
    assert {one.link_rule for one in stored.values()} == {LinkRule.LINKAGE}

    async def samples() -> tuple[set[str], object]:
        data = await county.ask(REVIEWER, SAMPLES, {"area": REVIEWER.areas[0]})
        links, counts = data["sampledLinks"], data["linkSampleCounts"]
        assert isinstance(links, Mapping)
        assert links["totalCount"] == len(links["edges"])
        return {edge["node"]["id"] for edge in links["edges"]}, counts

    waiting, counts = await samples()
    assert waiting == {str(stored[name].id) for name in drawn}
    assert counts == {"drawn": 3, "right": 0, "wrong": 0, "unsure": 0, "precision": None}
    for name, finding in zip(drawn, ("RIGHT", "WRONG", "UNSURE"), strict=True):
        asked = {
            "input": {
                "rowId": str(stored[name].id),
                "finding": finding,
                "reason": "Asked at home",
                "idempotencyKey": f"confirm {name}",
            }
        }
        refused = await county.ask(SPECIALIST, CONFIRM, asked)
        assert refused["confirmLink"] == {"__typename": "Refused", "code": "FORBIDDEN"}
        done = (await county.ask(REVIEWER, CONFIRM, asked))["confirmLink"]
        assert isinstance(done, Mapping)
        assert done["__typename"] == "DepartmentRecord"
        assert (await county.ask(REVIEWER, CONFIRM, asked))["confirmLink"] == done
    waiting, counts = await samples()
    assert waiting == set()
    assert counts == {"drawn": 3, "right": 1, "wrong": 1, "unsure": 1, "precision": 0.5}
    async with county.begin() as uow:
        wrong = await uow.records.by_key(stored[drawn[1]].id)
    assert wrong is not None
    assert wrong.status is RowStatus.UNLINKED
