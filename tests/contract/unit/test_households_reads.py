"""What the households service reads out of the others' examples."""

from __future__ import annotations

from contracts.employment.v1 import events_pb2 as employment
from contracts.risk.v1 import events_pb2 as risk
from households_service.benefits.domain import ReductionState
from households_service.benefits.subscribers import STATES
from households_service.feeds.departments import Department
from households_service.feeds.standing.domain import VisitOutcome
from households_service.feeds.standing.subscribers import departments_of, outcome_of
from tests.contract import book


def test_a_visit() -> None:
    visit = book.example(risk.VisitReported)

    assert (outcome_of(visit), departments_of(visit)) == (
        VisitOutcome.NO_LASTING_RISK,
        frozenset({Department.HEALTH_INSURANCE}),
    )


def test_a_visit_of_before_there_were_outcomes() -> None:
    assert outcome_of(risk.VisitReported(visit_id="x")) is None


def test_the_guards_word_on_a_cut_of_aid_holds_no_ground() -> None:
    word = book.example(employment.BenefitReductionGuarded)

    assert STATES[word.verdict] is ReductionState.UNDER_REVIEW
    assert [field.name for field in word.DESCRIPTOR.fields] == ["proposal_id", "household_id", "verdict"]
    known = set(employment.BenefitReductionVerdict.values())
    assert set(STATES) == known - {employment.BENEFIT_REDUCTION_VERDICT_UNSPECIFIED}
