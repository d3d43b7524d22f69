"""How one person is written differently from record to record: other script, other spelling, a part missing, slips."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.population.conventional import CONVENTIONAL
from benchmarks.population.sounds import VOWELS, arabic, cyrillic, han, letters_of

DOTS = ("\u00b7", "\u00b7", "\u00b7", "\u2022", "\u30fb", "\u2027", "\uff65", "\u22c5", ".", " ", "-", "\u00b7 ")
_SPELLINGS = (
    ("gh", "g"), ("ch", "q"), ("sh", "x"), ("x", "h"), ("x", "kh"), ("q", "k"), ("ü", "u"), ("ö", "o"), ("e", "a"),
    ("a", "e"), ("o", "u"), ("u", "o"), ("i", "e"), ("j", "zh"), ("w", "v"), ("p", "f"), ("d", "t"), ("y", "i"),
    ("mm", "m"), ("et", "at"), ("un", "an"),
)  # fmt: skip
_DOUBLED = "mltsbdk"
_HOMOPHONES = dict(
    zip(
        "买麦吐图吾乌力里丽克克热沙萨艾依伊玛马迪地库哈海提特木穆",
        "麦买图吐乌吾里力利科可惹萨沙爱伊依马玛地迪酷合黑特提穆木",
        strict=True,
    )
)
_NEIGHBOURS = {
    "a": "s",
    "e": "r",
    "i": "o",
    "o": "p",
    "u": "y",
    "n": "m",
    "m": "n",
    "t": "r",
    "s": "d",
    "l": "k",
    "r": "t",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Shares of rows in which a thing happens; wrong ID numbers, phones and births among those given."""

    no_id: float = 0.47
    wrong_id: float = 0.20
    swapped_in_wrong_id: float = 0.3
    other_script: float = 0.30
    one_part: float = 0.15
    swapped_parts: float = 0.04
    other_spelling: float = 0.45
    vowel_lost: float = 0.08
    typing_error: float = 0.10
    no_name: float = 0.03
    no_birth: float = 0.18
    year_only: float = 0.17
    wrong_birth: float = 0.04
    no_village: float = 0.10
    wrong_village: float = 0.07
    household: float = 0.25
    wrong_household: float = 0.03
    phone: float = 0.30
    wrong_phone: float = 0.10
    no_sex: float = 0.25
    wrong_sex: float = 0.01


def spelled(part: str, noise: Noise, random: np.random.Generator) -> str:
    """A part of a Latin name as somebody else would spell it."""
    if random.random() < noise.other_spelling:
        usable = [pair for pair in _SPELLINGS if pair[0] in part[1:] or part.startswith(pair[0])]
        for index in random.permutation(len(usable))[: 1 + int(random.random() < 0.3)]:
            part = part.replace(*usable[int(index)], 1)
        if random.random() < 0.15:
            part = _doubled(part, random)
    if random.random() < noise.vowel_lost:
        inner = [place for place in range(1, len(part)) if part[place] in VOWELS]
        if len(inner) > 1:
            place = inner[int(random.integers(len(inner)))]
            part = part[:place] + part[place + 1 :]
    return part


def in_han(latin: str, usual: str, noise: Noise, random: np.random.Generator) -> str:
    """The registry's characters, or another clerk's: by convention where there is one, else by sound."""
    if random.random() >= noise.other_spelling:
        return usual
    forms = CONVENTIONAL.get(latin)
    text = forms[int(random.integers(len(forms)))] if forms else han(latin, random)
    if random.random() < noise.vowel_lost and len(text) > 3:
        place = int(random.integers(1, len(text)))
        text = text[:place] + text[place + 1 :]
    return text


def in_arabic(latin: str, noise: Noise, random: np.random.Generator) -> str:
    return arabic("".join(letters_of(spelled(latin, noise, random).replace("v", "w").replace("kh", "x"))))


def in_cyrillic(latin: str, noise: Noise, random: np.random.Generator) -> str:
    return cyrillic("".join(letters_of(spelled(latin, noise, random).replace("v", "w").replace("kh", "x"))))


def mistyped(text: str, random: np.random.Generator) -> str:
    """One slip: a letter replaced, left out, doubled or swapped with its neighbour."""
    if len(text) < 3:
        return text
    place = int(random.integers(1, len(text) - 1))
    kind = random.random()
    letter = text[place]
    if letter in _HOMOPHONES or "\u4e00" <= letter <= "\u9fff":
        return text[:place] + _HOMOPHONES.get(letter, "") + text[place + 1 :] if kind < 0.8 else text
    if kind < 0.4:
        return text[:place] + _NEIGHBOURS.get(letter, "e") + text[place + 1 :]
    if kind < 0.65:
        return text[:place] + text[place + 1 :]
    if kind < 0.8:
        return text[: place + 1] + text[place:]
    return text[:place] + text[place + 1] + letter + text[place + 2 :]


def wrong_number(number: str, noise: Noise, random: np.random.Generator) -> str:
    """One digit of the number wrong, or two neighbours swapped."""
    place = int(random.integers(2, len(number) - 1))
    if random.random() < noise.swapped_in_wrong_id and number[place].isdigit() and number[place] != number[place - 1]:
        return number[: place - 1] + number[place] + number[place - 1] + number[place + 1 :]
    return number[:place] + str((int(number[place]) + int(random.integers(1, 10))) % 10) + number[place + 1 :]


def _doubled(part: str, random: np.random.Generator) -> str:
    places = [place for place in range(1, len(part) - 1) if part[place] in _DOUBLED]
    if not places:
        return part
    place = places[int(random.integers(len(places)))]
    return part[:place] + part[place] + part[place:]
