"""What a wage may change in the household's aid, shown to the worker before they decide (G5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from chassis.errors import DependencyDown
from employment_service.terms.aid import Aid
from tests.employment_service.factories import id_of
from tests.employment_service.integration.safeguards.questions import OFFER, SHOW
from tests.employment_service.town import MONITOR, STAFF, Town, as_worker

SEEN = """query($id: ID!) { offer(id: $id) { renderedTerms { lines { code value } }
  aidOutlook { benefit monthly { amount } unchangedUntil steps { beginsOn atLeast { amount } } } } }"""


@dataclass(slots=True)
class Households:
    """Stands for the households service: one allowance, and whose it was asked for."""

    down: bool = False
    asked: list[UUID] = field(default_factory=list)

    async def aid_of(self, member_id: UUID) -> tuple[Aid, ...]:
        self.asked.append(member_id)
        if self.down:
            raise DependencyDown("households")
        return (Aid(benefit="SUBSISTENCE_ALLOWANCE", monthly_cents=50_000),)


async def test_g5_the_worker_alone_sees_what_a_wage_may_change_before_deciding(town: Town) -> None:
    await town.ready()
    households = Households()
    town.aid = households
    wanted = {"workerId": str(id_of(301)), "vacancyId": str(id_of(201)), "idempotencyKey": "one"}
    offer_id = (await town.mutate(STAFF, OFFER, wanted))["id"]
    await town.mutate(as_worker(), SHOW, {"offerId": offer_id})

    seen = (await town.ask(as_worker(), SEEN, {"id": offer_id}))["offer"]

    (aid,) = seen["aidOutlook"]
    assert (aid["benefit"], aid["monthly"]["amount"], aid["unchangedUntil"]) == (
        "SUBSISTENCE_ALLOWANCE",
        "500.00",
        "2021-10-01",
    )
    assert [(step["beginsOn"], step["atLeast"]["amount"]) for step in aid["steps"]] == [
        ("2021-10-01", "375.00"),
        ("2022-01-01", "250.00"),
        ("2022-04-01", "125.00"),
        ("2022-07-01", "0.00"),
    ]
    said = {line["code"]: line["value"] for line in seen["renderedTerms"]["lines"]}["aid"]
    assert "500.00 CNY" in said
    assert set(households.asked) == {id_of(401)}

    households.asked.clear()
    watched = (await town.ask(MONITOR, SEEN, {"id": offer_id}))["offer"]
    assert (watched["aidOutlook"], watched["renderedTerms"], households.asked) == (None, None, [])

    households.down = True
    unknown = (await town.ask(as_worker(), SEEN, {"id": offer_id}))["offer"]
    assert unknown["aidOutlook"] is None
    assert (
        "not known at this moment" in {line["code"]: line["value"] for line in unknown["renderedTerms"]["lines"]}["aid"]
    )
