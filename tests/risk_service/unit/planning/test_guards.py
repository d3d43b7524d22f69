"""What a plan may do with a likelihood, held against the graph and the code."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import risk_service
from chassis.identity import Actor, Role
from risk_service.access import ANSWER_OFFER, APPROVE_PLAN, PLAN, READ_OFFERS, READ_PLANS, policy

PACKAGE = Path(str(risk_service.__file__)).parent
SCHEMA = (PACKAGE / "schema.graphql").read_text(encoding="utf-8")
PLANNING = PACKAGE / "planning"
SCORES = re.compile(r"likelihood|score|probab|risk(?!Factor)|band", re.IGNORECASE)
TAKING = re.compile(
    r"cut|stop|end(?!Cursor)|reduc|suspend|withdraw|revoke|fine|sanction|transfer|order|sort", re.IGNORECASE
)


def block(kind: str, name: str) -> dict[str, str]:
    """Field and type of one type of the schema."""
    found = re.search(rf"^{kind} {name}\b[^{{]*{{(.*?)^}}", SCHEMA, re.DOTALL | re.MULTILINE)
    assert found is not None, name
    text = re.sub(r'""".*?"""', "", found[1], flags=re.DOTALL)
    return dict(re.findall(r"^\s+(\w+)(?:\([^)]*\))?: (\S+)", text, re.MULTILINE))


def roles_of(action: str) -> set[Role]:
    return {role for role in Role if policy.allows(Actor(subject="x", roles=frozenset({role})), action)}


def test_the_inputs_of_plans_are_these_and_none_is_a_likelihood() -> None:
    assert {
        name: set(block("input", name))
        for name in re.findall(
            r"^input (\w*(?:Plan|Allocation|AssistanceOffer|PlacesChange|EffectChange)\w*)", SCHEMA, re.MULTILINE
        )
    } == {
        "PlanAssistanceInput": {
            "idempotencyKey",
            "area",
            "budget",
            "measures",
            "catalogue",
            "floors",
            "objective",
            "redFirst",
        },
        "PlanMeasureInput": {"type", "unitCost", "assumedEffect", "code", "label", "capacity", "needs", "factors"},
        "PlanFloorsInput": {"townships", "headsOf65"},
        "PlanWhatIfInput": {"planId", "budgetBy", "places", "effects"},
        "PlacesChangeInput": {"measure", "by"},
        "EffectChangeInput": {"measure", "times"},
        "AllocationFilterInput": {"proposed", "measure", "reason"},
        "ApprovePlanInput": {"planId", "contentHash", "reason", "answerWithinDays"},
        "AnswerAssistanceOfferInput": {"offerId", "answer"},
    }


def test_no_mutation_and_no_argument_takes_a_score() -> None:
    assert {name for name in block("type", "Mutation") if SCORES.search(name)} == set()
    inputs = re.findall(r"^input (\w+)", SCHEMA, re.MULTILINE)
    assert {(name, field) for name in inputs for field in block("input", name) if SCORES.search(field)} == set()


def test_a_plan_has_no_field_that_takes_or_orders() -> None:
    types = ("AssistancePlan", "PlanAllocation", "PlanMeasure", "PlanFloor", "PlanWhatIf", "AssistanceOffer")
    assert {(name, field) for name in types for field in block("type", name) if TAKING.search(field)} == set()


def test_an_answer_is_no_part_of_what_a_planner_reads() -> None:
    assert {"declined", "answer", "state", "answeredAt", "offers"} & set(block("type", "PlanAllocation")) == set()
    assert "offers" not in block("type", "AssistancePlan")
    assert roles_of(READ_OFFERS) == roles_of(ANSWER_OFFER)
    assert roles_of(READ_OFFERS) == {Role.HOUSEHOLD, Role.SUPPORT_OFFICER, Role.VILLAGE_SPECIALIST}
    assert roles_of(READ_OFFERS) & roles_of(READ_PLANS) == set()


def test_who_plans_does_not_approve() -> None:
    assert (roles_of(PLAN), roles_of(APPROVE_PLAN)) == ({Role.PLANNER}, {Role.COUNTY_APPROVER})


def test_only_the_planner_reads_answers_and_gathering_does_not() -> None:
    """No other module of the service imports the offers' tables or repository."""
    reading = set()
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("risk_service.planning.offers"):
                reading.add(file.relative_to(PACKAGE).as_posix())
    assert {name for name in reading if not name.startswith("planning/offers/")} == {
        "copies/graph.py",
        "events.py",
        "loaders.py",
        "main.py",
        "notifications/graph.py",
        "planning/plans/service.py",
        "schema.py",
        "uow.py",
    }
    gathering = (PLANNING / "plans" / "gathering.py").read_text(encoding="utf-8")
    assert re.findall(r"declin|offer|answer|refus|complain|resign", gathering) == []
    # What was given is known by its own rows: who declined cannot be told from who was offered nothing.
    for name in ("domain", "repository", "service", "graph"):
        measuring = (PLANNING / "effects" / f"{name}.py").read_text(encoding="utf-8")
        assert re.findall(r"declin|offer_answers|answer|complain|resign", measuring) == [], name
