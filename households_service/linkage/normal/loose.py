"""Spellings of one sound made one: what the clerks of two offices, or two ways to write a language, make of a name.

Ministry and passport, parish and census: oo and u, ph and f, gh and g, Gang and Kang, Schmidt and Smit. Vowels stay
apart, so it says more than the consonants alone; two names that only look alike may still meet, so it is no identity.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_RULES: tuple[tuple[str, str], ...] = (
    ("sch|sh|sz|ss", "s"),
    ("ph", "f"),
    ("tch|tsch|ch|cz|dzh|dj|zh", "j"),
    ("kh", "h"),
    ("x", "ks"),
    ("ck|q|c", "k"),
    ("(?<=[bdgt])h", ""),
    ("w", "v"),
    ("y(?=[aeou])", ""),
    ("y", "i"),
    ("ee|ie|ei|ui", "i"),
    ("i(?=[aeou])", ""),
    ("oo|ou|eo|eu|ue", "u"),
    ("ae", "e"),
    ("(?<=[aeiou])h(?![aeiou])", ""),
    (r"([a-z])\1+", r"\1"),
)
_COMPILED = tuple((re.compile(found), made) for found, made in _RULES)
_UNVOICED = str.maketrans("bdgz", "ptks")


def loose_spellings(romans: Sequence[str]) -> list[str]:
    """Of each name in Latin letters, in one go; none holds the end of a line."""
    if not romans:
        return []
    lines = "\n".join(romans)
    for found, made in _COMPILED:
        lines = found.sub(made, lines)
    return lines.translate(_UNVOICED).split("\n")
