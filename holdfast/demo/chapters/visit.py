"""The specialist visits, writes down what the family lives on, and may not clear what they reported."""

from __future__ import annotations

from decimal import Decimal

from holdfast.demo.endpoint import Answer
from holdfast.demo.stage import START, Stage, expect, made, refusal_code
from holdfast.demo.waiting import until

INCOME = """
mutation Income($input: RecordIncomeInput!) {
  recordIncome(input: $input) {
    __typename
    ... on LedgerEntry { id status possibleDuplicateOf }
    ... on Refused { code message field }
  }
}
"""

STATEMENTS = """
query Statements($id: ID!, $asOf: Date!) {
  household(id: $id) {
    memberCount
    statements(asOf: $asOf) {
      basis netTotal { amount } perCapitaNet { amount } rigidExpenses { amount } perCapitaAfterExpenses { amount }
      exceeds(line: "8000")
      excludedEntries { reason }
    }
  }
}
"""

VISIT = """
mutation Visit($input: ReportVisitInput!) {
  reportVisit(input: $input) {
    __typename
    ... on VisitReport { id visitedOn outcome }
    ... on Refused { code message field }
  }
}
"""

CLEAR = """
mutation Clear($input: ClearAlertInput!) {
  clearAlert(input: $input) {
    __typename
    ... on Alert {
      status watchUntil
      clearance {
        decidedBy statementId howBillWasPaid
        received { perCapitaNet { amount } perCapitaAfterExpenses { amount } }
        runRate { perCapitaNet { amount } perCapitaAfterExpenses { amount } }
      }
    }
    ... on Refused { code message field }
  }
}
"""

VERSION = "query Version($id: ID!) { alert(id: $id) { version status } }"


def _fact(group: str, kind: str, rhythm: str, amount: str, first: str, **more: object) -> dict[str, object]:
    return {
        "group": group,
        "kind": kind,
        "rhythm": rhythm,
        "amount": {"amount": amount, "currency": "CNY"},
        "periodFrom": first,
        "confirmedByHousehold": True,
        "verifiedStable": True,
        "evidence": "SAID_BY_HOUSEHOLD",
    } | more


def ledger(father: str) -> list[dict[str, object]]:
    """What the family lives on, by the lower bounds they could show."""
    return [
        _fact(
            "WAGE", "PUBLIC_WELFARE_POST", "MONTHLY", "1500.00", "2020-04-01", memberId=father, payerType="GOVERNMENT"
        ),
        _fact("PRODUCTION", "CROPS", "YEARLY", "6000.00", "2019-10-20", periodTo="2019-10-20"),
        _fact("TRANSFER", "SUBSISTENCE_ALLOWANCE", "MONTHLY", "500.00", "2019-01-01", payerType="GOVERNMENT"),
        _fact("PROPERTY", "LAND_RENT", "YEARLY", "2400.00", "2020-03-10", periodTo="2020-03-10"),
    ]


async def the_ledger(stage: Stage) -> None:
    stage.go_to(START.replace(day=21, hour=15))
    specialist = stage.specialist()
    household = stage.found["household"]
    members = await specialist.ask(
        "query Members($id: ID!) { household(id: $id) { members { id relation } } }", {"id": household}
    )
    by_relation = {member.text("relation"): member.text("id") for member in members.items("household.members")}
    stage.found |= {"mother": by_relation["SPOUSE"]}
    father = by_relation["HEAD"]
    facts = ledger(father)
    for number, fact in enumerate(facts):
        answer = await specialist.ask(
            INCOME, {"input": {"householdId": household, "income": fact, "idempotencyKey": f"story-income-{number}"}}
        )
        expect("The entry's status", made(answer, "recordIncome").text("status"), "COUNTED")
    again = facts[0] | {"periodTo": "2020-12-31"}
    answer = await specialist.ask(
        INCOME, {"input": {"householdId": household, "income": again, "idempotencyKey": "story-income-twice"}}
    )
    flagged = made(answer, "recordIncome")
    expect("The second wage row", flagged.text("status"), "POSSIBLE_DUPLICATE_INCOME")
    stage.say("The specialist writes down post 1,500 a month, cotton 6,000, allowance 500 a month, land 2,400 a year.")
    stage.say("The same post told twice is flagged POSSIBLE_DUPLICATE_INCOME and not counted.")
    await the_statements(stage)


