"""What the households service reads out of the risk service's examples."""

from __future__ import annotations

from contracts.risk.v1 import events_pb2 as risk
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
