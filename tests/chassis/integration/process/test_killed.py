"""A process that is killed: what it had begun has its effect once."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import text

from chassis.broker import ACK_WAIT_SECONDS
from chassis.database import Database
from tests.chassis.integration.process.conftest import Start, equals, words
from tests.chassis.rig import Begin, say
from tests.chassis.waiting import until


async def test_a_process_killed_between_effect_and_acknowledgement_has_the_effect_once(
    start: Start, begin: Begin, tmp_path: Path
) -> None:
    note = tmp_path / "death-note"
    deadly = {"HOLDFAST_RISK_DIES_AT": "deadly", "HOLDFAST_RISK_DEATH_NOTE": str(note)}
    first = await start(**deadly)
    await say(begin, "before", "deadly", "after", subject="a")
    assert await asyncio.wait_for(first.process.wait(), 20) == 9
    assert note.exists()
    await start(**deadly)
    # What the dead process had been handed and never acknowledged, the broker hands out again after its wait.
    expected = ["before", "deadly", "after"]
    await until(lambda: equals(words(begin, "a"), expected), seconds=ACK_WAIT_SECONDS + 20)


async def test_a_job_goes_on_behind_its_last_step_after_kill_9(
    start: Start, begin: Begin, database: Database, tmp_path: Path
) -> None:
    note = tmp_path / "death-note"
    deadly = {"HOLDFAST_RISK_DIES_AT": "step-3", "HOLDFAST_RISK_DEATH_NOTE": str(note)}
    first = await start(**deadly)
    answer = await first.ask("mutation { enqueue(steps: 6) }")
    data = answer["data"]
    assert isinstance(data, dict)
    job = data["enqueue"]
    assert await asyncio.wait_for(first.process.wait(), 20) == 9
    async with database.engine.begin() as connection:
        # The dead process's lease, which nobody renews any more, runs out.
        await connection.execute(text("update chassis.jobs set lease_until = now()"))
    await start(**deadly)
    await until(lambda: equals(words(begin, job), [f"step-{step}" for step in range(6)]))

    async def done() -> bool:
        async with database.engine.connect() as connection:
            row = (await connection.execute(text("select state, done, total, result from chassis.jobs"))).one()
        return tuple(row) == ("DONE", 6, 6, {"steps": 6})

    await until(done)
