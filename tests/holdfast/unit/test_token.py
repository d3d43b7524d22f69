from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from chassis.identity import Actor, Keyring, Role, TokenVerifier, ensure_keys
from holdfast.cli import build


def run(data: Path, *arguments: str, mode: str = "development") -> tuple[int, str, str]:
    environment = {"HOLDFAST_DATA": str(data), "HOLDFAST_MODE": mode, "HOLDFAST_KEYS": None}
    result = CliRunner().invoke(build("token"), ["token", *arguments], env=environment)
    return result.exit_code, result.stdout.strip(), result.stderr.strip()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    ensure_keys(tmp_path / "keys")
    return tmp_path


def test_the_printed_token_says_what_was_asked_for(data: Path) -> None:
    member = "01890000-0000-7000-8000-000000000001"
    status, token, _ = run(
        data, "--role", "COUNTY_APPROVER", "--role", "planner", "--area", "990101", "--area", "99/02/", "--subject",
        "approver-1", "--member-id", member, "--employer-id", "e-1", "--department", "HEALTH_INSURANCE",
    )  # fmt: skip

    assert status == 0
    actor = TokenVerifier(keyring=lambda: Keyring.load(data / "keys")).verify(token).actor
    assert (
        actor.claims()
        == Actor(
            subject="approver-1",
            roles=frozenset({Role.COUNTY_APPROVER, Role.PLANNER}),
            areas=("99/01/01/", "99/02/"),
            member_id=actor.member_id,
            employer_id="e-1",
            department="HEALTH_INSURANCE",
            session=actor.session,
        ).claims()
    )
    assert str(actor.member_id) == member
    assert actor.session, "Each token begins a login session of its own."


@pytest.mark.parametrize(
    ("_case", "arguments"),
    [
        ("no such role", ("--role", "KING", "--subject", "s")),
        ("a role of processes", ("--role", "SYSTEM", "--subject", "s")),
        ("no area", ("--role", "PLANNER", "--subject", "s", "--area", "somewhere")),
        ("no member id", ("--role", "WORKER", "--subject", "s", "--member-id", "7")),
        ("no subject", ("--role", "PLANNER", "--subject", " ")),
        ("no time", ("--role", "PLANNER", "--subject", "s", "--hours", "0")),
    ],
)
def test_what_cannot_be_a_token_is_refused_in_a_sentence(data: Path, _case: str, arguments: tuple[str, ...]) -> None:
    status, token, said = run(data, *arguments)

    assert (status, token) == (1, "")
    assert said
    assert "Traceback" not in said


def test_the_option_that_is_wrong_is_named(data: Path) -> None:
    _, _, said = run(data, "--role", "WORKER", "--subject", "s", "--member-id", "7")

    assert said == "INVALID_INPUT: --member-id takes the id of a member, a UUID."


def test_production_prints_no_token(data: Path) -> None:
    status, token, said = run(data, "--role", "PLANNER", "--subject", "s", mode="production")

    assert (status, token) == (1, "")
    assert "production" in said


def test_where_nothing_was_started_there_is_no_key(tmp_path: Path) -> None:
    status, token, said = run(tmp_path, "--role", "PLANNER", "--subject", "s")

    assert (status, token) == (1, "")
    assert "issuer.pem" in said
