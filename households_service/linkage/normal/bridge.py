"""Han transliterations laid beside Latin names: alignment of sounds instead of likeness of spellings.

The pinyin of a transliteration looks unlike the name (aihemaiti for Ehmet), so its sounds are aligned with the letters
by dynamic programming over costs of `bridge_costs` (weighted edit distance, Wagner & Fischer 1974), many pairs at once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from households_service.linkage.normal import bridge_costs
from households_service.linkage.normal.romanisation import pinyin_syllables
from households_service.linkage.normal.text import Distinct, distinct

_SYLLABLE = re.compile("(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?([a-z]+)")
_LETTER = re.compile("ng(?![aeiouhöü])|gh|kh|sh|ch|zh|[a-zöü]")
_SAME_LETTER = {"kh": "x", "v": "w", "c": "k"}
_DOUBLED = re.compile(r"([a-z])\1")
_LATIN_VOWELS = frozenset("aeiouöü")
SUBSTITUTIONS = bridge_costs.substitutions()
_SOUNDS = {sound: code for code, sound in enumerate(dict.fromkeys(sound for sound, _ in SUBSTITUTIONS))}
_LETTERS = {letter: code for code, letter in enumerate(dict.fromkeys(letter for _, letter in SUBSTITUTIONS))}
_END = -2
_LETTER_CODES = {
    letter: _LETTERS[_SAME_LETTER.get(letter, letter)]
    for letter in {*_LETTERS, *_SAME_LETTER}
    if _SAME_LETTER.get(letter, letter) in _LETTERS
} | {"\n": _END}
_LETTER_OR_END = re.compile(f"{_LETTER.pattern}|\n")
_FEW = 64
"""Up to so many parts their sounds are asked for one by one: those of a query, which are remembered."""
NEVER = 4.0
_LONGEST = 20
_PAIRS_AT_ONCE = 8_000
_ROUNDING = 1e-3
STEEPNESS = 1.6
"""Names that share no sound come out at 0, the usual renderings of clerks above 0.8."""
_ADDED_CONSONANT = bridge_costs.ADDED_CONSONANT
_CLASSES = {
    "b": "p", "p": "p", "f": "p", "m": "m", "d": "t", "t": "t", "l": "l", "r": "l", "R": "l", "g": "k", "gh": "k",
    "k": "k", "n": "n", "ng": "n", "N": "n", "s": "s", "sh": "s", "z": "s", "c": "s", "zh": "j", "j": "j", "ch": "c",
}  # fmt: skip
_OF_PINYIN = _CLASSES | {"q": "c", "x": "s"}
_OF_LATIN = _CLASSES | {"q": "k"}
KEY_LENGTH = 4


def _table() -> NDArray[np.float32]:
    """Row and column of the padding come last and forbid nothing but aligning."""
    costs = np.full((len(_SOUNDS) + 1, len(_LETTERS) + 1), NEVER, dtype=np.float32)
    for (sound, letter), cost in SUBSTITUTIONS.items():
        costs[_SOUNDS[sound], _LETTERS[letter]] = cost
    return costs


_COSTS = _table()
ADDED = {
    letter: bridge_costs.ADDED_VOWEL if letter in _LATIN_VOWELS else bridge_costs.ADDED.get(letter, _ADDED_CONSONANT)
    for letter in _LETTERS
}
"""Cost of each letter for which there is no sound."""
_ADDED = np.array([*ADDED.values(), 0.0], dtype=np.float32)


@lru_cache(maxsize=65_536)
def sounds_of(han: str) -> tuple[tuple[str, float], ...]:
    """Sounds of a transliterated part, each with the cost of there being no letter for it."""
    return tuple(sound for syllable in pinyin_syllables(han) for sound in _sounds_of_syllable(syllable))[:_LONGEST]


@lru_cache(maxsize=2_048)
def _sounds_of_syllable(syllable: str) -> tuple[tuple[str, float], ...]:
    if syllable == "er":
        return (("R", bridge_costs.LOST["R"]),)
    match = _SYLLABLE.fullmatch(syllable)
    if match is None:
        return ()
    initial, final = match.group(1) or "", bridge_costs.FINALS.get(match.group(2), "e")
    sounds: list[tuple[str, float]] = []
    if initial:
        sounds.append((initial, bridge_costs.LOST.get(initial, bridge_costs.LOST_CONSONANT)))
    sounds.append((final.removesuffix("N"), bridge_costs.UNSPOKEN.get(syllable, bridge_costs.LOST_VOWEL)))
    if final.endswith("N"):
        sounds.append(("N", bridge_costs.LOST["N"]))
    return tuple(sounds)


@lru_cache(maxsize=65_536)
def letters_of(latin: str) -> tuple[str, ...]:
    """Letters of a folded Latin part, two-letter ones as one, doubled ones once."""
    letters = [_SAME_LETTER.get(letter, letter) for letter in _LETTER.findall(_DOUBLED.sub(r"\1", latin))]
    return tuple(letter for letter in letters if letter in _LETTERS)[:_LONGEST]


def bridge_similarity(han: str, latin: str) -> float:
    """Between 0 and 1; 1 when the characters are a usual rendering of the letters. Arguments are folded parts."""
    return float(bridge_similarities([han], [latin])[0])


def bridge_similarities(han: Sequence[str], latin: Sequence[str]) -> NDArray[np.float32]:
    """`bridge_similarity` pair by pair: two sequences of one length in, float32 out.

    About 2 microseconds of CPU a pair; pairs that share none of their `bridge_keys` are seldom worth it.
    """
    return coded_similarities(distinct(han), distinct(latin))


def coded_similarities(han: Distinct, latin: Distinct, *, least: float = 0.0) -> NDArray[np.float32]:
    """`bridge_similarities` of columns whose distinct parts are known; what is below `least` may come out as 0."""
    sounds, lost, sound_counts = _sounds_of_many(han.values)
    letters, letter_counts = _letters_of_many(latin.values)
    found = np.zeros(len(han.codes), dtype=np.float32)
    likely = np.arange(len(han.codes))
    if least > 0.0 and len(likely) > _FEW and len(sounds) and len(letters):
        highest = _highest(sounds, lost, han.codes, letters, latin.codes)
        likely = np.flatnonzero(highest >= least - _ROUNDING)
    by_length = likely[np.lexsort((letter_counts[latin.codes[likely]], sound_counts[han.codes[likely]]))]
    for start in range(0, len(by_length), _PAIRS_AT_ONCE):
        rows = by_length[start : start + _PAIRS_AT_ONCE]
        one, other = han.codes[rows], latin.codes[rows]
        deep, wide = int(sound_counts[one].max()), int(letter_counts[other].max())
        found[rows] = _aligned(
            sounds[:deep, one], lost[:deep, one], sound_counts[one], letters[:wide, other], letter_counts[other]
        )
    return found


def bridge_keys(part: str, *, is_han: bool) -> tuple[str, ...]:
    """Keys at which renderings of one name meet across the scripts; never evidence.

    The first four classes of consonants without the fleeting h, w and y; then, for the slips of clerks, the same with
    one of them left out. Two parts are candidates of each other when they share a key.
    """
    if is_han:
        classes = [_OF_PINYIN.get(sound, "") for sound, _ in sounds_of(part)]
    else:
        classes = [_OF_LATIN.get(letter, "") for letter in letters_of(part)]
    whole = "".join(classes)
    whole = re.sub(r"(.)\1+", r"\1", whole)[: KEY_LENGTH + 1]
    shorter = [whole[:place] + whole[place + 1 :] for place in range(len(whole))] if len(whole) > 2 else []
    return tuple(dict.fromkeys(key[:KEY_LENGTH] for key in (whole, *shorter)))


def _highest(
    sounds: NDArray[np.intp],
    lost: NDArray[np.float32],
    han: NDArray[np.int32],
    letters: NDArray[np.intp],
    latin: NDArray[np.int32],
) -> NDArray[np.float32]:
    """No alignment can be better: each sound and each letter pays at least for its going alone, or half of the least
    that it costs beside any of the other's, in whatever order. A tenth of the work of aligning.
    """
    added = _ADDED[letters]
    cost = np.zeros(len(han), dtype=np.float32)
    for own, alone, mine, others, beside in (
        (sounds, lost, han, latin, _least_beside(letters, _COSTS.T)),
        (letters, added, latin, han, _least_beside(sounds, _COSTS)),
    ):
        table, offsets = beside.ravel(), others.astype(np.intp) * beside.shape[1]
        for place in range(len(own)):
            cost += np.minimum(alone[place].take(mine), table.take(offsets + own[place].take(mine)))
    nothing = lost.sum(axis=0)[han] + added.sum(axis=0)[latin]
    return np.asarray(1.0 - STEEPNESS * cost / np.maximum(nothing, 0.01), dtype=np.float32)


def _least_beside(parts: NDArray[np.intp], costs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Parts x signs of the other script: half of the least that a sign costs beside any sign of the part."""
    halves = np.ascontiguousarray(costs) / 2
    least: NDArray[np.float32] = halves.take(parts[0], axis=0)
    for place in range(1, len(parts)):
        longer = np.flatnonzero(parts[place] < len(costs) - 1)
        least[longer] = np.minimum(least[longer], halves.take(parts[place, longer], axis=0))
    return least


