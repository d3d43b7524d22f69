"""How far a Han part renders one in an alphabet, a pair at a time: whether it reaches a threshold, seldom how far.

The alignment of `linkage.normal.bridge`, given up as soon as no threshold can be reached any more. Close to a threshold
the engine itself is asked, whose single precision decides.
"""

from __future__ import annotations

from functools import lru_cache

from households_service.linkage.normal.bridge import (
    ADDED,
    NEVER,
    STEEPNESS,
    SUBSTITUTIONS,
    bridge_similarity,
    letters_of,
    sounds_of,
)

_CLOSE = 1e-4
_COSTS: dict[str, dict[str, float]] = {}
for (_sound, _letter), _cost in SUBSTITUTIONS.items():
    _COSTS.setdefault(_sound, {})[_letter] = _cost


@lru_cache(maxsize=16_384)
def _letters(latin: str) -> tuple[tuple[str, float], ...]:
    return tuple((letter, ADDED[letter]) for letter in letters_of(latin))


def similarity(han: str, latin: str, *, thresholds: tuple[float, ...]) -> float:
    """0.0 for whatever lies below the least of the `thresholds`, which come in rising order."""
    sounds, letters = sounds_of(han), _letters(latin)
    if not sounds or not letters:
        return 0.0
    above = [0.0]
    for _, added in letters:
        above.append(above[-1] + added)
    nothing = max(above[-1] + sum(lost for _, lost in sounds), 0.01)
    most = (1.0 - thresholds[0] + _CLOSE) / STEEPNESS * nothing
    for sound, lost in sounds:
        costs = _COSTS[sound]
        before = diagonal = above[0]
        least = left = before + lost
        row = [left]
        for column, (letter, added) in enumerate(letters, start=1):
            up = above[column]
            left += added
            best = diagonal + costs.get(letter, NEVER)
            if left < best:  # noqa: PLR1730 - three times as fast
                best = left
            if up + lost < best:  # noqa: PLR1730 - three times as fast
                best = up + lost
            row.append(best)
            if best < least:  # noqa: PLR1730 - three times as fast
                least = best
            diagonal, left = up, best
        if least > most:
            return 0.0
        above = row
    found = 1.0 - STEEPNESS * above[-1] / nothing
    if any(abs(found - one) < _CLOSE for one in thresholds):
        return bridge_similarity(han, latin)
    return max(0.0, found)
