"""What is kept of every weighing: who came into question, and what each field added. No value of anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from households_service.identities.sketches import LinkField


class Finding(StrEnum):
    """What a person found of a link that was made without one."""

    RIGHT = "RIGHT"
    WRONG = "WRONG"
    UNSURE = "UNSURE"


class LinkOutcome(StrEnum):
    AUTO = "AUTO"
    REVIEW = "REVIEW"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptWeight:
    field: LinkField
    agreement: str
    bits: float


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCandidate:
    member_id: UUID
    probability: float
    bits: float
    contradicted: bool
    weights: tuple[KeptWeight, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkDecision:
    """`outcome`: AUTO or REVIEW. `sampled`: a person is asked whether it was right."""

    record_key: UUID
    area_path: str
    model_version: str
    outcome: str
    threshold_bits: float
    decided_at: datetime
    candidates: tuple[KeptCandidate, ...]
    sampled: bool
    found: Finding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCounts:
    """Of the automatic links drawn for a second look."""

    drawn: int
    right: int
    wrong: int
    unsure: int
