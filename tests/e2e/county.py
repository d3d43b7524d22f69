"""A running system with the sample county, and somebody to call it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from chassis.identity import Actor, Role
from holdfast.demo.chapters.warning import BATCH
from holdfast.demo.endpoint import Caller
from holdfast.demo.stage import COUNTY, Stage
from holdfast.seed.families import Family, families
from holdfast.settings import ROOT
from holdfast.up.system import System


@dataclass(frozen=True, slots=True)
class Said:
    """What a command of the console printed, and its exit code."""

    code: int
    text: str


@dataclass(slots=True, kw_only=True)
class County:
    """A running system with the sample county, on the morning of the story, and somebody to call it."""

    system: System
    stage: Stage
    said: list[str]

    def caller(self, role: Role, *areas: str, department: str | None = None, subject: str = "tester") -> Caller:
        actor = Actor(subject=subject, roles=frozenset({role}), areas=areas, department=department)
        return self.stage.endpoint.caller(actor)

    def member(self, member_id: UUID) -> Caller:
        """A member of a household, in its own name."""
        actor = Actor(subject=f"member-{member_id}", roles=frozenset({Role.HOUSEHOLD}), member_id=member_id)
        return self.stage.endpoint.caller(actor)

    async def send(self, department: str, number: str, *records: Mapping[str, object]) -> tuple[float, ...]:
        """What became of the rows: read, linked, review, rejected, unchanged."""
        caller = self.caller(Role.DEPARTMENT, COUNTY, department=department)
        wanted = {"department": department, "batchId": number, "areaPath": COUNTY, "records": list(records)}
        answer = (await caller.ask(BATCH, {"input": wanted})).at("submitDepartmentBatch")
        return tuple(answer.number(f"account.{name}") for name in ("read", "linked", "review", "rejected", "unchanged"))

    async def console(self, *words: str) -> Said:
        """`holdfast` beside the running system, with its clock."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "holdfast", *words,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": f"{ROOT}:{ROOT / 'proto'}",
                "HOLDFAST_DATA": str(self.system.data),
                "HOLDFAST_MODE": self.system.mode,
                "COLUMNS": "200",
            },
        )  # fmt: skip
        output, _ = await process.communicate()
        return Said(process.returncode or 0, output.decode().strip())


@cache
def families_of(village: str) -> tuple[Family, ...]:
    """Of a village of the sample, in the order of the register."""
    return next(found for place, found in families() if place.path == village)


def prepared(data: Path) -> System:
    return System.prepare(data, beside_others=True, mode="demo", given=os.environ)
