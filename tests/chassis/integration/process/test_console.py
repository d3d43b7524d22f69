"""Parked events, from the console of an operator."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from chassis.identity import (
    SYSTEM_ACTOR,
)
from chassis.parked import list_parked
from tests.chassis.integration.process.conftest import ROOT, Start, equals, words
from tests.chassis.rig import Begin, say
from tests.chassis.waiting import until


async def console(database_url: str, *words: str) -> tuple[int | None, str]:
    """`holdfast events ...` on the database of a service."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "holdfast",
        "events",
        *words,
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{ROOT}:{ROOT / 'proto'}",
            "HOLDFAST_DATABASE_URL": database_url,
            "COLUMNS": "250",
        },
        stdout=PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()


async def parked_in(begin: Begin) -> list[str]:
    async with begin(SYSTEM_ACTOR) as work:
        return [str(event.event_id) for event in await list_parked(work.connection)]


async def _two_are_parked(begin: Begin) -> bool:
    return len(await parked_in(begin)) == 2


async def test_the_console_shows_a_parked_event_and_has_it_replayed(
    start: Start, begin: Begin, database_url: str, tmp_path: Path
) -> None:
    refused = tmp_path / "refused"
    refused.write_text("bad")

    await start("relay")
    await start("consumer", HOLDFAST_RISK_REFUSED_WORDS=str(refused))
    await say(begin, "good", "bad", "later", subject="a")
    await until(lambda: _two_are_parked(begin))
    code, shown = await console(database_url, "parked", "--service", "risk")
    assert code == 0
    assert "WORD_REFUSED" in shown
    assert "This word is not accepted. (field name)" in shown
    assert "BEHIND" in shown
    assert await console(database_url, "replay", "--service", "risk") == (1, "0 taken in, 2 still parked.\n")
    assert await words(begin, "a") == ["good"]
    refused.unlink()
    assert await console(database_url, "replay", "--service", "risk") == (0, "2 taken in, 0 still parked.\n")
    assert await words(begin, "a") == ["good", "bad", "later"]
    assert await console(database_url, "parked", "--service", "risk") == (0, "No event is parked.\n")
    code, said = await console(
        database_url, "replay", "--service", "risk", "--id", "00000000-0000-0000-0000-000000000001"
    )
    assert (code, said) == (1, "EVENT_NOT_PARKED: No event with this id is parked.\n")


async def test_the_console_gives_a_parked_event_up_and_later_ones_go_on(
    start: Start, begin: Begin, database_url: str, tmp_path: Path
) -> None:
    refused = tmp_path / "refused"
    refused.write_text("bad")
    await start("relay")
    await start("consumer", HOLDFAST_RISK_REFUSED_WORDS=str(refused))
    await say(begin, "good", "bad", "later", subject="a")
    await until(lambda: _two_are_parked(begin))
    first, _ = await parked_in(begin)
    given_up = ("discard", first, "--service", "risk", "--reason")

    code, said = await console(database_url, *given_up, "  ")
    assert (code, said) == (1, "REASON_MISSING: Say why, in up to 500 characters.\n")
    code, said = await console(database_url, *given_up, "sent twice", "--by", "operator 7")
    assert (code, said) == (0, "Discarded in risk. Later events of its subject go on as soon as the service runs.\n")
    await until(lambda: equals(words(begin, "a"), ["good", "later"]))
    assert await console(database_url, *given_up, "again") == (
        1,
        "EVENT_NOT_PARKED: No event with this id is parked.\n",
    )
    assert await console(database_url, "parked", "--service", "risk") == (0, "No event is parked.\n")
    code, shown = await console(database_url, "parked", "--service", "risk", "--all")
    assert code == 0
    assert all(word in shown for word in (first, "WORD_REFUSED", "operator 7", "sent twice"))
