"""Consonant skeletons: keys under which spellings of one name meet. A key finds candidates; it is never evidence."""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_DIGRAPH = re.compile("sch|sh|tch|ch|ts|zh|dzh|dj|dz|gh|ck|qu|ph|th|ng|kh|c(?=[eiy])")
_SOUND = {
    "sch": "s", "sh": "s", "tch": "C", "ch": "C", "ts": "C", "zh": "j", "dzh": "j", "dj": "j", "dz": "j", "gh": "k",
    "ck": "k", "qu": "k", "ph": "f", "th": "t", "ng": "n", "kh": "h", "c": "s",
}  # fmt: skip
_CLASSES = str.maketrans({
    "b": "p", "d": "t", "g": "k", "q": "k", "c": "k", "w": "v", "z": "s", "x": "h", "C": "c", "e": "a", "i": "a",
    "o": "a", "u": "a",
})  # fmt: skip
_INSIDE = _CLASSES | {ord(letter): None for letter in "aeiouyhx"}
_PLAIN = frozenset("abdefijklmnoprtuvwxyz") - {"t", "d"}
"""Letters of which no digraph is made: each of those holds c, g, h, q, s, t or d."""
_NOT_LATIN = re.compile("[^a-z]")
LONGEST = 6


def skeleton(part: str) -> str:
    """Classes of consonants of a romanised part, at most six; a vowel only where the name begins with one.

    Vowels, doubled letters, voicing (b/p, d/t, g/k/q, z/s) and h, kh or x inside make no difference. A part that
    is not in Latin letters is its own skeleton.
    """
    return skeletons(part)[0]


@lru_cache(maxsize=4096)
def skeletons(part: str) -> tuple[str, ...]:
    """The skeleton, and those of the other readings of q (k or ch) and x (kh or sh) in spellings of Uyghur."""
    letters = part if part.isascii() and part.isalpha() else _NOT_LATIN.sub("", part)
    if not letters:
        return (part,)
    readings = [letters]
    if "q" in letters:
        readings += [letters.replace("q", "ch")]
    if "x" in letters:
        readings += [reading.replace("x", "sh") for reading in readings]
    return tuple(dict.fromkeys(_skeleton(reading) for reading in readings))


def _skeleton(letters: str) -> str:
    if not _PLAIN.issuperset(letters):
        letters = _DIGRAPH.sub(lambda match: _SOUND[match.group()], letters)
    classes = letters[0].translate(_CLASSES) + letters[1:].translate(_INSIDE)
    return "".join(one for one, before in zip(classes, " " + classes, strict=False) if one != before)[:LONGEST]


def with_sounds(lines: str) -> str:
    """Lines of Latin letters in which digraphs are one letter."""
    return _DIGRAPH.sub(lambda match: _SOUND[match.group()], lines)


@lru_cache(maxsize=1)
def classes_of_bytes() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Class per byte of what `with_sounds` gives, where a part begins and inside of it; 0 for what is left out."""
    letters = [chr(byte) for byte in range(128)]
    begins = np.array([ord(letter.translate(_CLASSES)) for letter in letters], dtype=np.uint8)
    inside = np.array([ord(letter.translate(_INSIDE) or "\0") for letter in letters], dtype=np.uint8)
    return begins, inside
