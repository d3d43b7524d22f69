"""What a place of care may be, and how few people are never counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from chassis.caller import LOCALES
from employment_service.care.domain import LEAST_SHOWN, CareFacility, CareFacilityInvalid, shown_count
from employment_service.copies.domain import CareKind
from employment_service.notices.domain import TEXTS, NoticeKind, text_of
from tests.employment_service.factories import MORNING, VILLAGE, id_of

FACILITY = CareFacility(
    id=id_of(1),
    area_path=VILLAGE,
    kind=CareKind.CHILD,
    name="Invented Kindergarten",
    places=20,
    opens_on=date(2020, 10, 1),
    from_minutes=390,
    to_minutes=1140,
    recorded_by="staff-1",
    recorded_at=MORNING,
)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"places": 0}, "places"),
        ({"places": 10_001}, "places"),
        ({"from_minutes": 1140}, "opensAt"),
        ({"to_minutes": 1441}, "opensAt"),
        ({"closes_on": date(2020, 10, 1)}, "closesOn"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(CareFacilityInvalid) as refusal:
        replace(FACILITY, **wrong)  # type: ignore[arg-type]  # fields of the facility

    assert refusal.value.field == field


def test_fewer_than_ten_are_not_counted_and_nobody_looks_like_nine() -> None:
    assert [shown_count(others) for others in (0, 1, LEAST_SHOWN - 1)] == [None, None, None]
    assert shown_count(LEAST_SHOWN) == LEAST_SHOWN


def test_every_notice_has_its_words_in_every_language() -> None:
    assert set(TEXTS) == set(NoticeKind)
    for kind in NoticeKind:
        assert len({text_of(kind, language) for language in LOCALES}) == len(LOCALES) == 3
