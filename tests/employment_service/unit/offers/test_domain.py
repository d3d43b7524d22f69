"""The time to think, and what is kept of a no."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from employment_service.offers.domain import (
    CoolingPeriodNotOver,
    OfferNotFound,
    OfferNotOpen,
    OfferState,
    TermsChanged,
    accepted,
    declined,
    details_deleted,
    put_anew,
    run_out,
    terms_shown,
    understood,
    withdrawn,
)
from employment_service.offers.silence import Silence, keeps_quiet
from tests.employment_service.factories import MORNING, POLICY, TODAY, offer

HASH = offer().terms_hash


@pytest.mark.parametrize(("hours", "allowed"), [(0, False), (71.999, False), (72, True), (167.9, True)])
def test_72_hours_by_the_clock(hours: float, allowed: bool) -> None:
    shown = understood(terms_shown(offer(), at=MORNING, policy=POLICY, language="ug"), at=MORNING)
    at = MORNING + timedelta(hours=hours)

    if allowed:
        decided, consent = accepted(shown, terms_hash=HASH, current_hash=HASH, at=at, policy=POLICY)
        assert decided.state is OfferState.ACCEPTED
        assert (consent.shown_at, consent.accepted_at, consent.language) == (MORNING, at, "ug")
    else:
        with pytest.raises(CoolingPeriodNotOver, match="2020-09-21T01:00:00"):
            accepted(shown, terms_hash=HASH, current_hash=HASH, at=at, policy=POLICY)


@pytest.mark.parametrize(("has", "current"), [("other", HASH), (HASH, "other"), ("other", "other")])
def test_a_yes_to_other_terms_is_no_yes(has: str, current: str) -> None:
    shown = terms_shown(offer(), at=MORNING, policy=POLICY)

    with pytest.raises(TermsChanged):
        accepted(
            shown,
            terms_hash=has,
            current_hash=current,
            at=MORNING + timedelta(days=4),
            policy=POLICY,
        )


def test_declining_is_possible_at_once_and_again() -> None:
    said_no = declined(offer(), at=MORNING)

    assert (said_no.state, said_no.place_held) == (OfferState.DECLINED, True)
    assert declined(said_no, at=MORNING + timedelta(days=1)) is said_no


def test_nothing_is_decided_after_the_offer_ran_out() -> None:
    late = MORNING + timedelta(days=14)
    with pytest.raises(OfferNotOpen):
        declined(offer(), at=late)
    with pytest.raises(OfferNotOpen):
        terms_shown(offer(), at=late, policy=POLICY)


def test_a_withheld_offer_is_not_there_for_the_worker() -> None:
    with pytest.raises(OfferNotFound):
        terms_shown(offer(withheld=True), at=MORNING, policy=POLICY)


def test_only_an_acceptance_can_be_taken_back() -> None:
    with pytest.raises(OfferNotOpen):
        withdrawn(offer(), at=MORNING)


@pytest.mark.parametrize(
    ("state", "after"), [(OfferState.MADE, OfferState.EXPIRED), (OfferState.DECLINED, OfferState.DECLINED)]
)
def test_the_place_goes_back_on_the_same_day_for_silence_and_for_a_no(state: OfferState, after: OfferState) -> None:
    held = offer(state=state)

    assert run_out(held, at=held.expires_at - timedelta(seconds=1)) is held
    ended = run_out(held, at=held.expires_at)
    assert (ended.state, ended.place_held) == (after, False)


def test_a_no_without_its_details_reads_like_silence() -> None:
    left = details_deleted(declined(offer(), at=MORNING))

    assert (left.state, left.decided_at) == (OfferState.EXPIRED, None)


def test_new_terms_start_the_time_to_think_anew() -> None:
    shown = terms_shown(offer(), at=MORNING, policy=POLICY)

    anew = put_anew(shown, terms_version=2, terms_hash="new", at=MORNING + timedelta(days=3), policy=POLICY)

    assert (anew.state, anew.terms_shown_at, anew.terms_version) == (OfferState.MADE, None, 2)
    assert anew.expires_at == MORNING + timedelta(days=17)


@pytest.mark.parametrize(
    ("_case", "same_vacancy", "days", "asked", "expected"),
    [
        ("same vacancy after a year", True, 365, None, True),
        ("same vacancy though asked", True, 10, 5, True),
        ("another one the same day", False, 0, None, True),
        ("day 89", False, 89, None, True),
        ("day 90", False, 90, None, False),
        ("asked before the no", False, 10, -1, True),
        ("asked the same day, before as far as is known", False, 10, 0, True),
        ("asked since", False, 10, 5, False),
    ],
)
def test_whom_offers_leave_in_peace(
    _case: str, same_vacancy: bool, days: int, asked: int | None, expected: bool
) -> None:
    said_no = Silence(worker_token=b"w", vacancy_token=b"v", declined_on=TODAY)

    assert (
        keeps_quiet(
            (said_no,),
            vacancy_token=b"v" if same_vacancy else b"x",
            on=TODAY + timedelta(days=days),
            asked_on=None if asked is None else TODAY + timedelta(days=asked),
            policy=POLICY,
        )
        is expected
    )


def test_whoever_asked_after_the_no_hears_of_other_work_and_never_of_the_same() -> None:
    said_no = Silence(worker_token=b"w", vacancy_token=b"v", declined_on=TODAY, asked_since=True)

    def quiet(vacancy_token: bytes) -> bool:
        return keeps_quiet((said_no,), vacancy_token=vacancy_token, on=TODAY, asked_on=TODAY, policy=POLICY)

    assert (quiet(b"x"), quiet(b"v")) == (False, True)


def test_who_never_said_no_hears_of_work() -> None:
    assert not keeps_quiet((), vacancy_token=b"v", on=date(2020, 9, 18), asked_on=None, policy=POLICY)
