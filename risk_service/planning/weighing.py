"""How a plan from files weighs: as a policy pack says, but for what is asked for instead. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from risk_service.planning.domain import Objective
from risk_service.planning.plans.weights import OBJECTIVES
from risk_service.planning.reading import FloorRule
from risk_service.policy.domain import PolicyPack

TOWNSHIP = "township"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileWeights:
    """`policy`: version and hash of the pack they are from; "" without one."""

    objective: Objective
    red_first: bool
    floors: tuple[FloorRule, ...]
    policy: str = ""

    def but(self, *, objective: Objective | None, floors: Sequence[FloorRule]) -> FileWeights:
        """A floor of a column takes the place of the policy's."""
        own = {floor.column for floor in floors}
        kept = tuple(floor for floor in self.floors if floor.column not in own)
        return replace(self, objective=objective or self.objective, floors=(*kept, *floors))

    @property
    def told(self) -> str:
        floors = ", ".join(f"floor {floor.column}={floor.share:g}" for floor in self.floors) or "no floors"
        return f"by {self.objective.lower()}, red {'first' if self.red_first else 'among the others'}, {floors}"


PLAIN = FileWeights(objective=Objective.PEOPLE, red_first=True, floors=())


def weights_of(pack: PolicyPack) -> FileWeights:
    """Raises PolicySaysNothing."""
    said = pack.plan()
    floors = ((TOWNSHIP, said.township_floor_percent), (f"head_{said.elders_from_age}", said.elders_floor_percent))
    return FileWeights(
        objective=OBJECTIVES[said.value],
        red_first=said.red_first,
        floors=tuple(FloorRule(column=column, share=percent / 100) for column, percent in floors if percent),
        policy=f"{pack.label} ({pack.content_hash[:12]})",
    )
