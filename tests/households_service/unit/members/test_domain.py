from __future__ import annotations

from datetime import date

import pytest

from chassis.errors import InvalidInput
from households_service.members.attempts import FailedAttempts, TooManyAttempts
from households_service.members.domain import (
    AgeBand,
    BirthDateInFuture,
    HeadMissing,
    MembershipRule,
    PersonalDetails,
    ReasonMissing,
    Relation,
    Residence,
    age_band,
    age_on,
    masked_id_number,
    masked_name,
    masked_phone,
    require_household_of,
    require_reason,
)
from tests.households_service.factories import id_number, member

TODAY = date(2020, 9, 18)


@pytest.mark.parametrize(
    ("residence", "registered", "living", "both"),
    [
        pytest.param(Residence.REGISTERED_AND_LIVING, True, True, True, id="at home"),
        pytest.param(Residence.REGISTERED_AWAY, True, False, False, id="away"),
        pytest.param(Residence.LIVING_UNREGISTERED, False, True, False, id="living here, registered elsewhere"),
    ],
)
def test_who_counts_follows_the_rule(residence: Residence, *, registered: bool, living: bool, both: bool) -> None:
    person = member(residence=residence)

    assert person.counted(MembershipRule.REGISTERED, TODAY) is registered
    assert person.counted(MembershipRule.LIVING, TODAY) is living
    assert person.counted(MembershipRule.REGISTERED_AND_LIVING, TODAY) is both


def test_who_left_counts_until_the_day_before() -> None:
    gone = member().leave(TODAY)

    assert gone.counted(MembershipRule.REGISTERED, date(2020, 9, 17)) is True
    assert gone.counted(MembershipRule.REGISTERED, TODAY) is False


@pytest.mark.parametrize(
    ("born", "band"),
    [
        pytest.param(date(2014, 9, 19), AgeBand.UNDER_6, id="six tomorrow"),
        pytest.param(date(2014, 9, 18), AgeBand.FROM_6_TO_15, id="six today"),
        pytest.param(date(2004, 9, 18), AgeBand.FROM_16_TO_17, id="sixteen today"),
        pytest.param(date(2002, 9, 18), AgeBand.FROM_18_TO_59, id="eighteen today"),
        pytest.param(date(1960, 9, 18), AgeBand.FROM_60_TO_79, id="sixty today"),
        pytest.param(date(1940, 9, 18), AgeBand.FROM_80, id="eighty today"),
        pytest.param(None, AgeBand.UNKNOWN, id="unknown"),
    ],
)
def test_age_bands_change_on_the_birthday(born: date | None, band: AgeBand) -> None:
    assert age_band(born, TODAY) is band


def test_who_was_born_on_a_leap_day_is_older_on_the_first_of_march() -> None:
    assert age_on(date(2000, 2, 29), date(2019, 2, 28)) == 18
    assert age_on(date(2000, 2, 29), date(2019, 3, 1)) == 19


def test_masks_leave_nothing_to_find_somebody_by() -> None:
    assert masked_name("Zhang San Feng") == "Z**"
    assert masked_id_number(id_number()) == "*" * 16 + id_number()[-2:]
    assert masked_phone("13900000000") == "*********00"
    assert masked_id_number(None) is None


def test_details_never_show_themselves() -> None:
    assert repr(PersonalDetails(name="Invented Person", phone="13900000000")) == "PersonalDetails(...)"


def test_a_household_has_one_head() -> None:
    with pytest.raises(HeadMissing):
        require_household_of((member(relation=Relation.SPOUSE),), today=TODAY)
    with pytest.raises(HeadMissing):
        require_household_of((member(), member(number=12)), today=TODAY)


def test_nobody_is_born_tomorrow() -> None:
    with pytest.raises(BirthDateInFuture) as refused:
        require_household_of((member(date_of_birth=date(2020, 9, 19)),), today=TODAY)

    assert refused.value.field == "members.0.dateOfBirth"


def test_a_reason_is_a_reason() -> None:
    assert require_reason("  home visit  ") == "home visit"
    with pytest.raises(ReasonMissing):
        require_reason("   x ")


def test_guessing_is_stopped_for_a_minute_and_only_for_the_one_who_guesses() -> None:
    attempts = FailedAttempts(limit=2)
    attempts.note_failure("employment", now=0.0)
    attempts.note_failure("employment", now=1.0)

    with pytest.raises(TooManyAttempts):
        attempts.require_room("employment", now=59.0)
    attempts.require_room("risk", now=59.0)
    attempts.require_room("employment", now=60.0)


@pytest.mark.parametrize(
    ("name", "phone", "field"),
    [
        ("", None, "name"),
        ("x" * 101, None, "name"),
        ("two\nlines", None, "name"),
        ("zero\x00", None, "name"),
        ("Invented Person", "1234", "phone"),
        ("Invented Person", "139<script>", "phone"),
        ("Invented Person", "1" * 21, "phone"),
    ],
)
def test_details_that_no_register_would_hold_are_refused(name: str, phone: str | None, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        PersonalDetails(name=name, phone=phone)

    assert refused.value.field == field


@pytest.mark.parametrize("phone", ["13900000000", "+86 139-0000-0000", "(0990) 123456"])
def test_a_phone_number_is_written_in_many_ways(phone: str) -> None:
    assert PersonalDetails(name="Invented Person", phone=phone).phone == phone
