"""A language: its names, and how the clerks of two offices write one of them down."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """`second`: a father's name, a second given name or a second surname, "" where there is none."""

    given: str
    second: str
    family: str
    sex: str


Writer = Callable[[Named, random.Random], tuple[str, str]]
"""Given and family part as one office writes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """`left` and `right` are the two offices; `family_first`: do they begin with the family name?"""

    name: str
    draw: Callable[[random.Random], Named]
    places: tuple[str, ...]
    left: Writer
    right: Writer
    right_place: Callable[[str], str] = str
    family_first: tuple[bool, bool] = (False, False)
    joint: str = " "
    """Between the parts of a full name."""
    slips: bool = True
    """Does a clerk slip by a letter? Not where a sign is a syllable."""


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def common_first(names: tuple[str, ...], rng: random.Random, mean: float = 12.0) -> str:
    """The first of a list are the commonest."""
    return names[min(int(rng.expovariate(1 / mean)), len(names) - 1)]


def drawn(
    men: str, women: str, families: str, *, second: Callable[[str, random.Random], str] | None = None
) -> Callable[[random.Random], Named]:
    of_men, of_women, of_families = words(men), words(women), words(families.replace("_", "\u00a0"))

    def draw(rng: random.Random) -> Named:
        sex = rng.choice("mf")
        family = common_first(of_families, rng, 20.0).replace("\u00a0", " ")
        given = common_first(of_men if sex == "m" else of_women, rng)
        return Named(given=given, second=second(sex, rng) if second else "", family=family, sex=sex)

    return draw


def plain(named: Named, rng: random.Random) -> tuple[str, str]:
    del rng
    return named.given, named.family


def without_marks(text: str) -> str:
    bare = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare).replace("đ", "d").replace("Đ", "D").replace("ø", "o")


def rendered(text: str, table: Iterable[tuple[str, str]], rng: random.Random) -> str:
    """Letter for letter (longest first in the table); "a|b" offers two renderings."""
    found, at = "", 0
    pairs = list(table)
    while at < len(text):
        for sign, forms in pairs:
            if text.startswith(sign, at):
                found += rng.choice(forms.split("|"))
                at += len(sign)
                break
        else:
            found += text[at]
            at += 1
    return found
