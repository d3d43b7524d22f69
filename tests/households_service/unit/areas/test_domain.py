from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from chassis.errors import InvalidInput
from households_service.areas.domain import (
    Area,
    AreaLevel,
    CodePeriod,
    CodePeriodOutOfOrder,
    MalformedAreaCode,
    MalformedAreaPath,
    PositionOutOfRange,
    UnknownTimeZone,
    common_area,
    level_of,
    parent_path,
)


def township(**changes: Any) -> Area:
    values: dict[str, Any] = {
        "id": UUID(int=1),
        "path": "99/01/01/001/",
        "name": "Invented Township",
        "time_zone": "Asia/Shanghai",
        "lat": 40.1,
        "lon": 75.2,
        "codes": (CodePeriod(code="990101001", valid_from=date(2010, 1, 1)),),
        "valid_from": date(2010, 1, 1),
    }
    return Area(**(values | changes))


@pytest.mark.parametrize(
    ("path", "level", "parent"),
    [
        pytest.param("99/", AreaLevel.PROVINCE, None, id="province"),
        pytest.param("99/01/", AreaLevel.PREFECTURE, "99/", id="prefecture"),
        pytest.param("99/01/01/", AreaLevel.COUNTY, "99/01/", id="county"),
        pytest.param("99/01/01/001/", AreaLevel.TOWNSHIP, "99/01/01/", id="township"),
        pytest.param("99/01/01/001/201/", AreaLevel.VILLAGE, "99/01/01/001/", id="village"),
    ],
)
def test_a_path_says_its_level_and_its_parent(path: str, level: AreaLevel, parent: str | None) -> None:
    assert level_of(path) is level
    assert parent_path(path) == parent


@pytest.mark.parametrize("path", ["", "99", "9/", "99/01/01/01/", "99/01/01/001/201", "99/001/", "99/01/01/001/201/1/"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(MalformedAreaPath):
        level_of(path)


def test_a_new_code_ends_the_old_one_and_is_named_as_its_successor() -> None:
    recoded = township().recode("990121001", valid_from=date(2020, 7, 1))

    assert recoded.codes == (
        CodePeriod(code="990101001", valid_from=date(2010, 1, 1), valid_to=date(2020, 7, 1), successor="990121001"),
        CodePeriod(code="990121001", valid_from=date(2020, 7, 1)),
    )
    assert recoded.path == "99/01/01/001/"
    assert recoded.code_on(date(2020, 6, 30)) == "990101001"
    assert recoded.code_on(date(2020, 7, 1)) == "990121001"
    assert recoded.code_on(date(2001, 1, 1)) == "990101001"
    assert recoded.version == 2


def test_codes_follow_each_other() -> None:
    with pytest.raises(CodePeriodOutOfOrder):
        township().recode("990121001", valid_from=date(2010, 1, 1))


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        pytest.param({"lat": float("nan")}, PositionOutOfRange, id="no number"),
        pytest.param({"lon": 180.1}, PositionOutOfRange, id="beyond the world"),
        pytest.param({"time_zone": "Mars/Olympus"}, UnknownTimeZone, id="no such zone"),
        pytest.param({"time_zone": "../etc"}, UnknownTimeZone, id="a path"),
        pytest.param({"name": " "}, InvalidInput, id="no name"),
        pytest.param({"codes": (CodePeriod(code="9901", valid_from=date(2010, 1, 1)),)}, MalformedAreaCode, id="short"),
    ],
)
def test_what_is_no_area_is_refused(changes: dict[str, object], refusal: type[InvalidInput]) -> None:
    with pytest.raises(refusal):
        township(**changes)


@pytest.mark.parametrize(
    ("paths", "shared"),
    [
        (["99/01/01/001/201/"], "99/01/01/001/201/"),
        (["99/01/01/001/201/", "99/01/01/001/202/"], "99/01/01/001/"),
        (["99/01/01/001/201/", "99/01/01/002/201/"], "99/01/01/"),
        (["99/01/01/001/201/", "99/01/01/"], "99/01/01/"),
        (["99/01/01/", "98/01/01/"], ""),
    ],
)
def test_the_smallest_area_that_holds_several(paths: list[str], shared: str) -> None:
    assert common_area(paths) == shared