async def the_statements(stage: Stage) -> None:
    answer = await stage.specialist().ask(STATEMENTS, {"id": stage.found["household"], "asOf": "2020-09-18"})
    expect("The members who count", answer.number("household.memberCount"), 4)
    figures = {statement.text("basis"): statement for statement in answer.items("household.statements")}
    wanted = {
        "RUN_RATE_12M": ("32400.00", "8100.00", "5520.46", True),
        "CALENDAR_YEAR_PROJECTED": ("27900.00", "6975.00", "4395.46", False),
        "RECEIVED_12M": ("21900.00", "5475.00", "2895.46", False),
    }
    for basis, (total, per_capita, after, exceeds) in wanted.items():
        statement = figures[basis]
        expect(f"{basis} total", statement.amount("netTotal"), Decimal(total))
        expect(f"{basis} per capita", statement.amount("perCapitaNet"), Decimal(per_capita))
        expect(f"{basis} after the bill", statement.amount("perCapitaAfterExpenses"), Decimal(after))
        expect(f"{basis} exceeds 8,000", statement.at("exceeds").value, exceeds)
        stage.say(
            f"  {basis:<24} {Decimal(total):>10,}  per capita {Decimal(per_capita):>9,}"
            f"  after the bill {Decimal(after):>9,}"
        )


async def the_visit(stage: Stage) -> None:
    specialist = stage.specialist()
    answer = await specialist.ask(
        VISIT,
        {
            "input": {
                "idempotencyKey": "story-visit",
                "taskId": stage.found["task"],
                "visitedOn": "2020-09-21",
                "spokeWith": [stage.found["mother"]],
                "outcome": "NO_LASTING_RISK",
                "findings": "The child recovers at home; the father keeps his post; the bill is paid from savings.",
                "needs": ["HEALTH_AID", "TEMPORARY_RELIEF", "CHILDCARE"],
                "checks": [
                    {"subject": subject, "result": "OK"}
                    for subject in ("FOOD", "CLOTHING", "EDUCATION", "MEDICAL_CARE", "HOUSING", "DRINKING_WATER")
                ],
            }
        },
    )
    made(answer, "reportVisit")
    stage.say("The specialist spoke with the mother and reports the visit; relief and childcare are offered.")
    stage.found["as_of"] = "2020-09-18"
    refused = await specialist.ask_whole(CLEAR, {"input": await _clearing(stage)})
    expect("The specialist's own clearing", refusal_code(refused, "clearAlert"), "FORBIDDEN")
    stage.say("The same specialist tries to clear the alert: FORBIDDEN (four eyes).")


async def the_clearing(stage: Stage) -> None:
    answer = await stage.approver().ask(CLEAR, {"input": await _clearing(stage)})
    cleared = made(answer, "clearAlert")
    expect("The alert", cleared.text("status"), "CLEARED")
    expect("The end of the watch", cleared.text("watchUntil"), "2020-12-20")
    figures = cleared.at("clearance")
    expect("Received, per capita", figures.amount("received.perCapitaNet"), Decimal("5475.00"))
    expect("Received, after the bill", figures.amount("received.perCapitaAfterExpenses"), Decimal("2895.46"))
    expect("Run rate, per capita", figures.amount("runRate.perCapitaNet"), Decimal("8100.00"))
    expect("Run rate, after the bill", figures.amount("runRate.perCapitaAfterExpenses"), Decimal("5520.46"))
    stage.found["statement"] = figures.text("statementId")
    stage.say(
        "The county clears it, seeing 8,100.00 / 5,520.46 (run rate) beside 5,475.00 / 2,895.46 (received); "
        "the statement as of 2020-09-18 is frozen, the household is told, 90 days of watch until 2020-12-20."
    )


async def _clearing(stage: Stage) -> dict[str, object]:
    async def visited() -> Answer | None:
        alert = (await stage.approver().ask(VERSION, {"id": stage.found["alert"]})).at("alert")
        return alert if alert.text("status") != "OPEN" else None

    alert = await until("The visited alert", visited)
    return {
        "alertId": stage.found["alert"],
        "reason": "Stable post and allowance; the illness is over; no lasting risk.",
        "howBillWasPaid": "From savings, without a loan.",
        "asOf": stage.found["as_of"],
        "expectedVersion": alert.number("version"),
    }
