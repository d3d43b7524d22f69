"""Pools of names to draw from: common given names, and many more made of syllables, each in every script."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from random import Random

import numpy as np
from numpy.typing import NDArray

from benchmarks.population.conventional import COMMON_MEN, COMMON_WOMEN, CONVENTIONAL
from benchmarks.population.sounds import arabic, cyrillic, han

MEN, WOMEN = 0, 1
_ONSETS = [
    "b",
    "p",
    "t",
    "j",
    "ch",
    "x",
    "d",
    "r",
    "z",
    "s",
    "sh",
    "gh",
    "q",
    "k",
    "g",
    "l",
    "m",
    "n",
    "h",
    "w",
    "y",
    "",
]
_ONSET_WEIGHTS = tuple(accumulate((5, 3, 7, 3, 2, 3, 6, 7, 3, 7, 4, 1, 5, 5, 4, 8, 9, 7, 4, 3, 4, 2)))
_VOWELS = ["a", "e", "i", "o", "u", "ö", "ü"]
_VOWEL_WEIGHTS = tuple(accumulate((10, 8, 9, 3, 6, 1, 2)))
_CODAS = ["", "r", "n", "m", "l", "t", "sh", "s", "p", "k", "q", "z", "y", "x"]
_CODA_WEIGHTS = tuple(accumulate((55, 10, 10, 5, 5, 5, 2, 3, 2, 2, 2, 2, 2, 1)))
_MENS_ENDINGS = ["", "", "", "jan", "din", "bay", "yar"]
_WOMENS_ENDINGS = ["", "gül", "xan", "nisa", "nur", "ay", "em"]
_SURNAMES = "禾沐砚岚溪棠屿汀苇槿瓷舟穗萤竺榕笙桁澄筠蓝枫樟榆柏桐梓楠桦椿栀蔷薇芷荻菱蓼蒲葵蕙莲茉萱蘅苓茯芩芮芸苡"
_GIVEN = (
    "安宁和清远明朗青松桥泉月星云川原田林山石秋春夏冬禾麦果花叶舟文华建国志伟芳丽敏静强磊军洋勇艳杰娟涛超霞平刚桂英玉兰"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Names by number: `latin[i]`, `han[i]` (as first written), `arabic[i]` and `cyrillic[i]` are one name."""

    latin: list[str]
    han: list[str]
    arabic: list[str]
    cyrillic: list[str]
    cumulative: NDArray[np.float64]
    """Of the shares by which they are drawn, Zipf's law over common names first."""

    def draw(self, count: int, random: np.random.Generator) -> NDArray[np.int32]:
        return np.searchsorted(self.cumulative, random.random(count)).astype(np.int32)


def own_names(sex: int, random: np.random.Generator, *, size: int = 4000) -> Pool:
    names = dict.fromkeys(COMMON_MEN if sex == MEN else COMMON_WOMEN)
    endings = _MENS_ENDINGS if sex == MEN else _WOMENS_ENDINGS
    letters = Random(int(random.integers(2**32)))
    while len(names) < size:
        names.setdefault(_invented(letters) + letters.choice(endings))
    latin = list(names)
    return Pool(
        latin=[name.capitalize() for name in latin],
        han=[CONVENTIONAL[name][0] if name in CONVENTIONAL else han(name, random) for name in latin],
        arabic=[arabic(name) for name in latin],
        cyrillic=[cyrillic(name) for name in latin],
        cumulative=zipf(len(latin), 0.85),
    )


def han_surnames() -> tuple[list[str], NDArray[np.float64]]:
    return list(_SURNAMES), zipf(len(_SURNAMES), 0.7)


def han_given_names(random: np.random.Generator, *, size: int = 5000) -> tuple[list[str], NDArray[np.float64]]:
    names: dict[str, None] = {}
    while len(names) < size:
        count = 1 if random.random() < 0.06 and len(names) < 60 else 2
        names.setdefault("".join(_GIVEN[index] for index in random.integers(len(_GIVEN), size=count)))
        if len(names) >= len(_GIVEN) ** 2 // 2:
            break
    return list(names), zipf(len(names), 0.5)


def zipf(count: int, exponent: float) -> NDArray[np.float64]:
    shares = 1.0 / np.arange(2.0, count + 2.0) ** exponent
    cumulative = np.cumsum(shares / shares.sum())
    cumulative[-1] = 1.0
    return np.asarray(cumulative, dtype=np.float64)


def _invented(random: Random) -> str:
    syllables = []
    for place in range(2 if random.random() < 0.7 else 3):
        onset = random.choices(_ONSETS, cum_weights=_ONSET_WEIGHTS)[0] or ("" if place == 0 else "y")
        vowel = random.choices(_VOWELS, cum_weights=_VOWEL_WEIGHTS)[0]
        coda = random.choices(_CODAS, cum_weights=_CODA_WEIGHTS)[0]
        syllables.append(f"{onset}{vowel}{coda}")
    return "".join(syllables)
