"""A running system with the sample county, and somebody to call it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from chassis.identity import Actor, Role
from holdfast.demo.endpoint import Caller
from holdfast.demo.stage import Stage
from holdfast.up.system import System


@dataclass(slots=True, kw_only=True)
class County:
    """A running system with the sample county, on the morning of the story, and somebody to call it."""

    system: System
    stage: Stage
    said: list[str]

    def caller(self, role: Role, *areas: str, department: str | None = None, subject: str = "tester") -> Caller:
        actor = Actor(subject=subject, roles=frozenset({role}), areas=areas, department=department)
        return self.stage.endpoint.caller(actor)


def prepared(data: Path) -> System:
    return System.prepare(data, beside_others=True, mode="demo", given=os.environ)
