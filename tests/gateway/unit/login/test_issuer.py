from __future__ import annotations

from pathlib import Path

import pytest

from chassis.errors import InvalidInput
from chassis.identity import Actor, Role, ensure_keys
from chassis.identity.keys import KeyMissing
from gateway.login.issuer import NotForProduction, area_path, issue_token
from gateway.login.keys import FileKeys
from gateway.login.verifier import Login

ADMIN = Actor(subject="admin-1", roles=frozenset({Role.COUNTY_ADMIN}), areas=("99/01/01/",))


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("99/01/01/", "99/01/01/"),
        ("99/01/01", "99/01/01/"),
        ("990101", "99/01/01/"),
        ("9901", "99/01/"),
        ("990101001", "99/01/01/001/"),
        ("990101001201", "99/01/01/001/201/"),
    ],
)
def test_areas_are_taken_in_both_spellings(text: str, path: str) -> None:
    assert area_path(text) == path


@pytest.mark.parametrize(
    "text", ["", "/", "99/1/", "9901010", "9901010012013", "99/01/01/001/201/001/", "county", "٩٩", "99//01/"]
)
def test_what_is_no_area_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        area_path(text)

    assert refused.value.field == "area"


async def test_an_issued_token_logs_in(tmp_path: Path) -> None:
    ensure_keys(tmp_path)

    token = issue_token(mode="development", keys=tmp_path, actor=ADMIN, hours=1)

    assert (await Login(keys=FileKeys(tmp_path)).authenticate(f"Bearer {token}")).actor == ADMIN


def test_production_gives_no_tokens(tmp_path: Path) -> None:
    ensure_keys(tmp_path)

    with pytest.raises(NotForProduction):
        issue_token(mode="production", keys=tmp_path, actor=ADMIN, hours=1)


def test_nobody_becomes_the_system(tmp_path: Path) -> None:
    ensure_keys(tmp_path)
    system = Actor(subject="x", roles=frozenset({Role.SYSTEM}))

    with pytest.raises(InvalidInput):
        issue_token(mode="demo", keys=tmp_path, actor=system, hours=1)


@pytest.mark.parametrize("hours", [0, -1, 24 * 31, float("nan"), float("inf")])
def test_a_token_lasts_a_sensible_time(tmp_path: Path, hours: float) -> None:
    ensure_keys(tmp_path)

    with pytest.raises(InvalidInput) as refused:
        issue_token(mode="demo", keys=tmp_path, actor=ADMIN, hours=hours)

    assert refused.value.field == "hours"


def test_without_the_issuers_key_there_is_no_token(tmp_path: Path) -> None:
    with pytest.raises(KeyMissing):
        issue_token(mode="development", keys=tmp_path, actor=ADMIN, hours=1)
