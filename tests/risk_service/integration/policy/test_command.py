from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from holdfast.policy import app
from tests.risk_service.desk import Desk
from tests.risk_service.factories import default_source, packs_folder


async def run(*arguments: str) -> tuple[int, str]:
    """The console runs its own event loop, so it stands in a thread of its own."""
    result = await asyncio.to_thread(CliRunner().invoke, app, list(arguments))
    return result.exit_code, result.output


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch, risk_database_url: str) -> None:
    monkeypatch.setenv("HOLDFAST_DATABASE_URL", risk_database_url)


async def test_checking_shows_what_a_pack_says() -> None:
    code, text = await run("check", str(packs_folder() / "county-990101.toml"))

    assert code == 0
    assert "county-990101@2020.3" in text
    said = [" ".join(line.split()) for line in text.splitlines()]
    assert {"ILLNESS yellow over 2,000.00 CNY", "red over 3,000.00 CNY", "costs added up per PERSON"} <= {*said}
    assert {"income of the legal test RUN_RATE_12M", "a note on how the bill was paid yes"} <= {
        line.removeprefix("clearing ") for line in said
    }


async def test_two_packs_are_compared_in_words_an_officer_understands(tmp_path: Path) -> None:
    before, after = tmp_path / "before.toml", tmp_path / "after.toml"
    before.write_text(default_source(), encoding="utf-8")
    after.write_text(default_source().replace("yellow_outage_days = 3", "yellow_outage_days = 2"), encoding="utf-8")

    assert await run("diff", str(before), str(after)) == (
        2,
        "WATER_SAFETY: yellow from 3 days without water becomes 2 days without water: more households are warned.\n",
    )
    assert await run("diff", str(before), str(before)) == (0, "Both say the same.\n")
    assert await run("diff", str(before), "nowhere.toml") == (
        1,
        "POLICY_FILE_MISSING: There is no file nowhere.toml.\n",
    )


async def test_a_wrong_pack_is_refused_by_the_name_of_its_key(tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(default_source().replace("watch_days = 90", "watch_days = -1"), encoding="utf-8")

    assert await run("check", str(file)) == (
        1,
        "POLICY_PACK_MALFORMED: clearing.watch_days must be a whole number from 0 to 730.\n",
    )


async def test_a_missing_file_is_said_so() -> None:
    assert await run("check", "nowhere.toml") == (1, "POLICY_FILE_MISSING: There is no file nowhere.toml.\n")


async def test_applying_twice_is_one_pack_and_changed_content_needs_a_new_version(
    desk: Desk, console: None, tmp_path: Path
) -> None:
    source = default_source().replace('area = ""', 'area = "99/01/04/"').replace('"everywhere"', '"fourth"')
    file = tmp_path / "fourth.toml"
    file.write_text(source, encoding="utf-8")

    assert await run("apply", str(file)) == (0, "fourth@2020.3 applied: 99/01/04/ from 2020-01-01.\n")
    assert await run("apply", str(file)) == (
        0,
        "fourth@2020.3 was applied before, unchanged: 99/01/04/ from 2020-01-01.\n",
    )
    file.write_text(source.replace('"2000.00"', '"2500.00"'), encoding="utf-8")
    code, text = await run("apply", str(file))
    assert (code, "give the changed pack a new version" in text) == (1, True)
    async with desk.begin() as uow:
        stored = [pack for pack in await uow.policies.all() if pack.name == "fourth"]
    assert [str(pack.rules[0].thresholds.yellow_over) for pack in stored] == ["2000.00"]
