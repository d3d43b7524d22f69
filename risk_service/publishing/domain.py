"""Which points table serves, which one runs beside it unseen, and who may decide that. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chassis.errors import Conflict, Forbidden, InvalidInput, NotFound
from risk_service.scoring.points import PointsTable

SYSTEM = "holdfast"
LEAST_TESTED = 100
LEAST_EVENTS = 20
"""Households of an as-of test, and outcomes of either kind among them."""


class ModelState(StrEnum):
    """PROPOSED: waits for a second person. SHADOW: told beside the active one, shown to nobody."""

    PROPOSED = "PROPOSED"
    SHADOW = "SHADOW"
    ACTIVE = "ACTIVE"
    RETIRED = "RETIRED"
    REJECTED = "REJECTED"


class ModelUnknown(NotFound):
    code = "MODEL_UNKNOWN"


class ModelDecidedByPublisher(Forbidden):
    code = "MODEL_DECIDED_BY_PUBLISHER"


class ModelStateWrong(Conflict):
    code = "MODEL_STATE_WRONG"


class ModelNotTested(Conflict):
    code = "MODEL_NOT_TESTED"


class ModelNotAhead(Conflict):
    code = "MODEL_NOT_AHEAD"


class ModelReasonMissing(InvalidInput):
    code = "MODEL_REASON_MISSING"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersion:
    """`households`: it was made of, for a label-free table. `why`: the last decision in words."""

    table: PointsTable
    state: ModelState
    households: int
    published_by: str
    published_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    why: str

    @property
    def version(self) -> str:
        return self.table.version

    @property
    def is_own_prior(self) -> bool:
        """Made by the service itself without any label: it may be replaced by another such without a person."""
        return self.published_by == SYSTEM and self.table.labels == 0


_WAYS = {
    ModelState.PROPOSED: frozenset({ModelState.SHADOW, ModelState.REJECTED}),
    ModelState.SHADOW: frozenset({ModelState.ACTIVE, ModelState.REJECTED, ModelState.RETIRED}),
    ModelState.RETIRED: frozenset({ModelState.SHADOW}),
    ModelState.ACTIVE: frozenset(),
    ModelState.REJECTED: frozenset(),
}


def require_decidable(found: ModelVersion, *, to: ModelState, by: str, reason: str) -> None:
    """Four eyes: whoever published decides nothing. Only a shadow can become active. Raises."""
    if by == found.published_by:
        raise ModelDecidedByPublisher("Whoever published a table does not decide about it.")
    if not reason.strip():
        raise ModelReasonMissing("A decision needs its reason.", field="reason")
    if to not in _WAYS[found.state]:
        raise ModelStateWrong(f"A table that is {found.state} cannot become {to}.", field="state")
