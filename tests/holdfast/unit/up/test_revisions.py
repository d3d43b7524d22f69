from __future__ import annotations

import pytest

from chassis.revisions import chain
from holdfast.up.environment import SERVICES
from holdfast.up.revisions import chains_of

_FIRST = 'revision = "2020_01_first"\ndown_revision = None\n'
_SECOND = 'revision: str = "2020_02_second"\ndown_revision: str | None = "2020_01_first"\n'


def test_the_head_is_the_one_that_none_follows() -> None:
    found = chain("public", [_SECOND, _FIRST])
    assert found.revisions == {"2020_01_first", "2020_02_second"}
    assert found.head == "2020_02_second"


@pytest.mark.parametrize(
    ("version", "reached"),
    [
        pytest.param("2020_02_second", True, id="at the head"),
        pytest.param("2020_01_first", False, id="behind"),
        pytest.param("2031_09_newer", True, id="made by a newer release"),
        pytest.param(None, False, id="empty"),
    ],
)
def test_a_database_is_migrated_only_when_it_is_behind(version: str | None, *, reached: bool) -> None:
    assert chain("public", [_FIRST, _SECOND]).reaches(version) is reached


def test_a_chain_that_forks_is_left_to_the_service_to_complain_about() -> None:
    fork = 'revision = "2020_02_other"\ndown_revision = "2020_01_first"\n'
    assert not chain("public", [_FIRST, _SECOND, fork]).reaches("2020_02_second")


@pytest.mark.parametrize("service", SERVICES)
def test_the_head_of_every_service_is_found(service: str) -> None:
    assert [each.schema for each in chains_of(service)] == ["chassis", "public"]
    assert all(each.head is not None for each in chains_of(service))
