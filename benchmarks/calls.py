"""A hundred calls a day from the call list, through the public endpoint, with 20,000 registered workers.

    python benchmarks/calls.py [--quick] [--workers 20000] [--calls 100]

On a throw-away PostgreSQL; gateway and employment service are processes of their own, and each step is an HTTP request
with a token: read the list, take the next one, open the worker's record, have the number shown, renew, record what
came of it, give several back. Three colleagues work at the same time, so that they meet. Exits 1 when a bar is short.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import orjson
import psutil

from benchmarks.bars import Bars
from benchmarks.calls_county import COUNTY, fill
from benchmarks.cpu_time import Machine
from benchmarks.http_caller import HttpCaller
from benchmarks.public_endpoint import PublicEndpoint, public_endpoint
from chassis.database import Database
from chassis.embedded import Engines
from chassis.embedded.scratch import scratch_folder
from chassis.identity import Actor, Role
from chassis.ids import new_id
from chassis.vault import Vault

ROOT = Path(__file__).resolve().parent.parent
VAULT_KEY = b"c" * 32
P95_BAR = 100.0
STAFF = 3
OUTCOMES = ("REACHED", "NO_ANSWER", "REACHED", "CALL_BACK", "REACHED", "WRONG_NUMBER", "ASKED_NOT_TO_BE_CALLED")

LIST = """query($area: AreaPath!, $after: String) { callList(area: $area, first: 20, after: $after) {
    edges { node { workerId whys { reason text since vacancy { id workplace { name } } }
        worker { displayName phoneMasked } } } pageInfo { endCursor } } }"""
COUNT = "query($area: AreaPath!) { callList(area: $area, first: 1) { totalCount } }"
NEXT = """mutation($input: ClaimNextCallInput!) { claimNextCall(input: $input) {
    __typename ... on CallClaim { id workerId reasons until worker { displayName } } ... on Refused { code } } }"""
RECORD_OF = """query($id: ID!) { worker(id: $id) { displayName qualifications wageFloor { amount } askedNearbyAt
    member { id } } }"""
REVEAL = """mutation($worker: ID!, $claim: ID) { revealWorkerPhone(workerId: $worker, reason: "call", claimId: $claim) {
    __typename ... on RevealedPhone { phone } ... on Refused { code } } }"""
RENEW = "mutation($ids: [ID!]!) { renewCalls(claimIds: $ids) { __typename ... on CallClaims { claims { until } } } }"
RELEASE = "mutation($ids: [ID!]!) { releaseCalls(claimIds: $ids) { __typename ... on CallClaims { notHeld } } }"
RECORD = """mutation($calls: [RecordCallInput!]!) { recordCalls(calls: $calls) {
    __typename ... on CallsRecorded { contacts { id } refused { code } } ... on Refused { code } } }"""


@dataclass(slots=True)
class Steps:
    """Milliseconds of each step by the clock and of processor, and whom each of the staff had.

    `machine`: what works for an answer; not asked while several work at once.
    """

    machine: Machine | None = None
    wall: dict[str, list[float]] = field(default_factory=dict)
    processor: dict[str, list[float]] = field(default_factory=dict)
    called: list[str] = field(default_factory=list)

    async def ask(self, step: str, caller: HttpCaller, document: str, variables: Mapping[str, object]) -> Any:  # noqa: ANN401 - JSON of an answer
        body = orjson.dumps({"query": document, "variables": variables})
        before = 0.0 if self.machine is None else self.machine.all_milliseconds()
        started = perf_counter()
        answer = await caller.post(body)
        self.wall.setdefault(step, []).append((perf_counter() - started) * 1000)
        if self.machine is not None:
            self.processor.setdefault(step, []).append(self.machine.all_milliseconds() - before)
        found = orjson.loads(answer)
        if found.get("errors"):
            raise AssertionError(found["errors"])
        (result,) = found["data"].values()
        if isinstance(result, dict) and result.get("__typename") == "Refused":
            raise AssertionError(result)
        return result


async def day(steps: Steps, caller: HttpCaller, calls: int) -> None:
    """One of the staff: each call as the screen does it, and ten given back at the end."""
    for number in range(calls):
        page = await steps.ask("read the list", caller, LIST, {"area": COUNTY})
        if number % 10 == 0:
            await steps.ask(
                "read its next page", caller, LIST, {"area": COUNTY, "after": page["pageInfo"]["endCursor"]}
            )
            await steps.ask("count it", caller, COUNT, {"area": COUNTY})
        claim = await steps.ask(
            "take the next one", caller, NEXT, {"input": {"area": COUNTY, "idempotencyKey": str(new_id())}}
        )
        steps.called.append(claim["workerId"])
        await steps.ask("open the record", caller, RECORD_OF, {"id": claim["workerId"]})
        await steps.ask("show the number", caller, REVEAL, {"worker": claim["workerId"], "claim": claim["id"]})
        await steps.ask("renew", caller, RENEW, {"ids": [claim["id"]]})
        outcome = OUTCOMES[number % len(OUTCOMES)]
        given: dict[str, object] = {"claimId": claim["id"], "outcome": outcome}
        if outcome == "CALL_BACK":
            given["callBackAt"] = _tomorrow()
        await steps.ask("record what came of it", caller, RECORD, {"calls": [given]})
    held = [
        (
            await steps.ask(
                "take the next one", caller, NEXT, {"input": {"area": COUNTY, "idempotencyKey": str(new_id())}}
            )
        )["id"]
        for _ in range(10)
    ]
    await steps.ask("give ten back", caller, RELEASE, {"ids": held})


def _tomorrow() -> str:
    return (datetime.now(UTC) + timedelta(days=1)).isoformat()


async def measure(public: PublicEndpoint, server: psutil.Process, calls: int, bars: Bars) -> None:
    machine = Machine(pids=public.pids, server=server)
    alone, together = Steps(machine=machine), Steps()
    first = await public.caller(_staff(0))
    await day(Steps(), first, 5)
    machine.look()
    await day(alone, first, calls)
    _tell("alone", alone, bars)
    callers = [await public.caller(_staff(number)) for number in range(STAFF)]
    await asyncio.gather(*(day(together, caller, calls) for caller in callers))
    _tell("three together", together, bars)
    twice = len(together.called) - len(set(together.called))
    bars.at_most("workers called twice by three together", twice, 0, digits=0)


def _staff(number: int) -> Actor:
    return Actor(subject=f"staff-{number}", roles=frozenset({Role.EMPLOYMENT_STAFF}), areas=(COUNTY,))


def _tell(name: str, steps: Steps, bars: Bars) -> None:
    """Times by the clock say as much of whatever else wants the cores; the processor's do not."""
    print(f"{name}: load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for step, wall in steps.wall.items():
        p50, p95 = np.percentile(wall, [50, 95])
        spent = steps.processor.get(step)
        note = f"p50 {p50:.1f} ms"
        if spent is not None:
            note += f"; of processor p50 {np.median(spent):.1f} ms, p95 {np.percentile(spent, 95):.1f} ms"
        bars.at_most(f"{step}, {name}, p95", float(p95), P95_BAR, digits=1, unit="ms", note=note)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="2,000 workers and 20 calls")
    parser.add_argument("--workers", type=int, default=20_000)
    parser.add_argument("--calls", type=int, default=100)
    asked = parser.parse_args()
    workers, calls = (2_000, 20) if asked.quick else (asked.workers, asked.calls)
    bars = Bars()
    async with scratch_folder("calls") as data, Engines.prepare(data, durable=False) as engines:
        url = engines.postgres.url("employment")
        await _migrate(url)
        database = Database.connect(url)
        started = perf_counter()
        await fill(database, Vault.of_key(VAULT_KEY), workers=workers)
        async with database.engine.connect() as connection:
            backend = (await connection.exec_driver_sql("select pg_backend_pid()")).scalar_one()
        server = psutil.Process(backend).parent()
        await database.close()
        print(f"{workers:,} workers in {perf_counter() - started:.0f} s")
        if server is None:
            raise SystemExit("The database server is not there.")
        async with public_endpoint(data, "employment", url, vault_key=VAULT_KEY) as public:
            await measure(public, server, calls, bars)
    bars.finish()


async def _migrate(url: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "employment_service",
        "migrate",
        cwd=ROOT,
        env={
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONPATH": f"{ROOT}:{ROOT / 'proto'}",
            "HOLDFAST_MODE": "development",
            "HOLDFAST_DATABASE_URL": url,
        },
    )
    if await process.wait():
        raise SystemExit("The database could not be migrated.")


if __name__ == "__main__":
    asyncio.run(main())
