"""What a market is made of: one array per fact, workers and vacancies apart.

Sets of codes are bits. A vacancy's `need` and a worker's `has` share one layout, so that one `need & ~has` tests
qualifications, languages, demands, care hours and months at once:

    word 0, bit 0      hours that leave no room for care   (had by whoever cares for nobody)
    word 0, bits 1-12  months of work, January first       (had where the farm does not need the worker)
    from bit 13 on     demands, then qualifications, then languages; as many words as it takes
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from employment_service.matching.market.stability import PRIOR, Calibration, StabilityPoints
from employment_service.matching.why_not import WhyNot

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
Bits = NDArray[np.uint32]
Flags = NDArray[np.bool_]

CARE_BIT = 0
MONTH_BIT = 1
CODE_BIT = 13
ALWAYS = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The policy's part of the hard limits. Kilometres, minutes after midnight, years."""

    least_age: int = 16
    adult_age: int = 18
    care_radius_km: float = 15.0
    care_from_minutes: int = 420
    care_to_minutes: int = 1140
    care_weekly_hours: int = 48
    minor_radius_km: float = 30.0
    commute_km_per_hour: float = 30.0
    road_detour: float = 1.3
    longest_commute_minutes: int = 180
    """The longest daily way for whoever named none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What a pair is worth: expected monthly surplus, in points of `point_cents`. Money in cents."""

    stability: StabilityPoints = field(default_factory=StabilityPoints)
    calibration: Calibration = PRIOR
    way_cents_per_km: int = 30
    """For each kilometre of road: fare, or fuel and time."""
    ways_a_month: float = 44.0
    """Twice on each of 22 days; `ways_housed` for whoever lives at work."""
    ways_housed: float = 0.5
    care_cents_per_km: int = 2000
    """A month of being one kilometre farther from whoever is cared for."""
    point_cents: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """Which bit stands for which code. `masks[kind]` covers that kind's bits, word by word."""

    demands: tuple[str, ...]
    qualifications: tuple[str, ...]
    languages: tuple[str, ...]

    @staticmethod
    def of(
        *,
        demands: Sequence[frozenset[str]],
        qualifications: Sequence[frozenset[str]],
        languages: Sequence[frozenset[str]],
    ) -> Codes:
        """From what the vacancies ask: what none asks for needs no bit."""
        kinds = [tuple(sorted(frozenset().union(*sets))) for sets in (demands, qualifications, languages)]
        return Codes(demands=kinds[0], qualifications=kinds[1], languages=kinds[2])

    @property
    def words(self) -> int:
        used = CODE_BIT + len(self.demands) + len(self.qualifications) + len(self.languages)
        return (used + 63) // 64

    def row(
        self, *, demands: frozenset[str], qualifications: frozenset[str], languages: frozenset[str]
    ) -> tuple[int, ...]:
        """The codes as words; codes without a bit are left out."""
        bits = 0
        place = CODE_BIT
        for known, given in (
            (self.demands, demands),
            (self.qualifications, qualifications),
            (self.languages, languages),
        ):
            if given:
                for offset, code in enumerate(known):
                    if code in given:
                        bits |= 1 << (place + offset)
            place += len(known)
        return tuple((bits >> (64 * word)) & (2**64 - 1) for word in range(self.words))

    def masks(self) -> Words:
        """(5, words): care, months, demands, qualifications, languages."""
        counts = (1, 12, len(self.demands), len(self.qualifications), len(self.languages))
        rows, place = [], 0
        for count in counts:
            bits = ((1 << count) - 1) << place
            rows.append([(bits >> (64 * word)) & (2**64 - 1) for word in range(self.words)])
            place += count
        return np.array(rows, dtype=np.uint64)


MASK_BITS = (
    WhyNot.CARE_HOURS,
    WhyNot.SEASON_CLASH,
    WhyNot.HEALTH_LIMIT,
    WhyNot.QUALIFICATION_MISSING,
    WhyNot.LANGUAGE_NEEDED,
)
"""In the order of `Codes.masks`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """Arrays over workers. `home` (workers, 3): unit vectors, NaN where unknown. Care places are ragged:
    those of worker i are `care[care_starts[i]:care_starts[i + 1]]`.
    """

    home: Floats
    own: Bits
    """Bits that hold against every vacancy."""
    has: Words
    minor: Flags
    age: Ints
    floor_cents: Ints
    income_cents: Ints
    max_km: Floats
    max_minutes: Floats
    free_from: Ints
    """Day number (`date.toordinal`)."""
    weight: Floats
    care_starts: Ints
    care: Floats
    past: Ints
    """Row of `Market.experience`."""

    @property
    def count(self) -> int:
        return len(self.own)

    @property
    def caring(self) -> Flags:
        return np.diff(self.care_starts) > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Vacancies:
    place: Floats
    own: Bits
    need: Words
    least_age: Ints
    wage_cents: Ints
    housed: Flags
    away: Flags
    """Closed to people under age: housed, or recruiting a group."""
    starts: Ints
    points: Ints
    """What the work itself adds to stability."""
    places: Ints
    work: Ints
    """Column of `Market.experience`."""

    @property
    def count(self) -> int:
        return len(self.own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    workers: Workers
    vacancies: Vacancies
    codes: Codes
    limits: Limits
    worth: Worth
    experience: NDArray[np.int16]
    """(pasts, occupations): points by what was done before."""


def unit_vectors(lat: Floats, lon: Floats) -> Floats:
    """(n, 3) from degrees; NaN stays NaN."""
    phi, lam = np.radians(lat), np.radians(lon)
    return np.stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)], axis=-1)
