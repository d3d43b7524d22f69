"""What the model tells of the family before and after the bill, and why; beside the rule, never instead of it."""

from __future__ import annotations

from holdfast.demo.endpoint import Answer
from holdfast.demo.stage import Stage, StoryDiverged, expect
from holdfast.demo.waiting import until
from holdfast.seed import story as family

ASSESSMENT = """
query Told($code: String!) {
  modelCard { version households }
  householdByCode(code: $code) {
    assessment {
      likelihood low high withoutSupport band model level agreement agreementNote
      byHorizon { months likelihood }
      reasons {
        note
        raising { name label value typicalValue contribution }
        lowering { name label value typicalValue contribution }
      }
      changes { name label value to likelihood }
    }
  }
}
"""


async def before_the_bill(stage: Stage) -> None:
    async def fitted() -> Answer | None:
        answer = await stage.approver().ask(ASSESSMENT, {"code": family.HOUSEHOLD_CODE})
        told = answer.at("householdByCode.assessment")
        if answer.number("modelCard.households") == 0 or told.value is None:
            return None
        return told if told.text("model") == answer.text("modelCard.version") else None

    told = await until("The likelihood by the county's own incomes", fitted, seconds=90)
    expect("The level before the bill", told.text("level"), "NONE")
    stage.found |= {"likelihood": repr(told.number("likelihood")), "model": told.text("model")}
    stage.say(f"Before the bill the model tells {_chances(told)} (level {told.text('level')}).")
    _tell_reasons(stage, told)


async def after_the_bill(stage: Stage) -> None:
    before = float(stage.found["likelihood"])

    async def moved() -> Answer | None:
        answer = await stage.approver().ask(ASSESSMENT, {"code": family.HOUSEHOLD_CODE})
        told = answer.at("householdByCode.assessment")
        return told if told.number("likelihood") > before and told.text("level") == "RED" else None

    told = await until("The likelihood after the bill", moved)
    names = [one.text("name") for one in told.items("reasons.raising")]
    if "illness_costs" not in names:
        raise StoryDiverged(f"The bill should be among the reasons, which are {names}.")
    stage.say(f"After the bill it tells {_chances(told)}; the rule says {told.text('level')}.")
    _tell_reasons(stage, told)
    for change in told.items("changes")[:2]:
        stage.say(
            f"  would change it: {change.text('label')} {change.number('value'):.2f} -> {change.number('to'):.2f}"
            f" gives {change.number('likelihood'):.1%}"
        )
    stage.say(f"  {told.text('agreement')}: {told.text('agreementNote')}")


def _chances(told: Answer) -> str:
    months = ", ".join(
        f"{one.number('likelihood'):.1%} in {one.number('months'):.0f} months" for one in told.items("byHorizon")
    )
    return f"{months} ({told.number('low'):.1%} to {told.number('high'):.1%}; {told.text('band')})"


def _tell_reasons(stage: Stage, told: Answer) -> None:
    for kind in ("raising", "lowering"):
        for one in told.items(f"reasons.{kind}"):
            value = one.at("value").value
            shown = "not known" if value is None else f"{one.number('value'):.2f}"
            stage.say(f"  {kind} {one.number('contribution'):+.2f}  {one.text('label')}: {shown}")
    stage.say(f"  {told.text('reasons.note')}")
