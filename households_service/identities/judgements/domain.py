"""Judgements of people over whether two are one: data, never overwritten; the newest between two ends holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from chassis.errors import Conflict, InvalidInput


class Verdict(StrEnum):
    SAME = "SAME"
    DIFFERENT = "DIFFERENT"
    UNSURE = "UNSURE"


class OnePersonTwice(InvalidInput):
    code = "ONE_PERSON_TWICE"


class NotJudgedSame(Conflict):
    code = "NOT_JUDGED_SAME"


class NotMerged(Conflict):
    code = "NOT_MERGED"


class JudgementsContradict(Conflict):
    """Two would be one person that somebody judged to be two, or are one by a merge that still stands."""

    code = "LINK_JUDGEMENTS_CONTRADICT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Between a member and either what a record says of its person (`person_token`) or another member."""

    id: UUID
    area_path: str
    member_id: UUID
    person_token: str | None
    other_member_id: UUID | None
    verdict: Verdict
    reason: str
    judged_by: str
    judged_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """`moved_records`: records that were the merged member's and are the surviving one's since."""

    id: UUID
    area_path: str
    surviving_id: UUID
    merged_id: UUID
    moved_records: tuple[UUID, ...]
    merged_at: datetime
    merged_by: str
    reason: str
    split_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonsMerged:
    merge: Merge
    surviving_household_id: UUID
    merged_household_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSplit:
    merge: Merge
    surviving_household_id: UUID
    split_household_id: UUID
