"""The committed schema is the schema, and holds nothing that drives or measures people (A34)."""

from __future__ import annotations

import re
from pathlib import Path

from graphql import GraphQLObjectType, build_schema

from chassis.identity import Role, ScopeKind
from employment_service.access import POLICY
from employment_service.schema import schema

COMMITTED = Path(__file__).resolve().parents[3] / "employment_service" / "schema.graphql"
DRIVING = re.compile(r"target|quota|rank|countdown", re.IGNORECASE)
DECISIONS = ("acceptOffer", "declineOffer", "withdrawAcceptance", "showOfferTerms", "confirmWage", "resign", "takeBackStep", "answerFollowUp", "answerTermsQuestions", "chooseTravel", "reportWage", "registerWorker", "changeWorker", "chooseCompanion")  # fmt: skip


def test_the_committed_schema_is_current() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == schema.as_str().rstrip() + "\n", (
        "Run: python -m employment_service schema > employment_service/schema.graphql"
    )


def test_no_name_speaks_of_a_number_to_be_reached() -> None:
    names = re.findall(
        r"\w+", re.sub(r'""".*?"""|"[^"\n]*"', "", COMMITTED.read_text(encoding="utf-8"), flags=re.DOTALL)
    )

    assert [name for name in names if DRIVING.search(name)] == []


def test_no_way_leads_from_a_household_or_area_to_an_answer() -> None:
    graph = build_schema(schema.as_str(), assume_valid=True)
    household = graph.type_map["Household"]
    working = graph.type_map["WorkingMember"]
    receipt = graph.type_map["OfferReceipt"]
    assert isinstance(household, GraphQLObjectType)
    assert isinstance(working, GraphQLObjectType)
    assert isinstance(receipt, GraphQLObjectType)

    assert set(household.fields) == {"id", "workingMembers"}
    assert set(working.fields) == {"memberId", "state", "since", "member"}
    assert set(receipt.fields) == {"id", "vacancyId", "workerId", "termsVersion", "madeAt"}


def test_decisions_are_open_to_the_worker_alone() -> None:
    for action in DECISIONS:
        assert dict(POLICY.rules[action]) == {Role.WORKER: ScopeKind.SELF}, action
