"""From a department's acknowledged batch to the warning on the subscription, on the whole real system.

Starts all four services, PostgreSQL and NATS in a throw-away folder with the sample county of 5,000 households,
sends health insurance records through the public endpoint at an even pace, and watches `alertRaised` there.

    python benchmarks/feeds.py [--quick] [--rate 200] [--seconds 60] [--batch 50] [--warning 0.05]

CPU is that of everything but the sender, from the first batch until the last warning was seen, without what the idle
system uses anyway (measured before). Where others use the machine too, the times say little: the CPU figure says what
the system can carry where it is alone.

Latency of a warning: from the moment the sender has read the answer of its batch to the moment the subscriber has
read the event; a warning that is there before the answer counts as nought. No peer does this job; the bars are ours.
Exit code 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from statistics import median
from typing import NoReturn
from zoneinfo import ZoneInfo

import psutil

from benchmarks.bars import Bars
from chassis.embedded.scratch import scratch_folder
from chassis.identity import Actor, Role, TokenIssuer, load_private_key
from holdfast.demo.endpoint import Answer, Caller, Endpoint
from holdfast.seed.families import Family, families
from holdfast.up.seeding import seed_when_empty
from holdfast.up.system import System

COUNTY = "99/01/01/"
VISIBLE_SECONDS = 1.0
RATE = 200.0
# The last batch is answered a moment after it was due.
PACE = 0.98
WARM_SECONDS = 5.0
# After the last batch: who is not visible by then is lost, not late.
PATIENCE_SECONDS = 60.0
# A department waits for answers before it sends many more: where the system is too slow, the rate falls instead.
IN_FLIGHT = 4
# Households with small bills; the others are warned, once each.
CALM = 3000
QUIET_SECONDS = 5.0
IDLE_SECONDS = 5.0
RECORD_MILLISECONDS = 5.0
SENDER = "this sender"
SMALL, LARGE = "12.50", "4321.00"
SUBMIT = """mutation ($input: SubmitDepartmentBatchInput!) { submitDepartmentBatch(input: $input) {
  ... on DepartmentBatch { account { read linked review rejected unchanged } } ... on Refused { code message } } }"""
WATCH = "subscription ($area: AreaPath!) { alertRaised(area: $area) { alert { countedCosts { recordId } } } }"


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    rate: float
    seconds: float
    batch: int
    warning: float


@dataclass(slots=True, kw_only=True)
class Seen:
    """Seconds on one clock, by record id."""

    acknowledged: dict[str, float] = field(default_factory=dict)
    visible: dict[str, float] = field(default_factory=dict)
    answers: list[float] = field(default_factory=list)
    linked: int = 0
    late_sends: float = 0.0


def people() -> Iterator[Mapping[str, object]]:
    """One member of each household with an ID number: who is warned is warned once."""
    everybody: Iterator[Family] = chain.from_iterable(found for _, found in families())
    for family in everybody:
        for member in family.members:
            if member.details.id_number is not None:
                yield {"idNumber": member.details.id_number}
                break


def records(
    number: int, load: Load, calm: Sequence[Mapping[str, object]], fresh: Iterator[Mapping[str, object]]
) -> list[dict[str, object]]:
    """Of one batch: small bills of many people, and of fresh people bills over the red line, evenly spread."""
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
    made: list[dict[str, object]] = []
    for place in range(load.batch):
        overall = number * load.batch + place
        warns = int((overall + 1) * load.warning) > int(overall * load.warning)
        made.append(
            {
                "recordId": f"{'W' if warns else 'S'}-{overall}",
                "person": next(fresh) if warns else calm[overall % len(calm)],
                "eventType": "SETTLEMENT",
                "eventDate": today,
                "purposeCode": "MONITORING",
                "oopAmount": LARGE if warns else SMALL,
            }
        )
    return made


async def send(
    caller: Caller, number: int, content: list[dict[str, object]], seen: Seen, turn: asyncio.Semaphore
) -> None:
    async with turn:
        began = time.perf_counter()
        answer = await caller.ask(
            SUBMIT, {"input": {"department": "HEALTH_INSURANCE", "batchId": f"B-{number}", "records": content}}
        )
    acknowledged = time.perf_counter()
    account = answer.at("submitDepartmentBatch.account")
    assert account.number("read") == account.number("linked") == len(content), account.value
    seen.answers.append(acknowledged - began)
    seen.linked += len(content)
    for record in content:
        if str(record["recordId"]).startswith("W"):
            seen.acknowledged[str(record["recordId"])] = acknowledged


async def watch(caller: Caller, seen: Seen, ready: asyncio.Event) -> None:
    async with caller.subscribe(WATCH, {"area": COUNTY}) as events:
        ready.set()
        async for event in events:
            now = time.perf_counter()
            for cost in Answer(event.value).items("alertRaised.alert.countedCosts"):
                seen.visible.setdefault(cost.text("recordId"), now)


async def pour(
    endpoint: Endpoint, load: Load, seen: Seen, *, first: int, seconds: float, everybody: Sequence[Mapping[str, object]]
) -> int:
    """Sends at an even pace whatever the answers do; how many batches."""
    caller = endpoint.caller(
        Actor(subject="feed", roles=frozenset({Role.DEPARTMENT}), areas=(COUNTY,), department="HEALTH_INSURANCE")
    )
    calm, rest = everybody[:CALM], everybody[CALM:]
    # Batches before this one have taken their own people already.
    fresh = iter(rest[int(first * load.batch * load.warning) :])
    count, turn = int(seconds * load.rate / load.batch), asyncio.Semaphore(IN_FLIGHT)
    began = time.perf_counter()
    sending: list[asyncio.Task[None]] = []
    for number in range(first, first + count):
        due = began + (number - first) * load.batch / load.rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        seen.late_sends = max(seen.late_sends, time.perf_counter() - due)
        sending.append(asyncio.create_task(send(caller, number, records(number, load, calm, fresh), seen, turn)))
    await asyncio.gather(*sending)
    return count


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """CPU seconds by part over some seconds."""

    by_part: Mapping[str, float]
    seconds: float

    @staticmethod
    def since(before: Mapping[str, float], began: float) -> Spent:
        now = cpu()
        used = {name: now[name] - before.get(name, 0.0) for name in sorted(now) if name != SENDER}
        return Spent(by_part=used, seconds=time.perf_counter() - began)

    def without(self, idle: Spent) -> Spent:
        share_of = self.seconds / idle.seconds
        used = {name: max(0.0, own - idle.by_part.get(name, 0.0) * share_of) for name, own in self.by_part.items()}
        return Spent(by_part=used, seconds=self.seconds)

    @property
    def all_parts(self) -> float:
        return sum(self.by_part.values())


async def measure(load: Load) -> tuple[Seen, float, Spent, Spent]:
    """What was seen, for how long batches were sent, and CPU spent: idle before, and under the load."""
    everybody = list(people())
    async with scratch_folder("benchmark-feeds") as data:
        system = System.prepare(data, beside_others=True, mode="development", given=os.environ)
        async with system:
            await seed_when_empty(system)
            issuer = TokenIssuer(key=load_private_key(system.places().keys, "issuer"))
            async with Endpoint(f"{system.gateway_url}/graphql", issuer) as endpoint:
                seen, warm, ready = Seen(), Seen(), asyncio.Event()
                approver = endpoint.caller(
                    Actor(subject="approver", roles=frozenset({Role.COUNTY_APPROVER}), areas=(COUNTY,))
                )
                first = await pour(endpoint, load, warm, first=0, seconds=WARM_SECONDS, everybody=everybody)
                watching = asyncio.create_task(watch(approver, seen, ready))
                await ready.wait()
                await asyncio.sleep(QUIET_SECONDS)
                before, began = cpu(), time.perf_counter()
                await asyncio.sleep(IDLE_SECONDS)
                idle = Spent.since(before, began)
                before, began = cpu(), time.perf_counter()
                await pour(endpoint, load, seen, first=first, seconds=load.seconds, everybody=everybody)
                took = time.perf_counter() - began
                deadline = time.perf_counter() + PATIENCE_SECONDS
                while not seen.acknowledged.keys() <= seen.visible.keys() and time.perf_counter() < deadline:
                    await asyncio.sleep(0.05)
                spent = Spent.since(before, began)
                watching.cancel()
                await asyncio.gather(watching, return_exceptions=True)
    return seen, took, idle, spent


def cpu() -> dict[str, float]:
    """CPU seconds of the processes that this one started, by what they are."""
    found: dict[str, float] = {}
    for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
        try:
            words, times = process.cmdline(), process.cpu_times()
        except psutil.Error:
            continue
        joined = " ".join(words[:4])
        owner = next((part for part in ("households", "employment", "risk", "gateway", "nats") if part in joined), "")
        name = f"postgres {owner}".strip() if "postgres" in joined else owner or SENDER
        found[name] = found.get(name, 0.0) + times.user + times.system
    return found


def share(values: Sequence[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def main() -> NoReturn:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="20 seconds instead of 60")
    parser.add_argument("--rate", type=float, default=RATE, help="records a second")
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--batch", type=int, default=50, help="records of a batch")
    parser.add_argument("--warning", type=float, default=0.05, help="share of records over the red line")
    given = parser.parse_args()
    load = Load(
        rate=given.rate,
        seconds=given.seconds or (20.0 if given.quick else 60.0),
        batch=given.batch,
        warning=given.warning,
    )
    print(
        f"{load.rate:g} records/s in batches of {load.batch} for {load.seconds:g} s, {load.warning:.0%} of them over"
        f" the red line; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {datetime.now(UTC):%Y-%m-%d %H:%M}Z"
    )
    seen, took, idle, spent = asyncio.run(measure(load))
    lost = sorted(seen.acknowledged.keys() - seen.visible.keys())
    waits = [max(0.0, seen.visible[key] - at) for key, at in seen.acknowledged.items() if key in seen.visible]
    print(f"records linked {seen.linked:,}, warnings {len(waits):,}, lost {len(lost)}")
    print(f"answer to a batch: p50 {median(seen.answers):.3f} s, p99 {share(seen.answers, 0.99):.3f} s")
    print(f"answer to warning: p50 {median(waits):.3f} s, p95 {share(waits, 0.95):.3f} s, most {max(waits):.3f} s")
    print(f"latest send behind its time: {seen.late_sends:.3f} s")
    own = spent.without(idle)
    each = {name: used / seen.linked * 1000 for name, used in own.by_part.items()}
    cores = os.cpu_count() or 1
    print(f"idle: {idle.all_parts / idle.seconds:.3f} CPU seconds a second; load now {os.getloadavg()[0]:.1f}")
    print("CPU milliseconds a record: " + ", ".join(f"{name} {used:.2f}" for name, used in each.items()))
    print(
        f"records a CPU second, all parts: {seen.linked / own.all_parts:.0f};"
        f" {cores} cores carry {seen.linked / own.all_parts * cores:.0f} a second"
    )
    bars = Bars()
    bars.at_most("visible_p99_seconds", share(waits, 0.99), VISIBLE_SECONDS, digits=3, unit="s")
    bars.at_least("records_a_second", seen.linked / took, load.rate * PACE, digits=1, note="acknowledged")
    bars.at_most("lost_warnings", float(len(lost)), 0.0, digits=0)
    bars.at_most("cpu_a_record", sum(each.values()), RECORD_MILLISECONDS, digits=2, unit="ms", note="all parts")
    bars.finish()


if __name__ == "__main__":
    main()
