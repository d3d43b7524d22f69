"""The declared signs of coercion, one row each. `docs/guards.md` shows the same table.

Nobody but the independent monitor sees a flag. What others meet is the effect alone: a step that waits, an act that
is refused, an employer under review.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from employment_service.policies.domain import EmploymentPolicy
from employment_service.safeguards.flags.domain import Effect, FlagCode, Occasion, TaskKind

MONITOR_ONLY = frozenset({"INDEPENDENT_MONITOR"})


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagRule:
    """`rule` names the policy's figures in braces. `effects`: the strongest first."""

    code: FlagCode
    name: str
    rule: str
    occasions: tuple[Occasion, ...]
    effects: tuple[Effect, ...]
    task: TaskKind | None = None
    pauses_employer: bool = False
    seen_by: frozenset[str] = MONITOR_ONLY

    @property
    def holds(self) -> bool:
        return Effect.HOLD in self.effects

    @property
    def critical(self) -> bool:
        return Effect.CRITICAL in self.effects

    def sentence(self, policy: EmploymentPolicy) -> str:
        return self.rule.format_map(_Figures(policy))


class _Figures(dict[str, object]):
    def __init__(self, policy: EmploymentPolicy) -> None:
        super().__init__()
        self._policy = policy

    def __missing__(self, name: str) -> object:
        return getattr(self._policy, name)


_DECLARED = (
    FlagRule(
        code=FlagCode.CF1,
        name="BULK_SAME_DAY",
        rule="{bulk_village_acceptances} or more acceptances of one vacancy from one village in {bulk_village_hours} h,"
        " or {bulk_session_acceptances} or more in one login session in {bulk_session_minutes} min",
        occasions=(Occasion.ACCEPTANCE,),
        effects=(Effect.HOLD,),
    ),
    FlagRule(
        code=FlagCode.CF2,
        name="CONFLICTED_RECORDER",
        rule="The witness of an assisted consent holds an office, recruits, employs or lives in the same household; or"
        " somebody tried to answer an offer in the worker's place",
        occasions=(Occasion.WITNESSING, Occasion.ACCEPTANCE),
        effects=(Effect.BLOCK,),
    ),
    FlagRule(
        code=FlagCode.CF3,
        name="NO_DECLINES",
        rule="{no_decline_offers} or more offers of one staff member or of one vacancy came to an answer or ran out"
        " in {no_decline_days} days, and every answer was yes",
        occasions=(Occasion.TIMER,),
        effects=(Effect.FLAG,),
    ),
    FlagRule(
        code=FlagCode.CF4,
        name="TOO_FAST",
        rule="Accepted within {cooling_hours} h of the terms (refused), or the terms were open for less than"
        " {least_reading_seconds} s",
        occasions=(Occasion.ACCEPTANCE,),
        effects=(Effect.BLOCK, Effect.FLAG),
    ),
    FlagRule(
        code=FlagCode.CF5,
        name="REPEAT_CONTACT",
        rule="The second unrequested job contact in {repeat_contact_days} days, told by the worker or seen in our own"
        " call list",
        occasions=(Occasion.CONTACT,),
        effects=(Effect.FLAG,),
    ),
    FlagRule(
        code=FlagCode.CF6,
        name="AID_LINK",
        rule="Accepted within {aid_link_days} days after a cut of the household's aid was entered or reported",
        occasions=(Occasion.ACCEPTANCE,),
        effects=(Effect.HOLD,),
    ),
    FlagRule(
        code=FlagCode.CF7,
        name="AID_CUT_AFTER_NO",
        rule="A cut of the household's aid, entered by hand or reported by a department, within {firewall_days} days"
        " after a no, a resignation or a grievance, or within {benefit_taper_months} months after work began",
        occasions=(Occasion.BENEFIT_CUT,),
        effects=(Effect.REVIEW,),
    ),
    FlagRule(
        code=FlagCode.CF8,
        name="DOCUMENTS",
        rule="A worker says that somebody keeps their papers",
        occasions=(Occasion.FOLLOW_UP, Occasion.GRIEVANCE),
        effects=(Effect.CRITICAL,),
        task=TaskKind.LOOK_AT_ONCE,
        pauses_employer=True,
    ),
    FlagRule(
        code=FlagCode.CF9,
        name="FEE_OR_DEBT",
        rule="A worker says that they paid, or owe, for the work",
        occasions=(Occasion.FOLLOW_UP, Occasion.GRIEVANCE),
        effects=(Effect.REVIEW,),
        task=TaskKind.REFUND,
        pauses_employer=True,
    ),
    FlagRule(
        code=FlagCode.CF10,
        name="TERMS_CHANGED",
        rule="The written contract differs from the accepted terms: the acceptance is void and the worker decides anew",
        occasions=(Occasion.CONTRACT,),
        effects=(Effect.BLOCK,),
    ),
    FlagRule(
        code=FlagCode.CF11,
        name="CANNOT_LEAVE",
        rule="A worker says that they are kept from leaving or from moving",
        occasions=(Occasion.FOLLOW_UP, Occasion.GRIEVANCE),
        effects=(Effect.CRITICAL,),
        task=TaskKind.LOOK_AT_ONCE,
        pauses_employer=True,
    ),
    FlagRule(
        code=FlagCode.CF12,
        name="WAGES_LATE",
        rule="Wages more than {wages_yellow_days} days late (yellow) or more than {wages_red_days} days (red),"
        " or late by the worker's word",
        occasions=(Occasion.WAGE_CLOCK, Occasion.FOLLOW_UP, Occasion.GRIEVANCE),
        effects=(Effect.FLAG,),
        task=TaskKind.WAGE_CLAIM_HELP,
    ),
    FlagRule(
        code=FlagCode.CF13,
        name="HOURS",
        rule="More than {long_week_hours} h a week, {long_weeks} weeks in a row",
        occasions=(Occasion.HOURS,),
        effects=(Effect.FLAG,),
        task=TaskKind.INSPECTION,
    ),
    FlagRule(
        code=FlagCode.CF14,
        name="NO_EXITS",
        rule="{no_exit_placements} or more placements with one employer, and nobody left in {no_exit_days} days",
        occasions=(Occasion.TIMER,),
        effects=(Effect.FLAG,),
        task=TaskKind.INSPECTION,
    ),
    FlagRule(
        code=FlagCode.CF15,
        name="UNREACHABLE",
        rule="{missed_follow_ups} follow-ups without an answer {follow_up_answer_days} days after their day, of a"
        " worker who wants them",
        occasions=(Occasion.TIMER,),
        effects=(Effect.FLAG,),
        task=TaskKind.WELFARE_CHECK,
    ),
    FlagRule(
        code=FlagCode.CF16,
        name="CONSENT_LANGUAGE",
        rule="The terms were never shown in the language the worker prefers: the yes is refused as void",
        occasions=(Occasion.ACCEPTANCE,),
        effects=(Effect.BLOCK,),
    ),
    FlagRule(
        code=FlagCode.RETALIATION,
        name="RETALIATION",
        rule="The employer ended the work of somebody who complained, within {retaliation_watch_days} days",
        occasions=(Occasion.ENDING,),
        effects=(Effect.CRITICAL,),
        task=TaskKind.LOOK_AT_ONCE,
    ),
    FlagRule(
        code=FlagCode.DOUBTED,
        name="DOUBTED",
        rule="The monitor called back within {monitor_task_days} days and heard something else than a free yes",
        occasions=(Occasion.CALL_BACK,),
        effects=(Effect.HOLD,),
    ),
)
RULES: Mapping[FlagCode, FlagRule] = MappingProxyType({rule.code: rule for rule in _DECLARED})
