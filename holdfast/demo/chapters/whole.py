"""One query through all three services: who needed help, who helped, how."""

from __future__ import annotations

from decimal import Decimal

from holdfast.demo.endpoint import Answer
from holdfast.demo.stage import Stage, expect
from holdfast.demo.waiting import until
from holdfast.seed import story as family

WHOLE = """
query Whole($code: String!) {
  householdByCode(code: $code) {
    code memberCount
    area { name parent { name } }
    supportOfficers { officer { displayName } }
    alerts(first: 5, filter: {factor: [ILLNESS]}) {
      edges { node {
        factor level status amount { amount }
        visit { visitedOn visitor { displayName } needs }
        clearance { decidedBy howBillWasPaid watchUntil }
      } }
    }
    assessment { likelihood band reasons { raising { label } note } }
    recommendedMeasures { type reason }
    frozenStatements(first: 1) {
      edges { node {
        asOf decisionId
        statements { basis perCapitaNet { amount } perCapitaAfterExpenses { amount } }
      } }
    }
    workingMembers { state since member { relation careDuties { kind area { name } } } }
  }
}
"""


async def the_whole(stage: Stage) -> Answer:
    async def shown() -> Answer | None:
        household = (await stage.approver().ask(WHOLE, {"code": family.HOUSEHOLD_CODE})).at("householdByCode")
        working = household.items("workingMembers")
        return household if working and working[0].text("state") == "STABLE" else None

    household = await until("The whole picture", shown)
    frozen = household.at("frozenStatements.edges.0.node")
    expect("The day of the frozen statement", frozen.text("asOf"), "2020-09-18")
    expect("The decision it served", frozen.text("decisionId"), stage.found["alert"])
    figures = {statement.text("basis"): statement for statement in frozen.items("statements")}
    run_rate, received = figures["RUN_RATE_12M"], figures["RECEIVED_12M"]
    expect("8,100.00", run_rate.amount("perCapitaNet"), Decimal("8100.00"))
    expect("5,475.00", received.amount("perCapitaNet"), Decimal("5475.00"))
    expect("2,895.46", received.amount("perCapitaAfterExpenses"), Decimal("2895.46"))
    alert = household.at("alerts.edges.0.node")
    expect("The alert", (alert.text("level"), alert.text("status")), ("RED", "CLEARED"))
    stage.say("One GraphQL query over households, risk and employment:")
    for line in picture(household, alert):
        stage.say(f"  {line}")
    return household


def picture(household: Answer, alert: Answer) -> list[str]:
    working = household.items("workingMembers")[0]
    officers = ", ".join(household.texts("supportOfficers", "officer.displayName"))
    measures = ", ".join(household.texts("recommendedMeasures", "type")) or "none"
    likelihood = household.at("assessment")
    needs = ", ".join(str(need.value) for need in alert.items("visit.needs"))
    needed = (
        f"household {household.text('code')} in {household.text('area.name')}, "
        f"{household.number('memberCount'):g} members: {alert.text('factor')} {alert.text('level')}, "
        f"{alert.amount('amount'):,} out of pocket"
    )
    helped = (
        f"{alert.text('visit.visitor.displayName')} visited on {alert.text('visit.visitedOn')}; "
        f"{alert.text('clearance.decidedBy')} cleared; paired with {officers}"
    )
    works = (
        f"the {working.text('member.relation').lower()} has been {working.text('state')} near home since "
        f"{working.text('since')}, caring in {working.text('member.careDuties.0.area.name')}"
    )
    chance = f"{likelihood.number('likelihood'):.3f} ({likelihood.text('band')}); {likelihood.text('reasons.note')}"
    frozen = "per capita 8,100.00 (run rate) / 5,475.00 (received) / 2,895.46 (received, after the bill)"
    return [
        f"Who needed help  {needed}",
        f"Who helped       {helped}",
        f"How              needs heard: {needs}; offered by the policy: {measures}",
        f"                 {works}",
        f"Likelihood       {chance}",
        f"Statement frozen on 2020-09-18: {frozen}",
    ]
