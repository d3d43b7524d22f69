"""What a person may tell so that runs can be audited for fairness, and for nothing else."""

from __future__ import annotations

from enum import StrEnum


class SexForAudits(StrEnum):
    FEMALE = "FEMALE"
    MALE = "MALE"
