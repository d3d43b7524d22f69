"""Who the invented people of a nation are, before anybody writes them down."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.varied.names import (
    COMMON_SURNAMES,
    ENGLISH_FEMALE,
    ENGLISH_MALE,
    LOCAL_PLACES,
    NATIONS,
    OCCUPATIONS,
    PLACE_ENDS,
    PLACE_STARTS,
    SURNAME_ENDS,
    SURNAME_STARTS,
    Nation,
)

_POSTCODE_LETTERS = "abdefghjlnpqrstuwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Draws names and places; `old` ones were born long ago and their vague dates read as the first of January."""

    family: Callable[[], str]
    given: Callable[[str], str]
    places: list[str]
    old: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    first: str
    surname: str
    sex: str
    year: int
    month: int
    day: int
    place: str
    postcode: str
    occupation: str
    second_occupation: str


def population(people: str, rng: random.Random) -> Population:
    nation = NATIONS.get(people)
    return _english(rng) if nation is None else _foreign(rng, nation)


def persons(made: Population, count: int, family_share: float, rng: random.Random) -> Iterator[Person]:
    """`family_share`: of those who have the surname and the place of the one before and a similar age."""
    postcodes = {place: f"{place[:2]}{rng.randint(1, 29)}" for place in made.places}
    last: tuple[str, str, str, int] | None = None
    for _ in range(count):
        sex = "male" if rng.random() < 0.6 else "female"
        if last is not None and rng.random() < family_share:
            surname, place, code, year = last
            year += rng.randint(-8, 8) if rng.random() < 0.7 else 28
        else:
            surname, place = made.family(), rng.choice(made.places)
            year = rng.randint(1780, 1905) if made.old else rng.randint(1930, 2000)
            letters = rng.choice(_POSTCODE_LETTERS) + rng.choice(_POSTCODE_LETTERS)
            code = f"{postcodes[place]} {rng.randint(1, 9)}{letters}"
        last = (surname, place, code, year)
        yield Person(
            first=made.given(sex),
            surname=surname,
            sex=sex,
            year=year,
            month=rng.randint(1, 12),
            day=rng.randint(1, 28),
            place=place,
            postcode=code,
            occupation=rng.choice(OCCUPATIONS),
            second_occupation=rng.choice(OCCUPATIONS),
        )


def _english(rng: random.Random) -> Population:
    pool = sorted({start + end for start in SURNAME_STARTS for end in SURNAME_ENDS})
    rng.shuffle(pool)
    surnames = [*COMMON_SURNAMES * 8, *pool[:900]]

    def given(sex: str) -> str:
        return _common_first(ENGLISH_MALE if sex == "male" else ENGLISH_FEMALE, 10, rng)

    places = [start + end for start in PLACE_STARTS for end in PLACE_ENDS]
    return Population(family=lambda: rng.choice(surnames), given=given, places=places, old=True)


def _foreign(rng: random.Random, nation: Nation) -> Population:
    def given(sex: str) -> str:
        names = nation.men if sex == "male" else nation.women
        name = _common_first(names, 7, rng)
        return f"{name} {rng.choice(names)}" if rng.random() < 0.15 else name

    def family() -> str:
        one = _common_first(nation.families, 15, rng)
        return f"{one} {rng.choice(nation.families)}" if nation.two_surnames else one

    places = [start + end for start in PLACE_STARTS[:20] for end in LOCAL_PLACES]
    return Population(family=family, given=given, places=places, old=False)


def _common_first(names: tuple[str, ...], mean: float, rng: random.Random) -> str:
    return names[min(int(rng.expovariate(1 / mean)), len(names) - 1)]
