"""What a member's reported costs would be worth; nothing is paid."""

from __future__ import annotations

from chassis.identity import Actor, Role
from households_service.feeds.service import Envelope, submit_batch
from tests.households_service.county import EMPLOYMENT_STAFF, SPECIALIST, County
from tests.households_service.factories import COUNTY
from tests.households_service.sheets import bill

HEALTH = Actor(subject="feed-1", roles=frozenset({Role.DEPARTMENT}), areas=(COUNTY,), department="HEALTH_INSURANCE")
ESTIMATES = """query ($id: ID!, $asOf: Date) { household(id: $id) { insuranceEstimates(asOf: $asOf) {
  cause yearFrom loss { amount } payable { amount } capped shares { loss { amount } rate paid { amount } }
  member { id } product { number trigger { amount } cap { amount } tiers { width { amount } rate } }
} } }"""
PRODUCTS = """query ($area: AreaPath!) { insuranceProducts(area: $area) {
  number none: payable(loss: "5000") { amount } story: payable(loss: "10318.18") { amount }
  more: payable(loss: "25000") { amount } capped: payable(loss: "200000") { amount } half: payable(loss: "18000") { amount }
} }"""


async def test_a22_the_estimate_follows_the_linked_records(county: County) -> None:
    household = await county.register()
    async with county.begin() as uow:
        mother = (await uow.members.of_households([household.id]))[household.id][1]
    person: dict[str, object] = {"idNumber": mother.details.id_number}
    records = [
        bill("I-1", "11318.18", person, settlementDate="2020-05-04", eventDate="2020-05-04"),
        bill("I-2", "-1000.00", person, eventType="REIMBURSEMENT", corrects="I-1"),
        bill("I-3", "90000.00", person, settlementDate="2019-12-31", eventDate="2019-12-31"),
        bill("I-4", "50000.00", person),
        {**bill("I-5", "", {}), "eventType": "WITHDRAWAL", "corrects": "I-4"},
    ]
    records[4] = {key: records[4][key] for key in ("recordId", "eventType", "eventDate", "purposeCode", "corrects")}
    async with county.begin(HEALTH) as uow:
        batch = await submit_batch(
            uow, HEALTH, envelope=Envelope(department="HEALTH_INSURANCE", batch_id="I"), records=records
        )
    assert (batch.account.linked, batch.account.read) == (5, 5)

    data = await county.ask(SPECIALIST, ESTIMATES, {"id": str(household.id)})
    assert data["household"] == {
        "insuranceEstimates": [
            {
                "cause": "ILLNESS",
                "yearFrom": "2020-01-01",
                "loss": {"amount": "10318.18"},
                "payable": {"amount": "2690.91"},
                "capped": False,
                "shares": [
                    {"loss": {"amount": "5000.00"}, "rate": "0.50", "paid": {"amount": "2500.0000"}},
                    {"loss": {"amount": "318.18"}, "rate": "0.60", "paid": {"amount": "190.9080"}},
                ],
                "member": {"id": str(mother.id)},
                "product": {
                    "number": "county-990101-2020",
                    "trigger": {"amount": "5000.00"},
                    "cap": {"amount": "100000.00"},
                    "tiers": [
                        {"width": {"amount": "5000.00"}, "rate": "0.50"},
                        {"width": {"amount": "10000.00"}, "rate": "0.60"},
                        {"width": None, "rate": "0.70"},
                    ],
                },
            }
        ]
    }


async def test_a22_the_products_pay_what_they_say(county: County) -> None:
    data = await county.ask(SPECIALIST, PRODUCTS, {"area": "99/01/01/001/201/"})
    assert data["insuranceProducts"] == [
        {
            "number": "county-990101-2020",
            "none": {"amount": "0.00"},
            "story": {"amount": "2690.91"},
            "more": {"amount": "12000.00"},
            "capped": {"amount": "100000.00"},
            "half": {"amount": "7300.00"},
        },
        {
            "number": "one-tier-2020",
            "none": {"amount": "2500.00"},
            "story": {"amount": "5159.09"},
            "more": {"amount": "12500.00"},
            "capped": {"amount": "100000.00"},
            "half": {"amount": "9000.00"},
        },
    ]


async def test_who_may_not_see_the_ledger_sees_no_estimate(county: County) -> None:
    household = await county.register()
    answer = await county.answer(EMPLOYMENT_STAFF, ESTIMATES, {"id": str(household.id)})
    assert answer["data"] == {"household": None}
    errors = answer["errors"]
    assert isinstance(errors, list)
    assert [error["code"] for error in errors] == ["FORBIDDEN"]
