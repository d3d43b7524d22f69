"""Persons of old registers, each with several records that forget, shorten, misread and contradict one another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.population.historical_names import RELATED_OCCUPATIONS, Language, languages
from benchmarks.population.name_pools import zipf

_MISREADINGS = (
    ("rn", "m"), ("m", "rn"), ("cl", "d"), ("u", "n"), ("n", "u"), ("h", "b"), ("e", "c"), ("l", "t"), ("a", "o"),
    ("o", "a"), ("s", "f"), ("i", "l"), ("w", "vv"), ("g", "q"), ("t", "f"), ("r", "n"),
)  # fmt: skip
_RESPELLINGS = (
    ("ey", "y"),
    ("y", "ie"),
    ("ck", "k"),
    ("ph", "f"),
    ("ll", "l"),
    ("tt", "t"),
    ("e", ""),
    ("ow", "au"),
    ("ough", "off"),
    ("z", "s"),
    ("c", "k"),
)
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difficulty:
    """Shares of records in which a thing happens. `families`: persons who share surname, place and postcode area with
    others, and so resemble them.
    """

    most_records: int
    short_form: float
    initial: float
    misread: float
    respelled: float
    typing_error: float
    other_surname: float
    missing: float
    year_off: float
    day_unknown: float
    moved: float
    other_occupation: float
    families: float
    swapped_names: float = 0.01
    second_name: float = 0.15


DIFFICULTIES = {
    "easy": Difficulty(
        most_records=4, short_form=0.05, initial=0.01, misread=0.02, respelled=0.03,
        typing_error=0.06, other_surname=0.01, missing=0.04,
        year_off=0.02, day_unknown=0.02, moved=0.05, other_occupation=0.15, families=0.1,
    ),
    "middle": Difficulty(
        most_records=10, short_form=0.15, initial=0.05, misread=0.06, respelled=0.08,
        typing_error=0.10, other_surname=0.03, missing=0.15,
        year_off=0.06, day_unknown=0.10, moved=0.15, other_occupation=0.35, families=0.3,
    ),
    "hard": Difficulty(
        most_records=20, short_form=0.25, initial=0.10, misread=0.12, respelled=0.15,
        typing_error=0.18, other_surname=0.06, missing=0.30,
        year_off=0.10, day_unknown=0.20, moved=0.30, other_occupation=0.50, families=0.5,
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Person:
    given: list[str]
    second: str
    surname: str
    other_surname: str
    birth: date
    place: int
    gender: str
    occupation: str
    language: Language
    postcode: str


def historical(
    persons: int, *, seed: int, difficulty: Difficulty, spoken: tuple[str, ...] = ("english",)
) -> pl.DataFrame:
    """Columns record, person (the truth), first_name, surname, full_name, dob, birth_place, postcode_fake, gender,
    occupation; between 1 and `most_records` rows per person, in random order.
    """
    random = np.random.default_rng(seed)
    chosen = [language for language in languages() if language.name in spoken]
    rows: list[dict[str, str | int | None]] = []
    before: _Person | None = None
    for number in range(persons):
        language = chosen[number % len(chosen)]
        relative = before if before is not None and random.random() < difficulty.families else None
        person = _person(language, relative, random)
        before = person
        records = int(min(random.geometric(2.2 / (difficulty.most_records + 1)), difficulty.most_records))
        rows += [_record(person, number, difficulty, random) for _ in range(records)]
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return frame[random.permutation(len(frame))].with_row_index("record")


def true_pairs(records: pl.DataFrame) -> pl.DataFrame:
    """Columns left and right: records of one person, the lower number first."""
    groups = records.group_by("person").agg(pl.col("record").sort())["record"]
    pairs = [pair for group in groups for pair in combinations(group.to_list(), 2)]
    return pl.DataFrame(pairs, schema={"left": pl.UInt32, "right": pl.UInt32}, orient="row").sort("left", "right")


@lru_cache
def _shares(count: int, exponent: float) -> NDArray[np.float64]:
    return zipf(count, exponent)


def _draw(count: int, exponent: float, random: np.random.Generator) -> int:
    return int(np.searchsorted(_shares(count, exponent), random.random()))


def _person(language: Language, relative: _Person | None, random: np.random.Generator) -> _Person:
    male = random.random() < 0.5
    names = language.men if male else language.women
    surname = language.surnames[_draw(len(language.surnames), 0.75, random)]
    place = _draw(len(language.places), 0.6, random)
    if relative is not None and relative.language is language:
        surname, place = relative.surname, relative.place
    return _Person(
        given=names[_draw(len(names), 0.8, random)],
        second=names[_draw(len(names), 0.5, random)][0] if random.random() < 0.35 else "",
        surname=surname,
        other_surname=language.surnames[_draw(len(language.surnames), 0.75, random)],
        birth=date(1800, 1, 1) + timedelta(days=int(random.integers(40_000))),
        place=place,
        gender="male" if male else "female",
        occupation=language.occupations[_draw(len(language.occupations), 0.5, random)],
        language=language,
        postcode=_postcode(place, random),
    )


def _postcode(place: int, random: np.random.Generator) -> str:
    """Areas beginning with Q, V, X and Z are no British ones."""
    tail = _ALPHABET[int(random.integers(26))] + _ALPHABET[int(random.integers(26))]
    return f"{'QVXZ'[place % 4]}{_ALPHABET[place // 4 % 26]}{place % 9 + 1} {int(random.integers(10))}{tail}".upper()


def _record(person: _Person, number: int, rate: Difficulty, random: np.random.Generator) -> dict[str, str | int | None]:
    first, surname = _first_name(person, rate, random), _surname(person, rate, random)
    if random.random() < rate.swapped_names:
        first, surname = surname, first
    place = person.language.places[person.place]
    postcode = person.postcode
    if random.random() < rate.moved:
        moved = int(random.integers(len(person.language.places)))
        postcode = _postcode(moved, random)
        place = person.language.places[moved] if random.random() < 0.3 else place
    whole = {
        "first_name": first,
        "surname": surname,
        "full_name": f"{first} {surname}",
        "dob": _birth(person, rate, random),
        "birth_place": _slip(place, rate, random),
        "postcode_fake": postcode,
        "gender": person.gender,
        "occupation": _occupation(person, rate, random),
    }
    kept: dict[str, str | int | None] = {"person": number}
    for name, value in whole.items():
        share = rate.missing * (0.25 if "name" in name else 1.0)
        kept[name] = None if random.random() < share else value
    return kept


def _first_name(person: _Person, rate: Difficulty, random: np.random.Generator) -> str:
    kind = random.random()
    if kind < rate.initial:
        return person.given[0][0]
    name = person.given[0]
    if kind < rate.initial + rate.short_form and len(person.given) > 1:
        name = person.given[int(random.integers(1, len(person.given)))]
    name = _slip(name, rate, random)
    if person.second and random.random() < rate.second_name:
        name = f"{name} {person.second if random.random() < 0.5 else person.second[0]}"
    return name


def _surname(person: _Person, rate: Difficulty, random: np.random.Generator) -> str:
    married = person.gender == "female" and random.random() < rate.other_surname * 2
    surname = person.other_surname if married else person.surname
    if random.random() < rate.respelled:
        usable = [pair for pair in _RESPELLINGS if pair[0] in surname[1:]]
        if usable:
            one, other = usable[int(random.integers(len(usable)))]
            surname = surname[0] + surname[1:].replace(one, other, 1)
    return _slip(surname, rate, random)


def _slip(text: str, rate: Difficulty, random: np.random.Generator) -> str:
    """A scanner's misreading, or a slip of the hand."""
    if random.random() < rate.misread:
        usable = [pair for pair in _MISREADINGS if pair[0] in text]
        if usable:
            text = text.replace(*usable[int(random.integers(len(usable)))], 1)
    if random.random() < rate.typing_error and len(text) > 2:
        place = int(random.integers(1, len(text) - 1))
        kind, letter = random.random(), _ALPHABET[int(random.integers(26))]
        if kind < 0.35:
            text = text[:place] + letter + text[place + 1 :]
        elif kind < 0.6:
            text = text[:place] + text[place + 1 :]
        elif kind < 0.8:
            text = text[:place] + letter + text[place:]
        else:
            text = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    return text


def _birth(person: _Person, rate: Difficulty, random: np.random.Generator) -> str:
    birth = person.birth
    if random.random() < rate.year_off:
        birth = birth.replace(year=birth.year + int(random.choice([-2, -1, -1, 1, 1, 2, 10])), day=min(birth.day, 28))
    if random.random() < rate.day_unknown:
        return f"{birth.year}-01-01"
    if random.random() < rate.typing_error / 2:
        day = int(random.integers(1, 29))
        return f"{birth.year}-{birth.month:02}-{day:02}"
    if random.random() < rate.typing_error / 4 and birth.day <= 12:
        return f"{birth.year}-{birth.day:02}-{birth.month:02}"
    return birth.isoformat()


def _occupation(person: _Person, rate: Difficulty, random: np.random.Generator) -> str:
    occupation = person.occupation
    if random.random() < rate.other_occupation:
        choice = person.language.occupations[int(random.integers(len(person.language.occupations)))]
        occupation = RELATED_OCCUPATIONS.get(occupation, choice)
    return _slip(occupation, rate, random)