def _aligned(
    sounds: NDArray[np.intp],
    lost: NDArray[np.float32],
    sound_counts: NDArray[np.int64],
    letters: NDArray[np.intp],
    letter_counts: NDArray[np.int64],
) -> NDArray[np.float32]:
    """Arrays are places x pairs, padded with the blank sound and letter, whose costs are nothing."""
    width = len(letters)
    added = _ADDED[letters]
    above = [np.zeros(sounds.shape[1], dtype=np.float32)]
    for column in range(width):
        above.append(above[-1] + added[column])
    nothing = above[-1] + lost.sum(axis=0)
    for place in range(len(sounds)):
        row = [above[0] + lost[place]]
        offsets = sounds[place] * len(_ADDED)
        for column in range(width):
            best = _COSTS.take(offsets + letters[column])
            best += above[column]
            np.minimum(best, above[column + 1] + lost[place], out=best)
            np.minimum(best, row[column] + added[column], out=best)
            row.append(best)
        above = row
    similarity = np.clip(1.0 - STEEPNESS * above[-1] / np.maximum(nothing, 0.01), 0.0, 1.0)
    similarity[(sound_counts == 0) | (letter_counts == 0)] = 0.0
    return np.asarray(similarity, dtype=np.float32)


def _sounds_of_many(
    parts: list[str],
) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.int64]]:
    """`sounds_of` each, places x parts."""
    if len(parts) <= _FEW:
        return _padded_sounds([sounds_of(part) for part in parts])
    whole = "".join(parts)
    held = {letter: at for at, letter in enumerate(dict.fromkeys(whole))}
    codes, lost, counts = _padded_sounds([sounds_of(letter) for letter in held])
    letters = np.array([held[letter] for letter in whole], dtype=np.int64)
    part = np.repeat(np.arange(len(parts)), [len(text) for text in parts])
    # the place of each letter's first sound in its part
    ends = np.cumsum(counts[letters])
    sizes = np.bincount(part, weights=counts[letters], minlength=len(parts)).astype(np.int64)
    begins = ends - counts[letters] - (np.cumsum(sizes) - sizes)[part]
    size = int(sizes.max(initial=0))
    out = np.full((size, len(parts)), len(_SOUNDS), dtype=np.intp)
    out_lost = np.zeros(out.shape, dtype=np.float32)
    for place in range(len(codes)):
        has = counts[letters] > place
        cell = begins[has] + place, part[has]
        out[cell], out_lost[cell] = codes[place, letters[has]], lost[place, letters[has]]
    return out[:_LONGEST], out_lost[:_LONGEST], np.minimum(sizes, _LONGEST)


