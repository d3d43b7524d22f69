"""What a comparison gives: a feature's description and the levels of many pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from households_service.linkage.arrays import Flags, Float32, Int8, Int32
from households_service.linkage.schema import FieldKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """Levels count from 1 (differ) to `levels` (the same); the priors say what to expect before any data is seen."""

    name: str
    kind: FieldKind
    prior_m: tuple[float, ...]
    """Chance of each level between records of one person."""
    prior_u: tuple[float, ...]
    """Chance of each level between records of two people."""

    @property
    def levels(self) -> int:
        return len(self.prior_m)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    levels: Int8
    share: Float32


def blank_where(levels: Int8, blank: Flags) -> Int8:
    return np.where(blank, np.int8(0), levels)


def share_of(shares: Float32, codes: Int32, *, exact: Flags) -> Float32:
    """The share of the agreed value; 0 where the pair does not agree exactly or nothing is known."""
    agreed = exact & (codes >= 0)
    out = np.zeros(len(codes), dtype=np.float32)
    out[agreed] = shares[codes[agreed]]
    return out
