"""Rules of calling: leases, pauses, contacts, and the rest after an offer."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employment_service.calls.domain import (
    ABOUT_WORK,
    REQUESTED,
    CallClaim,
    CallEntry,
    CallOutcome,
    CallReason,
    contact_of,
    lease_until,
    number_shown,
    pauses_after,
    require_call_back_time,
    require_few,
    rests_after,
)
from employment_service.calls.refusals import CallBackTime, TooManyCallsAtOnce
from employment_service.calls.words import TEXTS, text_of
from employment_service.offers.domain import declined, terms_shown
from employment_service.offers.silence import keeps_quiet
from tests.employment_service.factories import MORNING, POLICY, VILLAGE, id_of, offer, worker

CLAIM = CallClaim(
    id=id_of(1),
    worker_id=id_of(301),
    area_path=VILLAGE,
    claimed_by="staff-1",
    claimed_at=MORNING,
    until=lease_until(MORNING, POLICY),
    reasons=(CallReason.SILENT,),
)


def pauses(outcome: CallOutcome, *, misses: int = 0, back: timedelta | None = None) -> dict[CallReason, timedelta]:
    found = pauses_after(
        outcome,
        CLAIM.reasons,
        at=MORNING,
        call_back_at=None if back is None else MORNING + back,
        misses=misses,
        policy=POLICY,
    )
    return {pause.reason: pause.until - MORNING for pause in found}


def test_a_lease_is_fifteen_minutes() -> None:
    assert CLAIM.until - CLAIM.claimed_at == timedelta(minutes=15)


def test_after_a_talk_its_reason_waits_two_weeks_and_every_other_until_tomorrow() -> None:
    found = pauses(CallOutcome.REACHED)

    assert found.pop(CallReason.SILENT) == timedelta(days=14)
    assert set(found.values()) == {timedelta(hours=20)}
    assert len(found) == len(CallReason) - 1


def test_the_third_call_without_an_answer_is_the_last_for_a_week() -> None:
    assert set(pauses(CallOutcome.NO_ANSWER, misses=2).values()) == {timedelta(hours=20)}
    assert set(pauses(CallOutcome.NO_ANSWER, misses=3).values()) == {timedelta(days=7)}


def test_everything_waits_for_the_agreed_time_but_the_call_itself() -> None:
    found = pauses(CallOutcome.CALL_BACK, back=timedelta(days=2))

    assert set(found) == set(CallReason) - {CallReason.CALL_BACK_DUE}
    assert set(found.values()) == {timedelta(days=2)}


@pytest.mark.parametrize("outcome", [CallOutcome.WRONG_NUMBER, CallOutcome.ASKED_NOT_TO_BE_CALLED])
def test_who_cannot_be_called_any_more_needs_no_pause(outcome: CallOutcome) -> None:
    assert pauses(outcome) == {}


@pytest.mark.parametrize("days", [None, 0, -1, 30.01])
def test_a_time_to_call_back_lies_in_the_next_thirty_days(days: float | None) -> None:
    at = None if days is None else MORNING + timedelta(days=days)
    with pytest.raises(CallBackTime):
        require_call_back_time(CallOutcome.CALL_BACK, at, now=MORNING)
    require_call_back_time(CallOutcome.CALL_BACK, MORNING + timedelta(days=30), now=MORNING)


def test_a_time_without_a_zone_is_no_time() -> None:
    with pytest.raises(CallBackTime):
        require_call_back_time(CallOutcome.CALL_BACK, (MORNING + timedelta(days=1)).replace(tzinfo=None), now=MORNING)


def test_one_to_a_hundred_at_a_time() -> None:
    require_few(100, field="calls")
    for count in (0, 101):
        with pytest.raises(TooManyCallsAtOnce):
            require_few(count, field="calls")


@pytest.mark.parametrize(
    ("reasons", "outcome", "spoke", "asked", "about_work", "requested"),
    [
        ((CallReason.SILENT,), CallOutcome.REACHED, False, True, False, False),
        ((CallReason.SILENT,), CallOutcome.REACHED, True, True, True, False),
        ((CallReason.SILENT,), CallOutcome.NO_ANSWER, True, True, False, False),
        ((CallReason.NEW_MATCH,), CallOutcome.REACHED, False, True, True, True),
        ((CallReason.NEW_MATCH,), CallOutcome.REACHED, False, False, True, False),
        ((CallReason.NEW_MATCH,), CallOutcome.NO_ANSWER, False, True, False, True),
        ((CallReason.CALL_ASKED, CallReason.SILENT), CallOutcome.REACHED, True, True, True, True),
    ],
)
def test_a_contact_says_whether_it_was_about_work_and_asked_for(  # noqa: PLR0917 - one row of a table
    reasons: tuple[CallReason, ...],
    outcome: CallOutcome,
    spoke: bool,
    asked: bool,
    about_work: bool,
    requested: bool,
) -> None:
    contact = contact_of(
        replace(CLAIM, reasons=reasons), outcome, id=id_of(2), at=MORNING, spoke_of_work=spoke, still_asked=asked
    )

    assert (contact.about_work, contact.requested) == (about_work, requested)
    assert contact.is_unrequested_job_contact is (about_work and not requested)


def test_a_number_shown_for_no_call_counts_as_one_nobody_asked_for() -> None:
    assert number_shown(worker(), id=id_of(3), at=MORNING, by="staff-1").is_unrequested_job_contact


@given(opened=st.integers(0, 14 * 86_400 - 1), answered=st.floats(0, 0.999), quiet=st.integers(1, 90))
def test_the_rest_after_an_offer_covers_the_quiet_days_of_every_possible_no(
    opened: int, answered: float, quiet: int
) -> None:
    """Whenever the terms were opened and whenever a no came, each of its quiet days lies within the rest."""
    made = offer(expires_at=MORNING + timedelta(days=POLICY.offer_days))
    shown = terms_shown(made, at=MORNING + timedelta(seconds=opened), policy=POLICY)
    no = declined(
        shown,
        at=MORNING + timedelta(seconds=opened) + answered * (shown.expires_at - MORNING - timedelta(seconds=opened)),
    )
    assert no.decided_at is not None
    rest = rests_after(offer_id=made.id, worker_id=made.worker_id, area_path=VILLAGE, made_at=MORNING, policy=POLICY)

    assert no.decided_at <= rest.decidable_until
    assert no.decided_at + timedelta(days=quiet) <= rest.until


def test_a_rest_is_the_same_whatever_came_of_the_offer() -> None:
    rest = rests_after(offer_id=id_of(700), worker_id=id_of(301), area_path=VILLAGE, made_at=MORNING, policy=POLICY)

    assert rest.decidable_until - MORNING == timedelta(days=21)
    assert rest.until - MORNING == timedelta(days=111)
    assert not keeps_quiet((), vacancy_token=b"v", on=rest.until.date(), asked_on=None, policy=POLICY)


def test_an_entry_names_each_reason_once_in_order() -> None:
    assert CallEntry(worker_id=id_of(1), area_path=VILLAGE, whys=()).reasons == ()


def test_every_reason_has_its_words_in_both_languages_and_no_amount() -> None:
    assert set(TEXTS) == set(CallReason)
    for reason in CallReason:
        assert text_of(reason, "zh-CN") != text_of(reason, "en")
        assert not any(sign.isdigit() for sign in text_of(reason, "en"))


def test_no_figure_of_calling_counts_or_compares_people() -> None:
    names = {each.name for kind in (CallClaim, CallEntry) for each in fields(kind)}

    assert names == {"id", "worker_id", "area_path", "claimed_by", "claimed_at", "until", "reasons", "whys"}
    assert not ABOUT_WORK & REQUESTED
