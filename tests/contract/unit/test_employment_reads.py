"""What the employment service reads out of the households service's examples, and what it keeps out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from chassis.subscription import ReceivedEvent
from contracts.common.v1.envelope_pb2 import Envelope
from contracts.households.v1 import events_pb2 as households
from contracts.households.v1.households_service_pb2 import (
    AidOfHouseholdRequest,
    AidOfHouseholdResponse,
    StreamSnapshotsResponse,
    VerifyMemberRequest,
    VerifyMemberResponse,
)
from employment_service.benefit_reviews.domain import BenefitReview, BenefitReviewState
from employment_service.benefit_reviews.subscribers import proposal_of
from employment_service.copies.domain import HouseholdCopy
from employment_service.copies.subscribers import area_of, household_of
from employment_service.terms.aid import Aid
from employment_service.terms.households_aid import HouseholdsAid
from employment_service.workers.identity import HouseholdsVerifier
from employment_service.workers.service import VerifiedMember
from tests.contract import book
from tests.contract.employment_copies import AREA, HOUSEHOLD
from tests.contract.registry_facts import MOTHER_NUMBER
from tests.households_service.factories import HOUSEHOLD_ID, MOTHER_ID, STORY_MORNING, VILLAGE, uuid


def test_an_area() -> None:
    assert area_of(book.example(households.AreaChanged)) == AREA


def test_a_household() -> None:
    assert household_of(book.example(households.HouseholdChanged), sequence=2) == HOUSEHOLD


def test_a_household_that_left_the_registry() -> None:
    assert household_of(book.example(households.HouseholdChanged, "removed"), sequence=3) == HouseholdCopy(
        id=HOUSEHOLD_ID, area_path=VILLAGE, subject_sequence=3, members=(), removed=True
    )


def test_a_cut_of_aid_that_was_entered() -> None:
    message = book.example(households.BenefitReductionProposed)
    envelope = Envelope(event_id=str(uuid(1)))
    envelope.occurred_at.FromDatetime(STORY_MORNING)

    assert proposal_of(ReceivedEvent(envelope=envelope, message=message)) == BenefitReview(
        proposal_id=uuid(71),
        household_id=HOUSEHOLD_ID,
        area_path=VILLAGE,
        benefit="SUBSISTENCE_ALLOWANCE",
        current_cents=50_000,
        proposed_cents=20_000,
        effective_from=date(2020, 11, 1),
        entered_at=STORY_MORNING,
        matched=False,
        state=BenefitReviewState.PASSED,
    )


def test_a_snapshot_says_of_an_area_what_the_event_said() -> None:
    assert area_of(book.example(StreamSnapshotsResponse, "area").area) == AREA


def test_a_snapshot_says_what_the_event_said() -> None:
    snapshot = book.example(StreamSnapshotsResponse, "employment")

    assert household_of(snapshot.household, sequence=snapshot.subject_sequence) == HOUSEHOLD


@dataclass(slots=True)
class Answer:
    """The households service asked and answering as one example says."""

    case: str = ""
    asked: list[VerifyMemberRequest] = field(default_factory=list)

    async def __call__(self, request: VerifyMemberRequest) -> VerifyMemberResponse:
        self.asked.append(request)
        book.require_same(request, self.case)
        return book.example(VerifyMemberResponse, self.case)


async def test_somebody_proves_who_they_are() -> None:
    households_service = Answer()

    verified = await HouseholdsVerifier(households_service).verify(
        id_number=MOTHER_NUMBER, name="Mo Ther", date_of_birth=date(1987, 7, 1)
    )

    assert len(households_service.asked) == 1
    assert verified == VerifiedMember(member_id=MOTHER_ID, household_id=HOUSEHOLD_ID, area_path=VILLAGE)


async def test_somebody_is_not_who_they_say() -> None:
    households_service = Answer("unverified")

    verified = await HouseholdsVerifier(households_service).verify(
        id_number=MOTHER_NUMBER, name="Somebody Else", date_of_birth=date(1987, 7, 1)
    )

    assert len(households_service.asked) == 1
    assert verified is None


async def test_what_aid_a_household_is_paid_is_asked_by_member() -> None:
    """The households service's own reading of a fact is in tests/contract/integration/test_households_answers.py."""
    cases = iter(("", "ending"))

    async def households_service(request: AidOfHouseholdRequest) -> AidOfHouseholdResponse:
        book.require_same(request)
        return book.example(AidOfHouseholdResponse, next(cases))

    reader = HouseholdsAid(households_service)

    allowance = Aid(benefit="SUBSISTENCE_ALLOWANCE", monthly_cents=50_000)
    assert await reader.aid_of(MOTHER_ID) == (allowance,)
    assert await reader.aid_of(MOTHER_ID) == (replace(allowance, paid_until=date(2020, 12, 31)),)
