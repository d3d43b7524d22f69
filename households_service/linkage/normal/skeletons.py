"""Consonant skeletons: keys under which spellings of one name meet. A key finds candidates; it is never evidence."""

from __future__ import annotations

import re
from functools import lru_cache

_RULES = (
    (re.compile("sch|sh|ss"), "s"),
    (re.compile("tch|ch|ts"), "C"),
    (re.compile("zh|dzh|dj|dz"), "j"),
    (re.compile("gh|ck|qu"), "k"),
    (re.compile("ph"), "f"),
    (re.compile("th"), "t"),
    (re.compile("ng"), "n"),
    (re.compile("kh"), "h"),
    (re.compile("c(?=[eiy])"), "s"),
)
_CLASSES = str.maketrans({
    "b": "p", "p": "p", "d": "t", "t": "t", "g": "k", "k": "k", "q": "k", "c": "k", "v": "v", "w": "v", "z": "s",
    "x": "h", "C": "c", "e": "a", "i": "a", "o": "a", "u": "a",
})  # fmt: skip
_SILENT = re.compile("(?<=.)[hx]")
_INNER_VOWEL = re.compile("(?<=.)[ay]")
_DOUBLE = re.compile(r"(.)\1+")
_NOT_LATIN = re.compile("[^a-z]")
LONGEST = 6


def skeleton(part: str) -> str:
    """Classes of consonants of a romanised part, at most six; a vowel only where the name begins with one.

    Vowels, doubled letters, voicing (b/p, d/t, g/k/q, z/s) and h, kh or x inside make no difference. A part that
    is not in Latin letters is its own skeleton.
    """
    return skeletons(part)[0]


@lru_cache(maxsize=65_536)
def skeletons(part: str) -> tuple[str, ...]:
    """The skeleton, and those of the other readings of q (k or ch) and x (kh or sh) in spellings of Uyghur."""
    letters = _NOT_LATIN.sub("", part)
    if not letters:
        return (part,)
    readings = [letters]
    if "q" in letters:
        readings += [letters.replace("q", "ch")]
    if "x" in letters:
        readings += [reading.replace("x", "sh") for reading in readings]
    return tuple(dict.fromkeys(_skeleton(reading) for reading in readings))


def _skeleton(letters: str) -> str:
    for pattern, replacement in _RULES:
        letters = pattern.sub(replacement, letters)
    classes = _SILENT.sub("", letters).translate(_CLASSES)
    return _DOUBLE.sub(r"\1", _INNER_VOWEL.sub("", classes))[:LONGEST]