def _letters_of_many(parts: list[str]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """`letters_of` each, places x parts."""
    if len(parts) <= _FEW:
        return _padded_letters([letters_of(part) for part in parts])
    found = _LETTER_OR_END.findall(_DOUBLED.sub(r"\1", "\n".join(parts)))
    codes = np.array([_LETTER_CODES.get(letter, -1) for letter in found], dtype=np.intp)
    part = np.cumsum(codes == _END)
    kept = codes >= 0
    codes, part = codes[kept], part[kept]
    counts = np.bincount(part, minlength=len(parts))
    place = np.arange(len(part)) - (np.cumsum(counts) - counts)[part]
    out = np.full((int(counts.max(initial=0)), len(parts)), len(_LETTERS), dtype=np.intp)
    out[place, part] = codes
    return out[:_LONGEST], np.minimum(counts, _LONGEST)


def _padded_sounds(
    parts: list[tuple[tuple[str, float], ...]],
) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.int64]]:
    counts = np.array([len(part) for part in parts], dtype=np.int64)
    codes = np.full((int(counts.max(initial=0)), len(parts)), len(_SOUNDS), dtype=np.intp)
    lost = np.zeros(codes.shape, dtype=np.float32)
    column, place = _cells(counts)
    codes[place, column] = [_SOUNDS[sound] for part in parts for sound, _ in part]
    lost[place, column] = [cost for part in parts for _, cost in part]
    return codes, lost, counts


def _padded_letters(parts: list[tuple[str, ...]]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    counts = np.array([len(part) for part in parts], dtype=np.int64)
    codes = np.full((int(counts.max(initial=0)), len(parts)), len(_LETTERS), dtype=np.intp)
    column, place = _cells(counts)
    codes[place, column] = [_LETTERS[letter] for part in parts for letter in part]
    return codes, counts


def _cells(counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Column and place of every sound or letter, part by part."""
    column = np.repeat(np.arange(len(counts)), counts)
    return column, np.arange(len(column)) - np.repeat(np.cumsum(counts) - counts, counts)
